#!/bin/sh
# Builds bad.sys beside this file; only needed after a change of bad.c. Wants clang and lld (Debian: clang-19, lld-19).
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
library() { # module, functions …
    module=$1
    shift
    { printf 'LIBRARY %s\nEXPORTS\n' "$module"; printf '%s\n' "$@"; } >"$scratch/$module.def"
    lld-link-19 /lib "/def:$scratch/$module.def" "/out:$scratch/$module.lib" /machine:x64
}
library fltmgr.sys FltRegisterFilter FltStartFiltering FltUnregisterFilter
library ntoskrnl.exe KeGetCurrentIrql KeRaiseIrqlToDpcLevel KeLowerIrql KeInitializeEvent KeWaitForSingleObject \
    ExAllocatePool2 ExFreePoolWithTag PsGetCurrentProcessId __chkstk
clang-19 --target=x86_64-pc-windows-msvc -ffreestanding -fms-extensions -O1 -c bad.c -o "$scratch/bad.obj"
lld-link-19 /driver /subsystem:native /entry:DriverEntry /nodefaultlib /Brepro "$scratch/bad.obj" \
    "$scratch/fltmgr.sys.lib" "$scratch/ntoskrnl.exe.lib" /out:bad.sys
