// What the drivers beside this file share: the types and functions of the WDK that they use, and DriverEntry.

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef int i32;
typedef unsigned long long u64;

#define IMPORT __declspec(dllimport)
#define NULL ((void *)0)
#define TAG 0x65636152u // "Race" in memory
#define NON_PAGED_NX 0x40ull
#define SUCCESS 0
#define DO_NOT_ATTACH ((i32)0xC01C000F)

struct io_status { i32 status; u32 padding; u64 information; };
struct data { u32 flags; void *thread; void *iopb; struct io_status io; };
struct objects { u16 size, transaction_context; void *filter, *volume, *instance, *file, *transaction; };
struct operation { u8 major; u32 flags; void *pre, *post, *reserved; };
struct context { u16 kind, flags; void *cleanup; u64 size; u32 tag; void *allocate, *free, *reserved; };
struct registration {
    u16 size, version; u32 flags; const void *contexts; const struct operation *operations;
    void *unload, *setup, *query, *start, *complete, *generate, *normalize, *cleanup, *transaction, *normalize_ex, *section;
};

IMPORT i32 FltRegisterFilter(void *driver, const struct registration *registration, void **filter);
IMPORT i32 FltStartFiltering(void *filter);
IMPORT void FltUnregisterFilter(void *filter);

static i32 start(void *driver, void *path, const struct registration *registration, void **filter) {
    i32 status = FltRegisterFilter(driver, registration, filter);
    (void)path;
    if (status < 0) return status;
    status = FltStartFiltering(*filter);
    if (status < 0) FltUnregisterFilter(*filter);
    return status;
}
