// Counts opens in a work item. Without CORRECTED nothing keeps the counts alive until the last work item has ended: the teardown
// of the instance frees them while one may still be queued, or in the middle of its work. Built by make.sh.

#include "driver.h"

IMPORT void *FltAllocateGenericWorkItem(void);
IMPORT void FltFreeGenericWorkItem(void *item);
IMPORT i32 FltQueueGenericWorkItem(void *item, void *object, void *routine, i32 queue, void *context);
IMPORT void *ExAllocatePool2(u64 flags, u64 size, u32 tag);
IMPORT void ExFreePoolWithTag(void *block, u32 tag);
IMPORT void ExInitializeRundownProtection(u64 *rundown);
IMPORT u8 ExAcquireRundownProtection(u64 *rundown);
IMPORT void ExReleaseRundownProtection(u64 *rundown);
IMPORT void ExWaitForRundownProtectionRelease(u64 *rundown);

struct counts { u64 begun, done; };

static void *filter;
static struct counts *volatile counts;
static u64 users; // EX_RUNDOWN_REF: work items that use the counts

static u8 enter(void) {
#ifdef CORRECTED
    return ExAcquireRundownProtection(&users);
#else
    return 1;
#endif
}

static void leave(void) {
#ifdef CORRECTED
    ExReleaseRundownProtection(&users);
#endif
}

static void work(void *item, void *object, struct counts *mine) {
    (void)object;
    __atomic_add_fetch(&mine->begun, 1, __ATOMIC_RELAXED);
    FltFreeGenericWorkItem(item);
    __atomic_add_fetch(&mine->done, 1, __ATOMIC_RELAXED);
    leave();
}

static i32 pre_create(struct data *data, const struct objects *objects, void **context) {
    void *item;
    (void)data, (void)context;
    if (!enter()) return 1; // FLT_PREOP_SUCCESS_NO_CALLBACK
    item = FltAllocateGenericWorkItem();
    if (item && FltQueueGenericWorkItem(item, objects->instance, work, 1, counts) >= 0) return 1;
    if (item) FltFreeGenericWorkItem(item);
    leave();
    return 1;
}

static i32 setup(const struct objects *objects, u32 flags, u32 device, u32 file_system) {
    (void)objects, (void)flags, (void)device, (void)file_system;
    if (counts) return DO_NOT_ATTACH; // one instance is enough
    counts = ExAllocatePool2(NON_PAGED_NX, sizeof *counts, TAG);
    ExInitializeRundownProtection(&users);
    return counts ? SUCCESS : DO_NOT_ATTACH;
}

static i32 query(const struct objects *objects, u32 flags) {
    (void)objects, (void)flags;
    return SUCCESS;
}

static void complete(const struct objects *objects, u32 reason) {
    struct counts *mine = counts;
    (void)objects, (void)reason;
#ifdef CORRECTED
    ExWaitForRundownProtectionRelease(&users);
#endif
    counts = NULL;
    ExFreePoolWithTag(mine, TAG);
}

static i32 unload(u32 flags) {
    (void)flags;
    FltUnregisterFilter(filter);
    return SUCCESS;
}

static const struct operation operations[] = {{0, 0, pre_create, NULL, NULL}, {0x80, 0, NULL, NULL, NULL}};
static const struct registration registration = {
    .size = sizeof registration, .version = 0x0203, .operations = operations, .unload = unload, .setup = setup, .query = query,
    .complete = complete};

i32 DriverEntry(void *driver, void *path) { return start(driver, path, &registration, &filter); }
