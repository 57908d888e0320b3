//! CONTEXT, EXCEPTION_RECORD and DISPATCHER_CONTEXT — what the dispatcher, handlers and filters hand to each other.

/// Number of RSP among the integer registers.
pub const RSP: usize = 4;
const RAX: usize = 0;
/// CONTEXT_AMD64 with control, integer and floating point parts.
const CONTEXT_FULL: u32 = 0x0010_000B;
/// The flags of a thread in ordinary code: the reserved bit and interrupts on.
const ORDINARY_FLAGS: u32 = 0x202;

/// `CONTEXT` — the registers of a thread.
#[repr(C, align(16))]
#[derive(Clone)]
pub struct Context {
    home: [u64; 6],
    flags: u32,
    mxcsr: u32,
    segments: [u16; 6],
    /// EFLAGS.
    pub eflags: u32,
    debug: [u64; 6],
    /// Rax, Rcx, Rdx, Rbx, Rsp, Rbp, Rsi, Rdi, R8 … R15: the order of their numbers in code.
    pub integer: [u64; 16],
    /// RIP.
    pub rip: u64,
    legacy: [u8; 0xa0],
    /// Xmm0 … Xmm15.
    pub xmm: [u128; 16],
    reserved: [u8; 96],
    vector: [u128; 26],
    control: [u64; 6],
}

const _: () = assert!(std::mem::offset_of!(Context, integer) == 0x78);
const _: () = assert!(std::mem::offset_of!(Context, rip) == 0xf8);
const _: () = assert!(std::mem::offset_of!(Context, xmm) == 0x1a0);
const _: () = assert!(size_of::<Context>() == 0x4d0);

impl Context {
    /// A context about to run the instruction at `rip`.
    #[must_use]
    pub const fn new(rip: u64, integer: [u64; 16], xmm: [u128; 16]) -> Self {
        Self {
            home: [0; 6],
            flags: CONTEXT_FULL,
            mxcsr: 0x1f80,
            segments: [0x10, 0, 0, 0, 0, 0x18],
            eflags: ORDINARY_FLAGS,
            debug: [0; 6],
            integer,
            rip,
            legacy: [0; 0xa0],
            xmm,
            reserved: [0; 96],
            vector: [0; 26],
            control: [0; 6],
        }
    }

    /// RSP.
    #[must_use]
    pub const fn rsp(&self) -> u64 {
        self.integer[RSP]
    }

    /// Lets the thread go on at `rip` with `value` in RAX.
    pub const fn land(&mut self, rip: u64, value: u64) {
        self.rip = rip;
        self.integer[RAX] = value;
    }
}

/// EXCEPTION_NONCONTINUABLE.
pub const NONCONTINUABLE: u32 = 1;
/// EXCEPTION_UNWINDING.
pub const UNWINDING: u32 = 2;
/// EXCEPTION_TARGET_UNWIND: the frame being unwound is the one that goes on.
pub const TARGET_UNWIND: u32 = 0x20;

/// `EXCEPTION_RECORD` — what happened.
#[repr(C)]
#[derive(Clone)]
pub struct ExceptionRecord {
    /// NTSTATUS.
    pub code: u32,
    /// EXCEPTION_ flags.
    pub flags: u32,
    record: usize,
    /// Where.
    pub address: u64,
    parameters: u32,
    information: [u64; 15],
}

const _: () = assert!(size_of::<ExceptionRecord>() == 0x98);

impl ExceptionRecord {
    /// The exception `code` at `address` with its first parameters.
    #[must_use]
    pub fn new(code: u32, flags: u32, address: u64, parameters: &[u64]) -> Self {
        let mut information = [0; 15];
        information[..parameters.len()].copy_from_slice(parameters);
        Self {
            code,
            flags,
            record: 0,
            address,
            parameters: parameters.len() as u32,
            information,
        }
    }
}

/// `EXCEPTION_POINTERS` — what a filter gets.
#[repr(C)]
pub struct ExceptionPointers {
    /// What happened.
    pub record: *mut ExceptionRecord,
    /// The registers at that time.
    pub context: *mut Context,
}

/// `DISPATCHER_CONTEXT` — what a language handler gets to know about its frame.
#[repr(C)]
pub struct DispatcherContext {
    /// Address in the function.
    pub control_pc: u64,
    /// Base of its image.
    pub image_base: u64,
    /// Address of its RUNTIME_FUNCTION.
    pub function_entry: u64,
    /// Its frame.
    pub establisher_frame: u64,
    /// Where an unwind will go on.
    pub target_ip: u64,
    /// The registers in this frame.
    pub context: *mut Context,
    /// Address of the handler.
    pub language_handler: u64,
    /// Address of the handler's data.
    pub handler_data: u64,
    history_table: usize,
    /// First scope to look at.
    pub scope_index: u32,
    fill: u32,
}

const _: () = assert!(std::mem::offset_of!(DispatcherContext, scope_index) == 0x48);

impl DispatcherContext {
    /// No frame yet; an unwind will go on at `target_ip`.
    #[must_use]
    pub const fn new(target_ip: u64) -> Self {
        Self {
            control_pc: 0,
            image_base: 0,
            function_entry: 0,
            establisher_frame: 0,
            target_ip,
            context: std::ptr::null_mut(),
            language_handler: 0,
            handler_data: 0,
            history_table: 0,
            scope_index: 0,
            fill: 0,
        }
    }
}
