//! ringfence.sys: records file activity through FltMgr.
//!
//! What it watches and what it keeps stands in this file; one file an operation lies in `operations/`, one a context in
//! `contexts/`. Everything it must give back before it goes is behind the run-down protection of the [`journal`].
#![no_std]
#![forbid(unsafe_code)]

mod contexts;
mod counters;
mod journal;
mod operations;

use minifilter::context::{Instance, NewContext, Stream, StreamHandle};
use minifilter::operation::{Cleanup, Close, Create, Read, SetInformation, Write};
use minifilter::prelude::*;

use contexts::InstanceState;
use counters::Counters;
use journal::Journal;

/// The tag of all of ringfence's pool memory.
const TAG: PoolTag = PoolTag::new(b"RngF");

/// The driver's state while it is loaded.
struct Ringfence {
    counters: Counters,
    journal: Journal,
}

minifilter::driver!(Ringfence);

impl Minifilter for Ringfence {
    const OPERATIONS: Operations<Self> = operations![Self;
        pre_post Create,
        pre_post Read,
        pre_post Write,
        synchronized SetInformation,
        pre Cleanup,
        pre Close,
    ];
    const CONTEXTS: Contexts<Self> = contexts![Self; Instance, Stream, StreamHandle];

    fn load(_loading: &Loading<'_>, irql: &mut Irql<'_, Passive>) -> Result<Self> {
        Ok(Self {
            counters: Counters::default(),
            journal: Journal::try_new(irql)?,
        })
    }

    fn unload(&self, _reason: UnloadReason, irql: &mut Irql<'_, Passive>) -> Result<()> {
        self.journal.close(irql);
        self.counters.print(irql);
        self.journal.print(irql);
        Ok(())
    }

    fn instance_setup(
        &self,
        setup: &InstanceSetup<'_, Self>,
        irql: &mut InstanceIrql<'_>,
    ) -> Attachment {
        let attached = NewContext::<Self, Instance>::try_new(InstanceState::default(), irql)
            .and_then(|context| setup.objects().set_if_absent(context, irql));
        match attached {
            Ok(_) => Attachment::Attach,
            Err(_) => Attachment::DoNotAttach,
        }
    }
}
