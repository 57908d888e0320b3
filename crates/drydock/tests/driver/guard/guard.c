// A driver compiled for control flow guard: DriverEntry gives STATUS_SUCCESS when every call through a pointer came out right, else
// 0xE0000000 plus one bit for each that did not. STRAY and STRAY_CHECK have it call what its table does not name. Built by make.sh.

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

__declspec(dllimport) u8 KeGetCurrentIrql(void);

// The linker's table, its count and the flags are told by symbols, the numbers as their addresses.
extern const u8 __guard_fids_table[], __guard_fids_count[], __guard_flags[];
extern const u8 __guard_iat_table[], __guard_iat_count[], __guard_longjmp_table[], __guard_longjmp_count[];

__attribute__((naked)) static void pass(void) { __asm__("ret"); }
__attribute__((naked)) static void go(void) { __asm__("jmp *%rax"); }
const void *const __guard_check_icall_fptr = (const void *)pass;
const void *const __guard_dispatch_icall_fptr = (const void *)go;

const struct {
    u32 size, unused[27];
    const void *check, *dispatch, *table, *count, *flags, *integrity;
    const void *imports, *import_count, *jumps, *jump_count;
} _load_config_used = {
    sizeof _load_config_used, {0}, &__guard_check_icall_fptr, &__guard_dispatch_icall_fptr,
    __guard_fids_table, __guard_fids_count, __guard_flags, 0,
    __guard_iat_table, __guard_iat_count, __guard_longjmp_table, __guard_longjmp_count,
};

// One function that begins where the table says, and one in the middle of it.
__asm__(".def whole; .scl 2; .type 32; .endef\n.globl whole\nwhole: nop\nmovl $7, %eax\nret\n");
u32 whole(void);

static u64 integers(u64 a, u64 b, u64 c, u64 d, u64 e, u64 f) { return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f; }
static double floats(double a, double b, double c, double d) { return a + 2 * b + 3 * c + 4 * d; }
int _fltused;

static u64 (*volatile call_integers)(u64, u64, u64, u64, u64, u64) = integers;
static double (*volatile call_floats)(double, double, double, double) = floats;
static u32 (*volatile call_whole)(void) = whole;
static u8 (*volatile call_import)(void);

// As a compiler has it that checks first and calls then: the target in RCX.
__attribute__((guard(nocf), noinline)) static void check(const void *target) { (*(void (*volatile *)(const void *))&__guard_check_icall_fptr)(target); }

__attribute__((guard(nocf))) static u32 check_all(u32 stray) {
    check((const u8 *)whole + stray);
    return 7;
}

u32 DriverEntry(void *driver, void *path) {
    u32 failed = 0;
    call_import = KeGetCurrentIrql;
    if (call_integers(1, 2, 3, 4, 5, 6) != 91) failed |= 1;
    if (call_floats(1, 2, 3, 4) != 30) failed |= 2;
    if (call_whole() != 7) failed |= 4;
    if (call_import() != 0) failed |= 8;
    if (check_all(0) != 7) failed |= 16;
#ifdef STRAY
    call_whole = (u32 (*)(void))((const u8 *)whole + 1);
    if (call_whole() != 7) failed |= 32;
#endif
#ifdef STRAY_CHECK
    if (check_all(1) != 7) failed |= 64;
#endif
    return failed ? 0xE0000000u | failed : 0;
}
