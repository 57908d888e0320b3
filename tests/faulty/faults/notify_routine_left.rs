//! Asks to be told of images and goes without taking that back.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load, unload: unload);

unsafe extern "C" fn image_loaded(_name: PUNICODE_STRING, _process: HANDLE, _image: PIMAGE_INFO) {}

unsafe fn load() -> NTSTATUS {
    PsSetLoadImageNotifyRoutine(Some(image_loaded))
}

unsafe fn unload() {
    if CORRECTED {
        PsRemoveLoadImageNotifyRoutine(Some(image_loaded));
    }
}
