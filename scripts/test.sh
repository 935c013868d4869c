#!/usr/bin/env bash
# Every check and every test, in under ten minutes.
# Usage: scripts/test.sh
set -euo pipefail
# shellcheck source=scripts/require.sh
. "$(dirname "$0")/require.sh"
require_go

staticcheck=honnef.co/go/tools/cmd/staticcheck@v0.8.2

say 'gofmt'
unformatted=$(sources '*.go' | xargs -0 gofmt -l)
[ -z "$unformatted" ] || die "run gofmt -w on: $unformatted"

say 'go vet'
go vet ./...

say 'staticcheck'
if go run "$staticcheck" -version; then
	go run "$staticcheck" ./...
else
	skip 'staticcheck could not be fetched'
fi

say 'build'
go mod verify
go mod tidy -diff
build

say 'mutants: every row matches the code'
go run ./scripts/mutate -check

use_race

say "go test $race -cover -shuffle=on ./..."
[ -z "${CI:-}" ] || export LOGINCTL_REQUIRE_TOOLS=1
covered=$(mktemp "${TMPDIR:-/tmp}/loginctl-cover.XXXXXX")
trap 'rm -f "$covered"' EXIT
go test $race -timeout 30m -cover -shuffle=on ./... | tee "$covered"
for package in keys keys/jwks login; do
	awk -v package="/pkg/$package" '$1 == "ok" && substr($2, length($2) - length(package) + 1) == package {
		for (i = 3; i < NF; i++) if ($i == "coverage:") good = $(i + 1) + 0 >= 95
	} END { exit !good }' "$covered" || die "pkg/$package: under 95 % of its statements are covered"
done

if [ -n "$race" ]; then
	say 'allocation budgets, which the race detector would upset'
	go test -run Allocations ./pkg/...
fi

# Code for other systems is vetted. Code with words of 32 bits is run too, where the
# kernel can: no tool could be installed for that.
for system in linux/386 linux/arm64 linux/s390x darwin/arm64 windows/amd64; do
	say "go vet for $system"
	CGO_ENABLED=0 GOOS=${system%/*} GOARCH=${system#*/} go vet ./...
done
if CGO_ENABLED=0 GOOS=linux GOARCH=386 go run ./cmd/loginctl version >/dev/null 2>&1; then
	say 'go test for linux/386'
	CGO_ENABLED=0 GOARCH=386 go test ./pkg/...
else
	say 'not run: the tests for linux/386, which this kernel cannot run'
fi

for module in $(nested); do
	say "go test -shuffle=on in $module"
	(cd "$module" && go vet ./... && go test -shuffle=on ./...)
done

command -v chromium chromium-browser google-chrome >/dev/null || skip 'the pages of scripts/browser in Chromium: it is not installed'

say 'interoperability'
scripts/interop.sh

say 'session stores on real servers'
scripts/stores.sh

say 'fuzz targets, briefly'
scripts/fuzz.sh --short 2s

say 'quickstart'
scripts/quickstart.sh

say "all checks passed${SKIPPED:+, $SKIPPED skipped (see above)}"
