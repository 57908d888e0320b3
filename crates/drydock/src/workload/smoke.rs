//! `smoke` — every operation an ordinary volume sees, once.

use minifilter_sys::*;

use super::check::{bytes, equal, failure, success};
use super::watcher::Watcher;
use super::{Clients, transactions};
use crate::io::{BasicInformation, CreateOptions, Handle, Io};

const DIRECTORY: &str = "\\smoke";
const FILE: &str = "\\smoke\\File one.txt";
const TEXT: &[u8] = b"The quick brown fox jumps over the lazy dog.";

/// The step before which clients of ports go and come back.
const RECONNECT: usize = 5;

/// Does it all; gives the number of steps.
pub fn run(io: &Io, clients: &mut Clients) -> u64 {
    let options = CreateOptions::default();
    let directory = options.disposition(FILE_OPEN_IF).with(FILE_DIRECTORY_FILE);
    success(
        "smoke: make directory",
        DIRECTORY,
        io.create(DIRECTORY, directory),
    );
    let steps: [(&str, fn(&Io) -> Option<()>); 15] = [
        ("transfer", transfer),
        ("transactions", in_transactions),
        ("uncached", uncached),
        ("information", information),
        ("listing", listing),
        ("volume", volume),
        ("locks and controls", locks_and_controls),
        ("sections", sections),
        ("names", names),
        ("changes", changes),
        ("extended attributes", extended_attributes),
        ("links", links),
        ("streams", streams),
        ("refusals", refusals),
        ("deletion", deletion),
    ];
    clients.talk();
    for (index, (_, step)) in steps.into_iter().enumerate() {
        if index == RECONNECT {
            clients.reconnect();
        }
        // A step that cannot go on has reported why.
        let _ = step(io);
        io.settle();
    }
    clients.stop();
    steps.len() as u64
}

fn open<'io>(io: &'io Io, path: &str) -> Option<Handle<'io>> {
    success(
        "smoke: open",
        path,
        io.create(path, CreateOptions::default()),
    )
}

fn transfer(io: &Io) -> Option<()> {
    let options = CreateOptions::default().disposition(FILE_OVERWRITE_IF);
    let file = success("smoke: create", FILE, io.create(FILE, options))?;
    success("smoke: write", FILE, file.write(Some(0), TEXT))?;
    // The second write goes by fast I/O, since the first has made the file a cached one.
    success("smoke: fast write", FILE, file.write(Some(4), b"QUICK"))?;
    success("smoke: flush", FILE, file.flush())?;
    drop(file);
    io.settle();
    let file = open(io, FILE)?;
    let mut wanted = TEXT.to_vec();
    wanted[4..9].copy_from_slice(b"QUICK");
    for site in ["smoke: read", "smoke: fast read"] {
        let mut out = vec![0; 100];
        let length = success(site, FILE, file.read(Some(0), &mut out))?;
        bytes(site, FILE, &out[..length], &wanted);
    }
    served(&file, &wanted)?;
    failure(
        "smoke: read at the end",
        FILE,
        file.read(Some(1000), &mut [0; 10]),
        STATUS_END_OF_FILE,
    );
    Some(())
}

/// What a file server does with a file that is cached: it borrows pages.
fn served(file: &Handle, content: &[u8]) -> Option<()> {
    let mut out = vec![0; 100];
    let length = success("smoke: read by MDL", FILE, file.read_by_mdl(4, &mut out))?;
    bytes("smoke: read by MDL", FILE, &out[..length], &content[4..]);
    let same = file.write_by_mdl(4, &content[4..9]);
    success("smoke: write by MDL", FILE, same)?;
    let length = success("smoke: read served", FILE, file.read(Some(0), &mut out))?;
    bytes("smoke: read served", FILE, &out[..length], content);
    Some(())
}

fn in_transactions(io: &Io) -> Option<()> {
    let mut wanted = TEXT.to_vec();
    wanted[4..9].copy_from_slice(b"QUICK");
    transactions::run(io, FILE, &wanted)
}

fn uncached(io: &Io) -> Option<()> {
    let path = "\\smoke\\uncached";
    let options = CreateOptions::default()
        .disposition(FILE_CREATE)
        .with(FILE_NO_INTERMEDIATE_BUFFERING);
    let file = success("smoke: create uncached", path, io.create(path, options))?;
    success(
        "smoke: write uncached",
        path,
        file.write(Some(0), &[7; 1024]),
    )?;
    let mut out = [0; 512];
    success("smoke: read uncached", path, file.read(Some(512), &mut out))?;
    bytes("smoke: read uncached", path, &out, &[7; 512]);
    drop(file);
    let through = CreateOptions::default().with(FILE_WRITE_THROUGH);
    let file = success("smoke: open write-through", path, io.create(path, through))?;
    success("smoke: write through", path, file.write(Some(100), TEXT))?;
    let delete = CreateOptions::default().with(FILE_DELETE_ON_CLOSE);
    success("smoke: delete on close", path, io.create(path, delete)).map(drop)
}

fn information(io: &Io) -> Option<()> {
    let file = open(io, FILE)?;
    let basic = success("smoke: basic", FILE, file.basic())?;
    let standard = success("smoke: standard", FILE, file.standard())?;
    equal(
        "smoke: size",
        FILE,
        &standard.size,
        &(TEXT.len() as u64),
        |size| format!("{size}"),
    );
    let classes = [
        FileNetworkOpenInformation,
        FileInternalInformation,
        FileEaInformation,
        FileAllInformation,
        FileStreamInformation,
        FileAttributeTagInformation,
        FilePositionInformation,
    ];
    for class in classes {
        success(
            "smoke: query information",
            FILE,
            file.query(class, &mut [0; 1024]),
        )?;
    }
    let name = success("smoke: name", FILE, file.name())?;
    equal("smoke: name", FILE, name.as_str(), FILE, str::to_owned);
    let attributes = basic.attributes | FILE_ATTRIBUTE_NOT_CONTENT_INDEXED;
    success(
        "smoke: set basic",
        FILE,
        file.set_basic(&BasicInformation {
            attributes,
            ..basic
        }),
    )?;
    success("smoke: set size", FILE, file.set_size(100))?;
    success(
        "smoke: set allocation",
        FILE,
        file.set(FileAllocationInformation, &8192_i64.to_le_bytes()),
    )?;
    success(
        "smoke: set position",
        FILE,
        file.set(FilePositionInformation, &10_i64.to_le_bytes()),
    )?;
    success("smoke: set size", FILE, file.set_size(TEXT.len() as u64))?;
    let id = success("smoke: id", FILE, file.id())?;
    success(
        "smoke: open by id",
        FILE,
        io.open_by_id(id, CreateOptions::default()),
    )?;
    let by_name = [
        ("smoke: query by name", io.full_attributes(FILE)),
        ("smoke: stat by name", io.stat_by_name(FILE)),
    ];
    for (site, answer) in by_name {
        let (size, _) = success(site, FILE, answer)?;
        let wanted = TEXT.len() as u64;
        equal(site, FILE, &size, &wanted, |size| format!("{size}"));
    }
    Some(())
}

fn listing(io: &Io) -> Option<()> {
    let options = CreateOptions::default().with(FILE_DIRECTORY_FILE);
    let directory = success(
        "smoke: open directory",
        DIRECTORY,
        io.create(DIRECTORY, options),
    )?;
    let entries = success("smoke: list", DIRECTORY, directory.list("*.TXT"))?;
    let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    equal(
        "smoke: list",
        DIRECTORY,
        &names,
        &vec!["File one.txt"],
        |names| format!("{names:?}"),
    );
    let classes = [
        FileNamesInformation,
        FileDirectoryInformation,
        FileFullDirectoryInformation,
        FileBothDirectoryInformation,
        FileIdFullDirectoryInformation,
        FileIdExtdDirectoryInformation,
    ];
    for class in classes {
        let turn = directory.query_directory(class, "*", SL_RESTART_SCAN, &mut [0; 2048]);
        success("smoke: list", DIRECTORY, turn)?;
    }
    let related = io.create_reporting("File one.txt", Some(&directory), CreateOptions::default());
    success("smoke: open relative", DIRECTORY, related).map(drop)
}

fn volume(io: &Io) -> Option<()> {
    let access = CreateOptions::default().access(GENERIC_READ);
    let volume = success("smoke: open volume", "", io.create("", access))?;
    let classes = [
        FileFsVolumeInformation,
        FileFsSizeInformation,
        FileFsFullSizeInformation,
        FileFsDeviceInformation,
        FileFsAttributeInformation,
        FileFsSectorSizeInformation,
    ];
    for class in classes {
        success(
            "smoke: query volume",
            "",
            volume.query_volume(class, &mut [0; 256]),
        )?;
    }
    success(
        "smoke: volume control",
        "",
        volume.fs_control(FSCTL_IS_VOLUME_MOUNTED, &[], &mut []),
    )?;
    // A driver that has a file open itself may keep the volume from being locked.
    for unlock in [true, false] {
        if volume.fs_control(FSCTL_LOCK_VOLUME, &[], &mut []).is_ok() && unlock {
            let unlocked = volume.fs_control(FSCTL_UNLOCK_VOLUME, &[], &mut []);
            success("smoke: unlock volume", "", unlocked)?;
        }
    }
    Some(())
}

fn locks_and_controls(io: &Io) -> Option<()> {
    let file = open(io, FILE)?;
    let other = open(io, FILE)?;
    success("smoke: lock", FILE, file.lock(0, 10, true))?;
    failure(
        "smoke: read a locked range",
        FILE,
        other.read(Some(0), &mut [0; 4]),
        STATUS_FILE_LOCK_CONFLICT,
    );
    // The first read makes the file a cached one; the second goes by fast I/O if the lock lets it.
    for site in [
        "smoke: read what is locked",
        "smoke: fast read of what is locked",
    ] {
        success(site, FILE, file.read(Some(0), &mut [0; 4]))?;
    }
    success("smoke: unlock", FILE, file.unlock(0, 10))?;
    let compression = file.fs_control(FSCTL_GET_COMPRESSION, &[], &mut [0; 2]);
    success("smoke: control", FILE, compression)?;
    let parts = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    success(
        "smoke: query security",
        FILE,
        file.query_security(parts, &mut [0; 256]),
    )?;
    failure(
        "smoke: set security",
        FILE,
        file.set_security(parts, &mut [0; 20]),
        STATUS_ACCESS_DENIED,
    );
    failure(
        "smoke: query ea",
        FILE,
        file.query_ea(&mut [0; 64]),
        STATUS_NO_EAS_ON_FILE,
    );
    Some(())
}

fn sections(io: &Io) -> Option<()> {
    let file = open(io, FILE)?;
    success("smoke: section", FILE, file.create_section(PAGE_READWRITE))?;
    success("smoke: cache flush", FILE, file.acquire_for_cache_flush())?;
    success(
        "smoke: modified writer",
        FILE,
        file.acquire_for_modified_writer(),
    )
}

fn names(io: &Io) -> Option<()> {
    let file = open(io, FILE)?;
    let inner = "\\smoke\\inner";
    let options = CreateOptions::default()
        .disposition(FILE_CREATE)
        .with(FILE_DIRECTORY_FILE);
    success("smoke: make directory", inner, io.create(inner, options))?;
    success(
        "smoke: link",
        FILE,
        file.link("\\smoke\\inner\\link", false),
    )?;
    success("smoke: rename", FILE, file.rename("renamed", false))?;
    success(
        "smoke: rename across",
        FILE,
        file.rename("\\smoke\\inner\\moved", false),
    )?;
    success(
        "smoke: rename back",
        FILE,
        file.rename_with(FILE, FILE_RENAME_REPLACE_IF_EXISTS),
    )?;
    let name = success("smoke: name", FILE, file.name())?;
    equal(
        "smoke: name after renames",
        FILE,
        name.as_str(),
        FILE,
        str::to_owned,
    );
    Some(())
}

fn changes(io: &Io) -> Option<()> {
    let path = "\\smoke\\inner\\new";
    let mut watcher = Watcher::begin(io, DIRECTORY)?;
    let options = CreateOptions::default()
        .disposition(FILE_CREATE)
        .with(FILE_DELETE_ON_CLOSE);
    success("smoke: create watched", path, io.create(path, options))?;
    let wanted = vec!["inner\\new".to_owned()];
    let list = |names: &Vec<String>| format!("{names:?}");
    // Told of when it was made, and when it went.
    for site in ["smoke: told of a new file", "smoke: told of a deletion"] {
        watcher.wait();
        equal(site, path, &watcher.turn(), &wanted, list);
    }
    Some(())
}

fn extended_attributes(io: &Io) -> Option<()> {
    let file = open(io, FILE)?;
    // FILE_FULL_EA_INFORMATION: one attribute with a value, and the same without one.
    let set = b"\0\0\0\0\0\x03\x02\0DRY\0ok";
    let remove = b"\0\0\0\0\0\x03\0\0DRY\0";
    success("smoke: set ea", FILE, file.set_eas(set))?;
    let mut out = [0; 64];
    let end = success("smoke: query ea", FILE, file.query_ea(&mut out))?;
    bytes(
        "smoke: query ea",
        FILE,
        &out[..end.information.min(64)],
        set,
    );
    success("smoke: remove ea", FILE, file.set_eas(remove)).map(|_| ())
}

/// A symbolic link: the file system meets a reparse point, and the I/O manager opens another name.
fn links(io: &Io) -> Option<()> {
    let path = "\\smoke\\link";
    let itself = CreateOptions::default().with(FILE_OPEN_REPARSE_POINT);
    let link = io.create(path, itself.disposition(FILE_CREATE));
    let link = success("smoke: create link", path, link)?;
    let data = link_data("File one.txt");
    let set = link.fs_control(FSCTL_SET_REPARSE_POINT, &data, &mut []);
    success("smoke: set reparse point", path, set)?;
    drop(link);
    let file = success(
        "smoke: open by link",
        path,
        io.create(path, CreateOptions::default()),
    )?;
    let name = success("smoke: name by link", path, file.name())?;
    equal(
        "smoke: name by link",
        path,
        name.as_str(),
        FILE,
        str::to_owned,
    );
    drop(file);
    let delete = itself.with(FILE_DELETE_ON_CLOSE);
    success("smoke: delete link", path, io.create(path, delete)).map(drop)
}

/// REPARSE_DATA_BUFFER of a relative symbolic link.
fn link_data(target: &str) -> Vec<u8> {
    /// SYMLINK_FLAG_RELATIVE.
    const RELATIVE: u32 = 1;
    let name: Vec<u8> = target.encode_utf16().flat_map(u16::to_le_bytes).collect();
    // Offset and length of the substitute name, and of the print name, which is the same.
    let length = name.len() as u32;
    let places = [length << 16, length << 16, RELATIVE].map(u32::to_le_bytes);
    let head = [IO_REPARSE_TAG_SYMLINK, 12 + length].map(u32::to_le_bytes);
    [head.as_flattened(), places.as_flattened(), &name].concat()
}

fn streams(io: &Io) -> Option<()> {
    let path = format!("{FILE}:side");
    let options = CreateOptions::default().disposition(FILE_CREATE);
    let stream = success("smoke: create stream", &path, io.create(&path, options))?;
    success("smoke: write stream", &path, stream.write(Some(0), TEXT))?;
    success("smoke: delete stream", &path, stream.set_delete(true))
}

fn refusals(io: &Io) -> Option<()> {
    let options = CreateOptions::default();
    failure(
        "smoke: missing file",
        "\\none",
        io.create("\\none", options),
        STATUS_OBJECT_NAME_NOT_FOUND,
    );
    failure(
        "smoke: missing path",
        "\\none\\f",
        io.create("\\none\\f", options),
        STATUS_OBJECT_PATH_NOT_FOUND,
    );
    let create = options.disposition(FILE_CREATE);
    failure(
        "smoke: create existing",
        FILE,
        io.create(FILE, create),
        STATUS_OBJECT_NAME_COLLISION,
    );
    let exclusive = success(
        "smoke: open exclusively",
        FILE,
        io.create(FILE, options.share(0)),
    )?;
    failure(
        "smoke: sharing",
        FILE,
        io.create(FILE, options),
        STATUS_SHARING_VIOLATION,
    );
    drop(exclusive);
    Some(())
}

fn deletion(io: &Io) -> Option<()> {
    success("smoke: delete", FILE, open(io, FILE)?.set_delete(true))?;
    let link = open(io, "\\smoke\\inner\\link")?;
    let posix = FILE_DISPOSITION_DELETE | FILE_DISPOSITION_POSIX_SEMANTICS;
    success(
        "smoke: posix delete",
        FILE,
        link.set(FileDispositionInformationEx, &posix.to_le_bytes()),
    )?;
    drop(link);
    let directory = open(io, DIRECTORY)?;
    failure(
        "smoke: delete what is not empty",
        DIRECTORY,
        directory.set_delete(true),
        STATUS_DIRECTORY_NOT_EMPTY,
    );
    for path in ["\\smoke\\inner", DIRECTORY] {
        success(
            "smoke: delete directory",
            path,
            open(io, path)?.set_delete(true),
        )?;
    }
    Some(())
}
