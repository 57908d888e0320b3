//! NormalizeNameComponentCallback — a provider writes out the components of an opened name, one after the other.
#![allow(unsafe_code)] // calls the driver's callbacks

use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::Arc;

use minifilter_sys::{
    FLTFL_NORMALIZE_NAME_DESTINATION_FILE_NAME, NTSTATUS, STATUS_FLT_INVALID_NAME_REQUEST,
    STATUS_NO_SUCH_FILE, STATUS_OBJECT_NAME_NOT_FOUND,
};

use super::provider::{Question, during, string};
use crate::model::callback::{
    self, NormalizeContextCleanup, NormalizeNameComponent, NormalizeNameComponentEx,
};
use crate::model::instance::Instance;
use crate::model::thread::Site;
use crate::verify::{self, rule};

const SEPARATOR: u16 = b'\\' as u16;
const COLON: u16 = b':' as u16;
/// Bytes before FileName in FILE_NAMES_INFORMATION.
const HEAD: usize = 12;
/// Bytes of the longest component.
const MOST: usize = 255 * 2;

/// FILE_NAMES_INFORMATION with room for the longest component.
#[repr(C, align(8))]
struct Expanded([u8; HEAD + MOST]);

/// The walk along one name.
struct Walk<'a> {
    provider: &'a Arc<Instance>,
    question: Question,
    volume: usize,
    flags: u32,
    context: *mut c_void,
}

/// Has each component of an opened name, whose volume ends at `volume`, written out by the provider; a last one that is
/// not there stays as it is. Names of providers without such a callback stay as they are.
///
/// # Errors
/// What the callback returned.
pub fn normalize(
    provider: &Arc<Instance>,
    question: Question,
    opened: &[u16],
    volume: usize,
    destination: bool,
) -> Result<Vec<u16>, NTSTATUS> {
    let callbacks = &provider.filter.registration.callbacks;
    if callbacks.NormalizeNameComponentCallback.is_none()
        && callbacks.NormalizeNameComponentExCallback.is_none()
    {
        return Ok(opened.to_vec());
    }
    let mut walk = Walk {
        provider,
        question,
        volume,
        flags: if destination {
            FLTFL_NORMALIZE_NAME_DESTINATION_FILE_NAME
        } else {
            0
        },
        context: null_mut(),
    };
    let name = walk.along(opened);
    walk.clean_up()?;
    name
}

impl Walk<'_> {
    fn along(&mut self, opened: &[u16]) -> Result<Vec<u16>, NTSTATUS> {
        let (path, stream) = split_stream(opened, self.volume);
        let mut name = opened[..self.volume].to_vec();
        let mut rest = &path[self.volume..];
        while let Some(after) = rest.strip_prefix(&[SEPARATOR]) {
            name.push(SEPARATOR);
            let end = after.iter().position(|unit| *unit == SEPARATOR);
            let (component, next) = after.split_at(end.unwrap_or(after.len()));
            if component.is_empty() {
                rest = next;
                continue;
            }
            match self.component(&name, component) {
                Ok(expanded) => name.extend(expanded),
                Err(STATUS_NO_SUCH_FILE | STATUS_OBJECT_NAME_NOT_FOUND) if next.is_empty() => {
                    name.extend_from_slice(component);
                }
                Err(status) => return Err(status),
            }
            rest = next;
        }
        name.extend_from_slice(stream);
        Ok(name)
    }

    /// One component of the directory `parent`, whose name ends in a separator.
    fn component(&mut self, parent: &[u16], component: &[u16]) -> Result<Vec<u16>, NTSTATUS> {
        let (parent, component) = (string(parent), string(component));
        let (parent, component) = (&raw const parent, &raw const component);
        let mut expanded = Expanded([0; HEAD + MOST]);
        let out = expanded.0.as_mut_ptr().cast::<c_void>();
        let length = size_of::<Expanded>() as u32;
        let volume = (self.volume * 2) as u16;
        let (instance, file, flags) = (self.provider.handle(), self.question.file, self.flags);
        let context = &raw mut self.context;
        let callbacks = &self.provider.filter.registration.callbacks;
        let (status, site) = if let Some(registered) = callbacks.NormalizeNameComponentExCallback {
            // SAFETY: the member's type is PFLT_NORMALIZE_NAME_COMPONENT_EX, whose true convention this is.
            let code: NormalizeNameComponentEx = unsafe { callback::win64(registered) };
            let site = site(code as usize);
            let call = || {
                // SAFETY: the driver registered this code for exactly this call, and all that is passed outlives it.
                unsafe {
                    code(
                        instance, file, parent, volume, component, out, length, flags, context,
                    )
                }
            };
            (during(self.provider, self.question, site, call)?, site)
        } else if let Some(registered) = callbacks.NormalizeNameComponentCallback {
            // SAFETY: the member's type is PFLT_NORMALIZE_NAME_COMPONENT, whose true convention this is.
            let code: NormalizeNameComponent = unsafe { callback::win64(registered) };
            let site = site(code as usize);
            let call = || {
                // SAFETY: the driver registered this code for exactly this call, and all that is passed outlives it.
                unsafe {
                    code(
                        instance, parent, volume, component, out, length, flags, context,
                    )
                }
            };
            (during(self.provider, self.question, site, call)?, site)
        } else {
            return Err(STATUS_FLT_INVALID_NAME_REQUEST);
        };
        if status < 0 {
            return Err(status);
        }
        expanded.name(site)
    }

    /// PFLT_NORMALIZE_CONTEXT_CLEANUP — for a context that the callbacks left.
    fn clean_up(&mut self) -> Result<(), NTSTATUS> {
        let callbacks = &self.provider.filter.registration.callbacks;
        let registered = callbacks.NormalizeContextCleanupCallback;
        let Some(registered) = registered.filter(|_| !self.context.is_null()) else {
            return Ok(());
        };
        // SAFETY: the member's type is PFLT_NORMALIZE_CONTEXT_CLEANUP, whose true convention this is.
        let code: NormalizeContextCleanup = unsafe { callback::win64(registered) };
        let site = Site {
            name: "NormalizeContextCleanup",
            code: code as usize,
        };
        let context = &raw mut self.context;
        during(self.provider, self.question, site, || {
            // SAFETY: the driver registered this code for exactly this call, and the context outlives it.
            unsafe { code(context) };
        })
    }
}

fn site(code: usize) -> Site<'static> {
    Site {
        name: "NormalizeNameComponent",
        code,
    }
}

/// The path, and the stream from the first colon of its last component.
fn split_stream(name: &[u16], volume: usize) -> (&[u16], &[u16]) {
    let last = name.iter().rposition(|unit| *unit == SEPARATOR);
    let from = last.map_or(volume, |at| at + 1).max(volume);
    let colon = name[from..].iter().position(|unit| *unit == COLON);
    name.split_at(colon.map_or(name.len(), |at| from + at))
}

impl Expanded {
    /// The component that the callback left.
    fn name(&self, site: Site<'_>) -> Result<Vec<u16>, NTSTATUS> {
        let length = [self.0[8], self.0[9], self.0[10], self.0[11]];
        let length = u32::from_le_bytes(length) as usize;
        let name = self.0[HEAD..]
            .get(..length)
            .filter(|name| name.len() % 2 == 0);
        let Some(name) = name else {
            let detail = format!("NormalizeNameComponent gave a component of {length} bytes");
            verify::violation_from(rule::NAME_CONTROL_BROKEN, site.name, site.code, detail);
            return Err(STATUS_FLT_INVALID_NAME_REQUEST);
        };
        let pairs = name.chunks_exact(2);
        Ok(pairs
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect())
    }
}
