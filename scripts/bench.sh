#!/usr/bin/env bash
# Measures loginctl beside its peers and beside the least that the cryptography
# allows, round by round, and prints medians, and the targets beside the results.
# Usage: scripts/bench.sh [--quick] [--rounds N] [--only REGEXP] [--against REVISION] [group ...]
# Groups: verify mint middleware refuse cache keys process batch (all by default,
# under fifteen minutes); scripts/bench.sh --help lists the flags.
set -euo pipefail
# shellcheck source=scripts/require.sh
. "$(dirname "$0")/require.sh"
require_go

dir=$(mktemp -d "${TMPDIR:-/tmp}/loginctl-bench.XXXXXX")
cleanup() {
	[ ! -d "$dir/tree" ] || git worktree remove --force "$dir/tree" || true
	rm -rf "$dir"
}
trap cleanup EXIT

# against builds loginctl and the benchmarks with the code of another revision.
against() {
	git rev-parse --quiet --verify "$1^{commit}" >/dev/null || die "git knows no revision $1"
	git worktree add --quiet --detach "$dir/tree" "$1"
	(cd "$dir/tree" && build)
	cp "$dir/tree/bin/loginctl" "$dir/loginctl-other"
	sed "s|=> \.\./\.\.|=> $dir/tree|" scripts/bench/go.mod >"$dir/other.mod"
	cp scripts/bench/go.sum "$dir/other.sum"
	(cd scripts/bench && go test -c -mod=mod -modfile "$dir/other.mod" -o "$dir/rows-other.test" ./rows) ||
		die "the benchmarks of this tree do not compile with loginctl of $1: its exported names differ (see above). Name a later revision, or run scripts/bench.sh --out in both trees and compare the folders with benchstat"
}

for ((i = 1; i <= $#; i++)); do
	case ${!i} in
	--against | -against)
		next=$((i + 1))
		against "${!next:-}"
		;;
	--against=* | -against=*) against "${!i#*=}" ;;
	esac
done

build
go build -o "$dir/loginctl-plain.built" ./cmd/loginctl
cd scripts/bench
go build -o "$dir" ./programs/... .
go test -c -o "$dir/rows.test" ./rows
go test ./peers # every row accepts the good token and refuses the bad ones
# How a file came to be there makes a difference of up to a fifth to a short run of
# the same program, so all that are compared are copies.
cp ../../bin/loginctl "$dir/loginctl"
cp "$dir/loginctl-plain.built" "$dir/loginctl-plain"
mv "$dir/noop" "$dir/noop.built"
cp "$dir/noop.built" "$dir/noop"
BENCH_FOLDER=$dir "$dir/bench" "$@"
