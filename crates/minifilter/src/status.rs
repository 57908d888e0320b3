//! `NTSTATUS` as one type, made and read at one place.

use core::fmt;

use minifilter_sys as sys;

/// A result whose failure is a kernel status.
pub type Result<T, E = Status> = core::result::Result<T, E>;

/// `NTSTATUS` — success, information, warning or error, as the kernel numbers them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Status(sys::NTSTATUS);

impl Status {
    /// `STATUS_SUCCESS`
    pub const SUCCESS: Self = Self(sys::STATUS_SUCCESS);
    /// `STATUS_UNSUCCESSFUL`
    pub const UNSUCCESSFUL: Self = Self(sys::STATUS_UNSUCCESSFUL);
    /// `STATUS_ACCESS_DENIED`
    pub const ACCESS_DENIED: Self = Self(sys::STATUS_ACCESS_DENIED);
    /// `STATUS_INSUFFICIENT_RESOURCES`
    pub const INSUFFICIENT_RESOURCES: Self = Self(sys::STATUS_INSUFFICIENT_RESOURCES);
    /// `STATUS_INVALID_PARAMETER`
    pub const INVALID_PARAMETER: Self = Self(sys::STATUS_INVALID_PARAMETER);
    /// `STATUS_BUFFER_OVERFLOW`
    pub const BUFFER_OVERFLOW: Self = Self(sys::STATUS_BUFFER_OVERFLOW);
    /// `STATUS_NAME_TOO_LONG`
    pub const NAME_TOO_LONG: Self = Self(sys::STATUS_NAME_TOO_LONG);
    /// `STATUS_NOT_FOUND`
    pub const NOT_FOUND: Self = Self(sys::STATUS_NOT_FOUND);
    /// `STATUS_NOT_SUPPORTED`
    pub const NOT_SUPPORTED: Self = Self(sys::STATUS_NOT_SUPPORTED);
    /// `STATUS_PENDING`
    pub const PENDING: Self = Self(sys::STATUS_PENDING);
    /// `STATUS_REPARSE`
    pub const REPARSE: Self = Self(sys::STATUS_REPARSE);
    /// `STATUS_TIMEOUT`
    pub const TIMEOUT: Self = Self(sys::STATUS_TIMEOUT);
    /// `STATUS_FLT_DELETING_OBJECT`
    pub const FLT_DELETING_OBJECT: Self = Self(sys::STATUS_FLT_DELETING_OBJECT);
    /// `STATUS_FLT_DISALLOW_FAST_IO`
    pub const FLT_DISALLOW_FAST_IO: Self = Self(sys::STATUS_FLT_DISALLOW_FAST_IO);
    /// `STATUS_FLT_DO_NOT_ATTACH`
    pub const FLT_DO_NOT_ATTACH: Self = Self(sys::STATUS_FLT_DO_NOT_ATTACH);
    /// `STATUS_FLT_DO_NOT_DETACH`
    pub const FLT_DO_NOT_DETACH: Self = Self(sys::STATUS_FLT_DO_NOT_DETACH);
    /// `STATUS_FLT_CONTEXT_ALREADY_DEFINED`
    pub const FLT_CONTEXT_ALREADY_DEFINED: Self = Self(sys::STATUS_FLT_CONTEXT_ALREADY_DEFINED);

    /// The status with this number.
    pub const fn from_raw(status: sys::NTSTATUS) -> Self {
        Self(status)
    }

    /// The number.
    pub const fn as_raw(self) -> sys::NTSTATUS {
        self.0
    }

    /// `NT_SUCCESS` — success or information, not warning or error.
    pub const fn is_success(self) -> bool {
        self.0 >= 0
    }

    /// Turns success and information into `Ok`, warning and error into `Err`.
    ///
    /// # Errors
    /// The status itself, if it is a warning or an error.
    pub const fn ok(self) -> Result<()> {
        if self.is_success() { Ok(()) } else { Err(self) }
    }

    /// The status as a failure: what is no error becomes `STATUS_UNSUCCESSFUL`, so that a failed step is never reported
    /// as success.
    pub(crate) const fn into_failure(self) -> sys::NTSTATUS {
        if self.is_success() {
            sys::STATUS_UNSUCCESSFUL
        } else {
            self.0
        }
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:08X}", self.0)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl core::error::Error for Status {}
