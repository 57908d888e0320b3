#!/bin/sh
# What programs do in the directory $1; the same on every file system, to the byte.
# Inputs are made on the spot, with fixed names and times. Programs that are not there are named on standard output.
set -eu
cd "$1"
export LC_ALL=C TZ=UTC HOME="$PWD/home" GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=c GIT_COMMITTER_EMAIL=c@d
export GIT_AUTHOR_DATE='2001-02-03T04:05:06Z' GIT_COMMITTER_DATE='2001-02-03T04:05:06Z'
mkdir home
umask 022

step() { echo "== $1"; }

files() { # $1 directories of $2 files
    for d in $(seq "$1"); do
        mkdir -p "src/d$d"
        for f in $(seq "$2"); do
            seq "$d" "$((d + f * 7))" > "src/d$d/f$f.txt"
        done
    done
}

git_work() {
    git config --global init.defaultBranch main
    git config --global gc.auto 0
    git config --global pack.threads 1
    git config --global core.preloadIndex false
    git init -q origin
    cd origin
    files 8 25
    ln -s d1/f1.txt src/link
    printf '#!/bin/sh\necho run\n' > src/run
    chmod 755 src/run
    git add .
    git commit -qm one
    for n in 1 2 3 4 5; do
        git checkout -q -b "b$n" main
        echo "$n" >> "src/d$n/f1.txt"
        git mv "src/d$n/f2.txt" "src/d$n/g2.txt"
        git commit -qam "branch $n"
    done
    git checkout -q main
    for n in 1 2 3; do git merge -q -m "merge $n" "b$n"; done
    cd ..
    git clone -q --no-local origin clone
    cd clone
    git config remote.origin.url ../origin
    src/run | grep -q run
    git rm -q src/d8/f3.txt
    git commit -qm two
    git branch -q topic
    git stash list
    git gc -q --prune=now
    git fsck --strict --no-progress
    test -z "$(git status --porcelain)"
    git checkout -q origin/b5
    git checkout -q main
    git ls-files --stage > ../stage
    git log --format='%H %s' --all > ../log
    cd ..
    # The index keeps inode numbers and times of change.
    rm -f origin/.git/index clone/.git/index
}

sqlite_work() {
    for mode in delete wal; do
        db="$mode.db"
        sqlite3 "$db" "pragma journal_mode=$mode; create table t(k integer primary key, v text);" > /dev/null
        readers=
        for r in 1 2 3; do
            (for i in $(seq 10); do
                sqlite3 -cmd '.timeout 20000' "$db" 'select count(*), max(k) from t' > "reader$r" || exit 1
            done) & readers="$readers $!"
        done
        for i in $(seq 12); do
            sqlite3 -cmd '.timeout 20000' "$db" "begin immediate;
                insert into t(v) select hex($i) || hex(value) from generate_series(1, 200);
                update t set v = v || 'x' where k % 7 = $i % 7;
                delete from t where k % 11 = $i; commit;"
        done
        for r in $readers; do wait "$r"; done
        rm -f reader1 reader2 reader3
        test "$(sqlite3 "$db" 'pragma integrity_check')" = ok
        sqlite3 "$db" 'vacuum; select count(*), sum(length(v)) from t' > "$mode.out"
        sqlite3 "$db" .dump > "$mode.sql"
    done
}

tar_work() {
    tar --sort=name --owner=0 --group=0 --mtime='2001-01-01' -cf all.tar clone/src
    mkdir untarred
    tar -C untarred -xpf all.tar
    tar -C untarred -df all.tar
    touch -d '1999-12-31 23:59:59' untarred/clone/src/run
    test "$(stat -c %Y untarred/clone/src/run)" = 946684799
}

cc_work() {
    mkdir build
    cd build
    cat > lib.c <<'C'
int twice(int x) { return 2 * x; }
C
    cat > main.c <<'C'
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
int twice(int);
int main(void) {
    int fd = open("mapped", O_RDWR | O_CREAT | O_TRUNC, 0640);
    if (fd < 0 || ftruncate(fd, 10000)) return 1;
    char *map = mmap(0, 10000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED) return 2;
    memset(map + 4000, 'm', 200);
    if (msync(map, 10000, MS_SYNC) || munmap(map, 10000)) return 3;
    char seen[200];
    if (pread(fd, seen, 200, 4000) != 200 || seen[199] != 'm') return 4;
    unlink("gone");
    int gone = open("gone", O_RDWR | O_CREAT, 0600);
    if (unlink("gone") || write(gone, "still", 5) != 5 || fchmod(gone, 0644)) return 5;
    printf("%d\n", twice(21));
    return 0;
}
C
    cc -c -O1 lib.c -o lib.o
    ar rcD libtwo.a lib.o
    cc -O1 main.c libtwo.a -o main
    test "$(./main)" = 42
    cc -shared -fPIC lib.c -o libtwo.so
    cc -O1 main.c ./libtwo.so -o main2
    test "$(./main2)" = 42
    cd ..
}

fio_work() {
    fio --output=/dev/null --name=v --filename=fio.dat --size=4m --rw=randwrite --bsrange=512-16k --randrepeat=1 \
        --ioengine=psync --verify=crc32c --do_verify=1 --fsync=64 --fallocate=posix
    fio --output=/dev/null --name=m --filename=fio.map --size=1m --rw=randrw --bs=4k --randrepeat=1 \
        --ioengine=mmap --verify=md5 --do_verify=1
    rm -f fio.dat fio.map local-*
}

names_work() {
    mkdir names
    cd names
    touch Case case 'a:b' 'c*?' 'trailing.' 'trailing ' 'back\slash' 'ü' .hidden
    mkdir -p deep/er/est full
    touch full/x
    mv deep DEEP
    mv -T DEEP/er moved
    ! mv -T moved full 2> /dev/null
    ! rmdir full 2> /dev/null
    exec 5> open; echo one >&5; rm open; echo two >&5; exec 5>&-
    ln Case hard; rm Case; mv -f hard case
    truncate -s 12345 sparse
    printf tail >> sparse
    chmod 4751 sparse
    cd ..
}

step git; git_work
for tool in sqlite3:sqlite_work tar:tar_work cc:cc_work fio:fio_work; do
    step "${tool%%:*}"
    if command -v "${tool%%:*}" > /dev/null; then "${tool##*:}"; else echo "NOT INSTALLED ${tool%%:*}"; fi
done
step names; names_work
rm -rf home
