//! Each driver here breaks one rule, and drydock names it.

use crate::driver_file::Arg::{At, Is, Of};
use crate::driver_file::{Arg, DriverFile, pageable, run, run_with};

const TAG: Arg = Is(0x7473_6554);
const NON_PAGED: Arg = Is(0x40);
const OK: u32 = 0;

#[test]
fn a_driver_that_does_nothing_wrong_is_clean() {
    let file = DriverFile::new()
        .call("ExAllocatePool2", &[NON_PAGED, Is(64), TAG])
        .keep(0)
        .call("ExInitializeResourceLite", &[At(64)])
        .call("KeEnterCriticalRegion", &[])
        .call("ExAcquireResourceExclusiveLite", &[At(64), Is(1)])
        .call("ExReleaseResourceLite", &[At(64)])
        .call("KeLeaveCriticalRegion", &[])
        .call("ExDeleteResourceLite", &[At(64)])
        .call("ExFreePoolWithTag", &[Of(0), TAG]);
    let ran = run(&file.build(OK));
    assert_eq!((ran.code, ran.rules()), (Some(0), vec![]));
    assert_eq!(
        (
            ran.report["verdict"].as_str(),
            ran.report["calls"]["ExAllocatePool2"].as_u64()
        ),
        (Some("clean"), Some(1))
    );
}

#[test]
fn an_irql_left_raised() {
    let ran = run(&DriverFile::new().call("KfRaiseIrql", &[Is(2)]).build(OK));
    assert_eq!(
        (ran.code, ran.rules()),
        (Some(3), vec!["F21 IRQL changed by a callback"])
    );
}

#[test]
fn an_irql_left_raised_through_cr8() {
    // mov eax, 2; mov cr8, rax
    let ran = run(&DriverFile::new()
        .code(&[0xb8, 2, 0, 0, 0, 0x44, 0x0f, 0x22, 0xc0])
        .build(OK));
    assert_eq!(
        (ran.code, ran.rules()),
        (Some(3), vec!["F21 IRQL changed by a callback"])
    );
}

/// The stop that `driver` ends with, in a resident and in a pageable section.
fn resident_and_pageable(driver: DriverFile) -> [Option<String>; 2] {
    let resident = driver.build(OK);
    [resident.clone(), pageable(resident)].map(|file| {
        let ran = run(&file);
        (ran.code != Some(0)).then(|| ran.stop().0.to_owned())
    })
}

#[test]
fn a_call_from_pageable_code_at_dispatch() {
    let driver = DriverFile::new()
        .call("KfRaiseIrql", &[Is(2)])
        .call("KeLowerIrql", &[Is(0)]);
    let found = resident_and_pageable(driver);
    assert_eq!(found, [None, Some("0xd1".to_owned())]);
}

#[test]
fn pageable_code_that_raises_through_cr8() {
    // mov eax, 2; mov cr8, rax; xor eax, eax; mov cr8, rax
    let driver = DriverFile::new().code(&[
        0xb8, 2, 0, 0, 0, 0x44, 0x0f, 0x22, 0xc0, 0x31, 0xc0, 0x44, 0x0f, 0x22, 0xc0,
    ]);
    let found = resident_and_pageable(driver);
    assert_eq!(found, [None, Some("0xd1".to_owned())]);
}

#[test]
fn a_pool_leak_with_its_caller() {
    let ran = run(&DriverFile::new()
        .call("ExAllocatePool2", &[NON_PAGED, Is(64), TAG])
        .build(OK));
    assert_eq!((ran.code, ran.rules()), (Some(3), vec!["pool leaked"]));
    assert_eq!(ran.report["leaks"]["pool_bytes"].as_u64(), Some(64));
    assert!(
        ran.report["violations"][0]["caller"]
            .as_str()
            .is_some_and(|caller| caller.starts_with("test.sys+0x10"))
    );
}

#[test]
fn a_call_above_its_bound() {
    let file = DriverFile::new()
        .call("KeInitializeGuardedMutex", &[At(0)])
        .call("KfRaiseIrql", &[Is(2)])
        .call("ExAcquireFastMutexUnsafe", &[At(0)])
        .call("ExReleaseFastMutexUnsafe", &[At(0)])
        .call("KeLowerIrql", &[Is(0)]);
    let ran = run(&file.build(OK));
    assert_eq!(ran.code, Some(3));
    assert!(
        ran.rules().contains(&"F20 called outside its IRQL bound"),
        "{:?}",
        ran.rules()
    );
}

#[test]
fn paged_pool_at_dispatch() {
    let file = DriverFile::new()
        .call("KfRaiseIrql", &[Is(2)])
        .call("ExAllocatePool2", &[Is(0x100), Is(16), TAG])
        .keep(0)
        .call("KeLowerIrql", &[Is(0)])
        .call("ExFreePoolWithTag", &[Of(0), TAG]);
    let ran = run(&file.build(OK));
    assert_eq!(
        (ran.code, ran.rules()),
        (Some(3), vec!["paged pool used above APC"])
    );
}

#[test]
fn a_resource_left_held() {
    let file = DriverFile::new()
        .call("ExInitializeResourceLite", &[At(0)])
        .call("ExEnterCriticalRegionAndAcquireResourceExclusive", &[At(0)]);
    let ran = run(&file.build(OK));
    assert_eq!(ran.code, Some(3));
    assert!(
        ran.rules()
            .contains(&"F23 lock held on return from a callback"),
        "{:?}",
        ran.rules()
    );
    assert!(
        ran.rules().contains(&"F21 APC count changed by a callback"),
        "{:?}",
        ran.rules()
    );
    assert!(
        ran.rules()
            .contains(&"ERESOURCE left initialised at unload"),
        "{:?}",
        ran.rules()
    );
}

#[test]
fn a_resource_released_by_a_thread_that_does_not_own_it() {
    let file = DriverFile::new()
        .call("ExInitializeResourceLite", &[At(0)])
        .call("KeEnterCriticalRegion", &[])
        .call("ExReleaseResourceLite", &[At(0)]);
    let ran = run(&file.build(OK));
    assert_eq!((ran.code, ran.stop().0), (Some(4), "0xe3"));
    assert_eq!(
        ran.report["bugcheck"]["function"].as_str(),
        Some("ExReleaseResourceLite")
    );
}

#[test]
fn a_resource_acquired_with_apcs_enabled() {
    let file = DriverFile::new()
        .call("ExInitializeResourceLite", &[At(0)])
        .call("ExAcquireResourceSharedLite", &[At(0), Is(1)])
        .call("ExReleaseResourceLite", &[At(0)])
        .call("ExDeleteResourceLite", &[At(0)]);
    let ran = run(&file.build(OK));
    let codes: Vec<_> = ran.report["violations"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| one["code"].as_str())
        .collect();
    assert_eq!(
        (ran.code, codes),
        (Some(3), vec![Some("0xC4/0x37"), Some("0xC4/0x38")])
    );
}

#[test]
fn a_thread_that_waits_for_itself_does_not_hang() {
    let file = DriverFile::new()
        .call("ExInitializeResourceLite", &[At(0)])
        .call("ExEnterCriticalRegionAndAcquireResourceShared", &[At(0)])
        .call("ExAcquireResourceExclusiveLite", &[At(0), Is(1)]);
    let ran = run(&file.build(OK));
    assert_eq!((ran.code, ran.stop()), (Some(4), ("0xc4", "0x1000")));
}

#[test]
fn a_rundown_released_without_an_acquire() {
    let file = DriverFile::new()
        .call("ExInitializeRundownProtection", &[At(0)])
        .call("ExReleaseRundownProtectionEx", &[At(0), Is(2)]);
    let ran = run(&file.build(OK));
    assert_eq!(
        (ran.code, ran.rules()),
        (
            Some(3),
            vec!["rundown protection released more often than acquired"]
        )
    );
}

#[test]
fn a_rundown_left_acquired_at_unload() {
    let file = DriverFile::new()
        .call("ExInitializeRundownProtection", &[At(0)])
        .call("ExAcquireRundownProtectionEx", &[At(0), Is(3)]);
    let ran = run(&file.build(OK));
    assert_eq!(
        (ran.code, ran.rules()),
        (Some(3), vec!["rundown protection left acquired"])
    );
}

#[test]
fn a_rundown_waited_for_with_an_own_reference_does_not_hang() {
    let file = DriverFile::new()
        .call("ExInitializeRundownProtection", &[At(0)])
        .call("ExAcquireRundownProtection", &[At(0)])
        .call("ExWaitForRundownProtectionRelease", &[At(0)]);
    let ran = run(&file.build(OK));
    assert_eq!(
        (ran.code, ran.rules()),
        (Some(4), vec!["rundown waited for with an own reference"])
    );
}

#[test]
fn a_pool_block_freed_twice() {
    let file = DriverFile::new()
        .call("ExAllocatePool2", &[NON_PAGED, Is(64), TAG])
        .keep(0)
        .call("ExFreePoolWithTag", &[Of(0), TAG])
        .call("ExFreePoolWithTag", &[Of(0), TAG]);
    let ran = run(&file.build(OK));
    assert_eq!((ran.code, ran.stop()), (Some(4), ("0xc2", "0x7")));
}

#[test]
fn pool_freed_under_a_live_resource() {
    let file = DriverFile::new()
        .call("ExAllocatePool2", &[NON_PAGED, Is(128), TAG])
        .keep(0)
        .call("ExInitializeResourceLite", &[Of(0)])
        .call("ExFreePoolWithTag", &[Of(0), TAG]);
    let ran = run(&file.build(OK));
    assert_eq!(
        (ran.code, ran.rules()),
        (
            Some(3),
            vec!["memory freed while an ERESOURCE in it is initialised"]
        )
    );
}

#[test]
fn an_import_that_is_not_modelled_is_never_a_success() {
    let ran = run(&DriverFile::new().call("ZwMakeCoffee", &[]).build(OK));
    assert_eq!(
        (ran.code, ran.report["unimplemented"][0].as_str()),
        (Some(3), Some("ZwMakeCoffee"))
    );
}

#[test]
fn a_sweep_of_faults_finds_the_path_that_does_not_look() {
    // mov byte [rax], 1 right after the allocation.
    let file = || {
        DriverFile::new()
            .call("ExAllocatePool2", &[NON_PAGED, Is(8), TAG])
            .keep(0)
            .code(&[0xc6, 0x00, 0x01])
            .call("ExFreePoolWithTag", &[Of(0), TAG])
            .build(OK)
    };
    assert_eq!(run(&file()).code, Some(0));
    let ran = run_with(&file(), &["--faults", "sweep"]);
    assert_eq!(
        (
            ran.code,
            ran.stop().0,
            ran.report["faults"]["injected"].as_u64()
        ),
        (Some(4), "0x50", Some(1))
    );
}
