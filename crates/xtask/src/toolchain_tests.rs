//! Every path of the set-up decision, on machines that need not exist.

use super::*;

fn compiler(path: &str, version: Version) -> Compiler {
    Compiler {
        path: path.into(),
        version,
        targets: vec![],
        sources: None,
    }
}

/// A fresh Debian machine with rustup's compiler and its linker, as root, before `apt-get update`.
fn fresh() -> Machine {
    Machine {
        compilers: vec![compiler("rustup/rustc", Version(1, 95))],
        linker: Some("rust-lld".into()),
        rustup: true,
        apt: Some(Privilege::Root),
        offers: vec![Offer {
            compiler: "rustc-web",
            sources: "rust-web-src",
            version: Some(Version(1, 85)),
        }],
        lld: Some("lld-19"),
    }
}

fn with_sources(mut machine: Machine, version: Version) -> Machine {
    let mut system = compiler("system/rustc", version);
    system.sources = Some("src".into());
    machine.compilers.push(system);
    machine
}

fn next(machine: &Machine, tried: &[Step]) -> Plan {
    plan(machine, Arch::X64, tried)
}

#[test]
fn an_installed_target_is_used_as_it_is() {
    let mut machine = with_sources(fresh(), Version(1, 96));
    machine.compilers[0].targets = vec![Arch::X64];
    let Plan::Ready(toolchain) = next(&machine, &[]) else {
        panic!("not ready")
    };
    assert_eq!(
        (toolchain.core, toolchain.rustc),
        (Core::Installed, "rustup/rustc".into())
    );
}

#[test]
fn a_target_of_the_other_architecture_does_not_count() {
    let mut machine = fresh();
    machine.compilers[0].targets = vec![Arch::Arm64];
    assert_eq!(next(&machine, &[]), Plan::Do(Step::RustupTarget));
}

#[test]
fn sources_already_there_are_preferred_to_a_download() {
    let Plan::Ready(toolchain) = next(&with_sources(fresh(), Version(1, 96)), &[]) else {
        panic!("not ready")
    };
    assert_eq!(
        (toolchain.core, toolchain.rustc),
        (Core::Sources("src".into()), "system/rustc".into())
    );
}

#[test]
fn a_compiler_that_is_too_old_does_not_count() {
    assert_eq!(
        next(&with_sources(fresh(), Version(1, 85)), &[]),
        Plan::Do(Step::RustupTarget)
    );
}

#[test]
fn rustup_is_asked_before_the_packages() {
    assert_eq!(next(&fresh(), &[]), Plan::Do(Step::RustupTarget));
}

#[test]
fn package_lists_are_updated_when_the_candidate_is_too_old() {
    assert_eq!(
        next(&fresh(), &[Step::RustupTarget]),
        Plan::Do(Step::UpdatePackageLists)
    );
}

#[test]
fn packages_are_installed_once_the_candidate_is_new_enough() {
    let mut machine = fresh();
    machine.offers[0].version = Some(Version(1, 96));
    let expected = Plan::Do(Step::InstallPackages(vec!["rustc-web", "rust-web-src"]));
    assert_eq!(
        next(&machine, &[Step::RustupTarget, Step::UpdatePackageLists]),
        expected
    );
}

#[test]
fn a_missing_linker_is_installed_with_the_compiler() {
    let mut machine = fresh();
    machine.linker = None;
    machine.offers[0].version = Some(Version(1, 96));
    let expected = Plan::Do(Step::InstallPackages(vec![
        "rustc-web",
        "rust-web-src",
        "lld-19",
    ]));
    assert_eq!(next(&machine, &[Step::RustupTarget]), expected);
}

#[test]
fn a_missing_linker_alone_is_installed_alone() {
    let mut machine = with_sources(fresh(), Version(1, 96));
    machine.linker = None;
    assert_eq!(
        next(&machine, &[]),
        Plan::Do(Step::InstallPackages(vec!["lld-19"]))
    );
}

#[test]
fn without_privilege_the_message_says_what_to_install() {
    let mut machine = fresh();
    machine.apt = Some(Privilege::None);
    let Plan::Impossible(message) = next(&machine, &[Step::RustupTarget]) else {
        panic!("possible")
    };
    assert!(
        message.contains("apt-get install rustc-web rust-web-src"),
        "{message}"
    );
    assert!(
        message.contains("rustup target add x86_64-pc-windows-msvc"),
        "{message}"
    );
}

#[test]
fn packages_that_did_not_help_are_not_installed_again() {
    let mut machine = fresh();
    machine.offers[0].version = Some(Version(1, 96));
    let install = Step::InstallPackages(vec!["rustc-web", "rust-web-src"]);
    let tried = [Step::RustupTarget, Step::UpdatePackageLists, install];
    assert!(matches!(next(&machine, &tried), Plan::Impossible(_)));
}

#[test]
fn packages_that_old_lists_misname_are_tried_again_after_an_update() {
    let mut machine = fresh();
    machine.offers[0].version = Some(Version(1, 96));
    let install = Step::InstallPackages(vec!["rustc-web", "rust-web-src"]);
    let mut tried = vec![Step::RustupTarget, install.clone()];
    assert_eq!(next(&machine, &tried), Plan::Do(Step::UpdatePackageLists));
    tried.push(Step::UpdatePackageLists);
    assert_eq!(next(&machine, &tried), Plan::Do(install));
}

#[test]
fn a_linker_that_no_list_names_wants_an_update_first() {
    let mut machine = with_sources(fresh(), Version(1, 96));
    (machine.linker, machine.lld) = (None, None);
    assert_eq!(next(&machine, &[]), Plan::Do(Step::UpdatePackageLists));
}

#[test]
fn lists_that_stay_too_old_end_with_a_message() {
    let tried = [Step::RustupTarget, Step::UpdatePackageLists];
    assert!(matches!(next(&fresh(), &tried), Plan::Impossible(_)));
}
