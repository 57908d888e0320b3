//! Objects of the object manager — what handles and pointers of drivers lead to.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::object_type::ObjectType;
use super::{process, thread};
use crate::io::kernel_file;

/// KernelObject — one object.
pub trait KernelObject: Any + Send + Sync {
    /// Its type.
    fn kind(&self) -> ObjectType;

    /// Address of the body, which is what drivers see.
    fn body(&self) -> usize;

    /// Its full name; none for an object without one.
    fn name(&self) -> Option<String> {
        None
    }

    /// The first handle to it was made.
    fn opened(&self) {}

    /// The last handle to it has gone.
    fn closed(&self) {}
}

static LIVE: Mutex<BTreeMap<usize, Weak<dyn KernelObject>>> = Mutex::new(BTreeMap::new());

/// Makes an object known by its body for as long as it lives.
pub fn publish(object: &Arc<dyn KernelObject>) {
    let mut live = LIVE.lock().unwrap_or_else(PoisonError::into_inner);
    live.retain(|_, known| known.strong_count() > 0);
    live.insert(object.body(), Arc::downgrade(object));
}

/// The live object whose body is at `address`.
#[must_use]
pub fn at(address: usize) -> Option<Arc<dyn KernelObject>> {
    let known = published(address);
    let found = known
        .or_else(|| process::kernel_object(address))
        .or_else(|| thread::kernel_object(address));
    let found = found.or_else(|| kernel_file::kernel_object(address));
    if let Some(found) = &found {
        publish(found);
    }
    found
}

/// The same, of those with a body of their own: the objects that live as long as somebody refers to them.
#[must_use]
pub fn published(address: usize) -> Option<Arc<dyn KernelObject>> {
    let live = LIVE.lock().unwrap_or_else(PoisonError::into_inner);
    live.get(&address).and_then(Weak::upgrade)
}

/// The object as the type it is implemented by.
#[must_use]
pub fn downcast<T: KernelObject>(object: &Arc<dyn KernelObject>) -> Option<&T> {
    let any: &dyn Any = &**object;
    any.downcast_ref()
}

/// The same, for keeping.
#[must_use]
pub fn downcast_arc<T: KernelObject>(object: Arc<dyn KernelObject>) -> Option<Arc<T>> {
    let any: Arc<dyn Any + Send + Sync> = object;
    any.downcast().ok()
}
