//! Wine loads the same drivers: a second opinion on the files and on the kernel that drydock plays.

use ringfence_tests::drydock::{driver, run};
use ringfence_tests::wine::Prefix;

const MARK: &str = "probe: ";

#[test]
fn wine_runs_driver_entry_and_its_kernel_answers_as_drydock_does() {
    let probe = driver("probe");
    let run = run(&probe, &[]);
    let prints = run.report.debug_prints.iter().map(|print| print.trim_end());
    let drydock: Vec<&str> = prints.filter(|print| print.starts_with(MARK)).collect();
    assert_eq!(drydock.last(), Some(&"probe: end = 0"), "{run:?}");

    let trace = Prefix::new().run_driver(&probe);
    assert!(trace.started, "{}", trace.text);
    let wine = trace.printed(MARK);
    assert!(wine.len() > 50, "only {} answers", wine.len());
    let different: Vec<_> = drydock
        .iter()
        .zip(&wine)
        .filter(|(ours, theirs)| ours != theirs)
        .collect();
    assert!(different.is_empty(), "(drydock, Wine): {different:#?}");
    assert_eq!(drydock.len(), wine.len());
}

#[test]
fn wine_registers_the_smallest_driver_and_refuses_a_file_of_another_processor() {
    let prefix = Prefix::new();
    let null = prefix.run_driver(&driver("null"));
    assert!(null.started, "{}", null.text);
    for call in ["fltmgr:FltRegisterFilter", "fltmgr:FltStartFiltering"] {
        assert!(null.text.contains(call), "no {call} in\n{}", null.text);
    }
    // What Wine does not accept must show, or the two tests above would mean nothing.
    let place = tempfile::tempdir().expect("a temporary directory");
    let other = place.path().join("other.sys");
    std::fs::copy(driver("../arm64/ringfence"), &other).expect("the driver can be copied");
    assert!(!prefix.run_driver(&other).started);
}
