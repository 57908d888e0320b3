//! Load order groups of minifilters, with their altitudes and classes.

/// One group.
pub struct Group {
    /// Behind `FSFilter `.
    pub name: &'static str,
    pub altitudes: (u32, u32),
    pub class: &'static str,
    pub guid: &'static str,
}

const fn group(
    name: &'static str,
    altitudes: (u32, u32),
    class: &'static str,
    guid: &'static str,
) -> Group {
    Group {
        name,
        altitudes,
        class,
        guid,
    }
}

/// Those with a class of their own, from the page "Load order groups and altitudes for minifilter drivers".
#[rustfmt::skip] // a table
pub const GROUPS: [Group; 17] = [
    group("Activity Monitor", (360_000, 389_999), "ActivityMonitor", "b86dff51-a31e-4bac-b3cf-e8cfe75c9fc2"),
    group("Undelete", (340_000, 349_999), "Undelete", "fe8f1572-c67a-48c0-bbac-0b5c6d66cafb"),
    group("Anti-Virus", (320_000, 329_999), "AntiVirus", "b1d1a169-c54f-4379-81db-bee7d88d7454"),
    group("Replication", (300_000, 309_999), "Replication", "48d3ebc4-4cf8-48ff-b869-9c68ad42eb9f"),
    group("Continuous Backup", (280_000, 289_999), "ContinuousBackup", "71aa14f8-6fad-4622-ad77-92bb9d7e6947"),
    group("Content Screener", (260_000, 269_999), "ContentScreener", "3e3f0674-c83c-4558-bb26-9820e1eba5c5"),
    group("Quota Management", (240_000, 249_999), "QuotaManagement", "8503c911-a6c7-4919-8f79-5028f5866b0c"),
    group("System Recovery", (220_000, 229_999), "SystemRecovery", "2db15374-706e-4131-a0c7-d7c78eb0289a"),
    group("Cluster File System", (200_000, 209_999), "CFSMetadataServer", "cdcf0939-b75b-4630-bf76-80f7ba655884"),
    group("HSM", (180_000, 189_999), "HSM", "d546500a-2aeb-45f6-9482-f4b1799c3177"),
    group("Compression", (160_000, 169_999), "Compression", "f3586baf-b5aa-49b5-8d6c-0569284c639f"),
    group("Encryption", (140_000, 149_999), "Encryption", "a0a701c0-a511-42ff-aa6c-06dc0395576f"),
    group("Virtualization", (130_000, 139_999), "Virtualization", "f75a86c0-10d8-4c3a-b233-ed60e4cdfaac"),
    group("Physical Quota Management", (120_000, 129_999), "PhysicalQuotaManagement", "6a0a8e78-bba6-4fc4-a709-1e33cd09d67e"),
    group("Open File", (100_000, 109_999), "OpenFileBackup", "f8ecafa6-66d1-41a5-899b-66585d7216b7"),
    group("Security Enhancer", (80_000, 89_999), "SecurityEnhancer", "d02bc3da-0c8e-4945-9bd5-f1883c226c8c"),
    group("Copy Protection", (60_000, 69_999), "CopyProtection", "89786ff1-9c12-402f-9c9e-17753c7f4375"),
];

/// Those without a class.
const OTHERS: [(&str, (u32, u32)); 4] = [
    ("Filter", (420_000, 429_999)),
    ("Top", (400_000, 409_999)),
    ("Imaging", (170_000, 175_000)),
    ("Bottom", (40_000, 49_999)),
];

/// The group of a class.
pub fn of_class(class: &str) -> Option<&'static Group> {
    GROUPS
        .iter()
        .find(|group| group.class.eq_ignore_ascii_case(class))
}

/// The altitudes of a load order group, `FSFilter ` and all.
pub fn altitudes(load_order_group: &str) -> Option<(u32, u32)> {
    let name = load_order_group.strip_prefix("FSFilter ")?;
    let of_class = GROUPS.iter().map(|group| (group.name, group.altitudes));
    of_class
        .chain(OTHERS)
        .find(|(group, _)| group.eq_ignore_ascii_case(name))
        .map(|(_, altitudes)| altitudes)
}
