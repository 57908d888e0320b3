//! Work items of the executive and of the I/O manager.

use crate::*;

/// `WORK_QUEUE_ITEM` — a work item of the executive.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct WORK_QUEUE_ITEM {
    pub List: LIST_ENTRY,
    pub WorkerRoutine: PWORKER_THREAD_ROUTINE,
    pub Parameter: PVOID,
}
layout!(WORK_QUEUE_ITEM: 32, 8 { List: 0..16, WorkerRoutine: 16..24, Parameter: 24..32 });
/// `PWORK_QUEUE_ITEM` — points to a `WORK_QUEUE_ITEM`.
pub type PWORK_QUEUE_ITEM = *mut WORK_QUEUE_ITEM;

/// `PWORKER_THREAD_ROUTINE` — runs a work item of the executive.
pub type PWORKER_THREAD_ROUTINE = Option<unsafe extern "C" fn(parameter: PVOID)>;

/// `PIO_WORKITEM_ROUTINE` — runs a work item of the I/O manager.
pub type PIO_WORKITEM_ROUTINE =
    Option<unsafe extern "C" fn(device_object: PDEVICE_OBJECT, context: PVOID)>;

/// `PIO_WORKITEM_ROUTINE_EX` — runs a work item of the I/O manager and is told which.
pub type PIO_WORKITEM_ROUTINE_EX =
    Option<unsafe extern "C" fn(io_object: PVOID, context: PVOID, io_work_item: PIO_WORKITEM)>;

/// `WORK_QUEUE_TYPE` — the queues of the executive's worker threads.
pub type WORK_QUEUE_TYPE = i32;
pub const CriticalWorkQueue: WORK_QUEUE_TYPE = 0;
pub const DelayedWorkQueue: WORK_QUEUE_TYPE = 1;
pub const HyperCriticalWorkQueue: WORK_QUEUE_TYPE = 2;
pub const NormalWorkQueue: WORK_QUEUE_TYPE = 3;
pub const BackgroundWorkQueue: WORK_QUEUE_TYPE = 4;
pub const RealTimeWorkQueue: WORK_QUEUE_TYPE = 5;
pub const SuperCriticalWorkQueue: WORK_QUEUE_TYPE = 6;
pub const MaximumWorkQueue: WORK_QUEUE_TYPE = 7;
pub const CustomPriorityWorkQueue: WORK_QUEUE_TYPE = 32;
