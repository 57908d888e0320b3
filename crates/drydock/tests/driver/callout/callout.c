// A driver whose routines are called by imports, and raise there: DriverEntry gives STATUS_SUCCESS when every case came out as
// on Windows, else 0xE0000000 plus one bit for each case that did not. Built by make.sh.

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define IMPORT __declspec(dllimport)
IMPORT void *memcpy(void *to, const void *from, u64 count);
IMPORT int memcmp(const void *one, const void *other, u64 count);
IMPORT void qsort(void *base, u64 count, u64 size, int (*compare)(const void *, const void *));
IMPORT void ExRaiseStatus(u32 status);
IMPORT void *ExAllocatePoolWithTag(int type, u64 size, u32 tag);
IMPORT void ExFreePoolWithTag(void *block, u32 tag);
IMPORT void KeEnterCriticalRegion(void);
IMPORT void KeLeaveCriticalRegion(void);
IMPORT u8 KeAreApcsDisabled(void);
IMPORT void ProbeForRead(const void *address, u64 length, u32 alignment);
IMPORT u32 KeExpandKernelStackAndCallout(void (*callout)(void *), void *parameter, u64 size);
IMPORT void RtlInitializeGenericTableAvl(void *table, void *compare, void *allocate, void *release, void *context);
IMPORT void *RtlInsertElementGenericTableAvl(void *table, void *element, u32 size, u8 *added);
IMPORT void *RtlLookupElementGenericTableAvl(void *table, void *element);
IMPORT u8 RtlDeleteElementGenericTableAvl(void *table, void *element);

#define APART __attribute__((noinline))
#define ACCESS_VIOLATION 0xC0000005u
#define INVALID_PARAMETER 0xC000000Du
#define NO_MEMORY 0xC000009Au
#define TAG 0x74756f63u

static u64 table[16];
static volatile u32 steps, fails, nodes;
static void step(u32 number) { steps = steps * 10 + number; }

static int compare(void *of, void *one, void *other) {
    (void)of;
    int order = memcmp(one, other, 8);
    return order < 0 ? 0 : order > 0 ? 1 : 2;
}

static void *allocate(void *of, u32 size) {
    (void)of;
    if (fails) ExRaiseStatus(NO_MEMORY);
    nodes++;
    return ExAllocatePoolWithTag(512, size, TAG);
}

static void release(void *of, void *node) {
    (void)of;
    nodes--;
    ExFreePoolWithTag(node, TAG);
}

APART static int a_table_of_the_driver_s_own_memory(void) {
    u8 added = 0;
    u64 keys[] = {30, 10, 20, 10};
    RtlInitializeGenericTableAvl(table, compare, allocate, release, 0);
    for (int i = 0; i < 4; i++) {
        u64 *found = RtlInsertElementGenericTableAvl(table, &keys[i], 8, &added);
        if (!found || *found != keys[i] || added != (i < 3)) return 0;
    }
    u64 *found = RtlLookupElementGenericTableAvl(table, &keys[2]);
    return nodes == 3 && found && *found == 20;
}

APART static int the_routine_of_an_import_raises(void) {
    u64 key = 40;
    u32 code = 0;
    steps = 0, fails = 1;
    __try {
        __try { RtlInsertElementGenericTableAvl(table, &key, 8, 0); } __finally { step(1); }
    } __except (step(2), 1) { code = _exception_code(); }
    fails = 0;
    return code == NO_MEMORY && steps == 21 && nodes == 3 && !RtlLookupElementGenericTableAvl(table, &key);
}

APART static int the_table_goes_on(void) {
    u64 keys[] = {10, 20, 30};
    for (int i = 0; i < 3; i++)
        if (!RtlDeleteElementGenericTableAvl(table, &keys[i])) return 0;
    return nodes == 0;
}

static int by_value(const void *one, const void *other) {
    if (fails) ProbeForRead((void *)0xFFFF800000000000, 4, 4);
    return memcmp(one, other, 1);
}

APART static int what_is_sorted(void) {
    u8 bytes[] = {5, 3, 9, 1};
    u32 code = 0;
    qsort(bytes, 4, 1, by_value);
    int sorted = bytes[0] == 1 && bytes[1] == 3 && bytes[2] == 5 && bytes[3] == 9;
    fails = 1;
    __try { qsort(bytes, 4, 1, by_value); } __except (1) { code = _exception_code(); }
    fails = 0;
    return sorted && code == ACCESS_VIOLATION;
}

__attribute__((noinline, optnone)) static void store(volatile u32 *to) { *to = 1; }

static void deeper(void *parameter) {
    KeEnterCriticalRegion();
    __try {
        if ((u64)parameter > 1) KeExpandKernelStackAndCallout(deeper, (void *)((u64)parameter - 1), 0x8000);
        else store((u32 *)16);
    } __finally { step((u32)(u64)parameter); KeLeaveCriticalRegion(); }
}

// Three large stacks, each with a termination handler, between the fault and the block that takes it.
APART static int through_several_stacks(void) {
    u32 code = 0;
    steps = 0;
    __try { KeExpandKernelStackAndCallout(deeper, (void *)3, 0x8000); } __except (1) { code = _exception_code(); }
    return code == ACCESS_VIOLATION && steps == 123 && !KeAreApcsDisabled();
}

// An exception that is raised and taken within the routine concerns nobody outside.
static void keeps_it(void *parameter) {
    __try { ExRaiseStatus(INVALID_PARAMETER); } __except (1) { *(u32 *)parameter = _exception_code(); }
}

APART static int taken_within(void) {
    u32 code = 0;
    __try { KeExpandKernelStackAndCallout(keeps_it, &code, 0x4000); } __except (1) { return 0; }
    return code == INVALID_PARAMETER;
}

// A filter outside may mend what a routine within has met.
static u32 spare = 33;
static int repair(u64 **pointers) {
    u64 *registers = pointers[1] + 0x78 / 8;
    for (int i = 0; i < 16; i++)
        if (registers[i] == 0x1230) registers[i] = (u64)&spare;
    return -1;
}
__attribute__((noinline, optnone)) static u32 load(volatile u32 *from) { return *from; }
static void loads(void *result) { *(u32 *)result = load((u32 *)0x1230); }

APART static int execution_continues_within(void) {
    u32 value = 0;
    __try { KeExpandKernelStackAndCallout(loads, &value, 0x4000); } __except (repair((u64 **)_exception_info())) { return 0; }
    return value == 33;
}

static void raises(void *parameter) { (void)parameter; ExRaiseStatus(INVALID_PARAMETER); }

APART static int many_times(void) {
    u32 caught = 0;
    for (int i = 0; i < 300; i++) {
        __try { KeExpandKernelStackAndCallout(raises, 0, i & 1 ? 0x8000 : 0x1000); } __except (1) { caught++; }
    }
    return caught == 300;
}

u32 DriverEntry(void *driver, void *path) {
    (void)driver, (void)path;
#ifdef UNHANDLED
    __try { KeExpandKernelStackAndCallout(raises, 0, 0x1000); } __except (0) { return 0; }
#endif
    int right[] = {
        a_table_of_the_driver_s_own_memory(), the_routine_of_an_import_raises(), the_table_goes_on(), what_is_sorted(),
        through_several_stacks(), taken_within(), execution_continues_within(), many_times(),
    };
    u32 wrong = 0;
    for (u32 i = 0; i < sizeof right / sizeof right[0]; i++) wrong |= (u32)!right[i] << i;
    return wrong ? 0xE0000000 | wrong : 0;
}
