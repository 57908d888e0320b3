//! REG_XXX_INFORMATION — what registry callbacks are told.
#![allow(non_snake_case)] // fields are spelt as the headers spell them

use std::ffi::c_void;

use minifilter_sys::{NTSTATUS, UNICODE_STRING};

/// Information — a structure given before an operation.
pub trait Information {
    /// Where the callback leaves what it wants back after the operation.
    fn call_context(&mut self) -> &mut *mut c_void;
    /// The key it is about; 0 before there is one.
    fn object(&self) -> usize {
        0
    }
}

macro_rules! information {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),* $(,)? } object $object:expr;)*) => {
        $($(#[$doc])*
        #[repr(C)]
        pub struct $name {
            $(pub $field: $type,)*
            pub CallContext: *mut c_void,
            pub ObjectContext: *mut c_void,
            pub Reserved: [*mut c_void; 2],
        }

        impl $name {
            /// With no context yet.
            #[allow(clippy::too_many_arguments)] // as many as there are fields
            pub fn new($($field: $type),*) -> Self {
                let none = std::ptr::null_mut();
                Self { $($field,)* CallContext: none, ObjectContext: none, Reserved: [none; 2] }
            }
        }

        impl Information for $name {
            fn call_context(&mut self) -> &mut *mut c_void {
                &mut self.CallContext
            }

            fn object(&self) -> usize {
                let object: fn(&Self) -> usize = $object;
                object(self)
            }
        })*
    };
}

information! {
    /// REG_DELETE_KEY_INFORMATION, and those of flush and handle close.
    OnKey { Object: usize } object |this| this.Object;
    /// REG_DELETE_VALUE_KEY_INFORMATION.
    OnValue { Object: usize, ValueName: *const UNICODE_STRING } object |this| this.Object;
    /// REG_SET_VALUE_KEY_INFORMATION.
    SetValue {
        Object: usize, ValueName: *const UNICODE_STRING, TitleIndex: u32, Type: u32, Data: *const c_void, DataSize: u32,
    } object |this| this.Object;
    /// REG_QUERY_VALUE_KEY_INFORMATION.
    QueryValue {
        Object: usize, ValueName: *const UNICODE_STRING, Class: i32, Buffer: *mut c_void, Length: u32,
        ResultLength: *mut u32,
    } object |this| this.Object;
    /// REG_ENUMERATE_KEY_INFORMATION and REG_ENUMERATE_VALUE_KEY_INFORMATION.
    Enumerate {
        Object: usize, Index: u32, Class: i32, Buffer: *mut c_void, Length: u32, ResultLength: *mut u32,
    } object |this| this.Object;
    /// REG_QUERY_KEY_INFORMATION.
    QueryKey {
        Object: usize, Class: i32, Buffer: *mut c_void, Length: u32, ResultLength: *mut u32,
    } object |this| this.Object;
    /// REG_CREATE_KEY_INFORMATION and REG_OPEN_KEY_INFORMATION; the fields after the context are a context and a transaction.
    OpenKey {
        CompleteName: *const UNICODE_STRING, RootObject: usize, ObjectType: usize, CreateOptions: u32,
        Class: *const UNICODE_STRING, SecurityDescriptor: *mut c_void, SecurityQualityOfService: *mut c_void,
        DesiredAccess: u32, GrantedAccess: u32, Disposition: *mut u32, ResultObject: *mut usize,
    } object |_| 0;
}

/// REG_POST_OPERATION_INFORMATION.
#[repr(C)]
pub struct PostOperation {
    pub Object: usize,
    pub Status: NTSTATUS,
    pub PreInformation: *mut c_void,
    pub ReturnStatus: NTSTATUS,
    pub CallContext: *mut c_void,
    pub ObjectContext: *mut c_void,
    pub Reserved: *mut c_void,
}

impl PostOperation {
    /// An operation that ended with `status`.
    pub fn new(object: usize, status: NTSTATUS, before: *mut c_void, context: *mut c_void) -> Self {
        let none = std::ptr::null_mut();
        Self {
            Object: object,
            Status: status,
            PreInformation: before,
            ReturnStatus: status,
            CallContext: context,
            ObjectContext: none,
            Reserved: none,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::offset_of;

    #[test]
    fn the_structures_lie_as_the_headers_lay_them() {
        assert_eq!(
            [
                offset_of!(SetValue, Data),
                offset_of!(SetValue, CallContext)
            ],
            [24, 40]
        );
        assert_eq!(
            [
                offset_of!(QueryValue, Length),
                offset_of!(QueryValue, ResultLength)
            ],
            [32, 40]
        );
        assert_eq!(
            [offset_of!(OpenKey, Class), offset_of!(OpenKey, CallContext)],
            [32, 80]
        );
        assert_eq!(
            [
                offset_of!(PostOperation, PreInformation),
                offset_of!(PostOperation, CallContext)
            ],
            [16, 32]
        );
        assert_eq!(
            [offset_of!(Enumerate, Class), offset_of!(Enumerate, Buffer)],
            [12, 16]
        );
    }
}
