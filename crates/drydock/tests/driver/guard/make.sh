#!/bin/sh
# Builds the fixtures beside this file; only needed after a change of guard.c. Wants clang and lld (Debian: clang-19, lld-19).
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
printf 'LIBRARY ntoskrnl.exe\nEXPORTS\nKeGetCurrentIrql\n' >"$scratch/kernel.def"
lld-link-19 /lib "/def:$scratch/kernel.def" "/out:$scratch/kernel.lib" /machine:x64
make() { # name, compiler flags …
    name=$1
    shift
    clang-19 --target=x86_64-pc-windows-msvc -ffreestanding -fms-extensions -fasynchronous-unwind-tables -Xclang -cfguard -O2 "$@" -c guard.c -o "$scratch/$name.obj"
    lld-link-19 /driver /subsystem:native /entry:DriverEntry /nodefaultlib /Brepro /guard:cf "$scratch/$name.obj" "$scratch/kernel.lib" "/out:$name.sys"
}
make correct
make stray -DSTRAY
make stray_check -DSTRAY_CHECK
