//! Counted UTF-16 strings: views, owned strings, comparison that is legal at every level.

mod compare;
mod owned;
mod view;

pub use owned::UnicodeString;
pub use view::UnicodeStr;
