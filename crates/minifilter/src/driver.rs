//! The macros that make a driver out of a [`Minifilter`](crate::filter::Minifilter).

/// Gives a filter its place in the image, without an entry point.
///
/// For code that is compiled but not loaded as a driver of its own, such as tests; [`driver!`](crate::driver) does it too.
#[macro_export]
macro_rules! install {
    ($filter:ty) => {
        // SAFETY: the static is inside the function, so nothing else can name it.
        unsafe impl $crate::filter::Installed for $filter {
            fn cell() -> &'static $crate::filter::FilterCell<Self> {
                static CELL: $crate::filter::FilterCell<$filter> =
                    $crate::filter::FilterCell::new();
                &CELL
            }
        }
    };
}

/// Makes a driver out of a filter: its entry point `DriverEntry`, its place in the image, and the panic handler, which stops
/// the system with `KeBugCheckEx`.
#[macro_export]
macro_rules! driver {
    ($filter:ty) => {
        $crate::install!($filter);

        /// `DriverEntry` — where the I/O manager enters the driver.
        ///
        /// # Safety
        /// The I/O manager calls it once, with its arguments.
        // SAFETY: no other item of the image has this name.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn DriverEntry(
            driver: $crate::entry::PDRIVER_OBJECT,
            registry_path: $crate::entry::PUNICODE_STRING,
        ) -> $crate::entry::NTSTATUS {
            // SAFETY: the caller is the I/O manager, with its arguments.
            unsafe { $crate::filter::entry::driver_entry::<$filter>(driver, registry_path) }
        }

        $crate::panic_handler!();
    };
}
