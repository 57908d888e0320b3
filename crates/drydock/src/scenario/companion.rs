//! `--with` — other drivers, loaded beside the judged one before it and unloaded before it.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use super::running::{Opened, Running};
use crate::report;

/// Altitude of the first one without an INF, and how far below it the next ones are.
const FIRST_ALTITUDE: u32 = 369_000;
const STEP: u32 = 1_000;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Companion {
    driver: PathBuf,
    inf: Option<PathBuf>,
}

impl std::str::FromStr for Companion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (driver, inf) = match text.split_once(',') {
            Some((driver, inf)) => (driver, Some(inf.into())),
            None => (text, None),
        };
        if driver.is_empty() {
            return Err("a driver file, or a driver file, a comma and its INF".into());
        }
        Ok(Self {
            driver: driver.into(),
            inf,
        })
    }
}

/// Loads all of them.
///
/// # Errors
/// One cannot be loaded, has the name of another, or refuses.
pub fn load(all: &[Companion], judged: &Opened) -> Result<Vec<Running>> {
    let mut running: Vec<Running> = Vec::new();
    for (companion, below) in all.iter().zip(0..) {
        let file = companion.driver.display();
        let opened = Opened::new(&companion.driver, companion.inf.as_deref());
        let opened = opened.with_context(|| format!("--with {file}"))?;
        let opened = match companion.inf {
            Some(_) => opened,
            None => opened.at_altitude(&(FIRST_ALTITUDE - STEP * below).to_string()),
        };
        let name = opened.service();
        let known = judged.service() == name || running.iter().any(|other| other.service == name);
        ensure!(
            !known,
            "--with {file}: there is a driver called {name} already"
        );
        let (loaded, status) = opened.load().with_context(|| format!("--with {file}"))?;
        let text = report::status_text(status);
        ensure!(status >= 0, "--with {file}: DriverEntry returned {text}");
        running.push(loaded);
    }
    Ok(running)
}
