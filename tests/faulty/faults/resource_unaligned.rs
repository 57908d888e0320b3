//! Initialises a resource at an address that is no multiple of eight.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load);

static ROOM: Global<[ERESOURCE; 2]> = Global::zeroed();

unsafe fn load() -> NTSTATUS {
    let offset = if CORRECTED { 8 } else { 4 };
    let resource = ROOM.at().cast::<u8>().add(offset).cast();
    ExInitializeResourceLite(resource);
    ExDeleteResourceLite(resource);
    STATUS_SUCCESS
}
