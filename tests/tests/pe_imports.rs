//! Where the driver's imports come from, on the built files and on spoiled copies of them.

use ringfence_tests::pe::{Image, assert_clean, assert_found, imports};

const IMPORT_DIRECTORY: usize = 1;

fn x64() -> Image {
    Image::built("x64/ringfence")
}

fn arm64() -> Image {
    Image::built("arm64/ringfence")
}

/// Changes the first lookup entry of the first module to one by ordinal.
fn with_ordinal(image: &Image) -> Image {
    let (descriptors, _) = image.directory(IMPORT_DIRECTORY);
    let lookup = u32::from_le_bytes(*image.at(descriptors).unwrap().first_chunk().unwrap());
    image.with_bytes(
        image.offset_of(lookup),
        &0x8000_0000_0000_0007_u64.to_le_bytes(),
    )
}

fn with_text(image: &Image, old: &str, new: &str) -> Image {
    let mut windows = image.bytes.windows(old.len());
    let offset = windows.position(|window| window == old.as_bytes()).unwrap();
    image.with_bytes(offset, new.as_bytes())
}

#[test]
fn imports_are_by_name_from_the_filter_manager_and_the_kernel() {
    assert_clean(imports::modules(&x64()));
    assert_clean(imports::modules(&arm64()));
}

#[test]
fn both_modules_are_imported_from() {
    for image in [x64(), arm64()] {
        for module in imports::MODULES {
            assert!(
                imports::slots(&image)
                    .iter()
                    .any(|slot| slot.module == module),
                "{module}"
            );
        }
    }
}

#[test]
fn another_module_is_found() {
    assert_found(
        imports::modules(&with_text(&x64(), "FLTMGR.SYS", "NTDLL.DLL\0")),
        "import NTDLL.DLL!",
    );
}

#[test]
fn an_import_by_ordinal_is_found() {
    assert_found(imports::modules(&with_ordinal(&x64())), "by ordinal");
}

#[test]
fn no_stack_probe_is_imported() {
    assert_clean(imports::stack_probe(&x64()));
    assert_clean(imports::stack_probe(&arm64()));
}

#[test]
fn an_imported_stack_probe_is_found() {
    let name = &imports::slots(&x64())
        .into_iter()
        .find(|slot| slot.name.len() >= 9)
        .unwrap()
        .name;
    let probe = format!("__chkstk{}", "\0".repeat(name.len() - 8));
    assert_found(
        imports::stack_probe(&with_text(&x64(), name, &probe)),
        "__chkstk",
    );
}
