// Gives every opened file a context. Without CORRECTED it forgets to release the context when it cannot be set, which happens
// only to an open that is under way while the instance is torn down. Built by make.sh.

#include "driver.h"

#define STREAM_HANDLE 0x10
#define NON_PAGED 512 // NonPagedPoolNx

IMPORT i32 FltAllocateContext(void *filter, u16 kind, u64 size, i32 pool, void **context);
IMPORT i32 FltSetStreamHandleContext(void *instance, void *file, i32 operation, void *context, void **old);
IMPORT void FltReleaseContext(void *context);

static void *filter;

static i32 pre_create(struct data *data, const struct objects *objects, void **context) {
    (void)data, (void)objects, (void)context;
    return 0; // FLT_PREOP_SUCCESS_WITH_CALLBACK
}

static i32 post_create(struct data *data, const struct objects *objects, void *unused, u32 flags) {
    void *context;
    i32 status;
    (void)unused;
    if ((flags & 1) || data->io.status != SUCCESS) return 0;
    if (FltAllocateContext(filter, STREAM_HANDLE, 16, NON_PAGED, &context) < 0) return 0;
    __builtin_memset(context, 0, 16);
    status = FltSetStreamHandleContext(objects->instance, objects->file, 1, context, NULL); // keep if exists
#ifndef CORRECTED
    if (status < 0) return 0;
#endif
    FltReleaseContext(context);
    (void)status;
    return 0; // FLT_POSTOP_FINISHED_PROCESSING
}

static i32 query(const struct objects *objects, u32 flags) {
    (void)objects, (void)flags;
    return SUCCESS;
}

static i32 unload(u32 flags) {
    (void)flags;
    FltUnregisterFilter(filter);
    return SUCCESS;
}

static const struct context contexts[] = {{STREAM_HANDLE, 0, NULL, 16, TAG, NULL, NULL, NULL}, {0xffff, 0, NULL, 0, 0, NULL, NULL, NULL}};
static const struct operation operations[] = {{0, 0, pre_create, post_create, NULL}, {0x80, 0, NULL, NULL, NULL}};
static const struct registration registration = {
    .size = sizeof registration, .version = 0x0203, .contexts = contexts, .operations = operations, .unload = unload, .query = query};

i32 DriverEntry(void *driver, void *path) { return start(driver, path, &registration, &filter); }
