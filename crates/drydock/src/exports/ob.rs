//! ObXxxObject — shims.
#![allow(unsafe_code)] // Windows calling convention

use crate::export;
use crate::model::object_reference;

/// Reference counts in the real kernel include those of others, so the result tells a driver nothing it may use.
fn count(references: u64) -> i64 {
    i64::try_from(references).unwrap_or(i64::MAX)
}

export! { Dll::Ntoskrnl;
    /// `ObfReferenceObject`
    fn ObfReferenceObject(object: usize) -> i64 { count(object_reference::add(object)) }
    /// `ObfReferenceObjectWithTag`
    fn ObfReferenceObjectWithTag(object: usize, _tag: u32) -> i64 { count(object_reference::add(object)) }
    /// `ObfDereferenceObject`
    fn ObfDereferenceObject(object: usize) -> i64 { count(object_reference::drop_one(object)) }
    /// `ObfDereferenceObjectWithTag`
    fn ObfDereferenceObjectWithTag(object: usize, _tag: u32) -> i64 { count(object_reference::drop_one(object)) }
    /// `ObDereferenceObjectDeferDelete`
    fn ObDereferenceObjectDeferDelete(object: usize) {
        object_reference::drop_one(object);
    }
    /// `ObDereferenceObjectDeferDeleteWithTag`
    fn ObDereferenceObjectDeferDeleteWithTag(object: usize, _tag: u32) {
        object_reference::drop_one(object);
    }
    /// `ObReferenceObjectSafe`
    fn ObReferenceObjectSafe(object: usize) -> u8 {
        object_reference::add(object);
        1
    }
}
