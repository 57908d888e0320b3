//! PFLT_VOLUME — a mounted volume with its instances from high to low altitude.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use minifilter_sys::{
    FILE_OBJECT, FLT_PARAMETERS, FLT_PARAMETERS_MOUNT_VOLUME, IRP_MJ_VOLUME_DISMOUNT,
    IRP_MJ_VOLUME_MOUNT, PFLT_VOLUME,
};

use super::activity::Activity;
use super::attach;
use super::file_system::{FileSystem, Request};
use super::flt_handle::{Found, Handles};
use super::instance::Instance;
use super::operation::{self, Requestor};
use crate::volume::paging::empty_block;

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
    tell(&volume, IRP_MJ_VOLUME_MOUNT);
    volume
}

/// Takes a volume away: its instances are torn down with the reason "volume dismount".
pub fn dismount(volume: &Arc<FltVolume>) {
    tell(volume, IRP_MJ_VOLUME_DISMOUNT);
    attach::volume_dismounted(volume);
    VOLUMES.retire(volume);
}

/// Sends IRP_MJ_VOLUME_MOUNT or IRP_MJ_VOLUME_DISMOUNT, which have no file object, to the instances of a volume.
///
/// Their pages do not say when; a callback has an instance, so the mount comes when instances are set up, and the dismount
/// while they still are. Whatever filters answer, it is news and no question.
fn tell(volume: &Arc<FltVolume>, major: u8) {
    if volume.stack().is_empty() {
        return;
    }
    let mut iopb = empty_block();
    iopb.MajorFunction = major;
    if major == IRP_MJ_VOLUME_MOUNT {
        let mount = FLT_PARAMETERS_MOUNT_VOLUME {
            DeviceType: volume.file_system.properties().device_type,
        };
        iopb.Parameters = FLT_PARAMETERS { MountVolume: mount };
    }
    let _news = operation::send(volume, Request::FastIo, &mut iopb, Requestor::kernel());
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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use minifilter_sys::{
        FLT_PREOP_DISALLOW_FASTIO, FLT_PREOP_SUCCESS_NO_CALLBACK, IRP_MJ_VOLUME_DISMOUNT,
        IRP_MJ_VOLUME_MOUNT,
    };

    use super::*;
    use crate::model::flt_fixture::{Fixture, Script};
    use crate::model::operation::find;
    use crate::verify::rule;
    use crate::verify::tests::violations_of;

    type Log = Arc<Mutex<Vec<(u8, String, u32, bool)>>>;

    /// A filter that notes operations on volumes and answers them with `status`; mounts and dismounts one under it.
    fn mounted_under(status: i32) -> Vec<(u8, String, u32, bool)> {
        let log = Log::default();
        let noted = Arc::clone(&log);
        let script = Script {
            pre: Some(Arc::new(move |data, objects, _| {
                let iopb = find(data).expect("it runs").iopb();
                if !matches!(
                    iopb.MajorFunction,
                    IRP_MJ_VOLUME_MOUNT | IRP_MJ_VOLUME_DISMOUNT
                ) {
                    return FLT_PREOP_SUCCESS_NO_CALLBACK;
                }
                let Found::Live(volume) = super::find(objects.Volume) else {
                    panic!("the volume of the operation is mounted");
                };
                let device = crate::volume::parameters::mount_volume(&iopb).DeviceType;
                let nameless = objects.FileObject.is_null() && !objects.Instance.is_null();
                let row = (iopb.MajorFunction, volume.name.clone(), device, nameless);
                noted.lock().unwrap().push(row);
                status
            })),
            ..Script::default()
        };
        let fixture = Fixture::new(script);
        let file_system = Arc::clone(&fixture.volume.file_system);
        let second = mount(file_system, r"\Device\Second");
        assert_eq!(second.stack().len(), 1);
        dismount(&second);
        std::mem::take(&mut *log.lock().unwrap())
    }

    #[test]
    fn a_filter_is_told_of_a_volume_that_comes_and_goes() {
        let name = || r"\Device\Second".to_owned();
        let seen = mounted_under(FLT_PREOP_SUCCESS_NO_CALLBACK);
        let mount = (IRP_MJ_VOLUME_MOUNT, name(), 8, true);
        assert_eq!(seen, [mount, (IRP_MJ_VOLUME_DISMOUNT, name(), 0, true)]);
    }

    #[test]
    fn neither_mount_nor_dismount_may_be_disallowed_as_fast_io() {
        for site in [
            "pre-operation IRP_MJ_VOLUME_MOUNT",
            "pre-operation IRP_MJ_VOLUME_DISMOUNT",
        ] {
            let found = violations_of(site, || {
                mounted_under(FLT_PREOP_DISALLOW_FASTIO);
            });
            assert_eq!(found, [rule::F7.name], "{site}");
        }
    }
}
