#!/usr/bin/env bash
# Measures loginctl beside its peers and beside the least that the cryptography
# allows, and prints Markdown: medians, one table of ratios, the targets.
# Usage: scripts/bench.sh [--quick] [--rounds N] [--only PATTERN] [group ...]
# Groups: verify mint middleware refuse cache keys process batch (all by default,
# under twelve minutes); scripts/bench.sh --help lists the flags.
set -euo pipefail
# shellcheck source=scripts/require.sh
. "$(dirname "$0")/require.sh"
require_go
build

export LOGINCTL=$PWD/bin/loginctl
dir=$(mktemp -d "${TMPDIR:-/tmp}/loginctl-bench.XXXXXX")
trap 'rm -rf "$dir"' EXIT
cd scripts/bench
go build -o "$dir/bench" .
# Every sample begins with a collection. The runtime would then give memory back to
# the system and ask for it again page by page, as no service does that is busy.
GODEBUG=madvdontneed=0 "$dir/bench" "$@"
