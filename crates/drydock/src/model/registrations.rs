//! What a driver registered with the system and has to take off before it goes: callbacks, notify routines, links.

use std::ops::Range;

use super::{namespace, notification, object_callback, registry};

/// Takes off what code of `image` left, and reports it.
pub fn report_left(image: &Range<usize>) {
    registry::callback::report_left(image);
    namespace::report_left(image);
    notification::report_left(image);
    object_callback::report_left(image);
}
