#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Signs modules with the key that the build of a kernel made, so that this kernel trusts them under
# lockdown=integrity and module.sig_enforce.
# usage: sign.sh NAME|KERNEL_BUILD_DIR MODULE...
set -eu
# shellcheck disable=SC2034 # for lib.sh
me=sign
. "$(dirname "$0")/../vm/lib.sh"

[ $# -ge 2 ] || { echo "usage: $0 NAME|KERNEL_BUILD_DIR MODULE..." >&2; exit 64; }
case $1 in
/*) tree=$1 ;;
*) tree=$("$vm/fetch.sh" "$1")/build ;;
esac
shift
key=$tree/certs/signing_key
[ -e "$key.pem" ] || die "$tree has no key: it is not of a kernel of kind built"
for module; do
	"$tree/scripts/sign-file" sha256 "$key.pem" "$key.x509" "$module"
done
