//! Reparse points of any tag: set, read, taken away, opened, and followed where the I/O manager knows the tag.

use super::*;
use crate::model::flt_volume;

const OWN: u32 = 0x0000_0123;

/// REPARSE_GUID_DATA_BUFFER of nobody's at Microsoft.
fn own(tag: u32, guid: u8, data: &[u8]) -> Vec<u8> {
    let head = [tag.to_le_bytes(), (data.len() as u32).to_le_bytes()].concat();
    [&head, &[guid; 16][..], data].concat()
}

/// REPARSE_DATA_BUFFER of a mount point or a symbolic link with these flags.
fn link(tag: u32, flags: Option<u32>, to: &str) -> Vec<u8> {
    let name: Vec<u8> = to.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut data = vec![0, 0];
    data.extend((name.len() as u16).to_le_bytes());
    data.extend([0; 4]);
    data.extend(flags.iter().flat_map(|flags| flags.to_le_bytes()));
    data.extend(name);
    let head = [tag.to_le_bytes(), (data.len() as u32).to_le_bytes()].concat();
    [head, data].concat()
}

impl Bench {
    fn open_itself(&self, path: &str) -> Handle<'_> {
        let options = CreateOptions::default().with(FILE_OPEN_REPARSE_POINT);
        self.io.create(path, options).unwrap()
    }

    fn tag(&self, path: &str, data: &[u8]) -> NTSTATUS {
        let file = self.open_itself(path);
        status(file.fs_control(FSCTL_SET_REPARSE_POINT, data, &mut []))
    }
}

#[test]
fn a_reparse_point_is_set_read_and_taken_away_by_its_owner() {
    let bench = Bench::new();
    bench.make("\\f", b"content");
    assert_eq!(bench.tag("\\f", &own(OWN, 1, b"data")), STATUS_SUCCESS);
    let file = bench.open_itself("\\f");
    let mut out = [0; 100];
    let end = file
        .fs_control(FSCTL_GET_REPARSE_POINT, &[], &mut out)
        .unwrap();
    assert_eq!(out[..end.information], own(OWN, 1, b"data"));
    let mut tag = [0; 8];
    file.query(FileAttributeTagInformation, &mut tag).unwrap();
    assert_eq!(tag[4..], OWN.to_le_bytes());
    assert_ne!(
        file.basic().unwrap().attributes & FILE_ATTRIBUTE_REPARSE_POINT,
        0
    );
    assert_eq!(
        bench.tag("\\f", &own(OWN + 1, 1, b"")),
        STATUS_IO_REPARSE_TAG_MISMATCH
    );
    assert_eq!(
        bench.tag("\\f", &own(OWN, 2, b"")),
        STATUS_REPARSE_ATTRIBUTE_CONFLICT
    );
    let delete = |data: &[u8]| status(file.fs_control(FSCTL_DELETE_REPARSE_POINT, data, &mut []));
    assert_eq!(delete(&own(OWN, 1, b"x")), STATUS_IO_REPARSE_DATA_INVALID);
    assert_eq!(
        delete(&own(OWN + 1, 1, b"")),
        STATUS_IO_REPARSE_TAG_MISMATCH
    );
    assert_eq!(delete(&own(OWN, 1, b"")), STATUS_SUCCESS);
    assert_eq!(delete(&own(OWN, 1, b"")), STATUS_NOT_A_REPARSE_POINT);
    assert_eq!(bench.content("\\f"), b"content");
}

#[test]
fn damaged_data_and_full_directories_are_refused() {
    let bench = Bench::new();
    bench.make_directory("\\d");
    bench.make("\\d\\f", b"");
    let good = own(OWN, 1, b"data");
    assert_eq!(
        bench.tag("\\d\\f", &good[..20]),
        STATUS_IO_REPARSE_DATA_INVALID
    );
    assert_eq!(
        bench.tag("\\d\\f", &own(1, 1, b"")),
        STATUS_IO_REPARSE_TAG_INVALID
    );
    assert_eq!(bench.tag("\\d", &good), STATUS_DIRECTORY_NOT_EMPTY);
    let read_only = CreateOptions::default().access(GENERIC_READ | SYNCHRONIZE);
    let file = bench.io.create("\\d\\f", read_only).unwrap();
    let denied = file.fs_control(FSCTL_SET_REPARSE_POINT, &good, &mut []);
    assert_eq!(status(denied), STATUS_ACCESS_DENIED);
}

#[test]
fn a_tag_that_nobody_knows_is_not_opened_but_listed() {
    let bench = Bench::new();
    bench.make("\\f", b"");
    bench.tag("\\f", &own(OWN, 1, b""));
    let opened = status(bench.create("\\f", FILE_OPEN));
    assert_eq!(opened, STATUS_IO_REPARSE_TAG_NOT_HANDLED);
    let root = bench.open_itself("\\");
    let mut out = [0; 256];
    root.query_directory(FileFullDirectoryInformation, "f", SL_RESTART_SCAN, &mut out)
        .unwrap();
    assert_eq!(out[64..68], OWN.to_le_bytes());
}

#[test]
fn a_mount_point_leads_on_from_any_place_in_a_path() {
    let bench = Bench::new();
    bench.make_directory("\\there");
    bench.make("\\there\\f", b"found");
    bench.make_directory("\\here");
    let device = bench.io.volume.name.clone();
    let data = link(
        IO_REPARSE_TAG_MOUNT_POINT,
        None,
        &format!("{device}\\there"),
    );
    assert_eq!(bench.tag("\\here", &data), STATUS_SUCCESS);
    assert_eq!(bench.content("\\here\\f"), b"found");
    assert_eq!(bench.names("\\here", "*"), ["f"]);
    let (file, _) = bench.create("\\here\\f", FILE_OPEN).unwrap();
    assert_eq!(file.name().unwrap(), "\\there\\f");
    assert!(!flt_volume::in_order().is_empty());
}

#[test]
fn a_relative_symbolic_link_leads_on_from_its_directory() {
    let bench = Bench::new();
    bench.make_directory("\\d");
    bench.make("\\f", b"above");
    bench.make("\\d\\l", b"");
    let data = link(IO_REPARSE_TAG_SYMLINK, Some(1), "..\\f");
    assert_eq!(bench.tag("\\d\\l", &data), STATUS_SUCCESS);
    assert_eq!(bench.content("\\d\\l"), b"above");
    bench.tag("\\f", &link(IO_REPARSE_TAG_SYMLINK, Some(1), "d\\l"));
    assert_eq!(
        status(bench.create("\\f", FILE_OPEN)),
        STATUS_OBJECT_NAME_NOT_FOUND
    );
}
