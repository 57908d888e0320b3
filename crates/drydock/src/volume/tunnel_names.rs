//! Where names go into the tunnel and come out of it; a volume for Linux programs has none.

use super::HostVolume;
use super::namespace::LinkId;
use super::tunnel::Recalled;
use super::{Namespace, State};

impl HostVolume {
    /// A file lost its name, which was this path on the host.
    pub(super) fn name_lost(&self, path: &str, creation: i64) {
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
        if self.host.is_linux() {
            return;
        }
        if let Ok(stat) = self.host.stat(directory) {
            self.tunnel.lock().remember(stat.id, name, creation);
        }
    }

    /// A file is about to get this name in a directory on the host.
    pub(super) fn recall(&self, directory: &str, name: &str) -> Option<Recalled> {
        if self.host.is_linux() {
            return None;
        }
        let stat = self.host.stat(directory).ok()?;
        let recalled = self.tunnel.lock().recall(stat.id, name)?;
        let taken = recalled.name != name && self.host.lookup(directory, &recalled.name).is_ok();
        (!taken).then_some(recalled)
    }

    /// The same for a link that was just made for a new file, which gets its long name here; gives the creation time.
    pub(super) fn recall_link(&self, state: &mut State, link: LinkId) -> Option<i64> {
        let parent = state.names.parent(link);
        let directory = state.names.host_path(parent)?;
        let path = state.names.host_path(link)?;
        let name = path.rsplit('/').next().unwrap_or_default();
        let recalled = self.recall(&directory, name)?;
        if recalled.name != name {
            rename_unused(&mut state.names, parent, link, &recalled.name);
        }
        Some(recalled.creation)
    }
}

/// Gives a link another name unless something is open through that one.
fn rename_unused(names: &mut Namespace, parent: LinkId, link: LinkId, name: &str) {
    if names.find(parent, name).is_none() {
        names.rename(link, parent, name);
    }
}
