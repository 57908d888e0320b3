//! Where an operation stands: on its way down, at the file system, or on its way up through the frames it left.

use std::sync::Arc;

use minifilter_sys::FLT_IO_PARAMETER_BLOCK;

use super::asynchronous::{Completion, Sent};
use super::cancel::Cancel;
use super::change::Before;
use super::data::Operation;
use super::pend::Pend;
use super::status_callback::StatusRequest;
use super::{Extras, Requestor, below, obligations, post, pre};
use crate::model::file_system::Request;
use crate::model::flt_volume::{FltVolume, Stack};
use crate::model::instance::Instance;
use crate::model::section::conflict;
use crate::model::{passage, wait};
use crate::verify::rule;

/// Which callback of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Pre-operation.
    Pre,
    /// Post-operation.
    Post,
}

/// What an instance left behind on the way down.
pub struct Frame {
    /// Whose it is; counted in `operations` of the instance until the frame is gone.
    pub instance: Arc<Instance>,
    /// The parameters as its pre-operation callback met them.
    pub seen: FLT_IO_PARAMETER_BLOCK,
    /// The callback changed them: what is above must get `seen` back.
    pub changed: bool,
    /// Completion context.
    pub context: usize,
    /// A post-operation callback is due.
    pub callback: bool,
    /// It is due in the thread of the pre-operation callback.
    pub synchronized: bool,
    /// It has been called for draining.
    pub drained: bool,
}

/// Which way the operation goes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the instance with this index, or below the last to the file system.
    Down(usize),
    /// To the top frame.
    Up,
}

/// What the driving thread does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Goes on.
    Go,
    /// Lets go: a filter pended the operation and another thread will drive it.
    Released,
    /// Has reached its floor.
    Reached,
}

/// Where an operation stands.
///
/// # Invariants
/// `floors` are the frame counts that driving threads wait for, innermost last. A frame is in `frames` exactly while
/// its instance waits for what is below it.
pub struct Flow {
    /// The volume.
    pub volume: Option<Arc<FltVolume>>,
    /// Its instances when the operation began.
    pub stack: Stack,
    /// The way it travels.
    pub request: Request,
    /// On whose behalf.
    pub requestor: Requestor,
    /// Where to next.
    pub direction: Direction,
    /// What the instances above left behind.
    pub frames: Vec<Frame>,
    /// Whether a callback has the operation, or keeps it.
    pub pend: Pend,
    /// It was pended when InstanceTeardownStart was over.
    pub pended_late: bool,
    /// The instance whose callback it is.
    pub at: Option<Arc<Instance>>,
    /// The callback data before that callback.
    pub before: Option<Before>,
    /// The post-operation callback in progress is in the thread of the pre-operation callback by right.
    pub synchronized: bool,
    /// FltCancelFileOpen was called.
    pub open_cancelled: bool,
    /// The MDL that the instance put into the parameters, while its post-operation callback has the operation.
    pub swapped_mdl: Option<usize>,
    /// MDLs that go with the operation.
    pub locked_mdls: Vec<usize>,
    /// Whether it is cancelled, and what is done then.
    pub cancel: Cancel,
    /// Who wants to hear what is answered below.
    pub status_requests: Vec<StatusRequest>,
    /// What it brought along.
    pub extras: Extras,
    /// What is done at the end of an operation whose sender does not wait.
    pub completion: Option<Completion>,
    floors: Vec<usize>,
    arrived: bool,
}

impl Default for Flow {
    fn default() -> Self {
        Self {
            volume: None,
            stack: Stack::default(),
            request: Request::Irp,
            requestor: Requestor {
                mode: 0,
                process_id: 0,
                thread: 0,
            },
            direction: Direction::Up,
            frames: Vec::new(),
            pend: Pend::Idle,
            pended_late: false,
            at: None,
            before: None,
            synchronized: false,
            open_cancelled: false,
            swapped_mdl: None,
            locked_mdls: Vec::new(),
            cancel: Cancel::default(),
            status_requests: Vec::new(),
            extras: Extras::default(),
            completion: None,
            floors: Vec::new(),
            arrived: false,
        }
    }
}

impl Flow {
    /// At the instance with index `first`.
    pub fn begin(
        volume: &Arc<FltVolume>,
        stack: Stack,
        first: usize,
        request: Request,
        requestor: Requestor,
    ) -> Self {
        Self {
            volume: Some(Arc::clone(volume)),
            stack,
            request,
            requestor,
            direction: Direction::Down(first),
            ..Self::default()
        }
    }
}

impl Operation {
    /// Drives the operation to its end.
    pub(super) fn run(&'static self) {
        passage::through(&|| self.abandon(), || self.reach(0));
    }

    /// An exception that a filter around the operation takes goes past it: on Windows nothing completes it any more, and what
    /// waits for it waits for ever. Here its instances can be torn down, and the run goes on.
    #[cold]
    fn abandon(&'static self) {
        let phase = match self.flow().direction {
            Direction::Down(_) => Phase::Pre,
            Direction::Up => Phase::Post,
        };
        let detail = "a handler outside the operation took an exception of the callback";
        obligations::report(
            self,
            phase,
            rule::EXCEPTION_LEFT_CALLBACK,
            detail.to_owned(),
        );
        let (frames, at) = {
            let mut flow = self.flow();
            (std::mem::take(&mut flow.frames), flow.at.take())
        };
        let instances = frames.into_iter().map(|frame| frame.instance).chain(at);
        instances.for_each(|instance| instance.operations.exit());
    }

    /// Drives, or waits for the thread that drives, until no more than `floor` frames are left.
    pub(super) fn reach(&'static self, floor: usize) {
        self.flow().floors.push(floor);
        if self.advance(floor) == Step::Released {
            self.tempt();
            if Sent::is_held_up(self) {
                // What it waits for may be for this very thread to do: the program gives up.
                self.cancel();
            }
            let what = || format!("the completion of pended operation {:p}", self.pointer());
            let arrived = || std::mem::take(&mut self.flow().arrived).then_some(());
            wait::until(self.address(), None, what, arrived);
        }
        self.flow().floors.pop();
    }

    /// Where its floor is waited for.
    fn address(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }

    pub(super) fn advance(&'static self, floor: usize) -> Step {
        loop {
            let direction = self.flow().direction;
            let step = match direction {
                Direction::Down(index) => self.go_down(index),
                Direction::Up if self.flow().frames.len() <= floor => return Step::Reached,
                Direction::Up => post::call(self),
            };
            if step != Step::Go {
                return step;
            }
        }
    }

    /// Goes on in the thread that completed the pended operation, as far as the floor of the waiting thread.
    pub(super) fn resume(&'static self) {
        let floor = self.flow().floors.last().copied();
        if self.advance(floor.unwrap_or(0)) != Step::Reached {
            return;
        }
        if floor.is_none() {
            self.complete();
        } else {
            self.flow().arrived = true;
            wait::wake(self.address());
        }
    }

    fn go_down(&'static self, index: usize) -> Step {
        let (next, volume) = {
            let flow = self.flow();
            (flow.stack.get(index).cloned(), flow.volume.clone())
        };
        if let Some(instance) = next {
            return pre::call(self, &instance, index);
        }
        self.flow().direction = Direction::Up;
        let Some(volume) = volume else {
            return Step::Go;
        };
        match conflict::settle(self, &volume) {
            Ok(()) => below::perform(self, &volume),
            Err(status) => {
                self.set_status(pre::status_block(status, 0));
                self.tell_status(status);
                Step::Go
            }
        }
    }
}
