use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::ThreadId;

use minifilter_sys::*;

use super::{Context, Kind, Target};
use crate::exports::gate::tests::in_call;
use crate::model::bounds::{DISPATCH, PASSIVE};
use crate::model::context;
use crate::model::flt_fixture::{File, Fixture, STREAM_SIZE, Script};
use crate::model::pool::PoolKind;
use crate::model::{filter, thread};
use crate::verify::tests::violations_of;

const KEEP: i32 = FLT_SET_CONTEXT_KEEP_IF_EXISTS;
const REPLACE: i32 = FLT_SET_CONTEXT_REPLACE_IF_EXISTS;

fn stream_context(fixture: &Fixture) -> Arc<Context> {
    context::allocate(
        &fixture.filter,
        Kind::Stream as u16,
        STREAM_SIZE,
        PoolKind::NonPaged,
    )
    .expect("memory")
}

fn set(
    fixture: &Fixture,
    operation: i32,
    new: &Context,
) -> Result<Option<Arc<Context>>, (i32, Option<Arc<Context>>)> {
    let stack = fixture.volume.stack();
    context::set(
        &Target::File(&stack[0], fixture.file.pointer()),
        Kind::Stream,
        operation,
        new.pointer(),
        true,
    )
}

/// A script whose cleanup callback counts.
fn counting() -> (Arc<AtomicU64>, Script) {
    let cleaned = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&cleaned);
    let cleanup = move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
    };
    (
        cleaned,
        Script {
            cleanup: Some(Arc::new(cleanup)),
            ..Script::default()
        },
    )
}

#[test]
fn keep_on_a_full_slot_hands_out_the_existing_context() {
    let fixture = Fixture::new(Script::default());
    let (first, second) = (stream_context(&fixture), stream_context(&fixture));
    assert!(set(&fixture, KEEP, &first).is_ok());
    let (status, existing) = set(&fixture, KEEP, &second).expect_err("the slot is full");
    assert_eq!(status, STATUS_FLT_CONTEXT_ALREADY_DEFINED);
    assert!(Arc::ptr_eq(&existing.expect("it was asked for"), &first));
    assert_eq!(
        (first.state().references, second.state().references),
        (3, 1)
    );
    for context in [&first, &first, &second] {
        context::release(context.pointer());
    }
}

#[test]
fn replace_hands_over_the_old_context() {
    let (cleaned, script) = counting();
    let fixture = Fixture::new(script);
    let (first, second) = (stream_context(&fixture), stream_context(&fixture));
    assert!(set(&fixture, KEEP, &first).is_ok());
    let old = set(&fixture, REPLACE, &second)
        .ok()
        .flatten()
        .expect("the first one");
    context::release(first.pointer());
    assert_eq!(cleaned.load(Ordering::SeqCst), 0);
    context::release(old.pointer());
    assert_eq!(cleaned.load(Ordering::SeqCst), 1);
    context::release(second.pointer());
    assert_eq!(second.state().references, 1);
}

#[test]
fn a_context_is_attached_once() {
    let fixture = Fixture::new(Script::default());
    let first = stream_context(&fixture);
    assert!(set(&fixture, KEEP, &first).is_ok());
    context::release(first.pointer());
    let other = File::open();
    let stack = fixture.volume.stack();
    let target = Target::File(&stack[0], other.pointer());
    let again = context::set(&target, Kind::Stream, KEEP, first.pointer(), false);
    assert_eq!(
        again.err().map(|refused| refused.0),
        Some(STATUS_FLT_CONTEXT_ALREADY_LINKED)
    );
}

#[test]
fn a_file_that_is_not_open_carries_nothing() {
    let mut fixture = Fixture::new(Script::default());
    fixture.file.object.FsContext = std::ptr::null_mut();
    let context = stream_context(&fixture);
    let refused = set(&fixture, KEEP, &context).expect_err("not open");
    assert_eq!(refused.0, STATUS_NOT_SUPPORTED);
    context::release(context.pointer());
}

#[test]
fn the_stream_s_end_releases_its_context() {
    let (cleaned, script) = counting();
    let fixture = Fixture::new(script);
    let context = stream_context(&fixture);
    assert!(set(&fixture, KEEP, &context).is_ok());
    context::release(context.pointer());
    assert_eq!(cleaned.load(Ordering::SeqCst), 0);
    context::stream_closed(fixture.file.stream());
    assert_eq!(cleaned.load(Ordering::SeqCst), 1);
    let stack = fixture.volume.stack();
    let target = Target::File(&stack[0], fixture.file.pointer());
    assert_eq!(
        context::get(&target, Kind::Stream).err(),
        Some(STATUS_NOT_FOUND)
    );
}

#[test]
fn sizes_and_pools_must_match_the_registration() {
    let fixture = Fixture::new(Script::default());
    let allocate =
        |kind: Kind, size, pool| context::allocate(&fixture.filter, kind as u16, size, pool).err();
    let stream = |size| allocate(Kind::Stream, size, PoolKind::NonPaged);
    assert_eq!(
        stream(STREAM_SIZE - 1),
        Some(STATUS_FLT_CONTEXT_ALLOCATION_NOT_FOUND)
    );
    assert_eq!(
        stream(STREAM_SIZE + 1),
        Some(STATUS_FLT_CONTEXT_ALLOCATION_NOT_FOUND)
    );
    assert_eq!(
        allocate(Kind::File, 8, PoolKind::Paged),
        Some(STATUS_FLT_CONTEXT_ALLOCATION_NOT_FOUND)
    );
    assert_eq!(
        allocate(Kind::Volume, 16, PoolKind::Paged),
        Some(STATUS_FLT_MUST_BE_NONPAGED_POOL)
    );
}

#[test]
#[allow(unsafe_code)] // looks at context memory
fn recycled_memory_is_never_zero() {
    let fixture = Fixture::new(Script::default());
    for _ in 0..200 {
        let context = stream_context(&fixture);
        // SAFETY: the context owns STREAM_SIZE bytes until it is released below.
        let memory =
            unsafe { std::slice::from_raw_parts_mut(context.pointer().cast::<u8>(), STREAM_SIZE) };
        assert!(memory.iter().all(|byte| *byte != 0));
        memory.fill(0);
        context::release(context.pointer());
    }
}

#[test]
fn cleanup_runs_in_the_releasing_thread_below_dispatch_and_in_a_worker_at_dispatch() {
    static SEEN: Mutex<Vec<(ThreadId, u8)>> = Mutex::new(Vec::new());
    let note = |_| {
        SEEN.lock()
            .expect("no panic")
            .push((std::thread::current().id(), thread::current().irql()))
    };
    let fixture = Fixture::new(Script {
        cleanup: Some(Arc::new(note)),
        ..Script::default()
    });
    context::release(stream_context(&fixture).pointer());
    let late = stream_context(&fixture);
    thread::current().set_irql(DISPATCH);
    context::release(late.pointer());
    thread::current().set_irql(PASSIVE);
    assert!(fixture.filter.work.wait_idle(filter::HANG));
    let seen = SEEN.lock().expect("no panic").clone();
    assert_eq!(seen[0], (std::thread::current().id(), PASSIVE));
    assert_ne!(seen[1].0, std::thread::current().id());
    assert_eq!(seen[1].1, PASSIVE);
}

#[test]
fn an_over_release_is_reported() {
    let fixture = Fixture::new(Script::default());
    let context = stream_context(&fixture).memory;
    let release = || {
        in_call("FltReleaseContext", || {
            context::release(context as *const _)
        })
    };
    assert!(violations_of("FltReleaseContext", release).is_empty());
    assert_eq!(
        violations_of("FltReleaseContext", release),
        ["F14 context over-released"]
    );
}

#[test]
fn a_reference_after_the_last_release_is_reported() {
    let fixture = Fixture::new(Script::default());
    let context = stream_context(&fixture).memory;
    context::release(context as *const _);
    let reference = || {
        in_call("FltReferenceContext", || {
            context::reference(context as *const _)
        })
    };
    assert_eq!(
        violations_of("FltReferenceContext", reference),
        ["F14 context used after free"]
    );
}

#[test]
fn a_paged_context_released_at_dispatch_is_reported() {
    let fixture = Fixture::new(Script::default());
    let paged = context::allocate(
        &fixture.filter,
        Kind::Stream as u16,
        STREAM_SIZE,
        PoolKind::Paged,
    )
    .expect("memory");
    let memory = paged.memory;
    let found = violations_of("FltReleaseContext", || {
        thread::current().set_irql(DISPATCH);
        in_call("FltReleaseContext", || context::release(memory as *const _));
        thread::current().set_irql(PASSIVE);
    });
    assert_eq!(found, ["F20 called outside its IRQL bound"]);
}

#[test]
fn a_context_nobody_released_is_reported_at_unregister() {
    let before = context::leaked();
    let found = violations_of("FltAllocateContext", || {
        let fixture = Fixture::new(Script::default());
        in_call("FltAllocateContext", || stream_context(&fixture).memory);
    });
    assert_eq!(found, ["F14 context leaked"]);
    let after = context::leaked();
    assert_eq!((after.0 - before.0, after.1 - before.1), (1, 1));
}

#[test]
fn teardown_releases_what_is_attached() {
    static CLEANED: AtomicUsize = AtomicUsize::new(0);
    let count = |_| {
        CLEANED.fetch_add(1, Ordering::SeqCst);
    };
    {
        let fixture = Fixture::new(Script {
            cleanup: Some(Arc::new(count)),
            ..Script::default()
        });
        let stream = stream_context(&fixture);
        assert!(set(&fixture, KEEP, &stream).is_ok());
        let volume =
            context::allocate(&fixture.filter, Kind::Volume as u16, 16, PoolKind::NonPaged)
                .expect("memory");
        let target = Target::Volume(&fixture.filter, &fixture.volume);
        assert!(context::set(&target, Kind::Volume, KEEP, volume.pointer(), false).is_ok());
        context::release(stream.pointer());
        context::release(volume.pointer());
        assert_eq!(CLEANED.load(Ordering::SeqCst), 0);
    }
    assert_eq!(CLEANED.load(Ordering::SeqCst), 2);
}
