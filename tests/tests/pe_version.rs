//! The version resource, as another reader sees it.

use pelite::PeFile;
use ringfence_tests::pe::Image;

const LANGUAGE: pelite::resources::version_info::Language =
    pelite::resources::version_info::Language {
        lang_id: 0x0409,
        charset_id: 1200,
    };

fn value(folder: &str, name: &str) -> Option<String> {
    let image = Image::built(&format!("{folder}/ringfence"));
    let file = PeFile::from_bytes(&image.bytes).expect("a PE file");
    let resources = file.resources().expect("resources");
    resources
        .version_info()
        .expect("a version")
        .value(LANGUAGE, name)
}

#[test]
fn it_says_what_the_file_is() {
    for folder in ["x64", "arm64"] {
        for (name, text) in [
            ("FileVersion", env!("CARGO_PKG_VERSION")),
            ("ProductVersion", env!("CARGO_PKG_VERSION")),
            ("OriginalFilename", "ringfence.sys"),
            ("ProductName", "Ringfence"),
            (
                "FileDescription",
                "A Windows minifilter driver in safe Rust",
            ),
        ] {
            assert_eq!(
                value(folder, name).as_deref(),
                Some(text),
                "{folder}: {name}"
            );
        }
    }
}

#[test]
fn its_numbers_are_those_of_its_text() {
    let image = Image::built("x64/ringfence");
    let file = PeFile::from_bytes(&image.bytes).expect("a PE file");
    let resources = file.resources().expect("resources");
    let info = resources.version_info().expect("a version");
    let fixed = info.fixed().expect("fixed numbers");
    let version = fixed.dwFileVersion;
    let text = format!("{}.{}.{}", version.Major, version.Minor, version.Patch);
    assert_eq!(text, env!("CARGO_PKG_VERSION"));
    assert_eq!(
        (fixed.dwFileType, fixed.dwFileSubtype),
        (3, 7),
        "a system driver"
    );
}
