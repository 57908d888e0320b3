//! A driver from its file to its unload.

use std::path::Path;

use anyhow::{Context, Error, Result};

use super::{driver::DriverObject, leaks};
use crate::image::{Image, Loaded};
use crate::inf::DriverSetup;
use crate::model::filter::{self, Unload};
use crate::model::registry;
use crate::report::{self, Driver};
use crate::verify::{self, rule};

/// A driver, loaded.
pub struct Running {
    /// Its service.
    pub service: String,
    loaded: Loaded,
    object: DriverObject,
}

/// A driver's file and what would be installed with it.
pub struct Opened {
    image: Image,
    setup: DriverSetup,
}

impl Opened {
    /// Opens the file and its INF, if there is one.
    ///
    /// # Errors
    /// One line that names file and field.
    pub fn new(path: &Path, inf: Option<&Path>) -> Result<Self> {
        let image = Image::open(path)?;
        let setup = match inf {
            Some(inf) => DriverSetup::read(inf)?,
            None => {
                let service = path.file_stem().context("the driver has no file name")?;
                DriverSetup::without_inf(&service.to_string_lossy())
            }
        };
        Ok(Self { image, setup })
    }

    /// Its service.
    pub fn service(&self) -> &str {
        &self.setup.service
    }

    /// How reports name it.
    pub fn told(&self) -> Driver {
        Driver {
            name: self.image.name.clone(),
            size: self.image.file_size as u64,
        }
    }

    /// Puts the only instance of a driver without an INF at another altitude.
    pub fn at_altitude(mut self, altitude: &str) -> Self {
        let DriverSetup {
            service, instances, ..
        } = &self.setup;
        if let [only] = &**instances
            && only.altitude != altitude
        {
            self.setup = DriverSetup::at_altitude(service, altitude);
        }
        self
    }

    /// Installs and loads it, and calls DriverEntry; gives what that returned.
    ///
    /// # Errors
    /// When the file cannot be loaded.
    pub fn load(self) -> Result<(Running, i32)> {
        filter::configure(&self.setup);
        registry::service::install(&self.setup).map_err(|status| {
            Error::msg(format!(
                "the service key cannot be written: {}",
                report::status_text(status)
            ))
        })?;
        let loaded = self.image.load()?;
        let service = self.setup.service.clone();
        let object = DriverObject::new(&loaded, &service);
        filter::configure_driver(object.address(), &self.setup);
        let status = object.enter(&loaded);
        if status >= 0 {
            loaded.discard_init();
        }
        let running = Running {
            service,
            loaded,
            object,
        };
        Ok((running, status))
    }
}

impl Running {
    /// DriverEntry failed: it had to undo everything itself. Gives what it said.
    pub fn refused(&self, status: i32, alone: bool) -> String {
        let text = format!("DriverEntry returned {}", report::status_text(status));
        for filter in filter::of_service(&self.service) {
            let detail = format!("{text} and filter {} is still registered", filter.name);
            let (rule, entry) = (rule::FILTER_STILL_REGISTERED, self.loaded.entry);
            verify::violation_from(rule, "DriverEntry", entry, detail);
        }
        leaks::after_unload(&self.loaded, alone);
        text
    }

    /// Unloads as `fltmc unload` does, and as a service stop where that is refused, or at once if it is `mandatory`.
    /// `alone` says that no other driver is loaded.
    pub fn unload(&self, mandatory: bool, alone: bool) {
        let mut outcome = filter::unload_service(&self.service, mandatory);
        if let Unload::Refused(_) = outcome {
            outcome = filter::unload_service(&self.service, true);
        }
        if matches!(outcome, Unload::Done | Unload::NoFilter) {
            self.object.unload();
            leaks::after_unload(&self.loaded, alone);
        } else {
            verify::trace::line(|| format!("not unloaded: {outcome:?}"));
        }
    }
}
