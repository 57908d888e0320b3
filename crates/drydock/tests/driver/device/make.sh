#!/bin/sh
# Builds the fixtures beside this file; only needed after a change of device.c. Wants clang, lld and llvm-dlltool.
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
{
    printf 'LIBRARY ntoskrnl.exe\nEXPORTS\n'
    sed -n 's/^IMPORT .* \**\([A-Za-z]*\)(.*;$/\1/p' device.c
} >"$scratch/kernel.def"
llvm-dlltool -m i386:x86-64 -d "$scratch/kernel.def" -l "$scratch/kernel.lib"
make() { # name, compiler flags …
    name=$1
    shift
    clang --target=x86_64-pc-windows-msvc -ffreestanding -O1 "$@" -c device.c -o "$scratch/$name.obj"
    lld-link /driver /subsystem:native /entry:DriverEntry /nodefaultlib /Brepro "$scratch/$name.obj" "$scratch/kernel.lib" "/out:$name.sys"
}
make correct
make faulty -DBAD
