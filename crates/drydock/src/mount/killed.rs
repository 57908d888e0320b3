//! Whether a thread that waits for an answer has been killed or otherwise called meanwhile.

/// A signal waits for this thread, or it is gone. The kernel tells of signals by FUSE_INTERRUPT, which `fuser` does not
/// take, so this looks for itself.
pub fn is_killed(thread: u32) -> bool {
    let Ok(status) = std::fs::read_to_string(format!("/proc/{thread}/status")) else {
        return true;
    };
    let mask = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok())
            .unwrap_or(0)
    };
    let pending = mask("SigPnd:") | mask("ShdPnd:");
    pending & !mask("SigBlk:") & !mask("SigIgn:") != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_is_gone_is_killed_and_one_that_lives_is_not() {
        assert!(is_killed(u32::MAX));
        assert!(!is_killed(std::process::id()));
    }
}
