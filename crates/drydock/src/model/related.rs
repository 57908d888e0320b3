//! FLT_RELATED_OBJECTS — the objects of one callback.

use std::ptr::null_mut;
use std::sync::Arc;

use minifilter_sys::{FILE_OBJECT, FLT_RELATED_OBJECTS};

use super::instance::Instance;

/// The objects of a callback about an instance.
pub fn of_instance(instance: &Arc<Instance>) -> FLT_RELATED_OBJECTS {
    of_operation(instance, null_mut())
}

/// The objects of a callback about an operation on `file`.
pub fn of_operation(instance: &Arc<Instance>, file: *mut FILE_OBJECT) -> FLT_RELATED_OBJECTS {
    FLT_RELATED_OBJECTS {
        Size: size_of::<FLT_RELATED_OBJECTS>() as u16,
        TransactionContext: 0,
        Filter: instance.filter.handle(),
        Volume: instance.volume.handle(),
        Instance: instance.handle(),
        FileObject: file,
        Transaction: null_mut(),
    }
}
