// A minifilter that behaves as badly as its service is called: the last part of the registry path chooses. Built by make.sh.

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int status;

struct text { u16 length, room; u16 *units; };
struct operation { u8 major; u32 flags; void *pre, *post, *reserved; };
struct registration { u16 size, version; u32 flags; const void *contexts; const struct operation *operations; void *callbacks[11]; };

#define IMPORT __declspec(dllimport)
IMPORT status FltRegisterFilter(void *driver, const struct registration *registration, void **filter);
IMPORT status FltStartFiltering(void *filter);
IMPORT void FltUnregisterFilter(void *filter);
IMPORT u8 KeGetCurrentIrql(void);
IMPORT u8 KeRaiseIrqlToDpcLevel(void);
IMPORT void KeLowerIrql(u8 irql);
IMPORT void KeInitializeEvent(void *event, u32 type, u8 state);
IMPORT status KeWaitForSingleObject(void *object, u32 reason, u8 mode, u8 alertable, void *timeout);
IMPORT void *ExAllocatePool2(u64 flags, u64 size, u32 tag);
IMPORT void ExFreePoolWithTag(void *block, u32 tag);
IMPORT u64 PsGetCurrentProcessId(void);

#define APART __attribute__((noinline))
#define MAY_FAULT __attribute__((noinline, optnone))
#define TAG 0x64616242

static struct text service;
static void *filter;
static u8 *image;
static volatile u32 turns;
static u64 event[3];

// Whether the service has this name.
static int named(const u16 *name) {
    u32 count = service.length / 2, at = 0;
    const u16 *tail = service.units + count;
    while (tail > service.units && tail[-1] != '\\') tail--;
    count -= (u32)(tail - service.units);
    for (; at < count && name[at]; at++)
        if (tail[at] != name[at]) return 0;
    return at == count && !name[at];
}

MAY_FAULT static void for_ever(void) { for (;;) turns++; }
MAY_FAULT static void calling_for_ever(void) { for (;;) turns += KeGetCurrentIrql(); }
MAY_FAULT static void wait_for_ever(void) {
    KeInitializeEvent(event, 0, 0);
    KeWaitForSingleObject(event, 0, 0, 0, 0);
}
MAY_FAULT static u32 recurse(u32 depth) {
    volatile u8 frame[1000];
    frame[0] = (u8)depth;
    return depth ? recurse(depth - 1) + frame[0] : 0;
}
MAY_FAULT static void free_twice(void) {
    void *block = ExAllocatePool2(0x40, 64, TAG);
    ExFreePoolWithTag(block, TAG);
    ExFreePoolWithTag(block, TAG);
}
MAY_FAULT static void call(u64 address) { ((void (*)(void))address)(); }
MAY_FAULT static void fill(volatile u8 *at, u32 count) { while (count--) *at++ = 0xCC; }

// What the C run-time of kernel code has: a cookie of the link, the loader told where it is, and an entry that checks.
#define COOKIE_OF_THE_LINK 0x00002B992DDFA232
volatile u64 __security_cookie = COOKIE_OF_THE_LINK;
const struct { u32 size, before[21]; volatile u64 *cookie; u64 more[2]; } _load_config_used = {.size = 0x70, .cookie = &__security_cookie};

struct registration registration;

static void in_callback(void) {
    if (named(L"callback_loops")) for_ever();
    if (named(L"callback_loops_calling")) calling_for_ever();
    if (named(L"callback_loops_raised")) { KeRaiseIrqlToDpcLevel(); for_ever(); }
    if (named(L"callback_waits")) wait_for_ever();
    if (named(L"stack_overrun")) turns = recurse(1000);
    if (named(L"pool_freed_twice")) free_twice();
    if (named(L"null_called")) call(0);
    if (named(L"garbage_called")) call(0xCCCCCCCCCCCCCCCC);
    if (named(L"code_written")) fill((volatile u8 *)for_ever, 16);
    if (named(L"headers_written")) fill(image, 16);
    if (named(L"registration_written")) fill((volatile u8 *)&registration, sizeof registration);
    if (named(L"filter_handle_written")) fill((volatile u8 *)&filter, sizeof filter);
}

static u32 pre_create(void *data, const void *objects, void **context) {
    (void)data, (void)objects, (void)context;
    in_callback();
    return 1;
}

static status unload(u32 flags) {
    (void)flags;
    if (named(L"unload_loops")) for_ever();
    if (named(L"unload_waits")) wait_for_ever();
    FltUnregisterFilter(filter);
    return 0;
}

static const struct operation operations[] = {{.major = 0, .pre = pre_create}, {.major = 0x80}};

static const u16 *path_copy(const struct text *path) {
    static u16 copy[200];
    for (u32 at = 0; at < path->length / 2 && at < 200; at++) copy[at] = path->units[at];
    return copy;
}

status DriverEntry(void *driver, struct text *path) {
    u64 cookie = __security_cookie;
    if (cookie == 0 || cookie == COOKIE_OF_THE_LINK || cookie >> 48) __asm__ volatile("int $0x29" : : "c"(6));
    service = *path;
    service.units = (u16 *)path_copy(path);
    image = *(u8 **)((u8 *)driver + 0x18); // DriverStart
    if (named(L"entry_loops")) for_ever();
    if (named(L"entry_loops_raised")) { KeRaiseIrqlToDpcLevel(); calling_for_ever(); }
    registration.size = sizeof registration;
    registration.version = 0x0203;
    registration.operations = operations;
    registration.callbacks[0] = unload;
    status outcome = FltRegisterFilter(driver, &registration, &filter);
    if (outcome < 0) return outcome;
    return FltStartFiltering(filter);
}
