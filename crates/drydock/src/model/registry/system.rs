//! The keys that every Windows has, as far as drivers look into them.

use super::tree::{Tree, Value};
use crate::model::shared_user_data::BUILD;

const KEYS: [&str; 7] = [
    r"\Registry\Machine\System\ControlSet001\Control\Session Manager\Memory Management",
    r"\Registry\Machine\System\ControlSet001\Control\FileSystem",
    r"\Registry\Machine\System\ControlSet001\Services",
    r"\Registry\Machine\Software\Classes",
    r"\Registry\Machine\Hardware\DeviceMap",
    r"\Registry\Machine\SAM",
    r"\Registry\User\.Default\Software",
];
const VERSION: &str = r"\Registry\Machine\Software\Microsoft\Windows NT\CurrentVersion";
const REG_SZ: u32 = 1;

/// The registry before any driver's set-up has run.
pub(super) fn tree() -> Tree {
    let mut tree = Tree::new();
    for key in KEYS {
        // Every one of these paths is good, which the test below sees.
        let _ = tree.create_all(key);
    }
    let set_text = |tree: &mut Tree, path: &str, name: &str, text: &str| {
        let data = text
            .encode_utf16()
            .chain([0])
            .flat_map(u16::to_le_bytes)
            .collect();
        let value = Value {
            name: name.encode_utf16().collect(),
            kind: REG_SZ,
            data,
        };
        if let Ok(key) = tree.create_all(path) {
            let _ = tree.set_value(key, value);
        }
    };
    set_text(&mut tree, VERSION, "CurrentBuildNumber", &BUILD.to_string());
    set_text(&mut tree, VERSION, "CurrentVersion", "6.3");
    set_text(&mut tree, VERSION, "SystemRoot", r"C:\Windows");
    if let (Ok(system), Ok(current)) = (
        tree.create_all(r"\Registry\Machine\System"),
        tree.create_all(r"\Registry\Machine\System\ControlSet001"),
    ) {
        tree.link(system, "CurrentControlSet", current);
    }
    tree
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currentcontrolset_is_another_name_of_the_first_one() {
        let tree = tree();
        let open = |path: &str| tree.open(None, &path.encode_utf16().collect::<Vec<_>>());
        assert!(KEYS.iter().all(|key| open(key).is_ok()) && open(VERSION).is_ok());
        let (by_link, by_name) = (
            open(r"\Registry\Machine\SYSTEM\CurrentControlSet\Services"),
            open(r"\Registry\Machine\System\ControlSet001\Services"),
        );
        assert!(by_link.is_ok() && by_link == by_name);
    }
}
