// A driver full of __try: DriverEntry gives STATUS_SUCCESS when every case came out as the C compiler's documentation says,
// else 0xE0000000 plus one bit for each case that did not. Built by make.sh.

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

__declspec(dllimport) void *memcpy(void *to, const void *from, u64 count);
__declspec(dllimport) void ExRaiseStatus(u32 status);
__declspec(dllimport) void ExRaiseAccessViolation(void);
__declspec(dllimport) void ProbeForRead(const void *address, u64 length, u32 alignment);
__declspec(dllimport) void ProbeForWrite(void *address, u64 length, u32 alignment);
__declspec(dllimport) u8 KeGetCurrentIrql(void);

__declspec(dllimport) void *IoAllocateMdl(void *address, u32 length, u8 secondary, u8 charge, void *irp);
__declspec(dllimport) void IoFreeMdl(void *mdl);
__declspec(dllimport) void MmProbeAndLockPages(void *mdl, char mode, int access);
__declspec(dllimport) void MmUnlockPages(void *mdl);

#define APART __attribute__((noinline))
#define MAY_FAULT __attribute__((noinline, optnone))
#define ACCESS_VIOLATION 0xC0000005u
#define INVALID_PARAMETER 0xC000000Du

struct record { u32 code, flags; struct record *next; void *address; u32 count; u64 information[15]; };
struct pointers { struct record *record; u8 *context; };

static volatile u32 steps;
static void step(u32 number) { steps = steps * 10 + number; }

MAY_FAULT static u32 load(volatile u32 *from) { return *from; }
MAY_FAULT static void store(volatile u32 *to) { *to = 1; }
MAY_FAULT static u32 divide(u32 by) { return 7 / by; }

APART static int constant_filter(void) {
    __try { load((u32 *)16); } __except (1) { return _exception_code() == (int)ACCESS_VIOLATION; }
    return 0;
}

APART static int only(u32 wanted, u32 code) { return code == wanted; }

APART static int filter_chooses(void) {
    __try {
        __try { ExRaiseStatus(INVALID_PARAMETER); }
        __except (only(ACCESS_VIOLATION, _exception_code())) { return 0; }
    } __except (only(INVALID_PARAMETER, _exception_code())) { return 1; }
    return 0;
}

APART static int order_of_finally(void) {
    steps = 0;
    __try {
        __try {
            __try { load((u32 *)16); } __finally { step(_abnormal_termination() ? 1 : 9); }
        } __finally { step(2); }
    } __except (step(5), 1) { step(3); }
    return steps == 5123;
}

APART static int finally_without_exception(void) {
    steps = 0;
    __try { step(1); } __finally { step(_abnormal_termination() ? 9 : 2); }
    return steps == 12;
}

APART static void inner_function(void) {
    __try { store((u32 *)24); } __finally { step(1); }
}

APART static int across_functions(void) {
    steps = 0;
    __try { inner_function(); } __except (1) { step(2); }
    return steps == 12;
}

APART static int looks(struct pointers *seen, u64 address, u64 write) {
    struct record *record = seen->record;
    return record->count == 2 && record->information[0] == write && record->information[1] == address;
}

APART static int pointers_tell(void) {
    __try { store((u32 *)0x20); } __except (looks(_exception_info(), 0x20, 1)) { return 1; }
    return 0;
}

APART static int from_an_import(void) {
    u32 value = 7;
    __try { memcpy(&value, (void *)0x1000, 4); } __except (1) { value += _exception_code() == (int)ACCESS_VIOLATION; }
    return value == 8;
}

// Whatever of the run-time library meets a bad address of the user raises.
struct counted { unsigned short length, room; void *buffer; };
__declspec(dllimport) u64 RtlCompareMemory(const void *one, const void *other, u64 count);
__declspec(dllimport) void RtlInitUnicodeString(struct counted *string, const void *text);
__declspec(dllimport) void RtlCopyUnicodeString(struct counted *to, const struct counted *from);
__declspec(dllimport) u8 RtlEqualUnicodeString(const struct counted *one, const struct counted *other, u8 fold);

APART static int from_other_imports(void) {
    unsigned short text[4] = {'a', 'b', 'c', 0};
    struct counted good = {6, 8, text}, bad = {6, 8, (void *)0x10000};
    u32 found = 0;
    __try { RtlCompareMemory(text, (void *)0x10000, 6); } __except (1) { found++; }
    __try { RtlInitUnicodeString(&bad, (void *)0x10000); } __except (1) { found++; }
    __try { RtlCopyUnicodeString(&good, &bad); } __except (1) { found++; }
    __try { RtlEqualUnicodeString(&good, &bad, 1); } __except (1) { found++; }
    return found == 4;
}

APART static int probes(void) {
    u32 good = 1, found = 0;
    __try { ProbeForRead(&good, 4, 4); ProbeForWrite(&good, 4, 4); } __except (1) { return 0; }
    __try { ProbeForRead((void *)0xFFFF800000000000, 4, 4); } __except (1) { found += _exception_code() == (int)ACCESS_VIOLATION; }
    __try { ProbeForRead((u8 *)&good + 1, 4, 4); } __except (1) { found += _exception_code() == (int)0x80000002; }
    __try { ProbeForWrite((void *)0x10000, 0x2000, 1); } __except (1) { found += _exception_code() == (int)ACCESS_VIOLATION; }
    __try { ProbeForRead((void *)0xFFFF800000000000, 0, 1); } __except (1) { found = 0; }
    return found == 3;
}

APART static int locked(void *address, int access) {
    void *mdl = IoAllocateMdl(address, 8, 0, 0, 0);
    int result = 1;
    __try { MmProbeAndLockPages(mdl, 1, access); MmUnlockPages(mdl); }
    __except (1) { result = _exception_code() == (int)ACCESS_VIOLATION ? 2 : 3; }
    IoFreeMdl(mdl);
    return result;
}

static const u64 constant = 7;
APART static int pages_are_locked(void) {
    u64 local = 1;
    return locked(&local, 1) == 1 && locked((void *)&constant, 0) == 1 && locked((void *)&constant, 1) == 2
        && locked((void *)0x10000, 0) == 2;
}

APART static int division(void) {
    __try { return divide(0) == 1; } __except (1) { return _exception_code() == (int)0xC0000094; }
}

// A filter that makes the fault's address good: RAX, RCX and whatever else held it.
static u32 spare = 33;
APART static int repair(struct pointers *seen) {
    u64 *registers = (u64 *)(seen->context + 0x78);
    for (int i = 0; i < 16; i++)
        if (registers[i] == 0x1230) registers[i] = (u64)&spare;
    return -1;
}

APART static int execution_continues(void) {
    u32 value = 0;
    __try { value = load((u32 *)0x1230); } __except (repair(_exception_info())) { return 0; }
    return value == 33;
}

APART static int filter_that_raises(void) {
    __try { ExRaiseStatus(INVALID_PARAMETER); } __except (1) { return 0; }
    return 1;
}

APART static int exception_in_a_filter(void) {
    steps = 0;
    __try { load((u32 *)16); } __except (filter_that_raises(), 1) { step(1); }
    return steps == 1;
}

APART static int exception_in_a_finally(void) {
    steps = 0;
    __try {
        __try {
            __try { ExRaiseStatus(INVALID_PARAMETER); } __finally { step(1); load((u32 *)16); }
        } __finally { step(2); }
    } __except (1) { step(_exception_code() == (int)ACCESS_VIOLATION ? 3 : 9); }
    return steps == 123;
}

APART static u32 dirty(volatile u8 *bytes, u32 size) {
    for (u32 i = 0; i < size; i += 512) bytes[i] = 1;
    return load((u32 *)16);
}

// A frame pointer and a large frame.
APART static u32 with_frame_pointer(u32 size) {
    u8 large[3000];
    u8 *more = __builtin_alloca(size);
    dirty(large, sizeof large);
    return dirty(more, size);
}

APART static int odd_frames(u32 size) {
    u8 mark = 5;
    __try { with_frame_pointer(size); } __except (1) { return mark == 5; }
    return 0;
}

// Doubles that live in XMM6 … across the call must come back as they were.
APART static void spoils_registers(double seed) {
    double a = seed, b = seed * 2, c = seed * 3, d = seed * 4, e = seed * 5;
    for (int i = 0; i < 3; i++) { KeGetCurrentIrql(); a += b; b += c; c += d; d += e; e += a; }
    spare = (u32)(a + b + c + d + e) ? 33 : 33;
    load((u32 *)16);
    spare = (u32)(a * b * c * d * e);
}

APART static u32 guarded(double seed) {
    __try { spoils_registers(seed); } __except (1) { return 1; }
    return 0;
}

int _fltused;
APART static int registers_are_kept(volatile double *seed) {
    double a = seed[0], b = seed[0] * 3, c = seed[0] * 5;
    u64 p = (u64)seed * 3, q = (u64)seed * 5, r = (u64)seed * 7, s = (u64)seed * 9;
    u32 caught = guarded(seed[0] * 11);
    return caught && a == seed[0] && b == seed[0] * 3 && c == seed[0] * 5 && p == (u64)seed * 3 && q == (u64)seed * 5
        && r == (u64)seed * 7 && s == (u64)seed * 9;
}

APART static int many_times(void) {
    u32 caught = 0;
    for (u32 i = 0; i < 1000; i++) {
        __try { if (i & 1) ExRaiseAccessViolation(); else load((u32 *)16); } __except (1) { caught++; }
    }
    return caught == 1000;
}

// A handler of its own in front of the C one, as functions with both a stack cookie and __try have it.
static volatile u32 asked;
__declspec(dllimport) int __C_specific_handler(void *record, void *frame, void *context, void *dispatcher);
__attribute__((used)) int own_handler(void *record, void *frame, void *context, void *dispatcher) {
    asked++;
    int answer = __C_specific_handler(record, frame, context, dispatcher);
    asked += 10; // Only reached when the C handler does not end in the __except block.
    return answer;
}

__attribute__((used, noinline, optnone)) u32 load_for_assembly(volatile u32 *from) { return *from; }
u32 in_assembly(void);
__asm__(".intel_syntax noprefix\n"
        ".text\n"
        ".globl in_assembly\n"
        ".seh_proc in_assembly\n"
        "in_assembly:\n"
        "sub rsp, 0x28\n"
        ".seh_stackalloc 0x28\n"
        ".seh_endprologue\n"
        "begin_of_try:\n"
        "mov ecx, 16\n"
        "call load_for_assembly\n"
        "nop\n"
        "end_of_try:\n"
        "xor eax, eax\n"
        "jmp leave_assembly\n"
        "except_block:\n"
        "neg eax\n"
        "leave_assembly:\n"
        "add rsp, 0x28\n"
        "ret\n"
        ".seh_handler own_handler, @except, @unwind\n"
        ".seh_handlerdata\n"
        ".long 1\n"
        ".long begin_of_try@IMGREL, end_of_try@IMGREL, 1, except_block@IMGREL\n"
        ".text\n"
        ".seh_endproc\n"
        ".att_syntax\n");

// Search: one call that does not return. Unwind: one that does.
APART static int own_handler_is_asked(void) {
    asked = 0;
    return in_assembly() == 0u - ACCESS_VIOLATION && asked == 12;
}

// What code may ask of the unwinder, and do with it.
struct __attribute__((aligned(16))) registers { u8 bytes[0x4d0]; };
__declspec(dllimport) void RtlCaptureContext(struct registers *context);
__declspec(dllimport) void RtlRestoreContext(struct registers *context, void *record);
__declspec(dllimport) void *RtlLookupFunctionEntry(u64 pc, u64 *base, void *history);
__declspec(dllimport) void *RtlVirtualUnwind(u32 kind, u64 base, u64 pc, void *entry, struct registers *context, void **data, u64 *frame, void *places);
__declspec(dllimport) unsigned short RtlCaptureStackBackTrace(u32 skip, u32 count, void **frames, u32 *hash);
__declspec(dllimport) void RtlRaiseException(struct record *record);
__declspec(dllimport) void RtlRaiseStatus(u32 status);
__declspec(dllimport) void RtlUnwind(void *frame, void *ip, struct record *record, void *value);
__declspec(dllimport) void *RtlPcToFileHeader(void *pc, void **base);
__declspec(dllimport) void RtlUnwindEx(void *frame, void *ip, struct record *record, void *value, struct registers *context, void *history);
__declspec(dllimport) void RtlGetCallersAddress(void **caller, void **callers_caller);
#define RIP(context) (*(u64 *)((context).bytes + 0xf8))

APART static int walks_to_its_caller(void) {
    struct registers context;
    u64 base = 0, frame = 0;
    void *data = 0, *frames[1], *header = 0;
    u32 hash = 0;
    RtlCaptureContext(&context);
    void *entry = RtlLookupFunctionEntry(RIP(context), &base, 0);
    if (!entry || !base) return 0;
    RtlVirtualUnwind(0, base, RIP(context), entry, &context, &data, &frame, 0);
    int found = RtlCaptureStackBackTrace(1, 1, frames, &hash);
    void *back = __builtin_return_address(0), *caller = 0, *outer = 0;
    RtlGetCallersAddress(&caller, &outer);
    if (caller != back || outer) return 0;
    return RIP(context) == (u64)back && frame && found == 1 && frames[0] == back && hash == (u32)(u64)back
        && RtlPcToFileHeader(back, &header) == (void *)base && header == (void *)base;
}

static volatile u32 passes;
APART static int goes_back_to_a_captured_context(void) {
    struct registers context;
    passes = 0;
    RtlCaptureContext(&context);
    passes++;
    if (passes < 3) RtlRestoreContext(&context, 0);
    return passes == 3;
}

APART static int a_record_is_raised_and_may_be_dismissed(void) {
    struct record record;
    record.code = 0xE0000001, record.flags = 0, record.next = 0, record.count = 1, record.information[0] = 5;
    u32 after = 0, code = 0;
    __try {
        RtlRaiseException(&record);
        after = 1;
        RtlRaiseStatus(INVALID_PARAMETER);
    } __except (_exception_code() == (int)0xE0000001 ? -1 : 1) { code = _exception_code(); }
    return after && code == INVALID_PARAMETER;
}

// A jump out of a __try: as the compiler of Windows writes it, with _local_unwind, and with RtlUnwind from a function within.
__attribute__((used)) void at_the_end(u8 abnormal, void *frame) { (void)frame; step(abnormal ? 1 : 9); }
__attribute__((used, noinline)) void unwinds(void *frame, void *ip) {
    __try {
        if (passes++ & 1) RtlUnwind(frame, ip, 0, (void *)77);
        struct registers context;
        RtlUnwindEx(frame, ip, 0, (void *)77, &context, 0);
    } __finally { step(2); }
}
u64 leaves_by_local_unwind(void), leaves_by_unwind(void);
#define LEAVES(name, callee) \
    __asm__(".intel_syntax noprefix\n.text\n.globl " name "\n.seh_proc " name "\n" name ":\n" \
            "sub rsp, 0x28\n.seh_stackalloc 0x28\n.seh_endprologue\n" \
            name "_begin:\nmov rcx, rsp\nlea rdx, [rip + " name "_after]\ncall " callee "\nnop\n" name "_end:\nmov eax, 1\n" \
            name "_after:\nadd rsp, 0x28\nret\n" \
            ".seh_handler __C_specific_handler, @except, @unwind\n.seh_handlerdata\n.long 1\n" \
            ".long " name "_begin@IMGREL, " name "_end@IMGREL, at_the_end@IMGREL, 0\n.text\n.seh_endproc\n.att_syntax\n")
LEAVES("leaves_by_local_unwind", "[rip + __imp__local_unwind]");
LEAVES("leaves_by_unwind", "unwinds");

APART static int jumps_out_of_a_try(void) {
    steps = 0;
    u64 local = leaves_by_local_unwind();
    int first = local == 0 && steps == 1;
    return first && leaves_by_unwind() == 77 && steps == 121 && leaves_by_unwind() == 77 && steps == 12121;
}

// The page of the system that drivers read without a call: time, ticks, version.
#define SHARED(type, offset) (*(volatile type *)(0xFFFFF78000000000 + (offset)))
APART static int shared_data(void) {
    u64 now = SHARED(u64, 0x14), later = now, ticks = SHARED(u64, 0x320);
    for (int i = 0; i < 1000 && later == now; i++) later = SHARED(u64, 0x14);
    return now > 131000000000000000 && later > now && SHARED(u64, 0x320) >= ticks && SHARED(u32, 0x26c) == 10
        && SHARED(unsigned short, 0x30) == 'C' && SHARED(u8, 0x268);
}

u32 DriverEntry(void *driver, void *path) {
    (void)driver, (void)path;
#ifdef UNHANDLED
    __try {
        __try { load((u32 *)16); } __finally { spare++; }
    } __except (0) { return 0; }
#endif
#ifdef RAISED
    __try { ExRaiseStatus(INVALID_PARAMETER); } __except (0) { return 0; }
#endif
    static volatile double seed = 1.25;
    int right[] = {
        constant_filter(), filter_chooses(), order_of_finally(), finally_without_exception(), across_functions(),
        pointers_tell(), from_an_import(), probes(), division(), execution_continues(), exception_in_a_filter(),
        exception_in_a_finally(), odd_frames(700), registers_are_kept(&seed), many_times(),
        shared_data(), own_handler_is_asked(), pages_are_locked(), from_other_imports(),
        walks_to_its_caller(), goes_back_to_a_captured_context(), a_record_is_raised_and_may_be_dismissed(), jumps_out_of_a_try(),
    };
    u32 wrong = 0;
    for (u32 i = 0; i < sizeof right / sizeof right[0]; i++) wrong |= (u32)!right[i] << i;
    return wrong ? 0xE0000000 | wrong : 0;
}
