//! PFLT_VOLUME — a mounted volume with its instances from high to low altitude.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use minifilter_sys::{FILE_OBJECT, PFLT_VOLUME};

use super::activity::Activity;
use super::attach;
use super::file_system::FileSystem;
use super::flt_handle::{Found, Handles};
use super::instance::Instance;

/// The instances of a volume at one moment, from high to low altitude.
pub type Stack = Arc<Vec<Arc<Instance>>>;

static VOLUMES: Handles<FltVolume> = Handles::new();

/// A mounted volume.
///
/// # Invariants
/// `instances` is sorted from high to low altitude and has no altitude twice.
pub struct FltVolume {
    /// Device name, e.g. `\Device\HarddiskVolume1`.
    pub name: String,
    /// What is below the lowest instance.
    pub file_system: Arc<dyn FileSystem>,
    /// FltObjectReference and its like.
    pub references: Activity,
    instances: ArcSwap<Vec<Arc<Instance>>>,
    changing: Mutex<()>,
}

/// Mounts a file system as a volume and offers it to every filter that has started filtering.
pub fn mount(file_system: Arc<dyn FileSystem>, name: &str) -> Arc<FltVolume> {
    let volume = Arc::new(FltVolume {
        name: name.to_owned(),
        file_system,
        references: Activity::default(),
        instances: ArcSwap::default(),
        changing: Mutex::new(()),
    });
    VOLUMES.insert(&volume);
    attach::volume_mounted(&volume);
    volume
}

/// Takes a volume away: its instances are torn down with the reason "volume dismount".
pub fn dismount(volume: &Arc<FltVolume>) {
    attach::volume_dismounted(volume);
    VOLUMES.retire(volume);
}

/// Every mounted volume.
pub fn mounted() -> Vec<Arc<FltVolume>> {
    VOLUMES.live()
}

/// Every mounted volume, by name: the first one is C:.
pub fn in_order() -> Vec<Arc<FltVolume>> {
    let mut volumes = mounted();
    volumes.sort_by(|one, other| one.name.cmp(&other.name));
    volumes
}

/// Looks a PFLT_VOLUME up.
pub fn find(handle: PFLT_VOLUME) -> Found<FltVolume> {
    VOLUMES.find(handle as usize)
}

impl FltVolume {
    /// The handle drivers get.
    pub fn handle(self: &Arc<Self>) -> PFLT_VOLUME {
        Handles::address(self) as PFLT_VOLUME
    }

    /// The instances now, from high to low altitude.
    pub fn stack(&self) -> Stack {
        self.instances.load_full()
    }

    /// FsRtlGetSupportedFeatures — what the file system and every filter on the volume support: without a filter all.
    pub fn supported_features(&self) -> u32 {
        let stack = self.stack();
        let declared = stack
            .iter()
            .map(|instance| instance.filter.setup.supported_features());
        declared.fold(u32::MAX, |all, one| all & one)
    }

    /// Adds an instance at its altitude; false when the altitude is taken.
    pub fn add(&self, instance: &Arc<Instance>) -> bool {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut instances = Vec::clone(&self.instances.load());
        let place = instances.binary_search_by(|other| instance.altitude.cmp(&other.altitude));
        let Err(place) = place else {
            return false;
        };
        instances.insert(place, Arc::clone(instance));
        self.instances.store(Arc::new(instances));
        true
    }

    /// Takes an instance out: operations that start from now on do not meet it.
    pub fn remove(&self, instance: &Arc<Instance>) {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut instances = Vec::clone(&self.instances.load());
        instances.retain(|other| !Arc::ptr_eq(other, instance));
        self.instances.store(Arc::new(instances));
    }
}

/// The volume a file object is open on, or is being opened on.
pub fn of_file_object(file: *const FILE_OBJECT) -> Option<Arc<FltVolume>> {
    let all = mounted();
    if all.len() == 1 {
        return all.into_iter().next();
    }
    all.into_iter()
        .find(|volume| volume.file_system.name(file).is_some())
}

/// The volume GUID name that the bench gives a volume.
pub fn guid_name(volume: &str) -> String {
    let digest = volume
        .bytes()
        .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
    format!(
        r"\??\Volume{{{:08x}-0000-4000-8000-{:012x}}}",
        digest >> 32,
        digest & 0xFFFF_FFFF
    )
}
