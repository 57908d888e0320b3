//! __C_specific_handler — the __try blocks of a C function: which filters to ask, which __finally to run.
#![allow(unsafe_code)] // reads what the dispatcher passes, calls filters

use super::context::{
    Context, DispatcherContext, ExceptionPointers, ExceptionRecord, TARGET_UNWIND, UNWINDING,
};
use super::dispatch::unwind_to;
use super::function_table::{self, FunctionTable};
use super::restore::call_out;

/// EXCEPTION_EXECUTE_HANDLER, as a constant in place of a filter.
const EXECUTE_HANDLER: u32 = 1;
const CONTINUE_EXECUTION: i32 = 0;
const CONTINUE_SEARCH: i32 = 1;
const EXIT_UNWIND: u32 = 4;

/// `SCOPE_RECORD` — one __try, as RVAs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Scope {
    begin: u32,
    end: u32,
    /// Filter, constant, or the __finally.
    handler: u32,
    /// The __except block; 0 for a __finally.
    target: u32,
}

impl Scope {
    fn read(table: &FunctionTable, data: u32, index: u32) -> Option<Self> {
        let at = data.checked_add(4)?.checked_add(index.checked_mul(16)?)?;
        let word = |number: u32| table.u32(at.checked_add(number * 4)?);
        Some(Self {
            begin: word(0)?,
            end: word(1)?,
            handler: word(2)?,
            target: word(3)?,
        })
    }

    fn covers(&self, rva: u32) -> bool {
        (self.begin..self.end).contains(&rva)
    }
}

/// The scopes of one function from an index on, each with its index.
fn scopes(table: FunctionTable, data: u32, from: u32) -> impl Iterator<Item = (u32, Scope)> {
    let count = table.u32(data).unwrap_or(0);
    (from..count).map_while(move |index| Some((index, Scope::read(&table, data, index)?)))
}

/// `__C_specific_handler` — language handler of C functions with __try.
///
/// # Safety
/// Called as a language handler: every pointer is the dispatcher's.
pub unsafe fn c_specific_handler(
    record: *mut ExceptionRecord,
    frame: u64,
    context: *mut Context,
    dispatcher: *mut DispatcherContext,
) -> i32 {
    // SAFETY: the dispatcher's context record, filled before the call.
    let (pc, handler_data) = {
        // SAFETY: as above; a short-lived reference, gone before any filter runs.
        let dispatcher = unsafe { &*dispatcher };
        (dispatcher.control_pc, dispatcher.handler_data)
    };
    let Some(table) = function_table::of(pc) else {
        return CONTINUE_SEARCH;
    };
    let (Some(pc), Some(data)) = (table.rva(pc), table.rva(handler_data)) else {
        return CONTINUE_SEARCH;
    };
    let place = Place {
        table,
        data,
        pc,
        frame,
    };
    // SAFETY: the dispatcher's exception record.
    let flags = unsafe { (*record).flags };
    if flags & (UNWINDING | EXIT_UNWIND) == 0 {
        place.search(record, context)
    } else {
        place.terminate(flags, dispatcher)
    }
}

/// Where in a function the handler is called for.
struct Place {
    table: FunctionTable,
    data: u32,
    pc: u32,
    frame: u64,
}

impl Place {
    fn address(&self, rva: u32) -> u64 {
        self.table.base + u64::from(rva)
    }

    fn search(&self, record: *mut ExceptionRecord, context: *mut Context) -> i32 {
        for (_, scope) in scopes(self.table, self.data, 0) {
            if !scope.covers(self.pc) || scope.target == 0 {
                continue;
            }
            let verdict = if scope.handler == EXECUTE_HANDLER {
                1
            } else {
                let mut pointers = ExceptionPointers { record, context };
                let pointers = &raw mut pointers as u64;
                // SAFETY: the scope table names a filter of this function; it takes the pointers and its frame.
                (unsafe { call_out(pointers, self.frame, 0, 0, self.address(scope.handler)) })
                    as i32
            };
            if verdict < 0 {
                return CONTINUE_EXECUTION;
            }
            if verdict > 0 {
                // SAFETY: the dispatcher's record; no other reference to it is in use.
                let record = unsafe { &mut *record };
                unwind_to(self.frame, self.address(scope.target), record)
            }
        }
        CONTINUE_SEARCH
    }

    fn terminate(&self, flags: u32, dispatcher: *mut DispatcherContext) -> i32 {
        let (target, first) = {
            // SAFETY: the dispatcher's context record; a short-lived reference, gone before any handler runs.
            let dispatcher = unsafe { &*dispatcher };
            (dispatcher.target_ip, dispatcher.scope_index)
        };
        let target = (flags & TARGET_UNWIND != 0)
            .then(|| self.table.rva(target))
            .flatten();
        for (index, scope) in scopes(self.table, self.data, first) {
            if !scope.covers(self.pc) {
                continue;
            }
            if target.is_some_and(|target| self.stays_inside(scope, target)) {
                break;
            }
            if scope.target != 0 {
                continue;
            }
            // SAFETY: the dispatcher's context record; an exception in the handler goes on behind this scope.
            unsafe { (*dispatcher).scope_index = index + 1 };
            // SAFETY: the scope table names a termination handler of this function; it takes "abnormal" and its frame.
            unsafe { call_out(1, self.frame, 0, 0, self.address(scope.handler)) };
        }
        CONTINUE_SEARCH
    }

    /// Whether the code that goes on is this scope's own __except block or lies in its __try: then nothing outside ends.
    fn stays_inside(&self, scope: Scope, target: u32) -> bool {
        if scope.target == target && scope.target != 0 {
            return true;
        }
        scopes(self.table, self.data, 0).any(|(_, other)| {
            other.covers(target) && (other.handler, other.target) == (scope.handler, scope.target)
        })
    }
}
