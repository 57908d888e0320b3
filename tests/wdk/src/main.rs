//! Makes `types.rs`, `constants.rs` and `ntddk.rs` as the build script of wdk-sys does, but from the headers of mingw-w64.
//!
//! Options are those of wdk-build's `bindgen.rs`. What differs: the target is the GNU one, which is the one these headers are
//! made for, so enumerations are made signed afterwards, as Microsoft's compiler has them; two structures get the alignment
//! that the WDK gives them (`DECLSPEC_ALIGN`) and mingw-w64 forgets; what mingw-w64 declares inline is declared once more.

use anyhow::{Context, Result, bail};
use bindgen::{Builder, CodegenConfig, EnumVariation};
use clap::Parser;
use std::fs;
use std::path::PathBuf;

#[derive(Parser)]
#[command(about, max_term_width = 100)]
struct Args {
    /// Folder of mingw-w64's headers, the one with `ddk` in it
    #[arg(long, value_name = "DIR")]
    headers: PathBuf,
    /// clang's own headers, the folder with `include` in it
    #[arg(long, value_name = "DIR")]
    resources: PathBuf,
    /// Where the bindings go
    out: PathBuf,
}

/// Structures with `DECLSPEC_ALIGN(MEMORY_ALLOCATION_ALIGNMENT)` in the WDK.
const ALIGNED: [&str; 2] = ["_DEVICE_OBJECT", "_IRP"];

/// Functions that mingw-w64 has inline, and the WDK exports.
const INLINE: [&str; 3] = ["KeGetCurrentIrql", "KfRaiseIrql", "KeLowerIrql"];

/// What wdk-build gives clang for a WDM driver, and the version of Windows, which the WDK's headers assume by themselves.
const OPTIONS: [&str; 10] = [
    "-fms-extensions",
    "-fno-builtin",
    "-w",
    "-D_KERNEL_MODE",
    "-D_WIN64",
    "-D_AMD64_",
    "-DAMD64",
    "-D_WIN32_WINNT=0x0A00",
    "-DWINVER=0x0A00",
    "-DNTDDI_VERSION=0x0A000010",
];

fn main() -> Result<()> {
    let args = Args::parse();
    fs::create_dir_all(&args.out).with_context(|| format!("cannot make {}", args.out.display()))?;
    let functions = (CodegenConfig::TYPES | CodegenConfig::VARS).complement();
    for (name, wanted) in [
        ("types.rs", CodegenConfig::TYPES),
        ("constants.rs", CodegenConfig::VARS),
        ("ntddk.rs", functions),
    ] {
        let bindings = builder(&args)
            .with_codegen_config(wanted)
            .generate()
            .with_context(|| format!("bindgen could not make {name}"))?;
        let text = as_the_wdk(bindings.to_string(), &args, wanted == CodegenConfig::TYPES)?;
        let path = args.out.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn builder(args: &Args) -> Builder {
    Builder::default()
        .use_core()
        .derive_default(true)
        .generate_cstr(true)
        .layout_tests(false) // the alignment of two structures changes afterwards
        .default_enum_style(EnumVariation::ModuleConsts)
        .must_use_type("NTSTATUS")
        .must_use_type("HRESULT")
        .blocklist_item(".*tile1024i.*") // clang's own, and packed and aligned at once
        .blocklist_item("_tile_.*")
        .header_contents("wdk.h", &header())
        .clang_args(clang_arguments(args))
}

fn header() -> String {
    let mut text = String::new();
    for name in INLINE {
        text += &format!("#define {name} inline_{name}\n");
    }
    text += "#include <ntifs.h>\n#include <ntddk.h>\n";
    for name in INLINE {
        text += &format!("#undef {name}\n");
    }
    text + include_str!("../newer.h")
}

fn clang_arguments(args: &Args) -> Vec<String> {
    let mut arguments = vec![
        "--target=x86_64-w64-windows-gnu".to_owned(), // of ARM64 these headers know nothing
        format!("-resource-dir={}", args.resources.display()),
        format!("-I{}", args.headers.join("ddk").display()),
        format!("-I{}", args.headers.display()),
    ];
    arguments.extend(OPTIONS.map(str::to_owned));
    arguments
}

/// The differences that the target and the headers make, taken back.
fn as_the_wdk(mut text: String, args: &Args, types: bool) -> Result<String> {
    text = text.replace(
        "pub type Type = ::core::ffi::c_uint;",
        "pub type Type = ::core::ffi::c_int;",
    );
    for name in ALIGNED.iter().filter(|_| types) {
        text = aligned(&text, name)
            .with_context(|| format!("{} declares no {name}", args.headers.display()))?;
    }
    Ok(text)
}

/// `text` with 16 as the alignment of the structure `name`.
fn aligned(text: &str, name: &str) -> Result<String> {
    const PLAIN: &str = "#[repr(C)]";
    let Some(place) = text.find(&format!("pub struct {name} {{")) else {
        bail!("no structure of that name");
    };
    let (before, after) = text.split_at(place);
    let Some(start) = before.rfind(PLAIN) else {
        bail!("no representation before it");
    };
    Ok(format!(
        "{}#[repr(C, align(16))]{}{after}",
        &before[..start],
        &before[start + PLAIN.len()..]
    ))
}
