//! INF — what set-up would write into a driver's service key: its instances, altitudes and parameters.
//!
//! Reads INF and INX files (`$ARCH$` still in them) as far as a file system minifilter needs: the service of the
//! default install section for x64, its registry values, and the instances among them.

mod install;
mod instances;
mod registry;

use std::path::Path;

pub use registry::{RegistryData, RegistryValue};

/// Altitude given to a driver that comes without an INF: the middle of the activity monitor class
/// (360000–389999), which is where a filter that only watches would be put.
pub const DEFAULT_ALTITUDE: &str = "370000";

/// Instance — one place in the stack of a volume, as the `Instances` key of the service describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Name of the instance.
    pub name: String,
    /// Decimal string, unique on a volume, `360000` or `360000.5`.
    pub altitude: String,
    /// Bit 0: no automatic attachment; bit 1: no manual attachment.
    pub flags: u32,
}

/// DriverSetup — everything drydock takes from an INF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriverSetup {
    /// Name of the service, the last part of the registry path that DriverEntry gets.
    pub service: String,
    /// Name of the instance that attaches where none is named.
    pub default_instance: String,
    /// All instances in the order of the INF.
    pub instances: Vec<Instance>,
    /// Every value below the service key, instances included.
    pub values: Vec<RegistryValue>,
}

/// InfError — why an INF cannot be used, in one line that names the file and the field.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct InfError {
    file: String,
    reason: String,
}

impl DriverSetup {
    /// Reads an INF or INX file.
    ///
    /// # Errors
    /// When the file cannot be read, has no service section for x64, or describes no usable instance.
    pub fn read(path: &Path) -> Result<Self, InfError> {
        let error = |reason: String| InfError {
            file: path.display().to_string(),
            reason,
        };
        let bytes = std::fs::read(path).map_err(|e| error(e.to_string()))?;
        Self::parse(&bytes).map_err(error)
    }

    /// Reads the bytes of an INF; the error is the reason alone.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let inf = inf_file::Inf::decode(bytes)?;
        let service = install::service(&inf)?;
        let values = registry::values(&inf, &service)?;
        // A driver may write its instances itself, in DriverEntry.
        let (default_instance, instances) = match instances::described(&values) {
            true => instances::collect(&values)?,
            false => Default::default(),
        };
        Ok(Self {
            service: service.name,
            default_instance,
            instances,
            values,
        })
    }

    /// The set-up of a driver that came without an INF: one instance at [`DEFAULT_ALTITUDE`].
    pub fn without_inf(service: &str) -> Self {
        Self::at_altitude(service, DEFAULT_ALTITUDE)
    }

    /// The same at another altitude.
    #[must_use]
    pub fn at_altitude(service: &str, altitude: &str) -> Self {
        let name = format!("{service} Instance");
        let values = registry::of_instance(&name, altitude, 0);
        let instances = vec![Instance {
            name: name.clone(),
            altitude: altitude.into(),
            flags: 0,
        }];
        Self {
            service: service.into(),
            default_instance: name,
            instances,
            values,
        }
    }

    /// SUPPORTED_FS_FEATURES_… that the driver's set-up declares, below the service key or, since Windows 11 24H2, its
    /// `Parameters`.
    pub fn supported_features(&self) -> u32 {
        let declared = ["Parameters", ""].map(|subkey| self.value(subkey, "SupportedFeatures"));
        match declared.into_iter().flatten().next() {
            Some(RegistryData::Dword(features)) => *features,
            _ => 0,
        }
    }

    /// A value below the service key, by subkey and name; both compare without case.
    pub fn value(&self, subkey: &str, name: &str) -> Option<&RegistryData> {
        let found = self
            .values
            .iter()
            .find(|v| v.subkey.eq_ignore_ascii_case(subkey) && v.name.eq_ignore_ascii_case(name));
        found.map(|v| &v.data)
    }
}

/// The default instance's name and all instances among the values of a service key.
///
/// # Errors
/// When there is none, or one of them is not described well.
pub fn instances_among(values: &[RegistryValue]) -> Result<(String, Vec<Instance>), String> {
    instances::collect(values)
}

#[cfg(test)]
mod tests;
