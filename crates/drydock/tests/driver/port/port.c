// A minifilter with a communication port: it tells its client of every file that was opened and waits for an answer, tells it
// of writes without waiting, and answers what it is sent. Built by make.sh; the macros plant faults.

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef int i32;
typedef unsigned long long u64;
typedef long long i64;

#define IMPORT __declspec(dllimport)
#define NULL ((void *)0)
#define TAG 0x74726f50u
#define NON_PAGED_NX 0x40ull
#define SUCCESS 0
#define INVALID_PARAMETER ((i32)0xC000000D)
#define NO_MEMORY ((i32)0xC000009A)
#define BUFFER_TOO_SMALL ((i32)0xC0000023)

struct string { u16 length, maximum; const u16 *buffer; };
struct attributes { u32 length; void *root; struct string *name; u32 flags; void *security; void *quality; };
struct io_status { i32 status; u32 padding; u64 information; };
struct data { u32 flags; void *thread; void *iopb; struct io_status io; };
struct operation { u8 major; u32 flags; void *pre, *post, *reserved; };
struct registration {
    u16 size, version; u32 flags; const void *contexts; const struct operation *operations;
    void *unload, *setup, *query, *start, *complete, *generate, *normalize, *cleanup, *transaction, *normalize_ex, *section;
};

IMPORT i32 FltRegisterFilter(void *driver, const struct registration *registration, void **filter);
IMPORT i32 FltStartFiltering(void *filter);
IMPORT void FltUnregisterFilter(void *filter);
IMPORT i32 FltBuildDefaultSecurityDescriptor(void **descriptor, u32 access);
IMPORT void FltFreeSecurityDescriptor(void *descriptor);
IMPORT i32 FltCreateCommunicationPort(void *filter, void **port, struct attributes *attributes, void *cookie, void *connect,
                                      void *disconnect, void *message, i32 most);
IMPORT void FltCloseCommunicationPort(void *port);
IMPORT void FltCloseClientPort(void *filter, void **port);
IMPORT i32 FltSendMessage(void *filter, void **port, void *message, u32 length, void *reply, u32 *reply_length, i64 *timeout);
IMPORT u8 FltDoCompletionProcessingWhenSafe(struct data *data, const void *objects, void *context, u32 flags, void *callback,
                                            i32 *status);
IMPORT void *ExAllocatePool2(u64 flags, u64 size, u32 tag);
IMPORT void ExFreePoolWithTag(void *block, u32 tag);

static void *filter, *server, *client;
static volatile int events;

struct connection { u32 messages; };

static i32 connect(void *port, void *server_cookie, void *context, u32 size, void **cookie) {
    struct connection *connection = ExAllocatePool2(NON_PAGED_NX, sizeof *connection, TAG);
    (void)server_cookie, (void)context;
    if (!connection) return NO_MEMORY;
    // Only a program that has nothing to say is let in.
    if (size != 0) {
        ExFreePoolWithTag(connection, TAG);
        return INVALID_PARAMETER;
    }
    *cookie = connection;
    client = port;
    return SUCCESS;
}

static void disconnect(void *cookie) {
    FltCloseClientPort(filter, &client);
    ExFreePoolWithTag(cookie, TAG);
}

// Clang takes only calls for what may fault, and a call it can see through for none.
#define MAY_FAULT __attribute__((noinline, optnone))
MAY_FAULT static u32 sum_of(const u8 *bytes, u32 count) {
    u32 sum = 0;
    while (count--) sum += *bytes++;
    return sum;
}
MAY_FAULT static void store(u32 *to, u32 value) { __builtin_memcpy(to, &value, sizeof value); }

// Answers with the sum of the bytes it was sent.
static i32 message(struct connection *connection, const u8 *input, u32 input_length, u32 *output, u32 output_length, u32 *returned) {
    connection->messages++;
    if (!input || input_length == 0) return INVALID_PARAMETER;
    if (!output || output_length < sizeof *output) return BUFFER_TOO_SMALL;
#ifndef UNGUARDED
    __try {
#endif
        store(output, sum_of(input, input_length));
#ifndef UNGUARDED
    } __except (1) { return _exception_code(); }
#endif
    *returned = sizeof *output;
    return SUCCESS;
}

static void tell(u32 what, int wants_reply) {
    struct { u32 what, number; } event = {what, (u32)__atomic_add_fetch(&events, 1, __ATOMIC_RELAXED)};
    u32 answer, length = sizeof answer;
    i64 timeout = -10000000; // one second
#ifdef STALE
    void *copy = client; // races with FltCloseClientPort
    if (copy) (void)FltSendMessage(filter, &copy, &event, sizeof event, wants_reply ? &answer : NULL, wants_reply ? &length : NULL, &timeout);
#else
    (void)FltSendMessage(filter, &client, &event, sizeof event, wants_reply ? &answer : NULL, wants_reply ? &length : NULL, &timeout);
#endif
}

static i32 pre(struct data *data, const void *objects, void **context) {
    (void)data, (void)objects, (void)context;
    return 0; // FLT_PREOP_SUCCESS_WITH_CALLBACK
}

static i32 post_create(struct data *data, const void *objects, void *context, u32 flags) {
    (void)objects, (void)context;
    if (!(flags & 1) && data->io.status == SUCCESS) tell('c', 1);
    return 0; // FLT_POSTOP_FINISHED_PROCESSING
}

static i32 written(struct data *data, const void *objects, void *context, u32 flags) {
    (void)data, (void)objects, (void)context, (void)flags;
    tell('w', 0);
    return 0;
}

static i32 post_write(struct data *data, const void *objects, void *context, u32 flags) {
    i32 status = 0;
    if (!(flags & 1) && data->io.status == SUCCESS)
        (void)FltDoCompletionProcessingWhenSafe(data, objects, context, flags, written, &status);
    return status;
}

static i32 unload(u32 flags) {
    (void)flags;
#ifndef PORT_LEFT_OPEN
    FltCloseCommunicationPort(server);
#endif
    FltUnregisterFilter(filter);
    return SUCCESS;
}

static const struct operation operations[] = {{0, 0, pre, post_create, NULL}, {4, 0, pre, post_write, NULL}, {0x80, 0, NULL, NULL, NULL}};
static const struct registration registration = {
    .size = sizeof registration, .version = 0x0203, .operations = operations, .unload = unload};

#ifndef PORT_NAME
#define PORT_NAME u"\\Messenger"
#endif

static i32 open_port(void) {
    static const u16 name[] = PORT_NAME;
    struct string path = {sizeof name - 2, sizeof name, name};
    struct attributes attributes = {sizeof attributes, NULL, &path, 0x240, NULL, NULL};
    i32 status = FltBuildDefaultSecurityDescriptor(&attributes.security, 0x1F0001);
    if (status < 0) return status;
    status = FltCreateCommunicationPort(filter, &server, &attributes, NULL, connect, disconnect, message, 1);
    FltFreeSecurityDescriptor(attributes.security);
    return status;
}

i32 DriverEntry(void *driver, void *path) {
    i32 status = FltRegisterFilter(driver, &registration, &filter);
    (void)path;
    if (status < 0) return status;
    status = open_port();
    if (status >= 0) {
        status = FltStartFiltering(filter);
        if (status < 0) FltCloseCommunicationPort(server);
    }
    if (status < 0) FltUnregisterFilter(filter);
    return status;
}
