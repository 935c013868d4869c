#!/usr/bin/env bash
# Tokens and keys in both directions between loginctl and other people's tools,
# for every algorithm that the tool knows. Prints how many checks passed by
# peer, direction and algorithm, and every one that failed.
#
# By default: openssl, PyJWT with Python's cryptography, node's jose, and the
# cookie parsers of curl and Python. A tool that is not installed is named and
# skipped, unless LOGINCTL_REQUIRE_TOOLS is set.
# Usage: scripts/interop.sh          the above
#        scripts/interop.sh --all    and jwcrypto, jsonwebtoken, latchset's jose, smallstep's step
set -euo pipefail
# shellcheck source=scripts/require.sh
. "$(dirname "$0")/require.sh"
require_go

all=
case ${1-} in
'') ;;
--all) all=1 ;;
*) die 'the only argument there is: --all' ;;
esac

root=$PWD
peers=$root/scripts/interop
build
work=$(mktemp -d "${TMPDIR:-/tmp}/loginctl-interop.XXXXXX")
trap 'rm -rf "$work"' EXIT
results=$work/results
: >"$results"
PATH="$root/bin:$PATH"
unset LOGINCTL_PASSPHRASE LOGINCTL_PASSPHRASE_FILE
cd "$work"

# shellcheck source=scripts/interop/material.sh
. "$peers/material.sh"
# shellcheck source=scripts/interop/verdicts.sh
. "$peers/verdicts.sh"

# missing names a tool that is not there.
missing() {
	[ -z "${LOGINCTL_REQUIRE_TOOLS:-}" ] || die "$1, and LOGINCTL_REQUIRE_TOOLS asks for every tool"
	skip "$1"
}

# peer runs one driver: it checks our tokens and keys, one result a line, and
# leaves its own in theirs/NAME, which are then checked by us.
peer() {
	local name=$1
	shift
	mkdir -p "theirs/$name/keys" "theirs/$name/reopened"
	if ! "$@" "$work/ours" "$work/theirs/$name" >"$name.out" 2>"$name.err"; then
		cat "$name.err" >&2
		record "$name" - 'ours → peer' 'the driver ran to its end' failed
	fi
	while IFS=$'\t' read -r verdict alg what; do
		record "$name" "$alg" 'ours → peer' "$what" "$verdict"
	done <"$name.out"
	check_theirs "$name"
}

say 'our keys and tokens'
make_ours

say openssl
if openssl version 2>/dev/null | grep -q '^OpenSSL 3'; then
	peer openssl bash "$peers/openssl.sh"
else
	missing 'openssl 3 is not installed'
fi

say 'PyJWT, cryptography'
python=/usr/bin/python3
if $python -c 'import jwt, cryptography' 2>/dev/null; then
	peer pyjwt $python "$peers/pyjwt.py"
else
	missing "PyJWT is not installed for $python: apt-get install python3-jwt python3-cryptography"
fi

# npm_modules NAME@VERSION… fetches packages into a cache and sets NODE_MODULES.
npm_modules() {
	command -v node >/dev/null && command -v npm >/dev/null || return 1
	NODE_MODULES=${XDG_CACHE_HOME:-${HOME:-$work}/.cache}/loginctl-interop
	mkdir -p "$NODE_MODULES" &&
		npm install --prefix "$NODE_MODULES" --no-save --ignore-scripts --no-audit --no-fund --loglevel=error --prefer-offline "$@" >npm.log 2>&1
}

say jose
if npm_modules jose@6.2.18; then
	peer jose env NODE_MODULES="$NODE_MODULES" node "$peers/jose.mjs"
else
	missing 'node, npm or the npm registry is not there, which jose is fetched from'
fi

say 'proofs of possession'
provers=
if $python -c 'import jwt, cryptography' 2>/dev/null; then
	provers="$python $peers/dpop.py ES256;$python $peers/dpop.py ES384;$python $peers/dpop.py ES512;$python $peers/dpop.py EdDSA"
fi
if [ -n "${NODE_MODULES:-}" ] && [ -d "$NODE_MODULES/node_modules/jose" ]; then
	export NODE_MODULES
	provers="${provers:+$provers;}node $peers/dpop.mjs EdDSA"
fi
if [ -n "$provers" ]; then
	if (cd "$root" && LOGINCTL_PROVERS=$provers go test -count=1 -run TestProofsOfOtherLibraries ./pkg/login) >dpop.out 2>&1; then
		record dpop - 'peer → ours' 'proofs of PyJWT and jose' ok
	else
		cat dpop.out >&2
		record dpop - 'peer → ours' 'proofs of PyJWT and jose' failed
	fi
else
	missing 'neither PyJWT nor jose is there to make proofs with'
fi

say 'cookies'
if command -v curl >/dev/null && [ -x $python ]; then
	$python "$peers/cookies.py" "$work/ours" >cookies.out || record cookies - 'ours → peer' 'the driver ran to its end' failed
	while IFS=$'\t' read -r verdict name what; do
		record "$name" cookie 'ours → peer' "$what" "$verdict"
	done <cookies.out
else
	missing "curl or $python is not installed"
fi

if [ -n "$all" ]; then
	# shellcheck source=scripts/interop/more.sh
	. "$peers/more.sh"
fi

table
