//! IRP_MJ_QUERY_EA and IRP_MJ_SET_EA — extended attributes, kept beside the host's files for as long as the volume is mounted.

use minifilter_sys::*;

use super::HostVolume;
use super::answer::{Answer, Done, success};
use super::fcb::Kind;
use super::information::Record;
use super::linux_metadata::LinuxMetadata;
use super::open_file::OpenFile;
use super::parameters::{self, CreateRequest, target};

/// What is missing in the tables of statuses that the headers share.
pub const STATUS_INVALID_EA_NAME: NTSTATUS = 0x8000_0013_u32.cast_signed();
/// The name says it.
pub const STATUS_INVALID_EA_FLAG: NTSTATUS = 0x8000_0015_u32.cast_signed();
/// The name says it.
pub const STATUS_NO_MORE_EAS: NTSTATUS = 0x8000_0012_u32.cast_signed();

/// The most that all attributes of a file may take.
const MOST: usize = 0xFFFF;

/// Ea — one attribute; its name in capitals, as file systems keep it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ea {
    /// FILE_NEED_EA or nothing.
    pub flags: u8,
    /// In one-byte characters.
    pub name: Vec<u8>,
    /// Empty where there is none.
    pub value: Vec<u8>,
}

impl Ea {
    /// Reads a list of FILE_FULL_EA_INFORMATION, as IoCheckEaBufferValidity looks at it.
    ///
    /// # Errors
    /// STATUS_EA_LIST_INCONSISTENT for a list with holes, STATUS_INVALID_EA_NAME and STATUS_INVALID_EA_FLAG.
    pub fn read_list(list: &[u8]) -> Result<Vec<Self>, NTSTATUS> {
        let mut all = Vec::new();
        for entry in entries(list) {
            let entry = entry?;
            let head = entry.get(4..8).ok_or(STATUS_EA_LIST_INCONSISTENT)?;
            let value_length = usize::from(u16::from_le_bytes([head[2], head[3]]));
            let value_at = 8 + usize::from(head[1]) + 1;
            let value = entry.get(value_at..value_at + value_length);
            let (name, end) = entry[8..].split_at_checked(head[1].into()).unzip();
            if end.and_then(|end: &[u8]| end.first()) != Some(&0) {
                return Err(STATUS_EA_LIST_INCONSISTENT);
            }
            if head[0] & !(FILE_NEED_EA as u8) != 0 {
                return Err(STATUS_INVALID_EA_FLAG);
            }
            all.push(Self {
                flags: head[0],
                name: capitals(name.unwrap_or_default())?,
                value: value.ok_or(STATUS_EA_LIST_INCONSISTENT)?.to_vec(),
            });
        }
        Ok(all)
    }

    /// The names in a list of FILE_GET_EA_INFORMATION.
    fn read_names(list: &[u8]) -> Result<Vec<Vec<u8>>, NTSTATUS> {
        let name = |entry: Result<&[u8], NTSTATUS>| {
            let entry = entry?;
            let length = *entry.get(4).ok_or(STATUS_EA_LIST_INCONSISTENT)?;
            let name = entry.get(5..5 + usize::from(length));
            capitals(name.ok_or(STATUS_EA_LIST_INCONSISTENT)?)
        };
        entries(list).map(name).collect()
    }

    /// As a FILE_FULL_EA_INFORMATION that is the last of its list.
    fn record(&self) -> Record {
        let [low, high] = (self.value.len() as u16).to_le_bytes();
        let head = Record::default().u32(0).u8(self.flags);
        let head = head.u8(self.name.len() as u8).u8(low).u8(high);
        let named = self.name.iter().copied().chain([0]).fold(head, Record::u8);
        self.value.iter().copied().fold(named, Record::u8)
    }

    /// Bytes it takes as file systems count them.
    fn size(&self) -> usize {
        4 + self.name.len() + 1 + self.value.len()
    }
}

/// The entries of a list whose first four bytes are the way to the next.
fn entries(list: &[u8]) -> impl Iterator<Item = Result<&[u8], NTSTATUS>> {
    let mut rest = Some(list).filter(|list| !list.is_empty());
    std::iter::from_fn(move || {
        let entry = rest.take()?;
        let Some(Ok(next)) = entry.get(..4).map(<[u8; 4]>::try_from) else {
            return Some(Err(STATUS_EA_LIST_INCONSISTENT));
        };
        match u32::from_le_bytes(next) as usize {
            0 => Some(Ok(entry)),
            next if next % 4 == 0 && next < entry.len() => {
                rest = Some(&entry[next..]);
                Some(Ok(&entry[..next]))
            }
            _ => Some(Err(STATUS_EA_LIST_INCONSISTENT)),
        }
    })
}

/// A name in capitals, if it is one.
fn capitals(name: &[u8]) -> Result<Vec<u8>, NTSTATUS> {
    let bad = |c: &u8| *c < b' ' || b"\"*+,/:;<=>?[\\]|".contains(c);
    match name.is_empty() || name.iter().any(bad) {
        true => Err(STATUS_INVALID_EA_NAME),
        false => Ok(name.to_ascii_uppercase()),
    }
}

/// What is left of a file's attributes after a change; an empty value takes one away.
fn changed(mut old: Vec<Ea>, new: Vec<Ea>) -> Result<Vec<Ea>, NTSTATUS> {
    for ea in new {
        let place = old.iter().position(|known| known.name == ea.name);
        match (place, ea.value.is_empty()) {
            (Some(place), true) => drop(old.remove(place)),
            (Some(place), false) => old[place] = ea,
            (None, true) => {}
            (None, false) => old.push(ea),
        }
    }
    match packed_size(&old) > MOST {
        true => Err(STATUS_EA_TOO_LARGE),
        false => Ok(old),
    }
}

/// EaSize: nothing, or a length and the attributes one behind the other.
fn packed_size(all: &[Ea]) -> usize {
    match all.is_empty() {
        true => 0,
        false => 4 + all.iter().map(Ea::size).sum::<usize>(),
    }
}

/// Puts as many attributes into a buffer as fit; gives how many, and how the query ends.
fn fill(all: &[Ea], single: bool, buffer: &mut [u8]) -> Result<(usize, Done), NTSTATUS> {
    let (mut used, mut previous, mut taken) = (0_usize, 0, 0);
    let most = if single { 1 } else { all.len() };
    for ea in &all[..most] {
        let (start, record) = (used.next_multiple_of(4), ea.record().0);
        if start + record.len() > buffer.len() {
            break;
        }
        buffer[used..start].fill(0);
        if taken > 0 {
            let distance = (start - previous) as u32;
            buffer[previous..previous + 4].copy_from_slice(&distance.to_le_bytes());
        }
        buffer[start..start + record.len()].copy_from_slice(&record);
        (used, previous, taken) = (start + record.len(), start, taken + 1);
    }
    if taken == 0 {
        return Err(STATUS_BUFFER_TOO_SMALL);
    }
    let status = match taken < most {
        true => STATUS_BUFFER_OVERFLOW,
        false => STATUS_SUCCESS,
    };
    let done = Done {
        status,
        information: used,
    };
    Ok((taken, done))
}

impl HostVolume {
    /// Carries out a query of extended attributes: those named, or all from where the last query stopped.
    pub(super) fn query_eas(&self, iopb: &FLT_IO_PARAMETER_BLOCK) -> Answer {
        let open = self.with_eas(iopb)?;
        let query = parameters::query_ea(iopb);
        let none = std::ptr::null_mut();
        let names = parameters::input(query.EaList, none, query.EaListLength)?;
        let buffer = parameters::output(query.EaBuffer, query.MdlAddress, query.Length)?;
        let single = iopb.OperationFlags & SL_RETURN_SINGLE_ENTRY != 0;
        let all = self.eas_of(open.fcb.key.id);
        if !names.is_empty() {
            // A name that the file does not have comes without a value.
            let known = |name: Vec<u8>| {
                let found = all.iter().find(|ea| ea.name == name).cloned();
                let (flags, value) = (0, Vec::new());
                found.unwrap_or(Ea { flags, name, value })
            };
            let named: Vec<Ea> = Ea::read_names(names)?.into_iter().map(known).collect();
            return fill(&named, single, buffer).map(|(_, done)| done);
        }
        if all.is_empty() {
            return Err(STATUS_NO_EAS_ON_FILE);
        }
        let mut state = open.state.lock();
        let from = match iopb.OperationFlags {
            flags if flags & SL_INDEX_SPECIFIED != 0 => match query.EaIndex as usize {
                index if index == 0 || index > all.len() + 1 => {
                    return Err(STATUS_NONEXISTENT_EA_ENTRY);
                }
                index => index - 1,
            },
            flags if flags & SL_RESTART_SCAN != 0 => 0,
            _ => state.next_ea,
        };
        let left = all.get(from..).filter(|left| !left.is_empty());
        let (taken, done) = fill(left.ok_or(STATUS_NO_MORE_EAS)?, single, buffer)?;
        state.next_ea = from + taken;
        Ok(done)
    }

    /// Carries out a change of extended attributes.
    pub(super) fn set_eas(&self, iopb: &FLT_IO_PARAMETER_BLOCK) -> Answer {
        let open = self.with_eas(iopb)?;
        let set = parameters::set_ea(iopb);
        let list = parameters::input(set.EaBuffer, set.MdlAddress, set.Length)?;
        let (metadata, eas) = self.read_eas(list)?;
        let old = self.eas_of(open.fcb.key.id);
        let new = changed(old, eas)?;
        if metadata != LinuxMetadata::default() {
            self.with_host_node(&open, |node| self.apply_linux_metadata(node, metadata))?;
        }
        self.keep_eas(open.fcb.key.id, new);
        self.changed_through(&open, FILE_NOTIFY_CHANGE_EA);
        success(0)
    }

    /// The open file of an operation about attributes; the volume and named streams have none of their own.
    fn with_eas(
        &self,
        iopb: &FLT_IO_PARAMETER_BLOCK,
    ) -> Result<std::sync::Arc<OpenFile>, NTSTATUS> {
        let file = target(iopb).ok_or(STATUS_INVALID_PARAMETER)?;
        let open = self.opened(file.as_ptr())?;
        match open.fcb.kind == Kind::Volume || !open.fcb.stream.is_empty() {
            true => Err(STATUS_INVALID_PARAMETER),
            false => Ok(open),
        }
    }

    /// A list of attributes: what Linux programs mean by it goes to the inode.
    fn read_eas(&self, list: &[u8]) -> Result<(LinuxMetadata, Vec<Ea>), NTSTATUS> {
        let all = Ea::read_list(list)?;
        match self.host.is_linux() {
            true => LinuxMetadata::take_from(all),
            false => Ok((LinuxMetadata::default(), all)),
        }
    }

    /// The attributes that a create brings.
    ///
    /// # Errors
    /// Those of a list; STATUS_ACCESS_DENIED from a program that says it knows nothing of attributes.
    pub(super) fn eas_of_create(
        &self,
        request: &CreateRequest,
    ) -> Result<(LinuxMetadata, Vec<Ea>), NTSTATUS> {
        let (metadata, eas) = self.read_eas(&request.eas)?;
        match request.options & FILE_NO_EA_KNOWLEDGE != 0 && !request.eas.is_empty() {
            true => Err(STATUS_ACCESS_DENIED),
            false => Ok((metadata, changed(Vec::new(), eas)?)),
        }
    }

    /// FILE_NEED_EA — a program that knows nothing of attributes does not open a file that cannot do without.
    pub(super) fn check_ea_knowledge(
        &self,
        request: &CreateRequest,
        id: u64,
    ) -> Result<(), NTSTATUS> {
        let needed = |all: &[Ea]| all.iter().any(|ea| u32::from(ea.flags) & FILE_NEED_EA != 0);
        match request.options & FILE_NO_EA_KNOWLEDGE != 0 && needed(&self.eas_of(id)) {
            true => Err(STATUS_ACCESS_DENIED),
            false => Ok(()),
        }
    }

    /// EaSize of a file.
    pub(super) fn ea_size(&self, id: u64) -> u32 {
        let all = self.eas.lock();
        all.get(&id).map_or(0, |all| packed_size(all) as u32)
    }

    fn eas_of(&self, id: u64) -> Vec<Ea> {
        self.eas.lock().get(&id).cloned().unwrap_or_default()
    }

    /// Keeps these attributes of a file, and no others.
    pub(super) fn keep_eas(&self, id: u64, new: Vec<Ea>) {
        let mut all = self.eas.lock();
        match new.is_empty() {
            true => all.remove(&id),
            false => all.insert(id, new),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(all: &[(&str, &str)]) -> Vec<u8> {
        let mut list = Record::default();
        for (index, (name, value)) in all.iter().enumerate() {
            let (name, value) = (name.as_bytes().to_vec(), value.as_bytes().to_vec());
            let mut record = Ea {
                flags: 0,
                name,
                value,
            }
            .record();
            if index + 1 < all.len() {
                let next = record.0.len().next_multiple_of(4);
                record = record.pad_to(next);
                record.0[..4].copy_from_slice(&(next as u32).to_le_bytes());
            }
            list = list.record(&record);
        }
        list.0
    }

    #[test]
    fn names_are_kept_in_capitals_and_an_empty_value_takes_one_away() {
        let first = Ea::read_list(&list(&[("one", "1"), ("Two", "22")])).unwrap();
        assert_eq!(first[1].name, b"TWO");
        let second = Ea::read_list(&list(&[("ONE", ""), ("three", "3")])).unwrap();
        let all = changed(first, second).unwrap();
        let names: Vec<&[u8]> = all.iter().map(|ea| &*ea.name).collect();
        assert_eq!(names, [b"TWO".as_slice(), b"THREE"]);
        assert_eq!(packed_size(&all), 4 + (4 + 4 + 2) + (4 + 6 + 1));
        let large = Ea::read_list(&list(&[("L", &"x".repeat(0xFFFF))])).unwrap();
        assert_eq!(changed(all, large), Err(STATUS_EA_TOO_LARGE));
    }

    #[test]
    fn damaged_lists_and_names_are_refused() {
        let good = list(&[("one", "1"), ("two", "2")]);
        let read = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut bad = good.clone();
            change(&mut bad);
            Ea::read_list(&bad).map(|all| all.len())
        };
        assert_eq!(read(&|_| {}), Ok(2));
        assert_eq!(
            read(&|bad| bad.truncate(20)),
            Err(STATUS_EA_LIST_INCONSISTENT)
        );
        assert_eq!(read(&|bad| bad[0] = 13), Err(STATUS_EA_LIST_INCONSISTENT));
        assert_eq!(
            read(&|bad| bad[11] = b'x'),
            Err(STATUS_EA_LIST_INCONSISTENT)
        );
        assert_eq!(read(&|bad| bad[4] = 1), Err(STATUS_INVALID_EA_FLAG));
        assert_eq!(read(&|bad| bad[8] = b'*'), Err(STATUS_INVALID_EA_NAME));
    }
}
