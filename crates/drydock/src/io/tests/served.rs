//! What a file server does: pages lent and given back; and the check that precedes fast I/O where there are locks.

use super::*;
use crate::model::flt_fixture::Script;
use crate::model::host_fixture::HostFixture;
use crate::model::operation::find;

type Log = Arc<std::sync::Mutex<Vec<(u8, u8)>>>;

const BY_MDL: [u8; 4] = [
    IRP_MJ_MDL_READ,
    IRP_MJ_MDL_READ_COMPLETE,
    IRP_MJ_PREPARE_MDL_WRITE,
    IRP_MJ_MDL_WRITE_COMPLETE,
];

/// A filter that notes major and minor function, and disallows these as fast I/O.
fn noting(log: &Log, disallowed: &'static [u8]) -> Script {
    let log = Arc::clone(log);
    Script {
        pre: Some(Arc::new(move |data, _, _| {
            let iopb = find(data).expect("it runs").iopb();
            log.lock()
                .unwrap()
                .push((iopb.MajorFunction, iopb.MinorFunction));
            match disallowed.contains(&iopb.MajorFunction) {
                true => FLT_PREOP_DISALLOW_FASTIO,
                false => FLT_PREOP_SUCCESS_NO_CALLBACK,
            }
        })),
        ..Script::default()
    }
}

fn cached<'io>(io: &'io Io, path: &str) -> Handle<'io> {
    let options = CreateOptions::default().disposition(FILE_OPEN_IF);
    let file = io.create(path, options).unwrap();
    file.write(Some(0), b"0123456789").unwrap();
    file
}

fn take(log: &Log, wanted: &[u8]) -> Vec<(u8, u8)> {
    let mut seen = std::mem::take(&mut *log.lock().unwrap());
    seen.retain(|(major, _)| wanted.contains(major));
    seen
}

#[test]
fn a_server_reads_and_writes_by_pages_of_the_cache() {
    let log = Log::default();
    let bench = HostFixture::new(noting(&log, &[]));
    let io = Io::of_kernel(&bench.fixture.volume);
    let file = cached(&io, "\\f");
    let mut out = [0; 20];
    assert_eq!(file.read_by_mdl(4, &mut out), Ok(6));
    assert_eq!(&out[..6], b"456789");
    assert_eq!(file.write_by_mdl(2, b"xy"), Ok(2));
    assert_eq!(file.read(Some(0), &mut out), Ok(10));
    assert_eq!(&out[..10], b"01xy456789");
    assert_eq!(take(&log, &BY_MDL), BY_MDL.map(|major| (major, 0)));
    assert_eq!(
        file.read_by_mdl(10, &mut out),
        Err(STATUS_END_OF_FILE),
        "IRP_MJ_MDL_READ at the end"
    );
}

#[test]
fn what_is_not_cached_or_would_grow_is_not_lent() {
    let log = Log::default();
    let bench = HostFixture::new(noting(&log, &[]));
    let io = Io::of_kernel(&bench.fixture.volume);
    let file = cached(&io, "\\f");
    assert_eq!(file.write_by_mdl(8, b"abcd"), Ok(4));
    // IRP_MJ_PREPARE_MDL_WRITE was refused, so that there is no IRP_MJ_MDL_WRITE_COMPLETE.
    assert_eq!(take(&log, &BY_MDL), [(IRP_MJ_PREPARE_MDL_WRITE, 0)]);
    let fresh = io.create("\\f", CreateOptions::default()).unwrap();
    let mut out = [0; 20];
    assert_eq!(fresh.read_by_mdl(0, &mut out), Ok(12));
    assert_eq!(&out[..12], b"01234567abcd");
    assert_eq!(
        take(&log, &[IRP_MJ_MDL_READ, IRP_MJ_MDL_READ_COMPLETE]),
        [(IRP_MJ_MDL_READ, 0)]
    );
}

#[test]
fn pages_that_fast_io_does_not_take_back_come_back_by_an_irp() {
    let log = Log::default();
    let disallowed = &[IRP_MJ_MDL_READ_COMPLETE, IRP_MJ_MDL_WRITE_COMPLETE];
    let bench = HostFixture::new(noting(&log, disallowed));
    let io = Io::of_kernel(&bench.fixture.volume);
    let file = cached(&io, "\\f");
    let mut out = [0; 20];
    assert_eq!(file.read_by_mdl(4, &mut out), Ok(6));
    let wanted = [IRP_MJ_READ, IRP_MJ_MDL_READ_COMPLETE];
    assert_eq!(
        take(&log, &wanted),
        [
            (IRP_MJ_MDL_READ_COMPLETE, 0),
            (IRP_MJ_READ, IRP_MN_COMPLETE_MDL)
        ]
    );
    assert_eq!(file.write_by_mdl(0, b"xy"), Ok(2));
    assert_eq!(file.read(Some(0), &mut out), Ok(10));
    assert_eq!(&out[..3], b"xy2");
}

#[test]
fn a_lock_makes_fast_io_questionable() {
    let log = Log::default();
    let bench = HostFixture::new(noting(&log, &[]));
    let io = Io::of_kernel(&bench.fixture.volume);
    let (mine, other) = (cached(&io, "\\f"), cached(&io, "\\f"));
    let check = (IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE, 0);
    let wanted = [IRP_MJ_READ, IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE];
    let mut out = [0; 4];
    mine.lock(0, 10, true).unwrap();
    log.lock().unwrap().clear();
    assert_eq!(mine.read(Some(0), &mut out), Ok(4));
    assert_eq!(take(&log, &wanted), [(IRP_MJ_READ, 0), check]);
    // Who may not read goes on to the IRP, which says why.
    assert_eq!(
        other.read(Some(0), &mut out),
        Err(STATUS_FILE_LOCK_CONFLICT)
    );
    let read = (IRP_MJ_READ, 0);
    assert_eq!(take(&log, &wanted), [read, check, read]);
    mine.unlock(0, 10).unwrap();
    assert_eq!(mine.read(Some(0), &mut out), Ok(4));
    assert_eq!(take(&log, &wanted), [read]);
}

#[test]
fn a_filter_may_say_that_fast_io_is_not_possible() {
    let log = Log::default();
    let bench = HostFixture::new(noting(&log, &[IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE]));
    let io = Io::of_kernel(&bench.fixture.volume);
    let file = cached(&io, "\\f");
    file.lock(0, 10, true).unwrap();
    log.lock().unwrap().clear();
    assert_eq!(file.read(Some(0), &mut [0; 4]), Ok(4));
    let read = (IRP_MJ_READ, 0);
    let check = (IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE, 0);
    assert_eq!(
        take(&log, &[IRP_MJ_READ, IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE]),
        [read, check, read]
    );
}
