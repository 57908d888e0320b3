//! The kernel functions and variables that drivers import: ABI shims without rules, one file per NT prefix.

/// Calls an export in a test as a driver would: `call!(RtlZeroMemory(at, 8))`.
#[cfg(test)]
macro_rules! call {
    ($name:ident($($argument:expr),* $(,)?)) => {
        // SAFETY: the test passes values of its own, as the function documents them.
        unsafe { $name($($argument),*) }
    };
}

mod bcrypt;
mod bcrypt_hash;
mod bcrypt_key;
mod cc;
mod cm;
mod create_context;
mod crt;
mod crt_format;
mod crt_number;
mod crt_string;
mod dbg;
mod ecp;
mod etw;
mod ex_fast_mutex;
mod ex_interlocked;
mod ex_lookaside;
mod ex_pool;
mod ex_push_lock;
mod ex_resource;
mod ex_rundown;
mod flt_argument;
mod flt_buffer;
mod flt_cancel;
mod flt_cbdq;
mod flt_context;
mod flt_create;
mod flt_data;
mod flt_ecp;
mod flt_file_information;
mod flt_file_lock;
mod flt_filter;
mod flt_information;
mod flt_load;
mod flt_lock;
mod flt_name;
mod flt_oplock;
mod flt_own_data;
mod flt_port;
mod flt_routine;
mod flt_section;
mod flt_tag;
mod flt_transaction;
mod flt_transfer;
mod flt_volume;
mod flt_work_item;
mod fs_rtl;
mod fs_rtl_ecp;
pub mod gate;
mod io;
mod io_csq;
mod io_device;
mod io_error_log;
mod io_file_name;
pub mod io_irp;
mod io_symbolic_link;
mod io_work_item;
mod ke_event;
mod ke_irql;
mod ke_process;
mod ke_spin_lock;
mod ke_stack;
mod ke_time;
mod ke_timer;
mod ke_wait;
mod mm;
mod mm_driver;
mod mm_mdl;
mod ob;
mod ob_handle;
mod object_attributes;
mod ps;
mod ps_notify;
mod ps_thread;
mod rtl;
mod rtl_acl;
mod rtl_ansi;
mod rtl_avl_table;
mod rtl_bitmap;
mod rtl_counted_string;
mod rtl_duplicate;
mod rtl_generic_table;
mod rtl_integer;
mod rtl_registry;
mod rtl_registry_direct;
mod rtl_security;
mod rtl_string;
mod rtl_text;
mod rtl_time;
mod rtl_unwind;
mod rtl_version;
mod seh;
mod table_routine;
mod tm;
pub mod variables;
mod zw_event;
mod zw_file;
mod zw_key;
mod zw_object;
mod zw_process;
mod zw_rename;
mod zw_section;
mod zw_system;
mod zw_token;
mod zw_transfer;
mod zw_value_key;
mod zw_virtual_memory;

use std::collections::HashMap;
use std::sync::OnceLock;

pub use gate::{Binding, Dll, Export};

/// Defines exported functions: each becomes an `extern "win64"` shim that passes the gate first, and a row of `EXPORTS`.
///
/// ```text
/// export! { Dll::Ntoskrnl;
///     /// `KeGetCurrentIrql` — current level.
///     fn KeGetCurrentIrql() -> u8 { thread::current().irql() }
///     /// …
///     naked DbgPrint = dbg_print_entry;  // code that passes the gate itself
///     direct __chkstk = chkstk;         // bound without a thunk
///     data IoFileObjectType = &VARIABLE; // the slot gets the address of a static
/// }
/// ```
/// Rows come in that order: functions, then `naked`, then `direct`, then `data`. Bodies that touch driver memory hold `unsafe` blocks;
/// the functions themselves are `unsafe` because the driver's pointers are believed as the real kernel believes them.
#[macro_export]
macro_rules! export {
    ($dll:expr;
        $($(#[$doc:meta])* fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $result:ty)? $body:block)*
        $(naked $naked:ident = $entry:ident;)*
        $(direct $direct:ident = $code:ident;)*
        $(data $data:ident = $variable:expr;)*
    ) => {
        $(
            #[allow(non_snake_case)]
            mod $name {
                pub(super) static EXPORT: $crate::exports::Export = $crate::exports::Export::new(
                    stringify!($name), {#[allow(unused_imports)] use $crate::exports::Dll; $dll},
                    $crate::exports::Binding::Function, super::$name as *const ());
            }
            $(#[$doc])*
            #[allow(non_snake_case, clippy::too_many_arguments)]
            #[allow(unreachable_code, clippy::diverging_sub_expression, clippy::redundant_closure_call)] // for `return` in it; some never return
            unsafe extern "win64" fn $name($($arg: $type),*) $(-> $result)? {
                $crate::exports::gate::enter(&$name::EXPORT);
                if $crate::verify::fault::on()
                    && let Some(failure) = $crate::verify::fault::answer(
                        &$name::EXPORT, &[$($crate::verify::fault::word(&$arg)),*])
                {
                    return $crate::verify::fault::failed(failure);
                }
                let result = (|| $(-> $result)? { $body })();
                $crate::exports::gate::leave(&$name::EXPORT);
                if $crate::verify::trace::on() {
                    $crate::verify::trace::returned($name::EXPORT.name, &result);
                }
                result
            }
        )*
        $(
            #[allow(non_snake_case)]
            mod $naked {
                pub(super) static EXPORT: $crate::exports::Export = $crate::exports::Export::new(
                    stringify!($naked), {#[allow(unused_imports)] use $crate::exports::Dll; $dll},
                    $crate::exports::Binding::Function, super::$entry as *const ());
            }
        )*
        $(
            #[allow(non_snake_case)]
            mod $direct {
                pub(super) static EXPORT: $crate::exports::Export = $crate::exports::Export::new(
                    stringify!($direct), {#[allow(unused_imports)] use $crate::exports::Dll; $dll},
                    $crate::exports::Binding::Direct, super::$code as *const ());
            }
        )*
        $(
            #[allow(non_snake_case)]
            mod $data {
                pub(super) static EXPORT: $crate::exports::Export = $crate::exports::Export::new(
                    stringify!($data), {#[allow(unused_imports)] use $crate::exports::Dll; $dll},
                    $crate::exports::Binding::Data, {#[allow(unused_imports)] use super::*; std::ptr::from_ref($variable).cast()});
            }
        )*
        /// What this file exports.
        pub static EXPORTS: &[&$crate::exports::Export] = &[
            $(&$name::EXPORT,)* $(&$naked::EXPORT,)* $(&$direct::EXPORT,)* $(&$data::EXPORT,)*
        ];
    };
}

/// The files of exports; a new file adds its `EXPORTS` here.
static TABLES: &[&[&Export]] = &[
    cm::EXPORTS,
    bcrypt::EXPORTS,
    bcrypt_hash::EXPORTS,
    bcrypt_key::EXPORTS,
    cc::EXPORTS,
    crt::EXPORTS,
    crt_format::EXPORTS,
    crt_number::EXPORTS,
    crt_string::EXPORTS,
    dbg::EXPORTS,
    etw::EXPORTS,
    ex_fast_mutex::EXPORTS,
    ex_interlocked::EXPORTS,
    ex_lookaside::EXPORTS,
    ex_pool::EXPORTS,
    ex_push_lock::EXPORTS,
    ex_resource::EXPORTS,
    ex_rundown::EXPORTS,
    fs_rtl::EXPORTS,
    fs_rtl_ecp::EXPORTS,
    io::EXPORTS,
    io_csq::EXPORTS,
    io_device::EXPORTS,
    io_error_log::EXPORTS,
    io_file_name::EXPORTS,
    io_irp::EXPORTS,
    io_work_item::EXPORTS,
    io_symbolic_link::EXPORTS,
    ke_event::EXPORTS,
    ke_irql::EXPORTS,
    ke_process::EXPORTS,
    ke_spin_lock::EXPORTS,
    ke_stack::EXPORTS,
    ke_time::EXPORTS,
    ke_timer::EXPORTS,
    ke_wait::EXPORTS,
    mm::EXPORTS,
    mm_driver::EXPORTS,
    mm_mdl::EXPORTS,
    ob::EXPORTS,
    ob_handle::EXPORTS,
    ps::EXPORTS,
    ps_notify::EXPORTS,
    ps_thread::EXPORTS,
    rtl::EXPORTS,
    rtl_acl::EXPORTS,
    rtl_ansi::EXPORTS,
    rtl_avl_table::EXPORTS,
    rtl_bitmap::EXPORTS,
    rtl_registry::EXPORTS,
    rtl_integer::EXPORTS,
    rtl_security::EXPORTS,
    rtl_string::EXPORTS,
    rtl_text::EXPORTS,
    rtl_counted_string::EXPORTS,
    rtl_duplicate::EXPORTS,
    rtl_generic_table::EXPORTS,
    rtl_time::EXPORTS,
    rtl_unwind::EXPORTS,
    rtl_version::EXPORTS,
    seh::EXPORTS,
    variables::EXPORTS,
    zw_event::EXPORTS,
    zw_file::EXPORTS,
    zw_key::EXPORTS,
    zw_object::EXPORTS,
    zw_process::EXPORTS,
    zw_section::EXPORTS,
    zw_system::EXPORTS,
    zw_token::EXPORTS,
    zw_transfer::EXPORTS,
    zw_value_key::EXPORTS,
    zw_virtual_memory::EXPORTS,
    flt_buffer::EXPORTS,
    flt_cancel::EXPORTS,
    flt_cbdq::EXPORTS,
    flt_context::EXPORTS,
    flt_create::EXPORTS,
    flt_data::EXPORTS,
    flt_ecp::EXPORTS,
    flt_file_information::EXPORTS,
    flt_file_lock::EXPORTS,
    flt_filter::EXPORTS,
    flt_information::EXPORTS,
    flt_load::EXPORTS,
    flt_lock::EXPORTS,
    flt_name::EXPORTS,
    flt_oplock::EXPORTS,
    flt_own_data::EXPORTS,
    flt_port::EXPORTS,
    flt_routine::EXPORTS,
    flt_section::EXPORTS,
    flt_transfer::EXPORTS,
    flt_tag::EXPORTS,
    flt_transaction::EXPORTS,
    tm::EXPORTS,
    flt_volume::EXPORTS,
    flt_work_item::EXPORTS,
];

/// Every export of the simulated kernel.
pub fn all() -> impl Iterator<Item = &'static Export> {
    TABLES.iter().flat_map(|table| table.iter().copied())
}

/// Whether `export` may end in an exception of its caller: what it runs holds nothing that would be left behind while it looks at
/// the caller's memory.
#[must_use]
pub fn raises(export: &'static Export) -> bool {
    /// The run-time library works on the caller's memory alone; the rest stops for a bad address.
    const LIBRARY: &[&[&Export]] = &[
        crt::EXPORTS,
        crt_format::EXPORTS,
        crt_number::EXPORTS,
        crt_string::EXPORTS,
        rtl::EXPORTS,
        rtl_ansi::EXPORTS,
        rtl_bitmap::EXPORTS,
        rtl_counted_string::EXPORTS,
        rtl_duplicate::EXPORTS,
        rtl_integer::EXPORTS,
        rtl_string::EXPORTS,
        rtl_text::EXPORTS,
        rtl_time::EXPORTS,
        rtl_unwind::EXPORTS,
        seh::EXPORTS,
    ];
    LIBRARY
        .iter()
        .copied()
        .flatten()
        .any(|known| std::ptr::eq(*known, export))
}

/// The export `name` of `dll`.
#[must_use]
pub fn find(dll: Dll, name: &str) -> Option<&'static Export> {
    static BY_NAME: OnceLock<HashMap<&str, Vec<&'static Export>>> = OnceLock::new();
    let by_name = BY_NAME.get_or_init(|| {
        let mut names: HashMap<&str, Vec<&'static Export>> = HashMap::new();
        for export in all() {
            names.entry(export.name).or_default().push(export);
        }
        names
    });
    by_name
        .get(name)?
        .iter()
        .copied()
        .find(|export| export.dll == dll)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_exported_twice() {
        let mut names: Vec<_> = all()
            .map(|export| (export.name, export.dll as u8))
            .collect();
        names.sort_unstable();
        let twice: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }
}
