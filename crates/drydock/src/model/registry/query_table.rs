//! RTL_QUERY_REGISTRY_TABLE — what RtlQueryRegistryValues does with each entry of its table.

use minifilter_sys::{
    NTSTATUS, REG_EXPAND_SZ, REG_MULTI_SZ, REG_NONE, REG_SZ, STATUS_INVALID_PARAMETER,
    STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_TYPE_MISMATCH,
};

use super::tree::{KeyId, Value};

const SUBKEY: u32 = 0x1;
const TOPKEY: u32 = 0x2;
const REQUIRED: u32 = 0x4;
const NO_VALUE: u32 = 0x8;
const NO_EXPAND: u32 = 0x10;
const DIRECT: u32 = 0x20;
const DELETE: u32 = 0x40;
const TYPE_CHECK: u32 = 0x100;

/// Entry — a row of the table.
pub struct Entry {
    /// RTL_QUERY_REGISTRY_*.
    pub flags: u32,
    /// Value or subkey; none for all values.
    pub name: Option<Vec<u16>>,
    /// Whether there is a routine to be called.
    pub routine: bool,
    /// Type of the default, and in the highest byte the type that is expected.
    pub default_type: u32,
    /// The default.
    pub default: Vec<u8>,
}

/// Found — a value for an entry.
pub struct Found {
    /// Its name.
    pub name: Vec<u16>,
    /// REG_*.
    pub kind: u32,
    /// Its bytes.
    pub data: Vec<u8>,
}

impl Entry {
    /// Whether values are stored and no routine is called.
    #[must_use]
    pub fn is_direct(&self) -> bool {
        self.flags & DIRECT != 0
    }

    fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    fn check(&self) -> Result<(), NTSTATUS> {
        let direct = self.is_direct() && (self.routine || self.name.is_none() || self.has(SUBKEY));
        let bad = direct || (self.has(SUBKEY) && self.name.is_none());
        if bad {
            Err(STATUS_INVALID_PARAMETER)
        } else {
            Ok(())
        }
    }

    fn default(&self) -> Option<Found> {
        let kind = self.default_type & 0xFF;
        (kind != REG_NONE).then(|| Found {
            name: self.name.clone().unwrap_or_default(),
            kind,
            data: self.default.clone(),
        })
    }
}

/// Goes through the table; `give` takes each value to the driver, and ends it all by an error.
///
/// # Errors
/// STATUS_INVALID_PARAMETER, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_TYPE_MISMATCH, and those of `give`.
pub fn run(
    top: KeyId,
    entries: &[Entry],
    mut give: impl FnMut(usize, &Found) -> NTSTATUS,
) -> Result<(), NTSTATUS> {
    let mut key = top;
    for (index, entry) in entries.iter().enumerate() {
        entry.check()?;
        if entry.has(SUBKEY | TOPKEY) {
            key = top;
        }
        if let (true, Some(name)) = (entry.has(SUBKEY), &entry.name) {
            match super::with(|tree| tree.open(Some(top), name)) {
                Ok(found) => key = found,
                Err(status) if entry.has(REQUIRED) => return Err(status),
                Err(_) => continue,
            }
            if !entry.routine {
                continue;
            }
        }
        for found in values(key, entry)? {
            let status = give(index, &found);
            if status < 0 {
                return Err(status);
            }
        }
    }
    Ok(())
}

/// The values that an entry is about, as they are given to the driver.
fn values(key: KeyId, entry: &Entry) -> Result<Vec<Found>, NTSTATUS> {
    let all = entry.name.is_none() || entry.has(SUBKEY);
    if all && entry.has(NO_VALUE) {
        return Ok(vec![Found {
            name: Vec::new(),
            kind: REG_NONE,
            data: Vec::new(),
        }]);
    }
    let found: Vec<Value> = super::with(|tree| {
        let key = tree.key(key)?;
        Ok::<_, NTSTATUS>(match &entry.name {
            Some(name) if !all => key.value(name).cloned().into_iter().collect(),
            _ => key.values.clone(),
        })
    })?;
    if found.is_empty() {
        return match entry.default().filter(|_| !entry.has(REQUIRED)) {
            Some(default) if !all => Ok(vec![default]),
            _ if entry.has(REQUIRED) => Err(STATUS_OBJECT_NAME_NOT_FOUND),
            _ => Ok(Vec::new()),
        };
    }
    let expected = entry.default_type >> 24;
    if entry.is_direct()
        && entry.has(TYPE_CHECK)
        && found.iter().any(|value| value.kind != expected)
    {
        return Err(STATUS_OBJECT_TYPE_MISMATCH);
    }
    if entry.has(DELETE) && !all {
        for value in &found {
            super::with(|tree| tree.delete_value(key, &value.name))?;
        }
    }
    Ok(found
        .into_iter()
        .flat_map(|value| presented(value, entry))
        .collect())
}

/// Each string of a REG_MULTI_SZ by itself, and a REG_EXPAND_SZ as text: there are no environment variables in the kernel
/// whose names would be expanded.
fn presented(value: Value, entry: &Entry) -> Vec<Found> {
    let Value { name, kind, data } = value;
    let one = |kind, data| Found {
        name: name.clone(),
        kind,
        data,
    };
    match kind {
        REG_MULTI_SZ if !entry.has(NO_EXPAND) && !entry.is_direct() => {
            let units: Vec<[u8; 2]> = data.as_chunks::<2>().0.to_vec();
            let strings = units
                .split(|unit| *unit == [0, 0])
                .filter(|string| !string.is_empty());
            strings
                .map(|string| one(REG_SZ, [string, &[[0, 0]]].concat().concat()))
                .collect()
        }
        REG_EXPAND_SZ if !entry.has(NO_EXPAND) => vec![one(REG_SZ, data)],
        kind => vec![one(kind, data)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> KeyId {
        super::super::with(|tree| {
            let top = tree.create_all(r"\Registry\Machine\Software\query_table")?;
            let below = tree.create_all(r"\Registry\Machine\Software\query_table\Below")?;
            let value = |name: &str, kind, data: &[u8]| Value {
                name: name.encode_utf16().collect(),
                kind,
                data: data.to_vec(),
            };
            tree.set_value(
                top,
                value("Many", REG_MULTI_SZ, &[65, 0, 0, 0, 66, 0, 0, 0, 0, 0]),
            )?;
            tree.set_value(below, value("One", 4, &[1, 0, 0, 0]))?;
            Ok::<_, NTSTATUS>(top)
        })
        .expect("good paths")
    }

    fn entry(flags: u32, name: &str) -> Entry {
        let name = (!name.is_empty()).then(|| name.encode_utf16().collect());
        Entry {
            flags,
            name,
            routine: true,
            default_type: 0,
            default: Vec::new(),
        }
    }

    fn given(entries: &[Entry]) -> Result<Vec<Vec<u8>>, NTSTATUS> {
        let mut all = Vec::new();
        run(key(), entries, |_, found| {
            all.push(found.data.clone());
            0
        })?;
        Ok(all)
    }

    #[test]
    fn a_multi_string_comes_string_by_string_unless_it_is_wanted_as_it_is() {
        assert_eq!(
            given(&[entry(0, "many")]),
            Ok(vec![vec![65, 0, 0, 0], vec![66, 0, 0, 0]])
        );
        assert_eq!(
            given(&[entry(NO_EXPAND, "many")]).map(|all| all[0].len()),
            Ok(10)
        );
    }

    #[test]
    fn a_subkey_entry_moves_the_focus_until_a_topkey_entry() {
        let below = Entry {
            routine: false,
            ..entry(SUBKEY, "Below")
        };
        assert_eq!(
            given(&[below, entry(0, "One"), entry(TOPKEY, "One")]),
            Ok(vec![vec![1, 0, 0, 0]])
        );
        assert_eq!(
            given(&[entry(SUBKEY | REQUIRED, "None")]),
            Err(STATUS_OBJECT_NAME_NOT_FOUND)
        );
    }

    #[test]
    fn entries_that_contradict_themselves_are_refused() {
        assert_eq!(
            given(&[entry(DIRECT, "Many")]),
            Err(STATUS_INVALID_PARAMETER)
        );
        assert_eq!(given(&[entry(SUBKEY, "")]), Err(STATUS_INVALID_PARAMETER));
        assert_eq!(
            given(&[entry(REQUIRED, "None")]),
            Err(STATUS_OBJECT_NAME_NOT_FOUND)
        );
    }
}
