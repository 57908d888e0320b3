//! `KfRaiseIrql`, `KeLowerIrql` — level changes that a driver asks for, in the right direction only.

use super::thread;
use crate::verify::{self, rule};

/// Raises the level to `new`; gives back the old one.
pub fn raise(new: u8) -> u8 {
    let thread = thread::current();
    let old = thread.irql();
    if new < old {
        verify::violation(
            rule::IRQL_RAISED_DOWNWARDS,
            format!("raised from {old} to {new}"),
        );
    }
    thread.set_irql(new);
    old
}

/// Lowers the level to `new`.
pub fn lower(new: u8) {
    let thread = thread::current();
    let old = thread.irql();
    if new > old {
        verify::violation(
            rule::IRQL_LOWERED_UPWARDS,
            format!("lowered from {old} to {new}"),
        );
    }
    thread.set_irql(new);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::tests::violations_of;

    #[test]
    fn changes_in_the_wrong_direction_are_reported() {
        let found = violations_of("", || {
            assert_eq!(raise(2), 0);
            raise(1);
            lower(2);
            lower(0);
        });
        assert_eq!(
            found,
            [
                "KfRaiseIrql to a lower level",
                "KeLowerIrql to a higher level"
            ]
        );
    }
}
