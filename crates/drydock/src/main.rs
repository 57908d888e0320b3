//! The program `drydock`.

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    drydock::cli::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    eprintln!("drydock runs on Linux on x86_64 only");
    std::process::ExitCode::FAILURE
}
