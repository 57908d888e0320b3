//! Frames of driver code from the innermost outwards, up to the bench's own code.
#![allow(unsafe_code)] // follows the chain of dispatches on this thread's stack

use std::cell::Cell;

use super::context::Context;
use super::function_table::{self, FunctionTable};
use super::restore::call_out_return;
use super::stack_memory::StackMemory;
use super::unwind::{return_to_caller, unwind};
use crate::model::thread;

thread_local! {
    static INNERMOST: Cell<*const Active> = const { Cell::new(std::ptr::null()) };
}

/// A dispatch or unwind in progress on this thread.
///
/// # Invariants
/// Lives on the stack of its dispatcher, whose frame stays until the chain no longer leads to it; so do the places it points to.
pub struct Active {
    outer: Cell<*const Self>,
    context: *const Context,
    scope: *const u32,
}

impl Active {
    /// A dispatch whose frames an inner exception continues with: those of `context`, scopes from `scope` on.
    pub const fn new(outer: *const Self, context: *const Context, scope: *const u32) -> Self {
        Self {
            outer: Cell::new(outer),
            context,
            scope,
        }
    }

    /// The walk has got into the frames of an outer dispatch: the one around that is the next.
    pub fn set_outer(&self, outer: *const Self) {
        self.outer.set(outer);
    }

    /// Becomes the innermost of this thread.
    pub fn enter(&self) {
        INNERMOST.set(self);
    }

    /// The innermost of this thread.
    pub fn innermost() -> *const Self {
        INNERMOST.get()
    }

    /// Makes `active` the innermost again.
    pub fn leave_to(active: *const Self) {
        INNERMOST.set(active);
    }

    /// What the walk goes on with, and the dispatch around it.
    ///
    /// # Safety
    /// `active` is null or in the chain.
    pub unsafe fn open(active: *const Self) -> Option<(Context, u32, *const Self)> {
        // SAFETY: null, or alive by the invariant.
        let active = unsafe { active.as_ref() }?;
        // SAFETY: as long as the dispatch lives so does its context.
        let context = unsafe { (*active.context).clone() };
        // SAFETY: as long as the dispatch lives so does its scope index.
        let scope = unsafe { *active.scope };
        Some((context, scope, active.outer.get()))
    }

    /// Drops from the chain what lies below `rsp` of the host's stack: its frames are gone.
    pub fn cut(rsp: usize) {
        let mut active = INNERMOST.get();
        // SAFETY: null, or alive by the invariant: this runs before the stack is cut.
        while let Some(found) = unsafe { active.as_ref() } {
            if active as usize > rsp {
                break;
            }
            active = found.outer.get();
        }
        INNERMOST.set(active);
    }
}

/// One frame.
pub struct Step {
    /// The functions of its image.
    pub table: FunctionTable,
    /// RVA of its RUNTIME_FUNCTION.
    pub entry: u32,
    /// Its frame address.
    pub establisher: u64,
    /// RVAs of its handler and the handler's data.
    pub handler: Option<(u32, u32)>,
    /// The registers in it.
    pub context: Context,
    /// The first scope not dealt with yet.
    pub scope: u32,
}

/// Goes from frame to frame.
pub struct Walk {
    context: Context,
    scope: u32,
    around: *const Active,
    memory: StackMemory,
}

impl Walk {
    /// Frames from `context` on, then those of the dispatch `around`; none when its stack is not this thread's.
    pub fn new(context: Context, scope: u32, around: *const Active) -> Option<Self> {
        let memory = StackMemory::above(context.rsp())?;
        Some(Self {
            context,
            scope,
            around,
            memory,
        })
    }

    /// The registers that the next frame is found from.
    pub const fn context(&self) -> &Context {
        &self.context
    }

    /// The dispatch around the frames of this part of the walk.
    pub const fn around(&self) -> *const Active {
        self.around
    }

    /// The next frame that has unwind information; `wanted` is the kind of handler to tell of.
    pub fn next(&mut self, wanted: u8) -> Option<Step> {
        loop {
            if self.context.rip == call_out_return() {
                // SAFETY: `around` comes from the chain, and the walk runs inside all of it.
                let (context, scope, around) = unsafe { Active::open(self.around) }?;
                self.memory = StackMemory::above(context.rsp())?;
                (self.context, self.scope, self.around) = (context, scope, around);
            }
            let Some(table) = function_table::of(self.context.rip) else {
                self.cross()?;
                continue;
            };
            let function = table.find(table.rva(self.context.rip)?);
            let before = self.context.clone();
            let memory = self.memory;
            let read = |address| memory.read(address);
            let Some(function) = function else {
                return_to_caller(&mut self.context, &read)?;
                continue;
            };
            let frame = unwind(&table, function, &mut self.context, wanted, &read)?;
            if self.context.rsp() <= before.rsp() {
                return None;
            }
            return Some(Step {
                table,
                entry: function.entry,
                establisher: frame.establisher,
                handler: frame.handler,
                context: before,
                scope: std::mem::take(&mut self.scope),
            });
        }
    }

    /// From a routine that the bench called to the code that called the import behind it.
    fn cross(&mut self) -> Option<()> {
        let around = thread::current()
            .chains()
            .call_around(self.context.rsp() as usize)?;
        self.memory = StackMemory::above(around.rsp())?;
        self.context = around;
        Some(())
    }

    /// Whether the frame at `frame` lies below the one to be visited next, on its stack: it will not be met any more.
    pub fn is_past(&self, frame: u64) -> bool {
        self.memory.covers(frame) && frame < self.context.rsp()
    }
}
