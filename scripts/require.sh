# shellcheck shell=bash
# Sourced by the other scripts: goes to the project's root, and reports
# missing tools. It changes no setting of the caller's beyond the variables below.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

# say prints a heading.
say() { printf '\n== %s\n' "$*"; }

# die prints an error on stderr and ends the script.
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# skip says that a check was not made and why. In CI a check that needs no
# internet must not be skipped.
skip() {
	[ -n "${CI:-}" ] && die "CI must not skip this: $*"
	printf 'skipped: %s\n' "$*"
	SKIPPED=$((${SKIPPED:-0} + 1))
}

# require_go checks that the Go on this machine can build the module.
require_go() {
	local want have
	want=$(awk '$1 == "go" { print $2 }' go.mod)
	[ -n "${HOME:-}${GOPATH:-}" ] || die 'Go needs a folder for its modules: set HOME or GOPATH'
	command -v go >/dev/null || die "Go $want or newer is needed and not installed: see https://go.dev/dl/"
	have=$(GOTOOLCHAIN=local go env GOVERSION)
	have=${have#go}
	[ "$(printf '%s\n%s\n' "$want" "${have%%[-+ ]*}" | sort -V | head -n 1)" = "$want" ] ||
		die "Go $want or newer is needed, this is $have: see https://go.dev/dl/"
}

# Where git does not answer, as in an archive or in a clone of another user's,
# the version of the commit is left out of the programs.
git status >/dev/null 2>&1 || export GOFLAGS="${GOFLAGS:-} -buildvcs=false"

# sources lists the files of the project with a name like $1.
sources() {
	if git rev-parse >/dev/null 2>&1; then
		git ls-files -z "$1"
	else
		find . -name "$1" -not -path './bin/*' -print0
	fi
}

# use_race sets $race to the flag of the race detector, which needs a C compiler that
# works, and to nothing without one.
use_race() {
	race=
	if CGO_ENABLED=1 go test -race -run '^$' ./completions >/dev/null 2>&1; then
		race=-race
		export CGO_ENABLED=1
	else
		skip "the race detector: no working C compiler ($(go env CC))"
	fi
}

# build makes bin/loginctl as it is released: static, small, and without the
# documentation generator of the flag library, whose start costs 2 ms a run.
build() {
	CGO_ENABLED=0 go build -tags urfave_cli_no_docs -trimpath -ldflags '-s -w' -o bin/loginctl ./cmd/loginctl
}

# nested lists the folders of the modules beside the main one.
nested() { sources '*go.mod' | xargs -0 -n1 dirname | grep -vx '\.'; }
