//! Name providers — filters that give other names than the file system: whose turn it is, and their callbacks.
#![allow(unsafe_code)] // calls the driver's callbacks

use std::cell::RefCell;
use std::sync::Arc;

use minifilter_sys::{
    FILE_OBJECT, FLT_FILE_NAME_REQUEST_FROM_CURRENT_PROVIDER, FLT_FILE_NAME_SHORT, NTSTATUS,
    PFLT_CALLBACK_DATA, STATUS_FLT_DELETING_OBJECT, STATUS_FLT_INVALID_NAME_REQUEST,
    UNICODE_STRING,
};

use super::control::NameBuffer;
use crate::model::bounds::PASSIVE;
use crate::model::callback::{self, GenerateFileName};
use crate::model::flt_volume::{self, FltVolume};
use crate::model::instance::Instance;
use crate::model::operation;
use crate::model::thread::{self, Site};
use crate::verify::{self, rule};

/// FLT_VALID_FILE_NAME_FORMATS.
const FORMAT: u32 = 0xFF;

/// A callback of a provider that runs in this thread.
struct Running {
    provider: Arc<Instance>,
    file: usize,
    data: usize,
    format: u32,
}

thread_local! {
    static RUNNING: RefCell<Vec<Running>> = const { RefCell::new(Vec::new()) };
}

/// One question for a name.
#[derive(Clone, Copy)]
pub struct Question {
    /// The file.
    pub file: *mut FILE_OBJECT,
    /// The operation for which it is asked; null where there is none.
    pub data: PFLT_CALLBACK_DATA,
    /// Format, method and flags.
    pub options: u32,
}

/// What a provider answered.
pub struct Generated {
    /// The name, with its volume.
    pub name: Vec<u16>,
    /// It may stay in the cache.
    pub cacheable: bool,
}

/// The highest provider below who asks, or who asks itself if it is one and wants to be asked.
pub fn below(
    volume: &FltVolume,
    asker: Option<&Arc<Instance>>,
    options: u32,
) -> Option<Arc<Instance>> {
    let itself = options & FLT_FILE_NAME_REQUEST_FROM_CURRENT_PROVIDER != 0;
    let is_below = |other: &Arc<Instance>| match asker {
        None => true,
        Some(asker) if itself => other.altitude <= asker.altitude,
        Some(asker) => other.altitude < asker.altitude,
    };
    let stack = volume.stack();
    let found = stack
        .iter()
        .find(|instance| is_provider(instance) && is_below(instance));
    found.cloned()
}

/// Whether the filter of an instance gives names.
pub fn is_provider(instance: &Instance) -> bool {
    let callbacks = &instance.filter.registration.callbacks;
    callbacks.GenerateFileNameCallback.is_some()
}

/// The provider that asks from inside its callback for this operation, or for this file if there is none.
pub fn asking(data: PFLT_CALLBACK_DATA, file: *mut FILE_OBJECT) -> Option<Arc<Instance>> {
    RUNNING.with_borrow(|running| {
        let last = running.last()?;
        let same = if data.is_null() {
            last.file == file as usize
        } else {
            last.data == data as usize
        };
        same.then(|| Arc::clone(&last.provider))
    })
}

/// Runs a callback of a provider: the instance stays until it returns, and names that it asks for come from below it.
pub fn during<R>(
    provider: &Arc<Instance>,
    question: Question,
    site: Site<'_>,
    run: impl FnOnce() -> R,
) -> Result<R, NTSTATUS> {
    if !provider.operations.enter() {
        return Err(STATUS_FLT_DELETING_OBJECT);
    }
    RUNNING.with_borrow_mut(|running| {
        running.push(Running {
            provider: Arc::clone(provider),
            file: question.file as usize,
            data: question.data as usize,
            format: question.options & FORMAT,
        });
    });
    let operation = operation::find(question.data);
    let target = operation.map(|operation| operation.aim_at(provider.handle()));
    let result = thread::call_driver(site, PASSIVE, run);
    if let (Some(operation), Some(target)) = (operation, target) {
        operation.aim_at(target);
    }
    RUNNING.with_borrow_mut(Vec::pop);
    provider.operations.exit();
    Ok(result)
}

/// A provider that asks itself, from inside its callback, what it is being asked would never come to an end.
fn asks_itself(provider: &Arc<Instance>, question: Question) -> bool {
    let (file, format) = (question.file as usize, question.options & FORMAT);
    RUNNING.with_borrow(|running| {
        running.iter().any(|other| {
            Arc::ptr_eq(&other.provider, provider) && (other.file, other.format) == (file, format)
        })
    })
}

/// PFLT_GENERATE_FILE_NAME — asks a provider; none where it registered no such callback.
///
/// # Errors
/// What the callback returned; STATUS_FLT_INVALID_NAME_REQUEST for a name that is none.
pub fn generate(provider: &Arc<Instance>, question: Question) -> Result<Generated, NTSTATUS> {
    let registered = provider
        .filter
        .registration
        .callbacks
        .GenerateFileNameCallback
        .ok_or(STATUS_FLT_INVALID_NAME_REQUEST)?;
    // SAFETY: the member's type is PFLT_GENERATE_FILE_NAME, of which GenerateFileName is the true convention.
    let generate: GenerateFileName = unsafe { callback::win64(registered) };
    let site = Site {
        name: "GenerateFileName",
        code: generate as usize,
    };
    if asks_itself(provider, question) {
        let detail = "a name provider asked itself for the name that it is asked for".to_owned();
        verify::violation(rule::NAME_PROVIDER_RECURSION, detail);
        return Err(STATUS_FLT_INVALID_NAME_REQUEST);
    }
    let buffer = NameBuffer::new()?;
    let mut control = buffer.control();
    let mut cacheable = 0_u8;
    let status = during(provider, question, site, || {
        let (instance, place) = (provider.handle(), &raw mut control);
        // SAFETY: the driver registered this code for exactly this call; file, data and the two places outlive it.
        unsafe {
            generate(
                instance,
                question.file,
                question.data,
                question.options,
                &raw mut cacheable,
                place,
            )
        }
    })?;
    let taken = buffer.take(&control, site);
    if status < 0 {
        return Err(status);
    }
    let name = taken?;
    check_volume(&name, question.options, site);
    Ok(Generated {
        name,
        cacheable: cacheable != 0,
    })
}

/// Bytes of the volume's name in a name that a provider gave, which may be on another volume.
pub fn volume_length(name: &[u16]) -> Option<usize> {
    flt_volume::mounted().into_iter().find_map(|volume| {
        let prefix: Vec<u16> = volume.name.encode_utf16().collect();
        let ends = name
            .get(prefix.len())
            .is_none_or(|unit| *unit == u16::from(b'\\'));
        (name.starts_with(&prefix) && ends).then_some(prefix.len())
    })
}

fn check_volume(name: &[u16], options: u32, site: Site<'_>) {
    if options & FORMAT == FLT_FILE_NAME_SHORT || volume_length(name).is_some() {
        return;
    }
    let name = String::from_utf16_lossy(name);
    let detail = format!("GenerateFileName gave {name:?}, which begins with no volume");
    verify::violation_from(rule::NAME_WITHOUT_VOLUME, site.name, site.code, detail);
}

/// A string over units that outlive its use.
pub fn string(units: &[u16]) -> UNICODE_STRING {
    let bytes = (units.len() * 2) as u16;
    UNICODE_STRING {
        Length: bytes,
        MaximumLength: bytes,
        Buffer: units.as_ptr().cast_mut(),
    }
}
