/* A driver with a control device and a system thread; with -DBAD it answers otherwise than it completes, and leaves its
   thread. No headers: the offsets are those of IRP, IO_STACK_LOCATION and DRIVER_OBJECT on x64. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int NTSTATUS;
typedef void *P;
typedef struct { u16 Length, MaximumLength; u16 *Buffer; } UNICODE_STRING;
#define IMPORT __declspec(dllimport)
IMPORT NTSTATUS IoCreateDevice(P, u32, UNICODE_STRING *, u32, u32, u8, P *);
IMPORT void IoDeleteDevice(P);
IMPORT void IofCompleteRequest(P, char);
IMPORT NTSTATUS PsCreateSystemThread(P *, u32, P, P, P, P, P);
IMPORT NTSTATUS PsTerminateSystemThread(NTSTATUS);
IMPORT NTSTATUS ObReferenceObjectByHandle(P, u32, P, char, P *, P);
IMPORT u64 ObfDereferenceObject(P);
IMPORT NTSTATUS ZwClose(P);
IMPORT NTSTATUS KeWaitForSingleObject(P, int, char, u8, P);
IMPORT void KeInitializeEvent(P, int, u8);
IMPORT int KeSetEvent(P, int, u8);
IMPORT u32 DbgPrint(const char *, ...);

static P device, thread;
static u64 stop[3];
static u16 name[] = {'\\', 'D', 'e', 'v', 'i', 'c', 'e', '\\', 'C', 'd', 'o', 0};

static NTSTATUS complete(u8 *irp, NTSTATUS status) {
    *(NTSTATUS *)(irp + 48) = status;
    *(u64 *)(irp + 56) = 0;
    IofCompleteRequest(irp, 0);
    return status;
}

static NTSTATUS succeed(P object, u8 *irp) { return complete(irp, 0); }

static NTSTATUS control(P object, u8 *irp) {
    NTSTATUS status = complete(irp, 0xC0000010);
#ifdef BAD
    status = 0;
#endif
    return status;
}

static void body(P context) {
    KeWaitForSingleObject(stop, 0, 0, 0, 0);
    PsTerminateSystemThread(0);
    DbgPrint("a thread that has ended goes on");
}

static void unload(P driver) {
#ifndef BAD
    KeSetEvent(stop, 0, 0);
    KeWaitForSingleObject(thread, 0, 0, 0, 0);
#endif
    ObfDereferenceObject(thread);
    IoDeleteDevice(device);
}

NTSTATUS DriverEntry(u8 *driver, P path) {
    UNICODE_STRING full = {sizeof(name) - 2, sizeof(name), name};
    P *major = (P *)(driver + 112), handle;
    NTSTATUS status = IoCreateDevice(driver, 8, &full, 0x22, 0x100, 0, &device);
    if (status < 0)
        return status;
    major[0] = major[2] = major[18] = succeed;
    major[14] = control;
    *(P *)(driver + 104) = unload;
    KeInitializeEvent(stop, 0, 0);
    status = PsCreateSystemThread(&handle, 0, 0, 0, 0, body, 0);
    if (status < 0) {
        IoDeleteDevice(device);
        return status;
    }
    status = ObReferenceObjectByHandle(handle, 0, 0, 0, &thread, 0);
    ZwClose(handle);
    return status;
}
