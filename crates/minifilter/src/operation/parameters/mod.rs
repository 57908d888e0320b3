#![allow(unsafe_code)] // views of a union

//! The parameters of operations, typed: views into FltMgr's parameter block for the length of a callback.

mod create;
mod directory;
mod file_system_control;
mod information;
mod section;
mod transfer;

pub use create::{AccessMask, Create, CreateDisposition, CreateOptions};
pub use directory::DirectoryControl;
pub use file_system_control::FileSystemControl;
pub use information::{FileInformationClass, NetworkQueryOpen, QueryInformation, SetInformation};
pub use section::{AcquireForSectionSynchronization, SectionSync};
pub use transfer::{FileOffset, Read, Write};

use core::marker::PhantomData;

use minifilter_sys::FLT_IO_PARAMETER_BLOCK;

/// A view of the parameters of one operation.
pub trait View<'p>: Sized + sealed::Sealed {
    /// # Safety
    /// `block` is that of a live operation of the view's own major function.
    #[doc(hidden)]
    unsafe fn new(block: &'p FLT_IO_PARAMETER_BLOCK) -> Self;
}

/// Parameters without a typed view yet.
#[derive(Clone, Copy)]
pub struct Untyped<'p>(PhantomData<&'p ()>);

impl<'p> View<'p> for Untyped<'p> {
    unsafe fn new(_block: &'p FLT_IO_PARAMETER_BLOCK) -> Self {
        Self(PhantomData)
    }
}

macro_rules! view {
    ($(#[$doc:meta])* $view:ident, $type:ident, $($member:ident).+) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $view<'p> {
            raw: &'p minifilter_sys::$type,
        }

        impl<'p> super::View<'p> for $view<'p> {
            unsafe fn new(block: &'p minifilter_sys::FLT_IO_PARAMETER_BLOCK) -> Self {
                // SAFETY: the caller says that the block is of this view's operation, so that this member is the one in use.
                Self { raw: unsafe { &block.Parameters.$($member).+ } }
            }
        }
    };
}
use view;

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Untyped<'_> {}
    impl Sealed for super::Create<'_> {}
    impl Sealed for super::Read<'_> {}
    impl Sealed for super::Write<'_> {}
    impl Sealed for super::QueryInformation<'_> {}
    impl Sealed for super::SetInformation<'_> {}
    impl Sealed for super::NetworkQueryOpen<'_> {}
    impl Sealed for super::DirectoryControl<'_> {}
    impl Sealed for super::FileSystemControl<'_> {}
    impl Sealed for super::AcquireForSectionSynchronization<'_> {}
}
