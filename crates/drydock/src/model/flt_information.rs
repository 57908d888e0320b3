//! FltGetFilterInformation, FltGetInstanceInformation, FltGetVolumeInformation and their enumerating kin — what the filter
//! manager tells programs and filters about itself, as records with names behind them.

#![allow(non_upper_case_globals)] // enumerations as C spells them

use std::sync::{Arc, PoisonError};

use minifilter_sys::*;

use super::altitude::Altitude;
use super::filter::{self, Filter};
use super::flt_volume::{self, FltVolume};
use super::instance::Instance;

/// A record that grows field by field; names follow the fields and are found by their offsets.
#[derive(Default)]
struct Record {
    fields: Vec<u8>,
    names: Vec<(usize, Vec<u8>)>,
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

impl Record {
    /// A record that no other follows.
    fn only() -> Self {
        Self::default().long(0)
    }

    fn long(mut self, value: u32) -> Self {
        self.fields.extend(value.to_le_bytes());
        self
    }

    /// Length and offset of a name.
    fn name(mut self, text: &str) -> Self {
        let bytes = utf16(text);
        self.fields.extend((bytes.len() as u16).to_le_bytes());
        self.names.push((self.fields.len(), bytes));
        self.fields.extend([0; 2]);
        self
    }

    /// Length of a name, and the name itself: the end of the record, which has at least one unit.
    fn last_name(mut self, text: &str) -> Vec<u8> {
        let bytes = utf16(text);
        self.fields.extend((bytes.len() as u16).to_le_bytes());
        self.fields.extend(bytes);
        self.fields
    }

    fn end(mut self) -> Vec<u8> {
        for (place, name) in self.names {
            let offset = self.fields.len() as u16;
            self.fields[place..place + 2].copy_from_slice(&offset.to_le_bytes());
            self.fields.extend(name);
        }
        self.fields
    }
}

/// FltGetInstanceInformation.
///
/// # Errors
/// STATUS_INVALID_PARAMETER for a class that is none.
pub fn of_instance(
    instance: &Instance,
    class: INSTANCE_INFORMATION_CLASS,
) -> Result<Vec<u8>, NTSTATUS> {
    let altitude = instance.altitude.to_string();
    let (volume, filter) = (&instance.volume, &instance.filter);
    let record = match class {
        InstanceBasicInformation => Record::only().name(&instance.name),
        InstancePartialInformation => Record::only().name(&instance.name).name(&altitude),
        InstanceFullInformation => Record::only()
            .name(&instance.name)
            .name(&altitude)
            .name(&volume.name)
            .name(&filter.name),
        InstanceAggregateStandardInformation => Record::only()
            .long(FLTFL_IASI_IS_MINIFILTER)
            .long(0)
            .long(0)
            .long(volume.file_system.properties().file_system.unsigned_abs())
            .name(&instance.name)
            .name(&altitude)
            .name(&volume.name)
            .name(&filter.name)
            .long(0),
        _ => return Err(STATUS_INVALID_PARAMETER),
    };
    Ok(record.end())
}

/// The altitude of a filter's default instance, or of its only one.
fn altitude_of(filter: &Filter) -> String {
    let all = &filter.setup.instances;
    let default = &filter.setup.default_instance;
    let found = all
        .iter()
        .find(|instance| instance.name.eq_ignore_ascii_case(default));
    found
        .or(all.first())
        .map_or_else(String::new, |instance| instance.altitude.clone())
}

/// FltGetFilterInformation.
///
/// # Errors
/// STATUS_INVALID_PARAMETER for a class that is none.
pub fn of_filter(filter: &Filter, class: FILTER_INFORMATION_CLASS) -> Result<Vec<u8>, NTSTATUS> {
    let instances = filter
        .instances
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let count = instances.len() as u32;
    let names = |record: Record| record.name(&filter.name).name(&altitude_of(filter)).end();
    match class {
        FilterFullInformation => Ok(Record::only().long(0).long(count).last_name(&filter.name)),
        FilterAggregateBasicInformation => {
            let flags = FLTFL_AGGREGATE_INFO_IS_MINIFILTER;
            Ok(names(Record::only().long(flags).long(0).long(count)))
        }
        FilterAggregateStandardInformation => {
            let head = Record::only().long(FLTFL_ASI_IS_MINIFILTER).long(0);
            Ok(names(head.long(0).long(count)))
        }
        _ => Err(STATUS_INVALID_PARAMETER),
    }
}

/// FltGetVolumeInformation.
///
/// # Errors
/// STATUS_INVALID_PARAMETER for a class that is none.
pub fn of_volume(
    volume: &FltVolume,
    class: FILTER_VOLUME_INFORMATION_CLASS,
) -> Result<Vec<u8>, NTSTATUS> {
    let kind = volume.file_system.properties().file_system.unsigned_abs();
    match class {
        FilterVolumeBasicInformation => Ok(Record::default().last_name(&volume.name)),
        FilterVolumeStandardInformation => {
            let head = Record::only().long(0).long(0).long(kind);
            Ok(head.last_name(&volume.name))
        }
        _ => Err(STATUS_INVALID_PARAMETER),
    }
}

/// Every filter, from high to low altitude.
pub fn filters() -> Vec<Arc<Filter>> {
    let mut all = filter::registered();
    all.sort_by_cached_key(|filter| {
        let altitude = Altitude::parse(&altitude_of(filter));
        (std::cmp::Reverse(altitude), filter.name.clone())
    });
    all
}

/// Every volume, in the order of their names.
pub fn volumes() -> Vec<Arc<FltVolume>> {
    let mut all = flt_volume::mounted();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}
