//! AddReg — the registry values below the service key.

use super::install::Service;
use inf_file::Inf;

/// RegistryValue — one value below the service key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryValue {
    /// Path below the service key, empty for the key itself.
    pub subkey: String,
    /// Name of the value, empty for the default value.
    pub name: String,
    /// Type and content.
    pub data: RegistryData,
}

/// RegistryData — the content of a value by its registry type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegistryData {
    /// REG_SZ
    Text(String),
    /// REG_EXPAND_SZ
    ExpandText(String),
    /// REG_MULTI_SZ
    MultiText(Vec<String>),
    /// REG_DWORD
    Dword(u32),
    /// REG_QWORD
    Qword(u64),
    /// REG_BINARY
    Binary(Vec<u8>),
    /// REG_NONE
    None,
}

/// FLG_ADDREG_BINVALUETYPE and the type in the upper half of the flags.
const TYPE_MASK: u32 = 0xFFFF_0001;
const KEY_ONLY: u32 = 0x10;
const DELETE_VALUE: u32 = 0x4;

/// All values of the sections that the service's `AddReg` names.
pub fn values(inf: &Inf, service: &Service) -> Result<Vec<RegistryValue>, String> {
    let mut values = Vec::new();
    for section in inf.value(&service.section, "AddReg").unwrap_or_default() {
        let Some(lines) = inf.section(&section) else {
            return Err(format!(
                "[{}] AddReg: there is no section [{section}]",
                service.section
            ));
        };
        for line in lines {
            values.extend(
                value(&line.fields, &service.name).map_err(|e| format!("[{section}] {e}"))?,
            );
        }
    }
    Ok(values)
}

/// The values that describe one instance in both places, where there is no INF to write them.
pub fn of_instance(name: &str, altitude: &str, flags: u32) -> Vec<RegistryValue> {
    let value = |subkey: String, name: &str, data| RegistryValue {
        subkey,
        name: name.into(),
        data,
    };
    let place = |key: &str| {
        let instance = format!("{key}\\{name}");
        [
            value(
                key.into(),
                "DefaultInstance",
                RegistryData::Text(name.into()),
            ),
            value(
                instance.clone(),
                "Altitude",
                RegistryData::Text(altitude.into()),
            ),
            value(instance, "Flags", RegistryData::Dword(flags)),
        ]
    };
    ["Parameters\\Instances", "Instances"]
        .into_iter()
        .flat_map(place)
        .collect()
}

fn value(fields: &[String], service: &str) -> Result<Option<RegistryValue>, String> {
    let field = |index: usize| fields.get(index).map_or("", String::as_str);
    let Some(subkey) = below_service(field(0), field(1), service) else {
        return Ok(None);
    };
    let flags = match field(3) {
        "" => 0,
        text => number(text).ok_or_else(|| format!("{}: flags `{text}` are no number", field(2)))?
            as u32,
    };
    if flags & (KEY_ONLY | DELETE_VALUE) != 0 {
        return Ok(None);
    }
    let data = data(flags & TYPE_MASK, fields.get(4..).unwrap_or_default());
    let data = data.map_err(|e| format!("value `{}`: {e}", field(2)))?;
    Ok(Some(RegistryValue {
        subkey,
        name: field(2).into(),
        data,
    }))
}

/// `HKR` is the service key; an absolute path below `Services\NAME` means the same; anything else is elsewhere.
fn below_service(root: &str, subkey: &str, service: &str) -> Option<String> {
    let subkey = subkey.trim_matches('\\');
    if root.eq_ignore_ascii_case("HKR") {
        return Some(subkey.to_owned());
    }
    let key = format!(
        "system\\currentcontrolset\\services\\{}",
        service.to_ascii_lowercase()
    );
    let lower = subkey.to_ascii_lowercase();
    let rest = lower
        .strip_prefix(&key)
        .filter(|_| root.eq_ignore_ascii_case("HKLM"))?;
    let inside = rest.is_empty() || rest.starts_with('\\');
    inside.then(|| subkey[key.len()..].trim_matches('\\').to_owned())
}

fn data(kind: u32, fields: &[String]) -> Result<RegistryData, String> {
    let first = fields.first().map_or("", String::as_str);
    match kind {
        0x0000_0000 => Ok(RegistryData::Text(first.into())),
        0x0002_0000 => Ok(RegistryData::ExpandText(first.into())),
        0x0001_0000 => Ok(RegistryData::MultiText(
            fields.iter().filter(|f| !f.is_empty()).cloned().collect(),
        )),
        0x0001_0001 => dword(fields).map(RegistryData::Dword),
        0x000B_0001 => number(first)
            .map(RegistryData::Qword)
            .ok_or_else(|| format!("`{first}` is no 64-bit number")),
        0x0000_0001 => bytes(fields).map(RegistryData::Binary),
        0x0002_0001 => Ok(RegistryData::None),
        other => Err(format!("unknown type {other:#010x}")),
    }
}

/// A REG_DWORD is one number, or its four bytes, lowest first.
fn dword(fields: &[String]) -> Result<u32, String> {
    match fields {
        [] => Ok(0),
        [one] if one.is_empty() => Ok(0),
        [one] => {
            let value = number(one).and_then(|n| u32::try_from(n).ok());
            value.ok_or_else(|| format!("`{one}` is no 32-bit number"))
        }
        _ => {
            let bytes = bytes(fields)?;
            let bytes = <[u8; 4]>::try_from(bytes)
                .map_err(|b| format!("{} bytes for a REG_DWORD", b.len()))?;
            Ok(u32::from_le_bytes(bytes))
        }
    }
}

fn bytes(fields: &[String]) -> Result<Vec<u8>, String> {
    let byte = |text: &String| u8::from_str_radix(text.trim_start_matches("0x"), 16);
    fields
        .iter()
        .map(|f| byte(f).map_err(|_| format!("`{f}` is no byte")))
        .collect()
}

/// Decimal, `0x…`, or a negative decimal, which wraps to 32 bits as set-up does it.
fn number(text: &str) -> Option<u64> {
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    match hex {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None if text.starts_with('-') => text.parse::<i32>().ok().map(|n| u64::from(n as u32)),
        None => text.parse().ok(),
    }
}
