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
library kernel ntoskrnl.exe ExAllocatePool2 ExFreePoolWithTag ExInitializeRundownProtection ExAcquireRundownProtection \
    ExReleaseRundownProtection ExWaitForRundownProtectionRelease
library manager FLTMGR.SYS FltRegisterFilter FltStartFiltering FltUnregisterFilter FltAllocateGenericWorkItem \
    FltFreeGenericWorkItem FltQueueGenericWorkItem FltAllocateContext FltSetStreamHandleContext FltReleaseContext
make() { # name, source, compiler flags …
    name=$1 source=$2
    shift 2
    clang-19 --target=x86_64-pc-windows-msvc -std=c11 -ffreestanding -fms-extensions -fno-builtin -Os -Wall -Werror "$@" -c "$source" -o "$scratch/$name.obj"
    lld-link-19 /driver /subsystem:native /entry:DriverEntry /nodefaultlib /Brepro "$scratch/$name.obj" "$scratch/kernel.lib" "$scratch/manager.lib" "/out:$name.sys"
}
for race in work_item context_set; do
    make $race $race.c
    make ${race}_corrected $race.c -DCORRECTED
done
