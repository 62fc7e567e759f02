#!/bin/sh
# Runs inside the new root file system once the packages are there: class data for a quick JVM start, then takes
# away what no storlet reads. Both ways to build the image (Dockerfile, debootstrap) end with it.
set -eu

# The seed's bundles name /usr/bin/python and plain java; both must be found on PATH.
[ -e /usr/bin/python ] || ln -s python3 /usr/bin/python

java -Xshare:dump >/dev/null
python3 -c 'import asyncio, ctypes, json, multiprocessing, selectors, sqlite3, ssl'

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/* /tmp/* /var/tmp/*
# Module files for jlink, header files for native code: neither is used by javac or java.
rm -rf /usr/lib/jvm/*/jmods /usr/lib/jvm/*/include /usr/lib/jvm/*/demo /usr/lib/jvm/*/man
rm -rf /usr/share/man/* /usr/share/info/* /usr/share/lintian /usr/share/locale/* /usr/share/fonts /usr/share/bash-completion
# Copyright files have to stay.
find /usr/share/doc -type f ! -name copyright -delete
find /usr/share/doc -type l -delete
find /usr/share/doc -type d -empty -delete
find / -xdev -type f -name '*.pyc' -path '*/dist-packages/*' -delete
# The mount points of the sandbox: its root is read-only, so they have to be there.
mkdir -p /mnt/channels /var/lib/storlets /usr/local/lib/storlet-studio
# A machine identity of the build host has no place in a sandbox.
: > /etc/machine-id
# Docker mounts its own over it while it builds.
rm -f /etc/hostname 2>/dev/null || true
