//! Races that only some orders of threads show: `drydock search` finds each, names its seed, and finds nothing in the
//! corrected twin. `cargo xtask search` does the same with more schedules.

use serde_json::Value;

use crate::driver_file::{Ran, run_with, subcommand_with};

/// Schedules among which a race has to be found.
const SEEDS: &str = "2000";
/// Schedules of each corrected twin.
const TWIN_SEEDS: &str = "100";

/// A planted race.
struct Race {
    faulty: &'static [u8],
    corrected: &'static [u8],
    plan: &'static str,
}

/// The teardown of an instance frees what a work item still uses.
const WORK_ITEM: Race = Race {
    faulty: include_bytes!("race/work_item.sys"),
    corrected: include_bytes!("race/work_item_corrected.sys"),
    plan: "unload-under-load",
};

/// A context cannot be set any more while the instance is torn down, and the driver forgets to release it.
const CONTEXT_SET: Race = Race {
    faulty: include_bytes!("race/context_set.sys"),
    corrected: include_bytes!("race/context_set_corrected.sys"),
    plan: "unload-under-load",
};

/// A message is sent to a copy of the client port, which is closed meanwhile.
const MESSAGE: Race = Race {
    faulty: include_bytes!("port/stale.sys"),
    corrected: include_bytes!("port/messenger.sys"),
    plan: "port-disconnect",
};

fn search(driver: &[u8], plan: &str, seeds: &str) -> Ran {
    subcommand_with("search", driver, &["--plan", plan, "--seeds", seeds])
}

/// The same run again, as the search says how.
fn again(driver: &[u8], ran: &Ran) -> Ran {
    let command = ran.text.lines().last().unwrap_or_default();
    let (_, options) = command.split_once("test.sys ").expect("a command");
    run_with(driver, &options.split(' ').collect::<Vec<_>>())
}

/// What makes two runs the same: the order of threads, the verdict, and every rule and call.
fn essence(report: &Value) -> Vec<Value> {
    let rules = report["violations"].as_array().into_iter().flatten();
    let mut essence: Vec<Value> = rules.map(|rule| rule["rule"].clone()).collect();
    essence.extend(["schedule", "verdict", "calls", "operations"].map(|key| report[key].clone()));
    essence.push(report["bugcheck"]["code"].clone());
    essence
}

/// Finds the race, shows its seed, runs it again to the same end; gives the report.
fn found(race: &Race) -> Ran {
    let ran = search(race.faulty, race.plan, SEEDS);
    assert!(ran.text.contains("found       by seed"), "{}", ran.text);
    println!("{}", ran.text.lines().rev().nth(1).unwrap_or_default());
    for _ in 0..2 {
        let same = again(race.faulty, &ran);
        assert_eq!(essence(&same.report), essence(&ran.report), "{}", ran.text);
        assert_eq!(same.code, ran.code);
    }
    ran
}

/// Finds nothing in the corrected twin.
fn not_in_twin(race: &Race) {
    let ran = search(race.corrected, race.plan, TWIN_SEEDS);
    assert_eq!(ran.code, Some(0), "{}{}", ran.text, ran.errors);
    assert!(ran.text.starts_with("nothing found in 100"), "{}", ran.text);
}

#[test]
fn teardown_against_a_work_item_is_found() {
    let ran = found(&WORK_ITEM);
    assert_eq!((ran.code, ran.stop().0), (Some(4), "0xd5"), "{}", ran.text);
    not_in_twin(&WORK_ITEM);
}

#[test]
fn unload_against_a_context_set_is_found() {
    let ran = found(&CONTEXT_SET);
    assert_eq!(
        (ran.code, ran.rules()),
        (Some(3), vec!["F14 context leaked"])
    );
    not_in_twin(&CONTEXT_SET);
}

#[test]
fn port_disconnect_against_a_message_is_found() {
    let ran = found(&MESSAGE);
    let rules = ["object of the filter manager used that is gone or never was"];
    assert_eq!((ran.code, ran.rules()), (Some(3), rules.to_vec()));
    not_in_twin(&MESSAGE);
}

/// The text with a word for each number that is as long as an address: the host puts memory elsewhere each time.
fn without_addresses(text: &str) -> String {
    const ADDRESS: usize = 9;
    let mut parts = text.split("0x");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        out.push_str("0x");
        out.push_str(if digits < ADDRESS {
            part
        } else {
            &part[digits..]
        });
    }
    out
}

#[test]
fn a_seed_has_one_trace() {
    let place = crate::driver_file::directory();
    let trace = |name: &str| {
        let path = place.path().join(name);
        let file = path.display().to_string();
        let load = ["--workload", "mixed", "--ops", "60", "--threads", "3"];
        let order = ["--schedule", "11", "--trace", &file];
        let ran = run_with(MESSAGE.corrected, &[&load[..], &order].concat());
        assert_eq!(ran.code, Some(0), "{}", ran.report);
        without_addresses(&std::fs::read_to_string(&path).expect("a trace"))
    };
    let (one, two) = (trace("one"), trace("two"));
    assert!(one.lines().count() > 100);
    assert_eq!(one, two);
}

#[test]
fn a_search_that_is_not_told_a_plan_does_all() {
    let ran = subcommand_with("search", WORK_ITEM.corrected, &["--seeds", "5"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.text, ran.errors);
    assert!(ran.text.starts_with("nothing found in 20 schedules"));
    assert!(ran.text.contains("dismount-under-load"), "{}", ran.text);
}

#[test]
fn a_search_wants_no_volume_of_the_user() {
    let ran = subcommand_with("search", WORK_ITEM.corrected, &["--volume", "."]);
    assert_eq!((ran.code, ran.text.as_str()), (Some(1), ""));
    assert!(ran.errors.contains("--volume"), "{}", ran.errors);
}
