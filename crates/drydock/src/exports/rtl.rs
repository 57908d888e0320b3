//! RtlGetVersion, FsRtlIsNtstatusExpected and other small questions — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{NTSTATUS, OSVERSIONINFOEXW, OSVERSIONINFOW, STATUS_SUCCESS};

use crate::export;
use crate::model::shared_user_data::BUILD;
use crate::model::{passage, thread};

/// VER_NT_WORKSTATION.
const WORKSTATION: u8 = 1;

export! { Dll::Ntoskrnl;
    /// `RtlGetVersion`
    fn RtlGetVersion(out: *mut OSVERSIONINFOW) -> NTSTATUS {
        // SAFETY: the driver passes a structure of its own to be filled.
        let version = unsafe { &mut *out };
        version.dwMajorVersion = 10;
        version.dwMinorVersion = 0;
        version.dwBuildNumber = BUILD;
        version.dwPlatformId = 2;
        version.szCSDVersion = [0; 128];
        if version.dwOSVersionInfoSize as usize == size_of::<OSVERSIONINFOEXW>() {
            // SAFETY: the driver says by the size that it passes the longer structure.
            let longer = unsafe { &mut *out.cast::<OSVERSIONINFOEXW>() };
            longer.wServicePackMajor = 0;
            longer.wServicePackMinor = 0;
            longer.wSuiteMask = 0x100;
            longer.wProductType = WORKSTATION;
        }
        STATUS_SUCCESS
    }
    /// `FsRtlIsNtstatusExpected` — false for the statuses of a crash.
    fn FsRtlIsNtstatusExpected(status: NTSTATUS) -> u8 {
        const UNEXPECTED: [u32; 5] = [0xC000_0005, 0xC000_001D, 0x8000_0002, 0xC000_00AA, 0xC000_0420];
        u8::from(!UNEXPECTED.contains(&(status as u32)))
    }
    /// `ExGetPreviousMode` — UserMode in a program's thread, but below the Zw form of a service.
    fn ExGetPreviousMode() -> i8 {
        let program = thread::current().process_id() != thread::SYSTEM_PROCESS;
        i8::from(program && !passage::is_within(|call| call.function().starts_with("Zw")))
    }
    /// `KeGetCurrentProcessorNumberEx`
    fn KeGetCurrentProcessorNumberEx(_number: usize) -> u32 { 0 }
    /// `KeQueryActiveProcessorCountEx`
    fn KeQueryActiveProcessorCountEx(_group: u16) -> u32 {
        std::thread::available_parallelism().map_or(1, |count| count.get() as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::gate::tests::in_call;

    #[test]
    fn the_previous_mode_is_the_program_s_but_within_a_zw_call() {
        let thread = thread::current();
        let home = thread.process_id();
        let mode = || call!(ExGetPreviousMode());
        assert_eq!(mode(), 0);
        thread.set_process_id(7012);
        let within = |name| in_call(name, || passage::through(&|| (), mode));
        assert_eq!(
            [mode(), within("FltReadFile"), within("ZwReadFile")],
            [1, 1, 0]
        );
        thread.set_process_id(home);
    }
}
