/* Declared by the WDK of Windows 10 and 11 and missing, or inline, in the headers of mingw-w64: what Ringfence uses of it, from
   the functions' pages. */

typedef ULONG64 POOL_FLAGS;

NTKERNELAPI PVOID NTAPI ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag);
NTKERNELAPI KIRQL NTAPI KeGetCurrentIrql(void);
NTKERNELAPI KIRQL NTAPI KfRaiseIrql(KIRQL NewIrql);
NTKERNELAPI void NTAPI KeLowerIrql(KIRQL NewIrql);
