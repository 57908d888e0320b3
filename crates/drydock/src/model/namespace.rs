//! The object manager's namespace — symbolic links, which names of volumes and devices go through, and named objects.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use minifilter_sys::{
    NTSTATUS, PDEVICE_OBJECT, STATUS_OBJECT_NAME_COLLISION, STATUS_OBJECT_NAME_NOT_FOUND,
    STATUS_OBJECT_PATH_SYNTAX_BAD,
};

use super::kernel_object::KernelObject;
use super::object_type::ObjectType;
use super::{flt_volume, modules};
use crate::exports::gate::Call;
use crate::verify::{self, rule};

/// How many links one name may go through.
const MOST_LINKS: usize = 32;
/// Other names of the directory of DOS devices.
const DOS_DEVICES: [&str; 4] = [
    r"\DosDevices\Global\",
    r"\DosDevices\",
    r"\GLOBAL??\",
    r"\??\Global\",
];
const DOS: &str = r"\??\";

/// A link that a driver made.
#[derive(Clone)]
struct Link {
    name: String,
    target: String,
    caller: usize,
}

static LINKS: Mutex<BTreeMap<String, Link>> = Mutex::new(BTreeMap::new());
static NAMED: Mutex<BTreeMap<String, Weak<dyn KernelObject>>> = Mutex::new(BTreeMap::new());

fn key(name: &str) -> String {
    canonical(name).to_uppercase()
}

/// The name with one spelling of the directory of DOS devices.
fn canonical(name: &str) -> String {
    let head = |long: &&&str| {
        name.get(..long.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(long))
    };
    match DOS_DEVICES.iter().find(head) {
        Some(long) => format!("{DOS}{}", &name[long.len()..]),
        None => name.to_owned(),
    }
}

/// The text of a name.
#[must_use]
pub fn full_name(name: &[u16]) -> String {
    String::from_utf16_lossy(name)
}

/// Drive letters of the mounted volumes, GUID names and what else every system links.
fn system_target(key: &str) -> Option<String> {
    if key == r"\SYSTEMROOT" {
        return Some(format!(r"{DOS}C:\Windows"));
    }
    let volumes = flt_volume::in_order();
    let mut all = volumes.iter().zip(b'C'..=b'Z');
    let found = all.find(|(volume, letter)| {
        key == format!("{DOS}{}:", char::from(*letter))
            || key == flt_volume::guid_name(&volume.name).to_uppercase()
    });
    found.map(|(volume, _)| volume.name.clone())
}

/// The drive letter of the volume that a device belongs to.
#[must_use]
pub fn letter_of(device: PDEVICE_OBJECT) -> Option<char> {
    let volume = crate::io::device::volume_of(device)?;
    let place = flt_volume::in_order()
        .iter()
        .position(|other| other.name == volume.name)?;
    (b'C'..=b'Z').nth(place).map(char::from)
}

/// The target of the link that is called `name`.
#[must_use]
pub fn target(name: &str) -> Option<String> {
    let key = key(name);
    let made = LINKS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&key)
        .map(|link| link.target.clone());
    made.or_else(|| system_target(&key))
}

/// `IoCreateSymbolicLink` — makes `name` another name of `target`.
///
/// # Errors
/// STATUS_OBJECT_NAME_COLLISION, STATUS_OBJECT_PATH_SYNTAX_BAD.
pub fn create_link(name: &str, target: &str) -> Result<(), NTSTATUS> {
    if !name.starts_with('\\') || !target.starts_with('\\') {
        return Err(STATUS_OBJECT_PATH_SYNTAX_BAD);
    }
    if self::target(name).is_some() {
        return Err(STATUS_OBJECT_NAME_COLLISION);
    }
    let link = Link {
        name: name.to_owned(),
        target: target.to_owned(),
        caller: Call::current().caller,
    };
    LINKS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(key(name), link);
    Ok(())
}

/// `IoDeleteSymbolicLink` — takes a link away that a driver made.
///
/// # Errors
/// STATUS_OBJECT_NAME_NOT_FOUND.
pub fn delete_link(name: &str) -> Result<(), NTSTATUS> {
    let gone = LINKS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .remove(&key(name));
    gone.map(|_| ()).ok_or(STATUS_OBJECT_NAME_NOT_FOUND)
}

/// The name after every link on its way.
#[must_use]
pub fn follow(name: &str) -> String {
    let mut name = canonical(name);
    for _ in 0..MOST_LINKS {
        let ends = name
            .match_indices('\\')
            .map(|(at, _)| at)
            .skip(1)
            .chain([name.len()]);
        let link = ends
            .filter_map(|end| Some((end, target(&name[..end])?)))
            .next();
        let Some((end, target)) = link else { break };
        name = canonical(&format!("{target}{}", &name[end..]));
    }
    name
}

/// The same by units; a name that is no text, as one with a file id is, has its text followed only.
#[must_use]
pub fn follow_units(name: &[u16]) -> Vec<u16> {
    match String::from_utf16(name) {
        Ok(text) => follow(&text).encode_utf16().collect(),
        Err(_) => name.to_vec(),
    }
}

/// Gives an object a name for as long as it lives.
///
/// # Errors
/// STATUS_OBJECT_NAME_COLLISION.
pub fn name_object(name: &str, object: Arc<dyn KernelObject>) -> Result<(), NTSTATUS> {
    let mut named = NAMED.lock().unwrap_or_else(PoisonError::into_inner);
    named.retain(|_, known| known.strong_count() > 0);
    if named.contains_key(&key(name)) {
        return Err(STATUS_OBJECT_NAME_COLLISION);
    }
    named.insert(key(name), Arc::downgrade(&object));
    Ok(())
}

/// Takes away the links that code of `image` made and left, and reports them.
pub fn report_left(image: &std::ops::Range<usize>) {
    let mut links = LINKS.lock().unwrap_or_else(PoisonError::into_inner);
    let left: Vec<Link> = links
        .values()
        .filter(|link| image.contains(&link.caller))
        .cloned()
        .collect();
    links.retain(|_, link| !image.contains(&link.caller));
    drop(links);
    for link in left {
        let detail = format!("{} made at {}", link.name, modules::describe(link.caller));
        verify::violation_from(rule::SYMBOLIC_LINK_LEFT, "unload", link.caller, detail);
    }
}

/// LinkObject — a symbolic link that is open.
pub struct LinkObject {
    /// Where it leads.
    pub target: String,
    name: String,
}

impl LinkObject {
    /// Opens the link that is called `name`.
    ///
    /// # Errors
    /// STATUS_OBJECT_NAME_NOT_FOUND.
    pub fn open(name: &str) -> Result<Arc<Self>, NTSTATUS> {
        let target = target(name).ok_or(STATUS_OBJECT_NAME_NOT_FOUND)?;
        Ok(Arc::new(Self {
            target,
            name: name.to_owned(),
        }))
    }
}

impl KernelObject for LinkObject {
    fn kind(&self) -> ObjectType {
        ObjectType::SymbolicLink
    }

    fn body(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }

    fn name(&self) -> Option<String> {
        Some(self.name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_goes_through_links_of_drivers_whatever_directory_they_are_called_in() {
        assert_eq!(
            create_link(r"\DosDevices\Followed", r"\Device\Target"),
            Ok(())
        );
        assert_eq!(
            create_link(r"\??\followed", r"\Device\Other"),
            Err(STATUS_OBJECT_NAME_COLLISION)
        );
        assert_eq!(
            create_link("followed", r"\Device\Other"),
            Err(STATUS_OBJECT_PATH_SYNTAX_BAD)
        );
        assert_eq!(
            follow(r"\GLOBAL??\Followed\dir\file"),
            r"\Device\Target\dir\file"
        );
        assert_eq!(follow(r"\??\FollowedNot"), r"\??\FollowedNot");
        assert_eq!(delete_link(r"\??\Followed"), Ok(()));
        assert_eq!(
            delete_link(r"\??\Followed"),
            Err(STATUS_OBJECT_NAME_NOT_FOUND)
        );
    }

    #[test]
    fn links_that_lead_in_a_circle_end() {
        assert_eq!(create_link(r"\??\Circle1", r"\??\Circle2"), Ok(()));
        assert_eq!(create_link(r"\??\Circle2", r"\??\Circle1"), Ok(()));
        assert!(follow(r"\??\Circle1").starts_with(r"\??\Circle"));
        let _ = (delete_link(r"\??\Circle1"), delete_link(r"\??\Circle2"));
    }
}
