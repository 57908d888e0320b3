//! Notifications about processes and images.

use crate::*;

/// `PS_CREATE_NOTIFY_INFO` — a process that begins.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PS_CREATE_NOTIFY_INFO {
    pub Size: SIZE_T,
    pub Flags: ULONG,
    pub ParentProcessId: HANDLE,
    pub CreatingThreadId: CLIENT_ID,
    pub FileObject: PFILE_OBJECT,
    pub ImageFileName: PCUNICODE_STRING,
    pub CommandLine: PCUNICODE_STRING,
    pub CreationStatus: NTSTATUS,
}
layout!(PS_CREATE_NOTIFY_INFO: 72, 8 {
    Size: 0..8, Flags: 8..12, ParentProcessId: 16..24, CreatingThreadId: 24..40, FileObject: 40..48,
    ImageFileName: 48..56, CommandLine: 56..64, CreationStatus: 64..68,
});
/// `PPS_CREATE_NOTIFY_INFO` — points to a `PS_CREATE_NOTIFY_INFO`.
pub type PPS_CREATE_NOTIFY_INFO = *mut PS_CREATE_NOTIFY_INFO;

/// `IMAGE_INFO` — an image that was mapped.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IMAGE_INFO {
    pub Properties: ULONG,
    pub ImageBase: PVOID,
    pub ImageSelector: ULONG,
    pub ImageSize: SIZE_T,
    pub ImageSectionNumber: ULONG,
}
layout!(IMAGE_INFO: 40, 8 {
    Properties: 0..4, ImageBase: 8..16, ImageSelector: 16..20, ImageSize: 24..32,
    ImageSectionNumber: 32..36,
});
/// `PIMAGE_INFO` — points to a `IMAGE_INFO`.
pub type PIMAGE_INFO = *mut IMAGE_INFO;

/// `IMAGE_INFO_EX` — an image that was mapped and its file.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IMAGE_INFO_EX {
    pub Size: SIZE_T,
    pub ImageInfo: IMAGE_INFO,
    pub FileObject: PFILE_OBJECT,
}
layout!(IMAGE_INFO_EX: 56, 8 { Size: 0..8, ImageInfo: 8..48, FileObject: 48..56 });
/// `PIMAGE_INFO_EX` — points to a `IMAGE_INFO_EX`.
pub type PIMAGE_INFO_EX = *mut IMAGE_INFO_EX;

/// `PCREATE_PROCESS_NOTIFY_ROUTINE` — is told of processes that begin and end.
pub type PCREATE_PROCESS_NOTIFY_ROUTINE =
    Option<unsafe extern "C" fn(parent_id: HANDLE, process_id: HANDLE, create: BOOLEAN)>;

/// `PCREATE_PROCESS_NOTIFY_ROUTINE_EX` — is told of processes that begin and end, and may refuse.
pub type PCREATE_PROCESS_NOTIFY_ROUTINE_EX = Option<
    unsafe extern "C" fn(
        process: PEPROCESS,
        process_id: HANDLE,
        create_info: PPS_CREATE_NOTIFY_INFO,
    ),
>;

/// `PCREATE_THREAD_NOTIFY_ROUTINE` — is told of threads that begin and end.
pub type PCREATE_THREAD_NOTIFY_ROUTINE =
    Option<unsafe extern "C" fn(process_id: HANDLE, thread_id: HANDLE, create: BOOLEAN)>;

/// `PLOAD_IMAGE_NOTIFY_ROUTINE` — is told of images that are mapped.
pub type PLOAD_IMAGE_NOTIFY_ROUTINE = Option<
    unsafe extern "C" fn(
        full_image_name: PUNICODE_STRING,
        process_id: HANDLE,
        image_info: PIMAGE_INFO,
    ),
>;
