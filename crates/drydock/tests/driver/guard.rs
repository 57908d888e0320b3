//! Drivers compiled for control flow guard, from `guard/guard.c`.

use crate::driver_file::{Ran, run};

/// KERNEL_SECURITY_CHECK_FAILURE for an indirect call.
const STOP: (&str, &str) = ("0x139", "0xa");
/// Where `DllCharacteristics` has GUARD_CF, in its upper byte.
const MARK: (usize, u8) = (70 + 1, 0x40);

/// The driver refuses with one bit for each call that came out wrong.
fn is_clean(ran: &Ran) {
    assert_eq!(
        (ran.code, ran.report["verdict"].as_str()),
        (Some(0), Some("clean")),
        "{} {}",
        ran.report,
        ran.errors
    );
}

/// `file` without the mark that makes Windows hold it to its table.
fn unmarked(file: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    let nt = u32::from_le_bytes([file[0x3c], file[0x3d], file[0x3e], file[0x3f]]) as usize;
    let place = &mut file[nt + 24 + MARK.0];
    assert_eq!(*place & MARK.1, MARK.1, "the fixture is marked");
    *place &= !MARK.1;
    file
}

#[test]
fn a_guarded_driver_calls_its_own_functions_and_the_kernel_s() {
    is_clean(&run(include_bytes!("guard/correct.sys")));
}

#[test]
fn a_call_to_the_middle_of_a_function_stops_its_caller() {
    let ran = run(include_bytes!("guard/stray.sys"));
    assert_eq!((ran.code, ran.stop()), (Some(4), STOP), "{}", ran.errors);
    let caller = ran.report["bugcheck"]["caller"].as_str();
    assert!(caller.is_some_and(|caller| caller.starts_with("test.sys+")));
    let detail = ran.report["bugcheck"]["detail"].as_str();
    assert!(detail.is_some_and(|detail| detail.contains("test.sys+")));
}

#[test]
fn a_target_that_is_checked_before_its_call_stops_too() {
    let ran = run(include_bytes!("guard/stray_check.sys"));
    assert_eq!((ran.code, ran.stop()), (Some(4), STOP), "{}", ran.errors);
}

#[test]
fn a_driver_that_does_not_ask_for_the_guard_is_not_held_to_it() {
    is_clean(&run(&unmarked(include_bytes!("guard/stray.sys"))));
    is_clean(&run(&unmarked(include_bytes!("guard/stray_check.sys"))));
}
