#!/bin/sh
# Builds the fixtures beside this file; only needed after a change of them. Wants clang and lld (Debian: clang-19, lld-19).
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
library() { # file, image, names …
    file=$1 image=$2
    shift 2
    { printf 'LIBRARY %s\nEXPORTS\n' "$image" && printf '%s\n' "$@"; } >"$scratch/$file.def"
    lld-link-19 /lib "/def:$scratch/$file.def" "/out:$scratch/$file.lib" /machine:x64
}
library kernel ntoskrnl.exe memcpy memcmp qsort ExRaiseStatus ExAllocatePoolWithTag ExFreePoolWithTag KeEnterCriticalRegion \
    KeLeaveCriticalRegion KeAreApcsDisabled ProbeForRead KeExpandKernelStackAndCallout RtlInitializeGenericTableAvl \
    RtlInsertElementGenericTableAvl RtlLookupElementGenericTableAvl RtlDeleteElementGenericTableAvl ZwOpenFile ZwClose \
    __C_specific_handler __chkstk
library manager FLTMGR.SYS FltRegisterFilter FltStartFiltering FltUnregisterFilter
make() { # name, source, compiler flags …
    name=$1 source=$2
    shift 2
    clang-19 --target=x86_64-pc-windows-msvc -ffreestanding -fms-extensions -fasynchronous-unwind-tables "$@" -c "$source" -o "$scratch/$name.obj"
    lld-link-19 /driver /subsystem:native /entry:DriverEntry /nodefaultlib /Brepro "$scratch/$name.obj" "$scratch/kernel.lib" "$scratch/manager.lib" "/out:$name.sys"
}
make optimized callout.c -O2
make plain callout.c -O0
make unhandled callout.c -Os -DUNHANDLED
make outside operation.c -Os -DOUTSIDE
make within operation.c -Os
