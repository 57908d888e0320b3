//! Sees every operation before and after it happens, and changes none.
#![no_std]
#![forbid(unsafe_code)]

use core::sync::atomic::{AtomicU64, Ordering};

use minifilter::operation::*;
use minifilter::prelude::*;
use minifilter::print;

#[derive(Default)]
struct PassThrough {
    before: AtomicU64,
    after: AtomicU64,
}

minifilter::driver!(PassThrough);

impl Minifilter for PassThrough {
    const OPERATIONS: Operations<Self> = operations![Self;
        pre_post Create, pre_post CreateNamedPipe, pre_post CreateMailslot, pre_post Cleanup, pre_post Close, pre_post Read,
        pre_post Write, pre_post QueryInformation, pre_post SetInformation, pre_post QueryEa, pre_post SetEa,
        pre_post FlushBuffers, pre_post QueryVolumeInformation, pre_post SetVolumeInformation, pre_post DirectoryControl,
        pre_post FileSystemControl, pre_post DeviceControl, pre_post InternalDeviceControl, pre Shutdown,
        pre_post LockControl, pre_post QuerySecurity, pre_post SetSecurity, pre_post QueryQuota, pre_post SetQuota,
        pre_post Pnp, pre_post AcquireForSectionSynchronization, pre_post ReleaseForSectionSynchronization,
        pre_post AcquireForModWrite, pre_post ReleaseForModWrite, pre_post AcquireForCcFlush, pre_post ReleaseForCcFlush,
        pre_post FastIoCheckIfPossible, pre_post NetworkQueryOpen, pre_post MdlRead, pre_post MdlReadComplete,
        pre_post PrepareMdlWrite, pre_post MdlWriteComplete, pre_post VolumeMount, pre_post VolumeDismount,
    ];

    fn load(_loading: &Loading<'_>, _irql: &mut Irql<'_, Passive>) -> Result<Self> {
        Ok(Self::default())
    }

    fn unload(&self, _reason: UnloadReason, irql: &mut Irql<'_, Passive>) -> Result<()> {
        print::number(
            c"pass_through: operations before",
            self.before.load(Ordering::Relaxed),
            irql,
        );
        print::number(
            c"pass_through: operations after",
            self.after.load(Ordering::Relaxed),
            irql,
        );
        Ok(())
    }
}

impl<O: HasPost> PrePostOperation<O> for PassThrough {
    type Completion = ();

    fn pre<'i>(
        &self,
        call: Pre<'i, Self, O, WithPost<()>>,
        _irql: &mut PreIrql<'i, O>,
    ) -> PreStatus<'i, O> {
        self.before.fetch_add(1, Ordering::Relaxed);
        call.with_callback(())
    }

    fn post<'i>(
        &self,
        call: Post<'i, Self, O>,
        (): (),
        _irql: &mut PostIrql<'i, O>,
    ) -> PostStatus<'i> {
        self.after.fetch_add(1, Ordering::Relaxed);
        call.finish()
    }
}

impl PreOperation<Shutdown> for PassThrough {
    fn pre<'i>(
        &self,
        call: Pre<'i, Self, Shutdown, PreOnly>,
        _irql: &mut PreIrql<'i, Shutdown>,
    ) -> PreStatus<'i, Shutdown> {
        call.pass()
    }
}
