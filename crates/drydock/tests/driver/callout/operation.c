// A filter whose pre-create callback opens the volume by ZwOpenFile when a program creates a file. That open comes back to the
// callback, which raises; with OUTSIDE the first call takes the exception around ZwOpenFile, else within. Built by make.sh.

#include "../race/driver.h"

struct string { u16 length, room; u32 padding; const u16 *text; };
struct attributes { u32 length, fill; void *root; const struct string *name; u32 attributes, more; void *security, *quality; };

IMPORT void ExRaiseStatus(i32 status);
IMPORT i32 ZwOpenFile(void **file, u32 access, const struct attributes *attributes, struct io_status *io, u32 share, u32 options);
IMPORT i32 ZwClose(void *file);

#define APART __attribute__((noinline))
#define OPEN_BY_HANDLE 0x240
static void *filter;
static volatile u32 inside, caught;

APART static void raise(void) { ExRaiseStatus((i32)0xC000009A); }

APART static void open_volume(void) {
    static const u16 text[] = L"\\Device\\HarddiskVolume1\\";
    struct string name = {sizeof text - 2, sizeof text, 0, text};
    struct attributes attributes = {sizeof attributes, 0, NULL, &name, OPEN_BY_HANDLE, 0, NULL, NULL};
    struct io_status io;
    void *file = NULL;
    if (ZwOpenFile(&file, 0x100000, &attributes, &io, 7, 0x21) >= 0) ZwClose(file);
}

static i32 pre_create(struct data *data, const struct objects *objects, void **context) {
    (void)data, (void)objects, (void)context;
    if (inside) {
#ifdef OUTSIDE
        raise();
#else
        __try { raise(); } __except (1) { caught++; }
#endif
        return 1;
    }
    if (caught > 2) return 1;
    inside = 1;
    __try { open_volume(); } __except (1) { caught++; }
    inside = 0;
    return 1; // FLT_PREOP_SUCCESS_NO_CALLBACK
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

static const struct operation operations[] = {{0, 0, pre_create, NULL, NULL}, {0x80, 0, NULL, NULL, NULL}};
static const struct registration registration = {
    .size = sizeof registration, .version = 0x0203, .operations = operations, .unload = unload, .query = query};

i32 DriverEntry(void *driver, void *path) { return start(driver, path, &registration, &filter); }
