//! The steps of each task, as lines for PowerShell on the host. Pure: nothing is looked at or run here.

use super::powershell::{checked, quoted};
use std::path::Path;

/// One step.
pub struct Step {
    pub what: String,
    pub line: String,
    /// Takes it back when a later step fails.
    pub undo: Option<String>,
}

impl Step {
    pub fn new(what: &str, line: impl Into<String>) -> Self {
        Self {
            what: what.to_owned(),
            line: line.into(),
            undo: None,
        }
    }

    pub fn undone_by(mut self, line: impl Into<String>) -> Self {
        self.undo = Some(line.into());
        self
    }
}

/// The virtual machine.
pub struct Guest {
    pub name: String,
    /// File with its account.
    pub credential: String,
}

/// Where the package goes in the guest.
const FOLDER: &str = r"C:\Ringfence";
const FILES: [&str; 4] = [
    "ringfence.sys",
    "ringfence.inf",
    "ringfence.cat",
    "ringfence.pdb",
];
/// Exit status of pnputil: a restart is needed; there was nothing to do.
const RESTART_NEEDED: i32 = 3010;
const NOTHING_TO_DO: i32 = 259;
/// Exit status of verifier: the settings hold from the next start on.
const AFTER_RESTART: i32 = 2;
/// Rule classes of /standard on Windows 11, Filter Verifier (37) and I/O verification (5) among them, without those for DMA and
/// WDF; and beside them the stricter IRQL rules (35) and DDI compliance (20).
const CLASSES: &str = "1 2 4 5 6 9 12 18 20 35 37";

impl Guest {
    /// A script inside the guest.
    fn run(&self, script: &str) -> String {
        format!(
            "Invoke-Command -VMName {} -Credential (Import-Clixml -Path {}) -ErrorAction Stop -ScriptBlock {{ $ErrorActionPreference = 'Stop'; {script} }}",
            quoted(&self.name),
            quoted(&self.credential),
        )
    }

    /// A program inside the guest.
    fn call(&self, call: &str) -> String {
        self.run(&checked(call, &[0]))
    }

    fn restart(&self) -> Step {
        Step::new(
            "restart the guest and wait for it",
            format!(
                "Restart-VM -Name {} -Force -Wait -For Heartbeat -ErrorAction Stop",
                quoted(&self.name)
            ),
        )
    }

    fn is_running(&self) -> Step {
        let name = quoted(&self.name);
        let state = format!("(Get-VM -Name {name} -ErrorAction Stop).State");
        Step::new(
            "the virtual machine runs",
            format!("if ({state} -ne 'Running') {{ throw 'it does not: Start-VM it first' }}"),
        )
    }

    fn has_test_signing(&self) -> Step {
        let script = "if (-not (bcdedit /enum '{current}' | Select-String '^testsigning\\s+Yes')) \
                      { throw 'test signing is off: bcdedit /set testsigning on, then restart' }";
        Step::new("the guest takes test-signed drivers", self.run(script))
    }

    fn copy(&self, package: &Path, file: &str) -> Step {
        let line = format!(
            "Copy-VMFile -Name {} -SourcePath (Resolve-Path -LiteralPath {}).Path -DestinationPath {} -CreateFullPath -FileSource Host -Force -ErrorAction Stop",
            quoted(&self.name),
            quoted(&package.join(file).to_string_lossy().replace('/', r"\")),
            quoted(&format!(r"{FOLDER}\{file}")),
        );
        Step::new(&format!("copy {file}"), line)
    }
}

pub fn deploy(guest: &Guest, package: &Path, certificate: &str) -> Vec<Step> {
    let name = quoted(&guest.name);
    let mut steps = vec![
        guest.is_running(),
        guest.has_test_signing(),
        Step::new(
            "the host may copy files into it",
            format!(
                "Enable-VMIntegrationService -VMName {name} -Name 'Guest Service Interface' -ErrorAction Stop"
            ),
        ),
    ];
    let files = FILES.into_iter().chain([certificate]);
    let mut copies = files.map(|file| guest.copy(package, file));
    steps.extend(
        copies.next().map(|first| {
            first.undone_by(guest.run(&format!("Remove-Item -Recurse -Force {FOLDER}")))
        }),
    );
    steps.extend(copies);
    let loaded = "fltmc filters | Select-String '^ringfence\\s'";
    steps.push(Step::new(
        "unload the driver that may be there",
        guest.run(&format!(
            "if ({loaded}) {{ {} }}",
            checked("fltmc unload ringfence", &[0])
        )),
    ));
    let trusted = format!(r"{FOLDER}\{certificate}");
    for store in ["Root", "TrustedPublisher"] {
        let thumbprint = format!(r"(Get-PfxCertificate {}).Thumbprint", quoted(&trusted));
        steps.push(
            Step::new(
                &format!("trust the test certificate ({store})"),
                guest.call(&format!(
                    r"certutil -addstore {store} {FOLDER}\ringfence.cer"
                )),
            )
            .undone_by(guest.run(&format!("certutil -delstore {store} {thumbprint}"))),
        );
    }
    let install = format!(r"pnputil /add-driver {FOLDER}\ringfence.inf /install");
    steps.push(
        Step::new(
            "install the package",
            guest.run(&checked(&install, &[0, NOTHING_TO_DO, RESTART_NEEDED])),
        )
        .undone_by(guest.run(UNINSTALL)),
    );
    steps.extend(load(guest));
    steps
}

/// pnputil wants the name that the package got in the driver store.
const UNINSTALL: &str = "Get-WindowsDriver -Online | Where-Object OriginalFileName -like '*\\ringfence.inf' | \
                         ForEach-Object { pnputil /delete-driver $_.Driver /uninstall /force }";

pub fn load(guest: &Guest) -> Vec<Step> {
    vec![
        Step::new("load the driver", guest.call("fltmc load ringfence"))
            .undone_by(guest.run("fltmc unload ringfence")),
        Step::new("show the filters", guest.call("fltmc filters")),
        Step::new(
            "show where ringfence is attached",
            guest.call("fltmc instances -f ringfence"),
        ),
    ]
}

pub fn unload(guest: &Guest) -> Vec<Step> {
    vec![Step::new(
        "unload the driver",
        guest.call("fltmc unload ringfence"),
    )]
}

pub fn verifier_on(guest: &Guest) -> Vec<Step> {
    let set = format!("verifier /rc {CLASSES} /driver ringfence.sys");
    vec![
        Step::new(
            "turn Driver Verifier on for ringfence.sys",
            guest.run(&checked(&set, &[0, AFTER_RESTART])),
        )
        .undone_by(guest.run("verifier /reset")),
        guest.restart(),
        Step::new("show what is verified", guest.call("verifier /query")),
    ]
}

pub fn verifier_off(guest: &Guest) -> Vec<Step> {
    vec![
        Step::new(
            "turn Driver Verifier off",
            guest.run(&checked("verifier /reset", &[0, AFTER_RESTART])),
        ),
        guest.restart(),
    ]
}

pub fn hlk_prep(guest: &Guest) -> Vec<Step> {
    let name = quoted(&guest.name);
    vec![
        guest.is_running(),
        guest.has_test_signing(),
        Step::new(
            "keep a checkpoint to go back to",
            format!("Checkpoint-VM -Name {name} -SnapshotName 'before the HLK' -ErrorAction Stop"),
        )
        .undone_by(format!("Remove-VMSnapshot -VMName {name} -Name 'before the HLK'")),
        Step::new(
            "start the driver with Windows",
            guest.call("sc.exe config ringfence start= system"),
        )
        .undone_by(guest.run("sc.exe config ringfence start= demand")),
        Step::new(
            "write complete dumps",
            guest.run(
                "Set-ItemProperty 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\CrashControl' CrashDumpEnabled 1",
            ),
        ),
        guest.restart(),
        Step::new("show that it filters", guest.call("fltmc instances -f ringfence")),
    ]
}
