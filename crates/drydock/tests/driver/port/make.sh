#!/bin/sh
# Builds the fixtures beside this file; only needed after a change of port.c. Wants clang and lld (Debian: clang-19, lld-19).
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
library kernel ntoskrnl.exe ExAllocatePool2 ExFreePoolWithTag __C_specific_handler memcpy
library manager FLTMGR.SYS FltRegisterFilter FltStartFiltering FltUnregisterFilter FltBuildDefaultSecurityDescriptor \
    FltFreeSecurityDescriptor FltCreateCommunicationPort FltCloseCommunicationPort FltCloseClientPort FltSendMessage \
    FltDoCompletionProcessingWhenSafe
make() { # name, compiler flags …
    name=$1
    shift
    clang-19 --target=x86_64-pc-windows-msvc -std=c11 -ffreestanding -fms-extensions -fasynchronous-unwind-tables -Os -Wall -Werror "$@" -c port.c -o "$scratch/$name.obj"
    lld-link-19 /driver /subsystem:native /entry:DriverEntry /nodefaultlib /Brepro "$scratch/$name.obj" "$scratch/kernel.lib" "$scratch/manager.lib" "/out:$name.sys"
}
make messenger
make unguarded -DUNGUARDED
make left_open -DPORT_LEFT_OPEN
make stale -DSTALE
make other '-DPORT_NAME=u"\\Other"'
