//! `ObRegisterCallbacks` — drivers that see handles to processes and threads being made, and may take rights away.
#![allow(unsafe_code)] // calls the driver's callbacks

use std::ffi::c_void;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use minifilter_sys::{
    NTSTATUS, OB_OPERATION_FLAGS, OB_POST_HANDLE_INFORMATION, OB_POST_OPERATION_INFORMATION,
    OB_POST_OPERATION_PARAMETERS, OB_PRE_CREATE_HANDLE_INFORMATION, OB_PRE_OPERATION_INFORMATION,
    OB_PRE_OPERATION_PARAMETERS, STATUS_FLT_INSTANCE_ALTITUDE_COLLISION, STATUS_INVALID_PARAMETER,
};

use super::altitude::Altitude;
use super::bounds::PASSIVE;
use super::modules;
use super::object_type::ObjectType;
use super::thread::{self, Site};
use crate::exports::gate::Call;
use crate::verify::{self, rule};

/// OB_OPERATION_HANDLE_CREATE.
pub const HANDLE_CREATE: u32 = 1;
/// OB_OPERATION_HANDLE_DUPLICATE.
pub const HANDLE_DUPLICATE: u32 = 2;

/// POB_PRE_OPERATION_CALLBACK.
pub type Pre = unsafe extern "win64" fn(*mut c_void, *mut OB_PRE_OPERATION_INFORMATION) -> i32;
/// POB_POST_OPERATION_CALLBACK.
pub type Post = unsafe extern "win64" fn(*mut c_void, *mut OB_POST_OPERATION_INFORMATION);

/// What is watched of one type.
#[derive(Clone, Copy)]
pub struct Watched {
    /// Process or Thread.
    pub kind: ObjectType,
    /// OB_OPERATION_*.
    pub operations: u32,
    /// Called before.
    pub pre: Option<Pre>,
    /// Called after.
    pub post: Option<Post>,
}

#[derive(Clone)]
struct Registered {
    handle: usize,
    altitude: Altitude,
    context: usize,
    watched: Vec<Watched>,
    caller: usize,
}

static REGISTERED: Mutex<Vec<Registered>> = Mutex::new(Vec::new());

fn registered<R>(work: impl FnOnce(&mut Vec<Registered>) -> R) -> R {
    work(&mut REGISTERED.lock().unwrap_or_else(PoisonError::into_inner))
}

/// `ObRegisterCallbacks` — gives the registration's handle.
///
/// # Errors
/// STATUS_INVALID_PARAMETER for nothing to watch, another type, no operation or no callback;
/// STATUS_FLT_INSTANCE_ALTITUDE_COLLISION.
pub fn register(altitude: &str, context: usize, watched: Vec<Watched>) -> Result<usize, NTSTATUS> {
    static NEXT: AtomicUsize = AtomicUsize::new(0xFFFF_B000_0000_0010);
    let good = |one: &Watched| {
        let kind = matches!(one.kind, ObjectType::Process | ObjectType::Thread);
        let operations =
            one.operations != 0 && one.operations & !(HANDLE_CREATE | HANDLE_DUPLICATE) == 0;
        kind && operations && (one.pre.is_some() || one.post.is_some())
    };
    let altitude = Altitude::parse(altitude).ok_or(STATUS_INVALID_PARAMETER)?;
    if watched.is_empty() || !watched.iter().all(good) {
        return Err(STATUS_INVALID_PARAMETER);
    }
    registered(|all| {
        let Err(place) = all.binary_search_by(|other| altitude.cmp(&other.altitude)) else {
            return Err(STATUS_FLT_INSTANCE_ALTITUDE_COLLISION);
        };
        let handle = NEXT.fetch_add(0x10, Ordering::Relaxed);
        all.insert(
            place,
            Registered {
                handle,
                altitude,
                context,
                watched,
                caller: Call::current().caller,
            },
        );
        Ok(handle)
    })
}

/// `ObUnRegisterCallbacks` — takes a registration off; an unknown one stops Windows, and is a rule here.
pub fn unregister(handle: usize) {
    let gone = registered(|all| {
        let place = all.iter().position(|one| one.handle == handle);
        place.map(|place| all.remove(place))
    });
    if gone.is_none() {
        verify::violation(
            rule::CALLBACK_NOT_REGISTERED,
            format!("registration {handle:#x}"),
        );
    }
}

/// Takes off what code of `image` registered and did not take off, and reports it.
pub fn report_left(image: &std::ops::Range<usize>) {
    let mine = |one: &Registered| image.contains(&one.caller);
    let left: Vec<Registered> = registered(|all| {
        let left = all.iter().filter(|one| mine(one)).cloned().collect();
        all.retain(|one| !mine(one));
        left
    });
    for one in left {
        let detail = format!(
            "object callbacks registered at {}",
            modules::describe(one.caller)
        );
        verify::violation_from(rule::CALLBACK_LEFT, "unload", one.caller, detail);
    }
}

/// A handle that is to be made.
pub struct Operation {
    /// Address of the object.
    pub object: usize,
    /// Its type.
    pub kind: ObjectType,
    /// Whether it is the kernel's handle.
    pub kernel: bool,
    /// Access that is asked for.
    pub access: u32,
}

impl Operation {
    fn flags(&self) -> OB_OPERATION_FLAGS {
        OB_OPERATION_FLAGS {
            Flags: u32::from(self.kernel),
        }
    }

    /// Asks one driver; gives the access that is left and the driver's context.
    fn ask(&self, one: &Registered, pre: Pre, access: u32) -> (u32, *mut c_void) {
        let create = OB_PRE_CREATE_HANDLE_INFORMATION {
            DesiredAccess: access,
            OriginalDesiredAccess: self.access,
        };
        let mut parameters = OB_PRE_OPERATION_PARAMETERS {
            CreateHandleInformation: create,
        };
        let mut information = OB_PRE_OPERATION_INFORMATION {
            Operation: HANDLE_CREATE,
            Anonymous: self.flags(),
            Object: self.object as _,
            ObjectType: self.kind.address() as _,
            CallContext: std::ptr::null_mut(),
            Parameters: &raw mut parameters,
        };
        let site = Site {
            name: "ObjectPreCallback",
            code: pre as usize,
        };
        // SAFETY: the driver registered this code for exactly this call; the information outlives it.
        thread::call_driver(site, PASSIVE, || unsafe {
            pre(one.context as _, &raw mut information)
        });
        // SAFETY: a handle is made, so this member of the union is the one in use.
        let left = unsafe { parameters.CreateHandleInformation.DesiredAccess };
        // Rights may be taken away and not added, and from a program's handle only.
        let left = if self.kernel {
            access
        } else {
            left & self.access
        };
        (left, information.CallContext)
    }

    fn tell(
        &self,
        one: &Registered,
        post: Post,
        status: NTSTATUS,
        access: u32,
        context: *mut c_void,
    ) {
        let granted = OB_POST_HANDLE_INFORMATION {
            GrantedAccess: if status < 0 { 0 } else { access },
        };
        let mut parameters = OB_POST_OPERATION_PARAMETERS {
            CreateHandleInformation: granted,
        };
        let mut information = OB_POST_OPERATION_INFORMATION {
            Operation: HANDLE_CREATE,
            Anonymous: self.flags(),
            Object: self.object as _,
            ObjectType: self.kind.address() as _,
            CallContext: context,
            ReturnStatus: status,
            Parameters: &raw mut parameters,
        };
        let site = Site {
            name: "ObjectPostCallback",
            code: post as usize,
        };
        // SAFETY: the driver registered this code for exactly this call; the information outlives it.
        thread::call_driver(site, PASSIVE, || unsafe {
            post(one.context as _, &raw mut information)
        });
    }
}

/// Makes a handle between the callbacks: `make` gets the access that they leave, and gives its status.
pub fn around(operation: &Operation, make: impl FnOnce(u32) -> NTSTATUS) -> NTSTATUS {
    let all = registered(|all| all.clone());
    let watching = |one: &Registered| {
        let mut watched = one.watched.iter();
        watched
            .find(|watched| {
                watched.kind == operation.kind && watched.operations & HANDLE_CREATE != 0
            })
            .copied()
    };
    let mut access = operation.access;
    let mut asked = Vec::new();
    for one in &all {
        let Some(watched) = watching(one) else {
            continue;
        };
        let mut context = std::ptr::null_mut();
        if let Some(pre) = watched.pre {
            (access, context) = operation.ask(one, pre, access);
        }
        asked.push((one, watched.post, context));
    }
    let status = make(access);
    for (one, post, context) in asked.into_iter().rev() {
        if let Some(post) = post {
            operation.tell(one, post, status, access, context);
        }
    }
    status
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::tests::violations_of;

    const OBJECT: usize = 0x55_0000;
    static GRANTED: AtomicUsize = AtomicUsize::new(0);

    unsafe extern "win64" fn narrow(
        _context: *mut c_void,
        information: *mut OB_PRE_OPERATION_INFORMATION,
    ) -> i32 {
        // SAFETY: the bench passes information of its own.
        let information = unsafe { &mut *information };
        if information.Object as usize == OBJECT {
            information.CallContext = 0x77 as _;
            // SAFETY: as above, with parameters.
            let parameters = unsafe { &mut *information.Parameters };
            parameters.CreateHandleInformation.DesiredAccess = 0x8000_0001;
        }
        0
    }

    unsafe extern "win64" fn note(
        _context: *mut c_void,
        information: *mut OB_POST_OPERATION_INFORMATION,
    ) {
        // SAFETY: the bench passes information of its own.
        let information = unsafe { &*information };
        if information.Object as usize == OBJECT && information.CallContext as usize == 0x77 {
            // SAFETY: as above, with parameters.
            let parameters = unsafe { &*information.Parameters };
            // SAFETY: a handle was made, so this member of the union is the one in use.
            let granted = unsafe { parameters.CreateHandleInformation.GrantedAccess };
            GRANTED.store(granted as usize, Ordering::Relaxed);
        }
    }

    fn watch(kind: ObjectType) -> Vec<Watched> {
        vec![Watched {
            kind,
            operations: HANDLE_CREATE,
            pre: Some(narrow),
            post: Some(note),
        }]
    }

    #[test]
    fn obregistercallbacks_takes_rights_from_programs_and_not_from_the_kernel() {
        let handle = register("77.5", 0, watch(ObjectType::Process)).expect("the altitude is free");
        assert_eq!(
            register("77.50", 0, watch(ObjectType::Thread)),
            Err(STATUS_FLT_INSTANCE_ALTITUDE_COLLISION)
        );
        assert_eq!(
            register("77.6", 0, watch(ObjectType::File)),
            Err(STATUS_INVALID_PARAMETER)
        );
        assert_eq!(
            register("77.6", 0, Vec::new()),
            Err(STATUS_INVALID_PARAMETER)
        );
        let mut left = 0;
        let mut open = |kernel| {
            around(
                &Operation {
                    object: OBJECT,
                    kind: ObjectType::Process,
                    kernel,
                    access: 0x11,
                },
                |access| {
                    left = access;
                    0
                },
            );
            left
        };
        assert_eq!(open(false), 1);
        assert_eq!(GRANTED.load(Ordering::Relaxed), 1);
        assert_eq!(open(true), 0x11);
        unregister(handle);
    }

    #[test]
    fn obunregistercallbacks_of_what_is_not_registered_is_a_rule() {
        let found = violations_of("ObUnRegisterCallbacks", || {
            crate::exports::gate::tests::in_call("ObUnRegisterCallbacks", || unregister(0x10));
        });
        assert_eq!(found, ["callbacks unregistered that are not registered"]);
    }
}
