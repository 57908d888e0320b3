//! IoGetStackLimits, KeExpandKernelStackAndCallout, … — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_void;

use crate::export;
use crate::model::callback::ExpandStackCallout;
use crate::model::expanded_stack;

fn expand(callout: ExpandStackCallout, parameter: *mut c_void, size: usize, wait: bool) -> i32 {
    // SAFETY: the driver passes a routine of this type with the parameter that it takes.
    expanded_stack::call_with(size, wait, || unsafe { callout(parameter) })
}

export! { Dll::Ntoskrnl;
    /// `IoGetStackLimits`
    fn IoGetStackLimits(low: *mut usize, high: *mut usize) {
        let limits = expanded_stack::limits();
        // SAFETY: the driver passes the address of a variable of its own.
        unsafe { low.write(limits.start) };
        // SAFETY: as above.
        unsafe { high.write(limits.end) };
    }
    /// `IoGetInitialStack`
    fn IoGetInitialStack() -> usize { expanded_stack::limits().end }
    /// `IoGetRemainingStackSize`
    fn IoGetRemainingStackSize() -> usize { expanded_stack::remaining() }
    /// `KeExpandKernelStackAndCallout`
    fn KeExpandKernelStackAndCallout(callout: ExpandStackCallout, parameter: *mut c_void, size: usize) -> i32 {
        expand(callout, parameter, size, true)
    }
    /// `KeExpandKernelStackAndCalloutEx`
    fn KeExpandKernelStackAndCalloutEx(
        callout: ExpandStackCallout,
        parameter: *mut c_void,
        size: usize,
        wait: u8,
        _context: *mut c_void,
    ) -> i32 {
        expand(callout, parameter, size, wait != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::kernel_stack::{LARGE, ORDINARY};
    use crate::image::switch::on_kernel_stack;
    use crate::model::bounds::{DISPATCH, PASSIVE};
    use crate::model::thread;
    use crate::verify::tests::violations_of;

    /// Notes the limits of the stack that it runs on.
    unsafe extern "win64" fn note_limits(parameter: *mut c_void) {
        let limits = parameter.cast::<[usize; 2]>();
        // SAFETY: the tests pass an array of two.
        let [low, high] = unsafe { &mut *limits };
        // SAFETY: two variables of the test's own.
        unsafe { IoGetStackLimits(low, high) };
    }

    fn expanded(size: usize, wait: u8) -> (u32, usize) {
        let mut seen = [0; 2];
        let parameter = (&raw mut seen).cast();
        let none = std::ptr::null_mut();
        // SAFETY: the callout takes such a parameter.
        let status =
            unsafe { KeExpandKernelStackAndCalloutEx(note_limits, parameter, size, wait, none) };
        (status as u32, seen[1] - seen[0])
    }

    #[test]
    fn io_get_stack_limits_and_io_get_remaining_stack_size_tell_of_the_kernel_stack() {
        let mut seen = [0; 2];
        // SAFETY: an array of two.
        on_kernel_stack(|| unsafe { note_limits((&raw mut seen).cast()) });
        assert_eq!(seen[1] - seen[0], ORDINARY);
        // SAFETY: no argument.
        assert_eq!(unsafe { IoGetInitialStack() }, seen[1]);
        // SAFETY: no argument.
        assert_eq!(unsafe { IoGetRemainingStackSize() }, ORDINARY);
    }

    #[test]
    fn ke_expand_kernel_stack_and_callout_ex_takes_a_large_stack_when_the_own_is_too_small() {
        assert_eq!(expanded(0x2000, 1), (0, ORDINARY));
        assert_eq!(expanded(0x8000, 1), (0, LARGE));
        assert_eq!(expanded(0x11801, 1), (0xC000_00F1, 0));
    }

    #[test]
    fn ke_expand_kernel_stack_and_callout_ex_does_not_wait_at_dispatch() {
        let found = violations_of("KeExpandKernelStackAndCalloutEx", || {
            thread::current().set_irql(DISPATCH);
            assert_eq!(expanded(0x8000, 0), (0, LARGE));
            assert_eq!(expanded(0x8000, 1), (0xC000_00F2, 0));
            thread::current().set_irql(PASSIVE);
        });
        assert_eq!(found, ["F20 called outside its IRQL bound"]);
    }

    #[test]
    fn ke_expand_kernel_stack_and_callout_always_may_wait() {
        let mut seen = [0; 2];
        // SAFETY: the callout takes such a parameter.
        let status =
            unsafe { KeExpandKernelStackAndCallout(note_limits, (&raw mut seen).cast(), 0x9000) };
        assert_eq!((status, seen[1] - seen[0]), (0, LARGE));
    }
}
