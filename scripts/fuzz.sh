#!/usr/bin/env bash
# Runs every fuzz target of every module for a time: ten minutes each by
# default. An input that fails is kept under the package's testdata/fuzz, where
# it is a test from then on.
# Usage: scripts/fuzz.sh [--short] [TIME [PATTERN]]     as in: scripts/fuzz.sh 5s
#        scripts/fuzz.sh 30m 'FuzzParse'
# With --short the target that compares us with other libraries looks for our
# faults alone.
set -euo pipefail
# shellcheck source=scripts/require.sh
. "$(dirname "$0")/require.sh"
require_go

short=
if [ "${1:-}" = --short ]; then
	short=-short
	shift
fi
time=${1:-10m}
pattern=${2:-.}
[[ $time =~ ^[0-9]+(x|s|m|h)$ ]] || die "a time such as 5s, 10m or 1h is needed, not '$time'"

log=$(mktemp "${TMPDIR:-/tmp}/loginctl-fuzz.XXXXXX")
trap 'rm -f "$log"' EXIT
targets=0 failed=()

# fuzz runs one target and prints its last line, or all of its output if it failed.
# Making an input smaller is given up soon: where memory is pooled, coverage
# differs from run to run, and the default minute for each is all that happens.
fuzz() {
	local module=$1 package=$2 target=$3
	targets=$((targets + 1))
	if (cd "$module" && go test $short -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 100x "$package") >"$log" 2>&1; then
		printf '%-32s %s\n' "$target" "$(grep -o 'elapsed: .*' "$log" | tail -n 1)"
	elif grep -qx ' *context deadline exceeded' "$log" && ! grep -q 'Failing input' "$log"; then
		# The time was up in the middle of an input, which Go reports as a failure.
		printf '%-32s %s, stopped in an input\n' "$target" "$(grep -o 'elapsed: .*' "$log" | tail -n 1)"
	else
		cat "$log"
		failed+=("$target in $package")
	fi
}

for module in . $(nested); do
	for package in $(cd "$module" && go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./...); do
		found=$(cd "$module" && go test -list '^Fuzz' "$package")
		found=$(grep -E '^Fuzz' <<<"$found" | grep -E -- "$pattern" || true)
		[ -z "$found" ] || say "$package, $time each"
		for target in $found; do
			fuzz "$module" "$package" "$target"
		done
	done
done

[ "$targets" -gt 0 ] || die "no fuzz target matches $pattern"
if [ ${#failed[@]} -gt 0 ]; then
	printf 'failed: %s\n' "${failed[@]}" >&2
	die "${#failed[@]} of $targets targets failed; the inputs are under testdata/fuzz"
fi
say "$targets targets, $time each: nothing found"
