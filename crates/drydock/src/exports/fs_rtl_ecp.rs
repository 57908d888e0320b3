//! FsRtlXxxExtraCreateParameterXxx — extra create parameters.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use minifilter_sys::{BOOLEAN, GUID, NTSTATUS};

use super::ecp as shim;
use super::flt_argument::{In, Out};
use crate::export;
use crate::model::callback::EcpCleanup;
use crate::model::{ecp, lookaside};

export! { Dll::Ntoskrnl;
    /// `FsRtlAllocateExtraCreateParameterList`
    fn FsRtlAllocateExtraCreateParameterList(_flags: u32, out: Out<usize>) -> NTSTATUS { shim::allocate_list(out) }
    /// `FsRtlFreeExtraCreateParameterList`
    fn FsRtlFreeExtraCreateParameterList(list: usize) { ecp::give_up_list(list) }
    /// `FsRtlAllocateExtraCreateParameter`
    fn FsRtlAllocateExtraCreateParameter(guid: In<GUID>, size: u32, flags: u32, cleanup: Option<EcpCleanup>, tag: u32, out: Out<usize>) -> NTSTATUS {
        shim::allocate(guid, (size, flags), cleanup, (tag, 0), out)
    }
    /// `FsRtlAllocateExtraCreateParameterFromLookasideList`
    fn FsRtlAllocateExtraCreateParameterFromLookasideList(guid: In<GUID>, size: u32, flags: u32, cleanup: Option<EcpCleanup>, list: usize, out: Out<usize>) -> NTSTATUS {
        shim::allocate(guid, (size, flags), cleanup, (0, list), out)
    }
    /// `FsRtlFreeExtraCreateParameter`
    fn FsRtlFreeExtraCreateParameter(context: usize) { ecp::free(context) }
    /// `FsRtlInsertExtraCreateParameter`
    fn FsRtlInsertExtraCreateParameter(list: usize, context: usize) -> NTSTATUS { shim::insert(list, context) }
    /// `FsRtlFindExtraCreateParameter`
    fn FsRtlFindExtraCreateParameter(list: usize, guid: In<GUID>, context: Out<usize>, size: Out<u32>) -> NTSTATUS {
        shim::find(list, guid, context, size)
    }
    /// `FsRtlRemoveExtraCreateParameter`
    fn FsRtlRemoveExtraCreateParameter(list: usize, guid: In<GUID>, context: Out<usize>, size: Out<u32>) -> NTSTATUS {
        shim::remove(list, guid, context, size)
    }
    /// `FsRtlGetNextExtraCreateParameter`
    fn FsRtlGetNextExtraCreateParameter(list: usize, current: usize, guid: Out<GUID>, context: Out<usize>, size: Out<u32>) -> NTSTATUS {
        shim::next(list, current, guid, context, size)
    }
    /// `FsRtlAcknowledgeEcp`
    fn FsRtlAcknowledgeEcp(context: usize) { ecp::acknowledge(context, true) }
    /// `FsRtlPrepareToReuseEcp`
    fn FsRtlPrepareToReuseEcp(context: usize) { ecp::acknowledge(context, false) }
    /// `FsRtlIsEcpAcknowledged`
    fn FsRtlIsEcpAcknowledged(context: usize) -> BOOLEAN { shim::boolean(ecp::is_acknowledged(context)) }
    /// `FsRtlIsEcpFromUserMode`
    fn FsRtlIsEcpFromUserMode(context: usize) -> BOOLEAN { shim::boolean(ecp::is_from_user_mode(context)) }
    /// `FsRtlInitExtraCreateParameterLookasideList`
    fn FsRtlInitExtraCreateParameterLookasideList(list: usize, flags: u32, size: usize, tag: u32) {
        shim::initialize_lookaside(list, flags, size, tag);
    }
    /// `FsRtlDeleteExtraCreateParameterLookasideList`
    fn FsRtlDeleteExtraCreateParameterLookasideList(list: usize, _flags: u32) { lookaside::delete(list) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: GUID = GUID {
        Data1: 0x1234,
        Data2: 1,
        Data3: 2,
        Data4: [3; 8],
    };

    #[test]
    fn fs_rtl_twins_do_as_the_filter_manager_s_functions() {
        let (mut list, mut context, mut size) = (0, 0, 0);
        let tag = u32::from_le_bytes(*b"Tecp");
        // SAFETY: the place outlives the call.
        unsafe { FsRtlAllocateExtraCreateParameterList(0, Out::to(&mut list)) };
        // SAFETY: type and place outlive the call.
        let status = unsafe {
            FsRtlAllocateExtraCreateParameter(
                In::from(&TYPE),
                8,
                0,
                None,
                tag,
                Out::to(&mut context),
            )
        };
        assert_eq!(status, 0, "FsRtlAllocateExtraCreateParameter");
        // SAFETY: both were just made.
        assert_eq!(unsafe { FsRtlInsertExtraCreateParameter(list, context) }, 0);
        // SAFETY: the parameter was just made.
        unsafe { FsRtlAcknowledgeEcp(context) };
        // SAFETY: as above.
        assert_eq!(unsafe { FsRtlIsEcpAcknowledged(context) }, 1);
        let mut found = 0;
        // SAFETY: type and places outlive the call.
        let status = unsafe {
            FsRtlFindExtraCreateParameter(
                list,
                In::from(&TYPE),
                Out::to(&mut found),
                Out::to(&mut size),
            )
        };
        assert_eq!((status, found, size), (0, context, 8));
        // SAFETY: the list was just made.
        unsafe { FsRtlFreeExtraCreateParameterList(list) };
    }
}
