#!/bin/sh
# Builds the fixtures beside this file; only needed after a change of seh.c. Wants clang and lld (Debian: clang-19, lld-19).
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
{
    printf 'LIBRARY ntoskrnl.exe\nEXPORTS\n'
    printf '%s\n' memcpy ExRaiseStatus ExRaiseAccessViolation ProbeForRead ProbeForWrite KeGetCurrentIrql IoAllocateMdl IoFreeMdl MmProbeAndLockPages MmUnlockPages RtlCaptureContext RtlRestoreContext RtlLookupFunctionEntry RtlVirtualUnwind RtlCaptureStackBackTrace RtlRaiseException RtlRaiseStatus RtlUnwind RtlUnwindEx RtlGetCallersAddress RtlPcToFileHeader _local_unwind RtlCompareMemory RtlInitUnicodeString RtlCopyUnicodeString RtlEqualUnicodeString __C_specific_handler __chkstk
} >"$scratch/kernel.def"
lld-link-19 /lib "/def:$scratch/kernel.def" "/out:$scratch/kernel.lib" /machine:x64
make() { # name, compiler flags …
    name=$1
    shift
    clang-19 --target=x86_64-pc-windows-msvc -ffreestanding -fms-extensions -fasynchronous-unwind-tables "$@" -c seh.c -o "$scratch/$name.obj"
    lld-link-19 /driver /subsystem:native /entry:DriverEntry /nodefaultlib /Brepro "$scratch/$name.obj" "$scratch/kernel.lib" "/out:$name.sys"
}
make optimized -O2
make plain -O0
make unhandled -Os -DUNHANDLED
make raised -Os -DRAISED
