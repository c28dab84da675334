#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Makes the folder $1 of what initdb, postgres and pgbench of this machine need, which find each
# other and their files by where they lie from each other.
# usage: postgres_files.sh FOLDER
set -eu
version=15
from=/usr/lib/postgresql/$version

rm -rf "$1"
mkdir -p "$1$from/bin" "$1$from/lib" "$1/usr/share/postgresql"
for program in initdb postgres pgbench; do
	cp "$from/bin/$program" "$1$from/bin/"
done
# What initdb makes of a database asks for these.
cp "$from/lib/dict_snowball.so" "$from/lib/plpgsql.so" "$1$from/lib/"
cp -rL "/usr/share/postgresql/$version" "$1/usr/share/postgresql/"
