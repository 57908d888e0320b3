//! A key as an object of the object manager.

use std::sync::Arc;

use minifilter_sys::{HANDLE, NTSTATUS, STATUS_OBJECT_TYPE_MISMATCH};

use super::tree::KeyId;
use crate::model::handle;
use crate::model::kernel_object::{self, KernelObject};
use crate::model::object_type::ObjectType;

/// OpenKey — what handles to a key lead to.
pub struct OpenKey {
    id: KeyId,
    /// So that no two have one address.
    _body: [u64; 4],
}

impl OpenKey {
    /// An object of the key's own for each open, as Windows makes them.
    #[must_use]
    pub fn new(id: KeyId) -> Arc<Self> {
        Arc::new(Self { id, _body: [0; 4] })
    }

    /// The key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }
}

impl KernelObject for OpenKey {
    fn kind(&self) -> ObjectType {
        ObjectType::Key
    }

    fn body(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }

    fn name(&self) -> Option<String> {
        Some(super::with(|tree| tree.path(self.id)))
    }
}

/// The key behind a handle that the kernel uses, and the address of its object.
///
/// # Errors
/// STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH.
pub fn by_handle(handle: HANDLE) -> Result<(KeyId, usize), NTSTATUS> {
    let open = handle::resolve(handle, 0, Some(ObjectType::Key), false)?;
    // Only this module makes keys, so the second check cannot fail after the first.
    let key =
        kernel_object::downcast::<OpenKey>(&open.object).ok_or(STATUS_OBJECT_TYPE_MISMATCH)?;
    Ok((key.id, key.body()))
}
