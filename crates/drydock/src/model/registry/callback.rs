//! `CmRegisterCallbackEx` — drivers that see registry operations before and after, from high to low altitude.
#![allow(unsafe_code)] // calls the driver's callback

use std::ffi::c_void;
use std::sync::{Mutex, PoisonError};

use minifilter_sys::{
    NTSTATUS, STATUS_FLT_INSTANCE_ALTITUDE_COLLISION, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
};

use super::information::{Information, PostOperation};
use crate::exports::gate::Call;
use crate::model::altitude::Altitude;
use crate::model::bounds::PASSIVE;
use crate::model::modules;
use crate::model::thread::{self, Site};
use crate::verify::{self, rule};

/// EX_CALLBACK_FUNCTION.
pub type Callback = unsafe extern "win64" fn(*mut c_void, usize, *mut c_void) -> NTSTATUS;

/// STATUS_CALLBACK_BYPASS — the callback has done the operation itself, or decides its status.
const STATUS_CALLBACK_BYPASS: NTSTATUS = 0xC000_0503_u32 as NTSTATUS;

#[derive(Clone)]
struct Registered {
    altitude: Altitude,
    code: Callback,
    context: usize,
    cookie: i64,
    caller: usize,
}

static REGISTERED: Mutex<(i64, Vec<Registered>)> = Mutex::new((0x1_0001, Vec::new()));

/// `CmRegisterCallbackEx` — gives the cookie.
///
/// # Errors
/// STATUS_FLT_INSTANCE_ALTITUDE_COLLISION, STATUS_INVALID_PARAMETER for an altitude that is no number.
pub fn register(code: Callback, altitude: &str, context: usize) -> Result<i64, NTSTATUS> {
    let altitude = Altitude::parse(altitude).ok_or(STATUS_INVALID_PARAMETER)?;
    let mut registered = REGISTERED.lock().unwrap_or_else(PoisonError::into_inner);
    let (next, all) = &mut *registered;
    // Where it stands: after every one that is higher.
    let place = all.binary_search_by(|other| altitude.cmp(&other.altitude));
    let Err(place) = place else {
        return Err(STATUS_FLT_INSTANCE_ALTITUDE_COLLISION);
    };
    let (cookie, caller) = (*next, Call::current().caller);
    *next += 1;
    all.insert(
        place,
        Registered {
            altitude,
            code,
            context,
            cookie,
            caller,
        },
    );
    Ok(cookie)
}

/// `CmUnRegisterCallback` — takes it off.
///
/// # Errors
/// STATUS_INVALID_PARAMETER for a cookie that is not registered.
pub fn unregister(cookie: i64) -> Result<(), NTSTATUS> {
    let mut registered = REGISTERED.lock().unwrap_or_else(PoisonError::into_inner);
    let all = &mut registered.1;
    let place = all.iter().position(|one| one.cookie == cookie);
    all.remove(place.ok_or(STATUS_INVALID_PARAMETER)?);
    Ok(())
}

/// Takes off what code of `image` registered and did not take off, and reports it.
pub fn report_left(image: &std::ops::Range<usize>) {
    let mut registered = REGISTERED.lock().unwrap_or_else(PoisonError::into_inner);
    let (left, kept) = registered
        .1
        .drain(..)
        .partition(|one| image.contains(&(one.code as usize)));
    registered.1 = kept;
    drop(registered);
    let left: Vec<Registered> = left;
    for one in left {
        let detail = format!("registry callback {}", modules::describe(one.code as usize));
        verify::violation_from(rule::CALLBACK_LEFT, "unload", one.caller, detail);
    }
}

fn all() -> Vec<Registered> {
    REGISTERED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .1
        .clone()
}

impl Registered {
    fn call(&self, class: u32, information: *mut c_void) -> NTSTATUS {
        let site = Site {
            name: "RegistryCallback",
            code: self.code as usize,
        };
        thread::call_driver(site, PASSIVE, || {
            // SAFETY: the driver registered this code for exactly this call; the information outlives it.
            unsafe { (self.code)(self.context as *mut c_void, class as usize, information) }
        })
    }
}

/// Runs an operation between the callbacks before and after it. `operation` gives its status and the object it is about.
///
/// A callback that refuses keeps the operation from happening; those that came before it are told how it ended.
pub fn around<I: Information>(
    before: u32,
    after: u32,
    mut information: I,
    operation: impl FnOnce() -> (NTSTATUS, usize),
) -> NTSTATUS {
    let callbacks = all();
    if callbacks.is_empty() {
        return operation().0;
    }
    let mut left = Vec::new();
    let mut refused = None;
    for callback in &callbacks {
        *information.call_context() = std::ptr::null_mut();
        let status = callback.call(before, (&raw mut information).cast());
        if status < 0 {
            refused = Some(status);
            break;
        }
        left.push(*information.call_context());
    }
    let (mut status, object) = match refused {
        None => operation(),
        Some(STATUS_CALLBACK_BYPASS) => (STATUS_SUCCESS, information.object()),
        Some(status) => (status, information.object()),
    };
    for (callback, context) in callbacks.iter().zip(left).rev() {
        let mut ended = PostOperation::new(object, status, (&raw mut information).cast(), context);
        if callback.call(after, (&raw mut ended).cast()) == STATUS_CALLBACK_BYPASS {
            status = ended.ReturnStatus;
        }
    }
    status
}

#[cfg(test)]
mod tests {
    use super::super::information::OnKey;
    use super::*;
    use std::sync::atomic::{AtomicI32, Ordering};

    static SEEN: Mutex<Vec<(usize, usize, NTSTATUS)>> = Mutex::new(Vec::new());
    static ANSWER: AtomicI32 = AtomicI32::new(0);

    const BEFORE: u32 = 0x7000;
    const AFTER: u32 = 0x7001;

    unsafe extern "win64" fn watch(
        context: *mut c_void,
        class: usize,
        information: *mut c_void,
    ) -> NTSTATUS {
        if class as u32 != BEFORE && class as u32 != AFTER {
            return 0;
        }
        let after = class as u32 == AFTER;
        let mut status = 0;
        if after {
            // SAFETY: after an operation the information is a REG_POST_OPERATION_INFORMATION.
            status = unsafe { (*information.cast::<PostOperation>()).Status };
        }
        SEEN.lock().unwrap().push((context as usize, class, status));
        if context as usize == 2 && !after {
            ANSWER.load(Ordering::Relaxed)
        } else {
            0
        }
    }

    fn run(answer: NTSTATUS) -> (NTSTATUS, bool, Vec<(usize, usize, NTSTATUS)>) {
        ANSWER.store(answer, Ordering::Relaxed);
        SEEN.lock().unwrap().clear();
        let mut done = false;
        let status = around(BEFORE, AFTER, OnKey::new(0x40), || {
            done = true;
            (7, 0x40)
        });
        (status, done, std::mem::take(&mut *SEEN.lock().unwrap()))
    }

    #[test]
    fn cmregistercallbackex_puts_callbacks_around_an_operation_and_cmunregistercallback_takes_them_off()
     {
        let high = register(watch, "99.5", 1).expect("the altitude is free");
        let low = register(watch, "99.25", 2).expect("the altitude is free");
        assert_eq!(
            register(watch, "99.50", 3),
            Err(STATUS_FLT_INSTANCE_ALTITUDE_COLLISION)
        );
        assert_eq!(register(watch, "high", 3), Err(STATUS_INVALID_PARAMETER));
        let (before, after) = (BEFORE as usize, AFTER as usize);
        assert_eq!(
            run(0),
            (
                7,
                true,
                vec![(1, before, 0), (2, before, 0), (2, after, 7), (1, after, 7)]
            )
        );
        assert_eq!(
            run(-5),
            (
                -5,
                false,
                vec![(1, before, 0), (2, before, 0), (1, after, -5)]
            )
        );
        assert_eq!(run(STATUS_CALLBACK_BYPASS).0, STATUS_SUCCESS);
        assert_eq!((unregister(high), unregister(low)), (Ok(()), Ok(())));
        assert_eq!(unregister(low), Err(STATUS_INVALID_PARAMETER));
        assert_eq!(run(-5), (7, true, vec![]));
    }
}
