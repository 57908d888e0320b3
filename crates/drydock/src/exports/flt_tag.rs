//! FltTagFile, FltTagFileEx and FltUntagFile.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::ffi::c_void;
use std::sync::Arc;

use minifilter_sys::*;

use super::flt_argument::In;
use crate::export;
use crate::model::flt_object;
use crate::model::instance::Instance;
use crate::model::own_io::tag::{self, Existing, Guid};

/// Does something for an instance that is there.
fn with(
    instance: PFLT_INSTANCE,
    work: impl FnOnce(&Arc<Instance>) -> Result<(), NTSTATUS>,
) -> NTSTATUS {
    let Some(instance) = flt_object::instance(instance) else {
        return STATUS_FLT_DELETING_OBJECT;
    };
    work(&instance).err().unwrap_or(STATUS_SUCCESS)
}

/// The driver's data for a reparse point.
fn data_at(address: *const c_void, length: u16) -> Vec<u8> {
    if address.is_null() || length == 0 {
        return Vec::new();
    }
    // SAFETY: the driver vouches for the length of its buffer.
    unsafe { std::slice::from_raw_parts(address.cast::<u8>(), length.into()) }.to_vec()
}

export! { Dll::FltMgr;
    /// `FltTagFile` — sets a reparse point on a file below the instance.
    fn FltTagFile(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, file_tag: u32, guid: In<Guid>, data: *const c_void, length: u16) -> NTSTATUS {
        with(instance, |instance| tag::set(instance, file, file_tag, guid.get(), &data_at(data, length)))
    }
    /// `FltTagFileEx` — the same, in the place of a reparse point that is there.
    fn FltTagFileEx(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, file_tag: u32, guid: In<Guid>, data: *const c_void, length: u16, existing_tag: u32, existing_guid: In<Guid>, flags: u32) -> NTSTATUS {
        let existing = Existing { tag: existing_tag, guid: existing_guid.get(), flags };
        with(instance, |instance| tag::replace(instance, file, file_tag, guid.get(), &data_at(data, length), existing))
    }
    /// `FltUntagFile` — takes a reparse point from a file below the instance.
    fn FltUntagFile(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, file_tag: u32, guid: In<Guid>) -> NTSTATUS {
        with(instance, |instance| tag::remove(instance, file, file_tag, guid.get()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::exports::gate::tests::in_call;
    use crate::io::{CreateOptions, Io};
    use crate::model::flt_fixture::Script;
    use crate::model::host_fixture::HostFixture;
    use crate::model::operation::{Operation, asynchronous, find, status_of};

    const OWN: u32 = 0x123;

    fn tag(bench: &HostFixture, guid: Option<&Guid>, data: &[u8]) -> NTSTATUS {
        let options = CreateOptions::default().with(FILE_OPEN_REPARSE_POINT);
        let file = bench.open(r"\f", options);
        let (instance, guid) = (bench.instance().handle(), guid.map_or(In::none(), In::from));
        in_call("FltTagFile", || {
            let (data, length) = (data.as_ptr().cast(), data.len() as u16);
            // SAFETY: instance, file and data are live.
            unsafe { FltTagFile(instance, file.pointer(), OWN, guid, data, length) }
        })
    }

    #[test]
    fn flt_tag_file_wants_a_guid_and_flt_untag_file_the_same_one() {
        let bench = HostFixture::new(Script::default());
        bench.put("f", b"");
        assert_eq!(tag(&bench, None, b"x"), STATUS_INVALID_PARAMETER);
        assert_eq!(tag(&bench, Some(&[1; 16]), b"x"), STATUS_SUCCESS);
        assert_eq!(
            tag(&bench, Some(&[2; 16]), b"x"),
            STATUS_REPARSE_ATTRIBUTE_CONFLICT
        );
        let options = CreateOptions::default().with(FILE_OPEN_REPARSE_POINT);
        let file = bench.open(r"\f", options);
        let instance = bench.instance().handle();
        let untag = |own, guid: &Guid| {
            in_call("FltUntagFile", || {
                // SAFETY: instance and file are live.
                unsafe { FltUntagFile(instance, file.pointer(), own, In::from(guid)) }
            })
        };
        assert_eq!(untag(OWN + 1, &[1; 16]), STATUS_IO_REPARSE_TAG_MISMATCH);
        assert_eq!(untag(OWN, &[2; 16]), STATUS_REPARSE_ATTRIBUTE_CONFLICT);
        assert_eq!(untag(OWN, &[1; 16]), STATUS_SUCCESS);
        assert_eq!(untag(OWN, &[1; 16]), STATUS_NOT_A_REPARSE_POINT);
    }

    #[test]
    fn flt_tag_file_ex_replaces_only_the_tag_that_is_named() {
        let bench = HostFixture::new(Script::default());
        bench.put("f", b"");
        assert_eq!(tag(&bench, Some(&[1; 16]), b"old"), STATUS_SUCCESS);
        let options = CreateOptions::default().with(FILE_OPEN_REPARSE_POINT);
        let file = bench.open(r"\f", options);
        let instance = bench.instance().handle();
        let replace = |existing| {
            let (new, old) = ([2; 16], [1; 16]);
            let (new, old) = (In::from(&new), In::from(&old));
            let (data, file) = (b"new".as_ptr().cast(), file.pointer());
            in_call("FltTagFileEx", || {
                // SAFETY: instance, file and data are live.
                unsafe { FltTagFileEx(instance, file, OWN + 1, new, data, 3, existing, old, 0) }
            })
        };
        assert_eq!(replace(OWN + 2), STATUS_IO_REPARSE_TAG_MISMATCH);
        assert_eq!(replace(OWN), STATUS_SUCCESS);
        assert_eq!(replace(OWN), STATUS_IO_REPARSE_TAG_MISMATCH);
    }

    static SEEN: AtomicU32 = AtomicU32::new(0);

    /// Opens what its own tag stands for: the file itself, as filters that keep contents elsewhere do.
    fn open_own(data: PFLT_CALLBACK_DATA, objects: &FLT_RELATED_OBJECTS) {
        let operation: &'static Operation = find(data).expect("it runs");
        // SAFETY: the callback data of an operation under way.
        let met = unsafe { (*data).TagData };
        if status_of(&operation.status()) != STATUS_REPARSE || met.is_null() {
            return;
        }
        // SAFETY: the tag data live until the operation ends.
        SEEN.store(unsafe { (*met).FileTag }, Ordering::Relaxed);
        // SAFETY: the callback data of an operation under way.
        let iopb = unsafe { (*data).Iopb };
        // SAFETY: its parameter block, which nobody else uses meanwhile.
        let parameters = unsafe { &mut (*iopb).Parameters };
        // SAFETY: the parameters are those of a create.
        unsafe { parameters.Create.Options |= FILE_OPEN_REPARSE_POINT };
        let instance = flt_object::instance(objects.Instance).expect("it is attached");
        let status = asynchronous::again(&instance, operation);
        operation.reissued(status);
    }

    #[test]
    fn a_filter_meets_its_tag_as_tag_data_after_the_create_and_opens_the_file() {
        let script = Script {
            pre: Some(Arc::new(|data, _, _| {
                match find(data).expect("it runs").iopb().MajorFunction {
                    IRP_MJ_CREATE => FLT_PREOP_SUCCESS_WITH_CALLBACK,
                    _ => FLT_PREOP_SUCCESS_NO_CALLBACK,
                }
            })),
            post: Some(Arc::new(|data, objects, _, _| {
                open_own(data, objects);
                FLT_POSTOP_FINISHED_PROCESSING
            })),
            ..Script::default()
        };
        let bench = HostFixture::new(script);
        bench.put("f", b"content");
        assert_eq!(tag(&bench, Some(&[1; 16]), b"own"), STATUS_SUCCESS);
        let io = Io::of_kernel(&bench.fixture.volume);
        let file = io
            .create(r"\f", CreateOptions::default())
            .expect("it opens");
        assert_eq!(SEEN.load(Ordering::Relaxed), OWN);
        assert_ne!(
            file.basic().unwrap().attributes & FILE_ATTRIBUTE_REPARSE_POINT,
            0
        );
    }
}
