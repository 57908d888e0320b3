//! Each driver here stops the kernel; drydock reports the code Windows would show.

use crate::driver_file::Arg::{At, Is};
use crate::driver_file::{DriverFile, run, run_with};

const OK: u32 = 0;

fn stop_of(code: &[u8]) -> (Option<i32>, String) {
    let ran = run(&DriverFile::new().code(code).build(OK));
    (ran.code, ran.stop().0.to_owned())
}

#[test]
fn a_bug_check_of_its_own() {
    let ran = run(&DriverFile::new()
        .call("KeBugCheckEx", &[Is(0x1234), Is(7), Is(0), Is(0)])
        .build(OK));
    assert_eq!((ran.code, ran.stop()), (Some(4), ("0x1234", "0x7")));
    assert_eq!(ran.report["verdict"].as_str(), Some("bugcheck"));
}

#[test]
fn a_null_pointer() {
    // xor eax, eax; mov rax, [rax]
    assert_eq!(
        stop_of(&[0x31, 0xc0, 0x48, 0x8b, 0x00]),
        (Some(4), "0x50".to_owned())
    );
}

#[test]
fn a_null_pointer_at_dispatch() {
    // mov eax, 2; mov cr8, rax; xor eax, eax; mov rax, [rax]
    let code = [
        0xb8, 2, 0, 0, 0, 0x44, 0x0f, 0x22, 0xc0, 0x31, 0xc0, 0x48, 0x8b, 0x00,
    ];
    assert_eq!(stop_of(&code), (Some(4), "0xd1".to_owned()));
}

#[test]
fn a_write_to_code() {
    // lea rax, [rip]; mov byte [rax], 0
    assert_eq!(
        stop_of(&[0x48, 0x8d, 0x05, 0, 0, 0, 0, 0xc6, 0x00, 0x00]),
        (Some(4), "0xbe".to_owned())
    );
}

#[test]
fn a_call_into_data() {
    // lea rax, [rip + 1000h]; call rax
    assert_eq!(
        stop_of(&[0x48, 0x8d, 0x05, 0, 0x10, 0, 0, 0xff, 0xd0]),
        (Some(4), "0xfc".to_owned())
    );
}

#[test]
fn an_illegal_instruction() {
    assert_eq!(stop_of(&[0x0f, 0x0b]), (Some(4), "0x7e".to_owned()));
}

#[test]
fn a_fast_fail_with_its_code() {
    // mov ecx, 2; int 29h
    let ran = run(&DriverFile::new()
        .code(&[0xb9, 2, 0, 0, 0, 0xcd, 0x29])
        .build(OK));
    assert_eq!((ran.code, ran.stop()), (Some(4), ("0x139", "0x2")));
}

#[test]
fn a_division_by_zero() {
    // xor ecx, ecx; xor edx, edx; div ecx
    assert_eq!(
        stop_of(&[0x31, 0xc9, 0x31, 0xd2, 0xf7, 0xf1]),
        (Some(4), "0x7e".to_owned())
    );
}

#[test]
fn a_stack_that_runs_out() {
    // call to itself
    assert_eq!(
        stop_of(&[0xe8, 0xfb, 0xff, 0xff, 0xff]),
        (Some(4), "0x7f".to_owned())
    );
}

/// sub rsp, bytes; mov [rsp], eax; add rsp, bytes.
fn frame_of(bytes: u32) -> Vec<u8> {
    let mut code = vec![0x48, 0x81, 0xec];
    code.extend(bytes.to_le_bytes());
    code.extend([0x89, 0x04, 0x24, 0x48, 0x81, 0xc4]);
    code.extend(bytes.to_le_bytes());
    code
}

#[test]
fn a_driver_has_a_kernel_stack_of_24_kib_and_no_more() {
    let ran = run(&DriverFile::new().code(&frame_of(0x5800)).build(OK));
    assert_eq!(ran.code, Some(0));
    let deepest = ran.report["stack_peak_bytes"].as_u64();
    assert!(
        deepest.is_some_and(|bytes| (0x5800..0x6000).contains(&bytes)),
        "{deepest:?}"
    );
    let ran = run(&DriverFile::new().code(&frame_of(0x6000)).build(OK));
    assert_eq!((ran.code, ran.stop()), (Some(4), ("0x7f", "0x8")));
    assert!(
        ran.report["bugcheck"]["caller"]
            .as_str()
            .is_some_and(|caller| caller.starts_with("test.sys+"))
    );
}

#[test]
fn a_bad_pointer_given_to_an_export_is_blamed_on_the_caller() {
    let ran = run(&DriverFile::new()
        .call("memset", &[Is(0x10), Is(0), Is(8)])
        .build(OK));
    assert_eq!((ran.code, ran.stop().0), (Some(4), "0x50"));
    assert_eq!(ran.report["bugcheck"]["function"].as_str(), Some("memset"));
    assert!(
        ran.report["bugcheck"]["caller"]
            .as_str()
            .is_some_and(|caller| caller.starts_with("test.sys+"))
    );
}

#[test]
fn a_driver_that_never_returns_ends_at_the_timeout() {
    let ran = run_with(
        &DriverFile::new().code(&[0xeb, 0xfe]).build(OK),
        &["--timeout-s", "1"],
    );
    assert_eq!((ran.code, ran.rules()), (Some(3), vec!["driver hung"]));
}

#[test]
fn a_driver_that_waits_for_ever_is_said_to_hang() {
    let file = DriverFile::new()
        .call("KeInitializeEvent", &[At(0), Is(0), Is(0)])
        .code(&[0x48, 0xc7, 0x44, 0x24, 0x20, 0, 0, 0, 0]) // mov qword [rsp + 20h], 0: no timeout
        .call("KeWaitForSingleObject", &[At(0), Is(0), Is(0), Is(0)]);
    let ran = run_with(&file.build(OK), &["--timeout-s", "1"]);
    assert_eq!((ran.code, ran.rules()), (Some(3), vec!["driver hung"]));
}

#[test]
fn interrupts_may_be_held_back() {
    // cli; sti
    let ran = run(&DriverFile::new().code(&[0xfa, 0xfb]).build(OK));
    assert_eq!(ran.code, Some(0));
}

#[test]
fn an_instruction_that_is_not_played_is_the_bench_s_fault() {
    // xor ecx, ecx; rdmsr
    let ran = run(&DriverFile::new().code(&[0x31, 0xc9, 0x0f, 0x32]).build(OK));
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.errors.contains("executes rdmsr at test.sys+"),
        "{}",
        ran.errors
    );
}
