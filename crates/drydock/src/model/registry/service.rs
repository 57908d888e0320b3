//! The service key of a driver: what set-up writes there, and the instances that the filter manager reads from it.

use minifilter_sys::{NTSTATUS, STATUS_OBJECT_NAME_NOT_FOUND};

use super::tree::{KeyId, Tree, Value};
use crate::inf::{DriverSetup, Instance, RegistryData, RegistryValue};

/// Where service keys are.
pub const SERVICES: &str = r"\Registry\Machine\System\ControlSet001\Services";
/// SERVICE_FILE_SYSTEM_DRIVER, SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL.
const DEFAULTS: [(&str, u32); 3] = [("Type", 2), ("Start", 3), ("ErrorControl", 1)];

/// The service key's full name.
#[must_use]
pub fn path(service: &str) -> String {
    format!("{SERVICES}\\{service}")
}

/// Writes the service key as set-up does from an INF.
///
/// # Errors
/// When the INF names a key that cannot be.
pub fn install(setup: &DriverSetup) -> Result<(), NTSTATUS> {
    super::with(|tree| {
        let service = tree.create_all(&path(&setup.service))?;
        for (name, number) in DEFAULTS {
            tree.set_value(service, value(name, &RegistryData::Dword(number)))?;
        }
        let image = RegistryData::ExpandText(format!(
            r"\SystemRoot\System32\drivers\{}.sys",
            setup.service
        ));
        tree.set_value(service, value("ImagePath", &image))?;
        for written in &setup.values {
            let key = tree.create_all(&format!("{}\\{}", path(&setup.service), written.subkey))?;
            tree.set_value(key, value(&written.name, &written.data))?;
        }
        Ok(())
    })
}

fn value(name: &str, data: &RegistryData) -> Value {
    let text = |text: &str| -> Vec<u8> {
        text.encode_utf16()
            .chain([0])
            .flat_map(u16::to_le_bytes)
            .collect()
    };
    let (kind, data) = match data {
        RegistryData::None => (0, Vec::new()),
        RegistryData::Text(one) => (1, text(one)),
        RegistryData::ExpandText(one) => (2, text(one)),
        RegistryData::Binary(bytes) => (3, bytes.clone()),
        RegistryData::Dword(number) => (4, number.to_le_bytes().to_vec()),
        RegistryData::MultiText(all) => {
            let strings = all.iter().flat_map(|one| text(one));
            (7, strings.chain([0, 0]).collect())
        }
        RegistryData::Qword(number) => (11, number.to_le_bytes().to_vec()),
    };
    Value {
        name: name.encode_utf16().collect(),
        kind,
        data,
    }
}

/// The instances that the service key describes now, and which is the default one; none where there is no such key.
///
/// A driver may have written them itself in DriverEntry.
#[must_use]
pub fn instances(service: &str) -> Option<Result<(String, Vec<Instance>), NTSTATUS>> {
    let name: Vec<u16> = path(service).encode_utf16().collect();
    super::with(|tree| {
        let key = tree.open(None, &name).ok()?;
        let mut values = Vec::new();
        collect(tree, key, "", &mut values);
        let found = crate::inf::instances_among(&values);
        Some(found.map_err(|_| STATUS_OBJECT_NAME_NOT_FOUND))
    })
}

/// Reads every value below a key, as far as instances are described by it.
fn collect(tree: &Tree, id: KeyId, subkey: &str, values: &mut Vec<RegistryValue>) {
    let Ok(key) = tree.key(id) else { return };
    values.extend(key.values.iter().filter_map(|value| {
        Some(RegistryValue {
            subkey: subkey.to_owned(),
            name: String::from_utf16_lossy(&value.name),
            data: data(value)?,
        })
    }));
    for child in key.subkeys() {
        let Ok(found) = tree.key(child) else { continue };
        let name = String::from_utf16_lossy(&found.name);
        let below = if subkey.is_empty() {
            name
        } else {
            format!("{subkey}\\{name}")
        };
        collect(tree, child, &below, values);
    }
}

fn data(value: &Value) -> Option<RegistryData> {
    match value.kind {
        1 => {
            let units = value
                .data
                .as_chunks::<2>()
                .0
                .iter()
                .map(|unit| u16::from_le_bytes(*unit));
            let units: Vec<u16> = units.take_while(|unit| *unit != 0).collect();
            Some(RegistryData::Text(String::from_utf16_lossy(&units)))
        }
        4 => Some(RegistryData::Dword(u32::from_le_bytes(
            value.data.as_slice().try_into().ok()?,
        ))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn set_up_writes_what_the_filter_manager_reads() {
        let setup = DriverSetup::without_inf("written");
        assert_eq!(instances("written"), None);
        install(&setup).expect("a good set-up");
        assert_eq!(
            instances("written"),
            Some(Ok((setup.default_instance, setup.instances)))
        );
    }

    #[test]
    fn a_driver_s_own_instances_are_read_and_half_of_them_are_none() {
        super::super::with(|tree| tree.create_all(&path("own"))).expect("a good path");
        assert_eq!(instances("own"), Some(Err(STATUS_OBJECT_NAME_NOT_FOUND)));
        let put = |subkey: &str, name: &str, data| {
            super::super::with(|tree| {
                let key = tree.create_all(&format!("{}\\{subkey}", path("own")))?;
                tree.set_value(key, value(name, &data))
            })
            .expect("a good path");
        };
        put(
            "Instances",
            "DefaultInstance",
            RegistryData::Text("Mine".into()),
        );
        assert_eq!(instances("own"), Some(Err(STATUS_OBJECT_NAME_NOT_FOUND)));
        put(
            r"Instances\Mine",
            "Altitude",
            RegistryData::Text("141000".into()),
        );
        put(r"Instances\Mine", "Flags", RegistryData::Dword(1));
        let mine = Instance {
            name: "Mine".into(),
            altitude: "141000".into(),
            flags: 1,
        };
        assert_eq!(instances("own"), Some(Ok(("Mine".into(), vec![mine]))));
    }
}
