#!/usr/bin/env bash
# The main job on real input, on a fresh machine with only Go: builds
# bin/loginctl, makes an encrypted key, mints, decodes and verifies a token,
# prints its Set-Cookie header, and lets it into an HTTP server.
# Usage: scripts/quickstart.sh
set -euo pipefail
# shellcheck source=scripts/require.sh
. "$(dirname "$0")/require.sh"
require_go

root=$PWD
build
dir=$(mktemp -d "${TMPDIR:-/tmp}/loginctl-quickstart.XXXXXX")
trap 'rm -rf "$dir"' EXIT
go build -o "$dir/server" ./scripts/quickstart
cd "$dir"
PATH="$root/bin:$PATH"
unset LOGINCTL_PASSPHRASE LOGINCTL_PASSPHRASE_FILE

# run shows a command as it would be typed, runs it, and insists on its exit code.
run() {
	local want=$1 got=0
	shift
	printf '\n$ %s\n' "$*"
	bash -o pipefail -c "$*" || got=$?
	[ "$want" = 0 ] || printf '(exit %s)\n' "$got"
	[ "$got" = "$want" ] || die "exit $got where $want was expected: $*"
}

say '1. A key: RSA of 3072 bits, encrypted with a passphrase from a file'
run 0 '(umask 077; head -c 24 /dev/urandom | base64 > passphrase)'
run 0 'loginctl keygen --alg RS256 -o signing.pem --passphrase-file passphrase'

say '2. A token: two scopes, twelve hours'
run 0 'loginctl mint --key signing.pem --passphrase-file passphrase --sub ada@example.com --scopes posts:read,posts:write --expires 12h -o token'

say '3. What it says'
run 0 'loginctl decode < token'

say '4. Whether to believe it: the public key is enough'
run 0 'loginctl verify --key signing.pem.pub --scopes posts:read,posts:write < token'

say '5. A scope that it lacks'
run 6 'loginctl verify --key signing.pem.pub --scopes admin < token'

say '6. The cookie that carries it'
run 0 'loginctl cookie < token'

say '7. A server that asks for it'
run 0 './server signing.pem passphrase token'

[ "$(stat -c %a signing.pem 2>/dev/null || stat -f %Lp signing.pem)" = 600 ] || die 'signing.pem can be read by others'

cat <<END

It works. The command is $root/bin/loginctl; type next:

  export PATH="$root/bin:\$PATH"
  loginctl keygen -o signing.pem
  loginctl --help
END
