//! Instances — the instance definitions among the values of the service key.

use super::Instance;
use super::registry::{RegistryData, RegistryValue};

/// Where the definitions may stand: below `Parameters` since Windows 11 24H2, directly below the key before.
const KEYS: [&str; 2] = ["Parameters\\Instances", "Instances"];

/// Finds the default instance's name and all instances.
pub fn collect(values: &[RegistryValue]) -> Result<(String, Vec<Instance>), String> {
    for key in KEYS {
        let instances = under(values, key)?;
        if !instances.is_empty() {
            let default = default_of(values, key, &instances)?;
            return Ok((default, instances));
        }
    }
    Err("no instance: no AddReg value `Altitude` below Parameters\\Instances\\NAME or Instances\\NAME".into())
}

/// Whether any value has to do with instances.
pub fn described(values: &[RegistryValue]) -> bool {
    let below = |value: &RegistryValue, key: &str| {
        let head = value.subkey.get(..key.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(key))
    };
    values
        .iter()
        .any(|value| KEYS.iter().any(|key| below(value, key)))
}

fn under(values: &[RegistryValue], key: &str) -> Result<Vec<Instance>, String> {
    let mut instances: Vec<Instance> = Vec::new();
    for value in values {
        let Some(name) = instance_name(&value.subkey, key) else {
            continue;
        };
        let index = instances
            .iter()
            .position(|i| i.name.eq_ignore_ascii_case(name))
            .unwrap_or_else(|| {
                instances.push(Instance {
                    name: name.into(),
                    altitude: String::new(),
                    flags: 0,
                });
                instances.len() - 1
            });
        match (value.name.to_ascii_lowercase().as_str(), &value.data) {
            ("altitude", RegistryData::Text(altitude)) => {
                check_altitude(altitude).map_err(|e| format!("instance `{name}`: Altitude {e}"))?;
                instances[index].altitude.clone_from(altitude);
            }
            ("altitude", _) => return Err(format!("instance `{name}`: Altitude is no REG_SZ")),
            ("flags", RegistryData::Dword(flags)) => instances[index].flags = *flags,
            ("flags", _) => return Err(format!("instance `{name}`: Flags is no REG_DWORD")),
            _ => {}
        }
    }
    match instances.iter().find(|i| i.altitude.is_empty()) {
        Some(bare) => Err(format!("instance `{}`: Altitude is missing", bare.name)),
        None => Ok(instances),
    }
}

fn instance_name<'a>(subkey: &'a str, key: &str) -> Option<&'a str> {
    let head = subkey.get(..key.len())?;
    let name = subkey[key.len()..].strip_prefix('\\')?;
    (head.eq_ignore_ascii_case(key) && !name.is_empty() && !name.contains('\\')).then_some(name)
}

fn check_altitude(altitude: &str) -> Result<(), String> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let good = match altitude.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(altitude),
    };
    if good {
        Ok(())
    } else {
        Err(format!("`{altitude}` is no decimal number"))
    }
}

fn default_of(
    values: &[RegistryValue],
    key: &str,
    instances: &[Instance],
) -> Result<String, String> {
    let is_default = |v: &&RegistryValue| {
        v.subkey.eq_ignore_ascii_case(key) && v.name.eq_ignore_ascii_case("DefaultInstance")
    };
    let Some(value) = values.iter().find(is_default) else {
        return Err(format!("{key}: DefaultInstance is missing"));
    };
    let RegistryData::Text(name) = &value.data else {
        return Err(format!("{key}: DefaultInstance is no REG_SZ"));
    };
    if instances.iter().any(|i| i.name.eq_ignore_ascii_case(name)) {
        Ok(name.clone())
    } else {
        Err(format!(
            "{key}: DefaultInstance names `{name}`, which is not defined"
        ))
    }
}
