//! HVCI — rules of hypervisor-protected code integrity (0xC4/2000–2005), which older drivers break lawfully.
//!
//! Driver Verifier has them in a class of its own, which the standard settings leave out. A run has them as warnings unless it
//! asks for them.

use std::sync::atomic::{AtomicBool, Ordering};

use super::Rule;

static DEMANDED: AtomicBool = AtomicBool::new(false);

/// Makes these rules rules of this run, or not.
pub fn demand(demanded: bool) {
    DEMANDED.store(demanded, Ordering::Relaxed);
}

/// Records that the driver broke one of these rules: a violation where they are demanded, else a warning.
#[cold]
pub fn judge(rule: Rule, detail: impl Into<String>) {
    if DEMANDED.load(Ordering::Relaxed) {
        super::violation(rule, detail);
    } else {
        super::warning(rule, detail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::gate::tests::in_call;
    use crate::verify::rule::POOL_EXECUTABLE;
    use crate::verify::tests::violations_of;
    use crate::verify::warnings;

    #[test]
    fn executable_pool_is_a_warning_unless_these_rules_are_demanded() {
        let ask = || {
            violations_of("executable", || {
                in_call("executable", || judge(POOL_EXECUTABLE, ""))
            })
        };
        assert_eq!(ask(), Vec::<String>::new());
        assert!(
            warnings()
                .iter()
                .any(|found| found.function == "executable")
        );
        demand(true);
        let demanded = ask();
        demand(false);
        assert_eq!(demanded, [POOL_EXECUTABLE.name]);
    }
}
