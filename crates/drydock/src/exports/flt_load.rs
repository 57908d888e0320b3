//! FltLoadFilter, FltUnloadFilter — filters that a filter depends on.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use minifilter_sys::{
    NTSTATUS, STATUS_FLT_DELETING_OBJECT, STATUS_FLT_DO_NOT_DETACH, STATUS_FLT_FILTER_NOT_FOUND,
    STATUS_IMAGE_ALREADY_LOADED, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_SUCCESS,
};

use super::flt_argument::InString;
use crate::export;
use crate::model::filter::{self, Unload};
use crate::model::{modules, thread};

/// The code that calls and the filter's unload callback lie in one image.
fn is_own(filter: &filter::Filter) -> bool {
    let unload = filter.registration.callbacks.FilterUnloadCallback;
    let image = |address: usize| modules::find(address).map(|module| module.base);
    let own = unload.and_then(|unload| image(unload as usize));
    own.is_some() && own == image(thread::current().thunk_caller())
}

fn unload(name: &str) -> NTSTATUS {
    let mut all = filter::registered().into_iter();
    let found = all.find(|filter| filter.name.eq_ignore_ascii_case(name));
    let Some(found) = found else {
        return STATUS_FLT_FILTER_NOT_FOUND;
    };
    if found.is_unregistering() {
        return STATUS_FLT_DELETING_OBJECT;
    }
    if is_own(&found) {
        return STATUS_FLT_DO_NOT_DETACH;
    }
    match filter::unload_service(&found.name, false) {
        Unload::Done => STATUS_SUCCESS,
        Unload::NoFilter => STATUS_FLT_FILTER_NOT_FOUND,
        Unload::NotUnloadable => STATUS_FLT_DO_NOT_DETACH,
        Unload::Refused(status) => status,
    }
}

export! { Dll::FltMgr;
    /// `FltLoadFilter` — loads a driver; the only ones of this machine are those that run.
    fn FltLoadFilter(name: InString) -> NTSTATUS {
        let name = name.text().unwrap_or_default();
        let running = filter::registered().into_iter().any(|filter| filter.name.eq_ignore_ascii_case(&name));
        if running { STATUS_IMAGE_ALREADY_LOADED } else { STATUS_OBJECT_NAME_NOT_FOUND }
    }
    /// `FltUnloadFilter` — has another filter unload itself.
    fn FltUnloadFilter(name: InString) -> NTSTATUS {
        unload(&name.text().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::flt_argument::TestName;
    use crate::model::flt_fixture::{Fixture, Script};

    #[test]
    fn fltloadfilter_finds_the_filters_that_run_and_no_other() {
        let _fixture = Fixture::new(Script::default());
        let (running, unknown) = (TestName::new("FIXTURE"), TestName::new("unknown"));
        let load = |name: &TestName| call!(FltLoadFilter(name.given()));
        assert_eq!(load(&running), STATUS_IMAGE_ALREADY_LOADED);
        assert_eq!(load(&unknown), STATUS_OBJECT_NAME_NOT_FOUND);
    }

    #[test]
    fn fltunloadfilter_unloads_a_filter_once() {
        let fixture = Fixture::new(Script::default());
        let name = TestName::new("Fixture");
        let unload = || call!(FltUnloadFilter(name.given()));
        assert_eq!(unload(), STATUS_SUCCESS);
        assert!(fixture.volume.stack().is_empty());
        assert_eq!(unload(), STATUS_FLT_FILTER_NOT_FOUND);
    }
}
