//! Feature `wdk` — everything that comes from wdk-sys instead of `nt`, and the proof that the two agree.
//!
//! The table below is the whole surface. Its types replace those of `nt` at the root of this crate, so that a driver can hand
//! them to other code on wdk-sys; its functions are called through `wdk_sys::ntddk`, which links `ntoskrnl.lib`. Numbers stay
//! ours: wdk-sys gives a level as `u32` and an enumeration as a module, `nt` as the type its users want. What the table does
//! not name stays `nt`'s: wdk-sys spells anonymous unions its own way (`__bindgen_anon_1`), and has nothing of FltMgr.
//!
//! With the feature on, compiling this file compares both declarations of every row: size, alignment and sign, each field's
//! place, each number, each function's type. Nothing here is called.
//!
//! wdk-sys makes integers as wide as a pointer `u64` and `i64`, `nt` makes them `usize` and `isize`; users convert with `as`.

use crate::layout::field_size;
use crate::nt;

/// Gives the table of what is shared to the macro `$to`.
macro_rules! shared {
    ($to:ident) => {
        $to! {
            integers {
                ACCESS_MASK BOOLEAN KIRQL KPROCESSOR_MODE KPRIORITY KSPIN_LOCK LONG LONG_PTR NTSTATUS POOL_FLAGS
                SECURITY_INFORMATION SIZE_T UCHAR ULONG ULONGLONG ULONG_PTR USHORT WCHAR
                EVENT_TYPE FILE_INFORMATION_CLASS KWAIT_REASON POOL_TYPE
            }
            pointers {
                HANDLE PBOOLEAN PCHAR PCSTR PDEVICE_OBJECT PDRIVER_OBJECT PERESOURCE PEX_RUNDOWN_REF
                PEX_RUNDOWN_REF_CACHE_AWARE PFAST_MUTEX PFILE_NETWORK_OPEN_INFORMATION PFILE_OBJECT PHANDLE
                PIO_SECURITY_CONTEXT PIRP PKEVENT PKIRQL PKSPIN_LOCK PLARGE_INTEGER PLIST_ENTRY PMDL POBJECT_ATTRIBUTES
                PRKEVENT PSECURITY_DESCRIPTOR PSID PSTRING PULONG PUNICODE_STRING PCUNICODE_STRING PVOID PVPB PWSTR
            }
            structures {
                _EX_RUNDOWN_REF_CACHE_AWARE {}
                DEVICE_OBJECT {
                    Type Size ReferenceCount DriverObject NextDevice AttachedDevice CurrentIrp Timer Flags Characteristics
                    Vpb DeviceExtension DeviceType StackSize Queue AlignmentRequirement DeviceQueue Dpc ActiveThreadCount
                    SecurityDescriptor DeviceLock SectorSize DeviceObjectExtension
                }
                DISPATCHER_HEADER { SignalState WaitListHead }
                DRIVER_OBJECT {
                    Type Size DeviceObject Flags DriverStart DriverSize DriverSection DriverExtension DriverName
                    HardwareDatabase FastIoDispatch DriverInit DriverStartIo DriverUnload MajorFunction
                }
                ERESOURCE {
                    SystemResourcesList OwnerTable ActiveCount SharedWaiters ExclusiveWaiters OwnerEntry ActiveEntries
                    ContentionCount NumberOfSharedWaiters NumberOfExclusiveWaiters SpinLock
                }
                EX_RUNDOWN_REF {}
                FAST_MUTEX { Count Owner Contention Event OldIrql }
                FILE_BASIC_INFORMATION { CreationTime LastAccessTime LastWriteTime ChangeTime FileAttributes }
                FILE_NETWORK_OPEN_INFORMATION {
                    CreationTime LastAccessTime LastWriteTime ChangeTime AllocationSize EndOfFile FileAttributes
                }
                FILE_OBJECT {
                    Type Size DeviceObject Vpb FsContext FsContext2 SectionObjectPointer PrivateCacheMap FinalStatus
                    RelatedFileObject LockOperation DeletePending ReadAccess WriteAccess DeleteAccess SharedRead SharedWrite
                    SharedDelete Flags FileName CurrentByteOffset Waiters Busy LastLock Lock Event CompletionContext
                    IrpListLock IrpList FileObjectExtension
                }
                FILE_STANDARD_INFORMATION { AllocationSize EndOfFile NumberOfLinks DeletePending Directory }
                IO_SECURITY_CONTEXT { SecurityQos AccessState DesiredAccess FullCreateOptions }
                IRP {
                    Type Size MdlAddress Flags AssociatedIrp ThreadListEntry IoStatus RequestorMode PendingReturned
                    StackCount CurrentLocation Cancel CancelIrql ApcEnvironment AllocationFlags UserEvent Overlay
                    CancelRoutine UserBuffer Tail
                }
                KEVENT { Header }
                LARGE_INTEGER { QuadPart u }
                LIST_ENTRY { Flink Blink }
                MDL { Next Size MdlFlags Process MappedSystemVa StartVa ByteCount ByteOffset }
                OBJECT_ATTRIBUTES {
                    Length RootDirectory ObjectName Attributes SecurityDescriptor SecurityQualityOfService
                }
                STRING { Length MaximumLength Buffer }
                UNICODE_STRING { Length MaximumLength Buffer }
                VPB { Type Size Flags VolumeLabelLength DeviceObject RealDevice SerialNumber ReferenceCount VolumeLabel }
            }
            functions {
                DbgPrintEx
                ExAcquireFastMutex
                ExAcquireResourceExclusiveLite
                ExAcquireResourceSharedLite
                ExAcquireRundownProtectionCacheAwareEx
                ExAcquireRundownProtectionEx
                ExAllocateCacheAwareRundownProtection
                ExAllocatePool2
                ExConvertExclusiveToSharedLite
                ExDeleteResourceLite
                ExFreeCacheAwareRundownProtection
                ExFreePoolWithTag
                ExInitializeResourceLite
                ExInitializeRundownProtection
                ExIsResourceAcquiredExclusiveLite
                ExIsResourceAcquiredSharedLite
                ExReInitializeRundownProtection
                ExReInitializeRundownProtectionCacheAware
                ExReleaseFastMutex
                ExReleaseResourceLite
                ExReleaseRundownProtectionCacheAwareEx
                ExReleaseRundownProtectionEx
                ExRundownCompleted
                ExRundownCompletedCacheAware
                ExWaitForRundownProtectionRelease
                ExWaitForRundownProtectionReleaseCacheAware
                KeAcquireSpinLockRaiseToDpc
                KeAreApcsDisabled
                KeClearEvent
                KeEnterCriticalRegion
                KeGetCurrentIrql
                KeInitializeEvent
                KeLeaveCriticalRegion
                KeLowerIrql
                KeReadStateEvent
                KeReleaseSpinLock
                KeSetEvent
                KeWaitForSingleObject
                KfRaiseIrql
                ObfDereferenceObject
                ZwClose
            }
            enumerations {
                _EVENT_TYPE { NotificationEvent SynchronizationEvent }
                _FILE_INFORMATION_CLASS {
                    FileBasicInformation FileStandardInformation FileNameInformation FileRenameInformation
                    FileLinkInformation FileDispositionInformation FileAllocationInformation FileEndOfFileInformation
                    FileDispositionInformationEx FileRenameInformationEx
                }
                _FS_FILTER_SECTION_SYNC_TYPE { SyncTypeCreateSection }
                _KWAIT_REASON { Executive }
                _MODE { KernelMode }
                _POOL_TYPE { PagedPool NonPagedPoolNx }
            }
            constants {
                PASSIVE_LEVEL APC_LEVEL DISPATCH_LEVEL
                POOL_FLAG_NON_PAGED POOL_FLAG_PAGED OBJ_KERNEL_HANDLE PAGE_READONLY SEC_COMMIT SECTION_MAP_READ SECTION_QUERY
                FILE_CREATE FILE_OPEN FILE_OPEN_IF FILE_OVERWRITE FILE_OVERWRITE_IF FILE_SUPERSEDE
                FILE_DELETE_ON_CLOSE FILE_DIRECTORY_FILE FILE_NON_DIRECTORY_FILE FILE_NO_INTERMEDIATE_BUFFERING
                FILE_OPEN_BY_FILE_ID FILE_OPEN_REPARSE_POINT FILE_WRITE_THROUGH
                DELETE FILE_APPEND_DATA FILE_EXECUTE FILE_READ_ATTRIBUTES FILE_READ_DATA FILE_WRITE_ATTRIBUTES FILE_WRITE_DATA
                IRP_PAGING_IO IRP_SYNCHRONOUS_PAGING_IO
                IRP_MJ_CREATE IRP_MJ_CREATE_NAMED_PIPE IRP_MJ_CLOSE IRP_MJ_READ IRP_MJ_WRITE IRP_MJ_QUERY_INFORMATION
                IRP_MJ_SET_INFORMATION IRP_MJ_QUERY_EA IRP_MJ_SET_EA IRP_MJ_FLUSH_BUFFERS IRP_MJ_QUERY_VOLUME_INFORMATION
                IRP_MJ_SET_VOLUME_INFORMATION IRP_MJ_DIRECTORY_CONTROL IRP_MJ_FILE_SYSTEM_CONTROL IRP_MJ_DEVICE_CONTROL
                IRP_MJ_INTERNAL_DEVICE_CONTROL IRP_MJ_SHUTDOWN IRP_MJ_LOCK_CONTROL IRP_MJ_CLEANUP IRP_MJ_CREATE_MAILSLOT
                IRP_MJ_QUERY_SECURITY IRP_MJ_SET_SECURITY IRP_MJ_QUERY_QUOTA IRP_MJ_SET_QUOTA IRP_MJ_PNP
                STATUS_SUCCESS STATUS_TIMEOUT STATUS_PENDING STATUS_REPARSE STATUS_BUFFER_OVERFLOW STATUS_UNSUCCESSFUL
                STATUS_INVALID_PARAMETER STATUS_ACCESS_DENIED STATUS_INSUFFICIENT_RESOURCES STATUS_NOT_SUPPORTED
                STATUS_NAME_TOO_LONG STATUS_NOT_FOUND STATUS_FLT_CONTEXT_ALREADY_DEFINED STATUS_FLT_DISALLOW_FAST_IO
                STATUS_FLT_DELETING_OBJECT STATUS_FLT_DO_NOT_ATTACH STATUS_FLT_DO_NOT_DETACH
            }
        }
    };
}

/// Replaces `nt`'s names at the root of the crate; a name that is imported by itself hides one from a glob.
macro_rules! take {
    (integers { $($integer:ident)* } pointers { $($pointer:ident)* }
     structures { $($structure:ident { $($field:ident)* })* } functions { $($function:ident)* } $($rest:tt)*) => {
        pub use wdk_sys::{$($integer,)* $($pointer,)* $($structure,)*};
        pub use wdk_sys::ntddk::{$($function,)*};
    };
}

/// Fails to compile where a row of the table is not the same on both sides.
macro_rules! agree {
    (integers { $($integer:ident)* } pointers { $($pointer:ident)* }
     structures { $($structure:ident { $($field:ident)* })* } functions { $($function:ident)* }
     enumerations { $($tag:ident { $($variant:ident)* })* } constants { $($constant:ident)* }) => {
        $(const _: () = {
            same_layout!($integer);
            assert!(
                ((!(0 as nt::$integer) as i128) < 0) == ((!(0 as wdk_sys::$integer) as i128) < 0),
                concat!(stringify!($integer), ": sign")
            );
        };)*
        $(const _: () = { same_layout!($pointer); };)*
        $(const _: () = {
            same_layout!($structure);
            $(
                assert!(
                    core::mem::offset_of!(nt::$structure, $field) == core::mem::offset_of!(wdk_sys::$structure, $field),
                    concat!(stringify!($structure), ".", stringify!($field), ": offset")
                );
                assert!(
                    field_size::<nt::$structure, _>(|place| &raw const place.$field)
                        == field_size::<wdk_sys::$structure, _>(|place| &raw const place.$field),
                    concat!(stringify!($structure), ".", stringify!($field), ": size")
                );
            )*
        };)*
        // Two functions fit in one array if, and only if, they are of one type.
        $(const _: () = { let _ = [nt::$function, wdk_sys::ntddk::$function]; };)*
        $($(const _: () = assert!(nt::$variant as i128 == wdk_sys::$tag::$variant as i128, stringify!($variant));)*)*
        $(const _: () = assert!(nt::$constant as i128 == wdk_sys::$constant as i128, stringify!($constant));)*
    };
}

macro_rules! same_layout {
    ($type:ident) => {
        assert!(
            size_of::<nt::$type>() == size_of::<wdk_sys::$type>(),
            concat!(stringify!($type), ": size")
        );
        assert!(
            align_of::<nt::$type>() == align_of::<wdk_sys::$type>(),
            concat!(stringify!($type), ": alignment")
        );
    };
}

shared!(agree);
