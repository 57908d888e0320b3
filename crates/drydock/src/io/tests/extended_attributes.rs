//! Extended attributes of programs.

use super::*;

/// A list of FILE_FULL_EA_INFORMATION with one attribute.
fn ea(name: &str, value: &[u8], flags: u8) -> Vec<u8> {
    let mut list = vec![0, 0, 0, 0, flags, name.len() as u8];
    list.extend((value.len() as u16).to_le_bytes());
    list.extend(name.bytes().chain([0]));
    list.extend(value);
    list
}

/// A list of FILE_GET_EA_INFORMATION with one name.
fn named(name: &str) -> Vec<u8> {
    let mut list = vec![0, 0, 0, 0, name.len() as u8];
    list.extend(name.bytes().chain([0]));
    list
}

fn with(bench: &Bench, eas: &[(&str, &[u8])]) {
    bench.make("\\f", b"");
    let (file, _) = bench.create("\\f", FILE_OPEN).unwrap();
    for (name, value) in eas {
        file.set_eas(&ea(name, value, 0)).unwrap();
    }
}

fn size_of_eas(file: &Handle<'_>) -> u32 {
    let mut size = [0; 4];
    file.query(FileEaInformation, &mut size).unwrap();
    u32::from_le_bytes(size)
}

#[test]
fn what_was_set_is_found_by_name_and_in_order() {
    let bench = Bench::new();
    with(&bench, &[("one", b"1"), ("Two", b"22")]);
    let (file, _) = bench.create("\\f", FILE_OPEN).unwrap();
    let mut out = [0; 100];
    let end = file.query_ea(&mut out).unwrap();
    let wanted = [&[16, 0, 0, 0][..], &ea("ONE", b"1", 0)[4..], &[0; 3]].concat();
    assert_eq!(out[..16], wanted[..16]);
    assert_eq!(out[16..end.information], ea("TWO", b"22", 0));
    let end = file.query_eas(&named("two"), 0, 0, &mut out).unwrap();
    assert_eq!(out[..end.information], ea("TWO", b"22", 0));
    let end = file.query_eas(&named("none"), 0, 0, &mut out).unwrap();
    assert_eq!(out[..end.information], ea("NONE", b"", 0));
    assert_eq!(size_of_eas(&file), 4 + (4 + 3 + 1 + 1) + (4 + 3 + 1 + 2));
}

#[test]
fn a_scan_goes_on_where_it_stopped() {
    let bench = Bench::new();
    with(&bench, &[("A", b"1"), ("B", b"2")]);
    let (file, _) = bench.create("\\f", FILE_OPEN).unwrap();
    let single = SL_RETURN_SINGLE_ENTRY;
    let next = |index, flags| {
        let mut out = [0; 100];
        let end = file.query_eas(&[], index, flags, &mut out);
        end.map(|end| out[..end.information].to_vec())
    };
    const NO_MORE_EAS: NTSTATUS = 0x8000_0012_u32.cast_signed();
    assert_eq!(next(0, single), Ok(ea("A", b"1", 0)));
    assert_eq!(next(0, single), Ok(ea("B", b"2", 0)));
    assert_eq!(next(0, single), Err(NO_MORE_EAS));
    assert_eq!(next(0, single | SL_RESTART_SCAN), Ok(ea("A", b"1", 0)));
    assert_eq!(next(2, SL_INDEX_SPECIFIED), Ok(ea("B", b"2", 0)));
    assert_eq!(next(3, SL_INDEX_SPECIFIED), Err(NO_MORE_EAS));
    assert_eq!(
        next(4, SL_INDEX_SPECIFIED),
        Err(STATUS_NONEXISTENT_EA_ENTRY)
    );
    assert_eq!(file.query_ea(&mut [0; 4]), Err(STATUS_BUFFER_TOO_SMALL));
    let part = file.query_ea(&mut [0; 20]).unwrap();
    assert_eq!(part.status, STATUS_BUFFER_OVERFLOW);
}

#[test]
fn an_empty_value_takes_an_attribute_away() {
    let bench = Bench::new();
    with(&bench, &[("A", b"1")]);
    let (file, _) = bench.create("\\f", FILE_OPEN).unwrap();
    file.set_eas(&ea("a", b"", 0)).unwrap();
    assert_eq!(file.query_ea(&mut [0; 100]), Err(STATUS_NO_EAS_ON_FILE));
    assert_eq!(file.set_eas(&[1, 0, 0]), Err(STATUS_EA_LIST_INCONSISTENT));
    assert_eq!(size_of_eas(&file), 0);
}

#[test]
fn a_create_brings_attributes_for_what_it_makes_or_overwrites() {
    let bench = Bench::new();
    let create = |disposition, list: &[u8]| {
        let options = CreateOptions::default().disposition(disposition);
        let (file, _) = bench.io.create_with_eas("\\f", options, list).unwrap();
        let mut out = [0; 100];
        let end = file.query_ea(&mut out);
        end.map(|end| out[..end.information].to_vec())
    };
    assert_eq!(create(FILE_CREATE, &ea("A", b"1", 0)), Ok(ea("A", b"1", 0)));
    assert_eq!(create(FILE_OPEN, &ea("B", b"2", 0)), Ok(ea("A", b"1", 0)));
    assert_eq!(
        create(FILE_OVERWRITE, &ea("B", b"2", 0)),
        Ok(ea("B", b"2", 0))
    );
    assert_eq!(create(FILE_SUPERSEDE, &[]), Err(STATUS_NO_EAS_ON_FILE));
}

#[test]
fn a_program_without_knowledge_does_not_open_a_file_that_needs_its_attributes() {
    let bench = Bench::new();
    with(&bench, &[]);
    let (file, _) = bench.create("\\f", FILE_OPEN).unwrap();
    file.set_eas(&ea("A", b"1", FILE_NEED_EA as u8)).unwrap();
    let options = CreateOptions::default().with(FILE_NO_EA_KNOWLEDGE);
    assert_eq!(
        status(bench.io.create("\\f", options)),
        STATUS_ACCESS_DENIED
    );
    bench.create("\\f", FILE_OPEN).unwrap();
}

#[test]
fn the_volume_says_what_it_keeps_and_refuses_quotas() {
    let bench = Bench::new();
    let (file, _) = bench.create("\\f", FILE_CREATE).unwrap();
    let mut out = [0; 64];
    file.query_volume(FileFsAttributeInformation, &mut out)
        .unwrap();
    let abilities = u32::from_le_bytes(out[..4].try_into().unwrap());
    let kept = FILE_SUPPORTS_EXTENDED_ATTRIBUTES | FILE_SUPPORTS_REPARSE_POINTS;
    assert_eq!(abilities & (kept | FILE_VOLUME_QUOTAS), kept);
    for major in [IRP_MJ_QUERY_QUOTA, IRP_MJ_SET_QUOTA] {
        let mut iopb = file.block(major, IRP_SYNCHRONOUS_API);
        assert_eq!(bench.io.irp(&mut iopb), Err(STATUS_INVALID_DEVICE_REQUEST));
    }
}
