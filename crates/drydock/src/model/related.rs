//! FLT_RELATED_OBJECTS — the objects of one callback.

use std::ffi::c_void;
use std::sync::Arc;

use minifilter_sys::{
    FILE_OBJECT, FLT_RELATED_CONTEXTS, FLT_RELATED_CONTEXTS_EX, FLT_RELATED_OBJECTS,
};

use super::context::{self, Kind, Target};
use super::flt_object;
use super::instance::Instance;
use super::transaction;

/// The objects of a callback about an instance.
pub fn of_instance(instance: &Arc<Instance>) -> FLT_RELATED_OBJECTS {
    of_operation(instance, std::ptr::null_mut())
}

/// The objects of a callback about an operation on `file`.
pub fn of_operation(instance: &Arc<Instance>, file: *mut FILE_OBJECT) -> FLT_RELATED_OBJECTS {
    FLT_RELATED_OBJECTS {
        Size: size_of::<FLT_RELATED_OBJECTS>() as u16,
        TransactionContext: 0,
        Filter: instance.filter.handle(),
        Volume: instance.volume.handle(),
        Instance: instance.handle(),
        FileObject: file,
        Transaction: transaction::of(file) as *mut _,
    }
}

/// Size of the structure that FltGetContextsEx fills.
pub const CONTEXTS_EX_SIZE: usize = size_of::<FLT_RELATED_CONTEXTS_EX>();

/// One slot for each kind of context, null where there is none.
#[derive(Clone, Copy, Default)]
pub struct Contexts([usize; 7]);

/// FltGetContextsEx — the wanted contexts of the objects of one operation, each referenced.
pub fn contexts(objects: &FLT_RELATED_OBJECTS, wanted: u16) -> Contexts {
    let mut contexts = Contexts::default();
    let Some(instance) = flt_object::instance(objects.Instance) else {
        return contexts;
    };
    for kind in Kind::ALL
        .into_iter()
        .filter(|kind| wanted & *kind as u16 != 0)
    {
        let target = match kind {
            Kind::Volume => Target::Volume(&instance.filter, &instance.volume),
            Kind::Instance => Target::Instance(&instance),
            Kind::Transaction => Target::Transaction(&instance, objects.Transaction as usize),
            _ => Target::File(&instance, objects.FileObject),
        };
        if let Ok(found) = context::get(&target, kind) {
            contexts.0[kind.index()] = found.memory;
        }
    }
    contexts
}

impl Contexts {
    /// FltReleaseContextsEx — drops every context in a slot.
    pub fn release(self) {
        for slot in self.0.into_iter().filter(|slot| *slot != 0) {
            context::release(slot as *const c_void);
        }
    }

    fn slot(&self, kind: Kind) -> *mut c_void {
        self.0[kind.index()] as *mut c_void
    }

    /// All seven slots.
    pub fn all(&self) -> FLT_RELATED_CONTEXTS_EX {
        FLT_RELATED_CONTEXTS_EX {
            VolumeContext: self.slot(Kind::Volume),
            InstanceContext: self.slot(Kind::Instance),
            FileContext: self.slot(Kind::File),
            StreamContext: self.slot(Kind::Stream),
            StreamHandleContext: self.slot(Kind::StreamHandle),
            TransactionContext: self.slot(Kind::Transaction),
            SectionContext: self.slot(Kind::Section),
        }
    }

    /// The six slots of the older structure.
    pub fn older(&self) -> FLT_RELATED_CONTEXTS {
        let all = self.all();
        FLT_RELATED_CONTEXTS {
            VolumeContext: all.VolumeContext,
            InstanceContext: all.InstanceContext,
            FileContext: all.FileContext,
            StreamContext: all.StreamContext,
            StreamHandleContext: all.StreamHandleContext,
            TransactionContext: all.TransactionContext,
        }
    }

    /// Reads the structure of FltGetContextsEx.
    pub fn from_all(all: &FLT_RELATED_CONTEXTS_EX) -> Self {
        let mut contexts = Self::from_six([
            all.VolumeContext,
            all.InstanceContext,
            all.FileContext,
            all.StreamContext,
            all.StreamHandleContext,
            all.TransactionContext,
        ]);
        contexts.0[Kind::Section.index()] = all.SectionContext as usize;
        contexts
    }

    /// Reads the structure of FltGetContexts.
    pub fn from_older(all: &FLT_RELATED_CONTEXTS) -> Self {
        Self::from_six([
            all.VolumeContext,
            all.InstanceContext,
            all.FileContext,
            all.StreamContext,
            all.StreamHandleContext,
            all.TransactionContext,
        ])
    }

    fn from_six(six: [*mut c_void; 6]) -> Self {
        let mut contexts = Self::default();
        for (slot, pointer) in contexts.0.iter_mut().zip(six) {
            *slot = pointer as usize;
        }
        contexts
    }
}
