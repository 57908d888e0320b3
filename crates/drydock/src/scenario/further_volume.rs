//! `--also` — further volumes that are mounted when the workload is done, see every operation once, and are dismounted while
//! the driver goes on.

use std::path::Path;

use anyhow::{Context, Result};

use super::by_hand;
use crate::volume::disguise::Disguise;
use crate::workload::{Clients, Load, Mounted, Workload};

/// Mounts, uses and dismounts one volume after the other, each in a directory of its own in `place`.
///
/// # Errors
/// When there is no room for a volume.
pub fn use_all(all: &[Disguise], place: &Path, load: Load) -> Result<()> {
    for (index, disguise) in all.iter().enumerate() {
        let directory = place.join(index.to_string());
        let told = || format!("{}: no further volume can be made", directory.display());
        std::fs::create_dir(&directory).with_context(told)?;
        let volume = Mounted::disguised(&directory, *disguise, index)?;
        by_hand::attach_idle();
        match disguise {
            // There are no files on it; programs can open the volume itself.
            Disguise::Raw => volume.open_volume(load.seed),
            _ => {
                Workload::Smoke.run(&volume, load, &mut Clients::none());
            }
        }
        volume.dismount();
    }
    Ok(())
}
