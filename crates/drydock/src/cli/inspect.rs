//! `drydock inspect`.

use std::path::Path;
use std::process::ExitCode;

use crate::image::{Image, inspect};

/// Shows what is in a driver file.
pub fn run(driver: &Path, json: bool) -> ExitCode {
    let image = match Image::open(driver) {
        Ok(image) => image,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let inspection = inspect::inspect(&image);
    if !json {
        print!("{}", inspection.text());
        return ExitCode::SUCCESS;
    }
    match serde_json::to_string_pretty(&inspection) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
