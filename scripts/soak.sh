#!/usr/bin/env bash
# A server under load while keys rotate, loader and store fail and hang, and
# clients leave half-way; the same, shorter, under the race detector; and the
# commands that write key files, killed with -9 while they do.
# Usage: scripts/soak.sh [REQUESTS]     1,000,000 by default: some minutes
set -euo pipefail
# shellcheck source=scripts/require.sh
. "$(dirname "$0")/require.sh"
require_go

requests=${1:-1000000}
[[ $requests =~ ^[0-9]+$ && $requests -ge 100000 ]] || die "at least 100000 requests are needed to send enough of every kind, not '$requests'"

say "$requests requests"
go run ./scripts/soak -n "$requests" -timeout 30m

say 'under the race detector'
use_race
[ -z "$race" ] || go run -race ./scripts/soak -n 20000 -rounds 4 -timeout 10m

say 'killed while writing'
build
go run ./scripts/soak/kill -n 300

say "nothing wrong${SKIPPED:+, $SKIPPED skipped (see above)}"
