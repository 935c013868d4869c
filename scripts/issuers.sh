#!/usr/bin/env bash
# Compares five clients of key sets over one hostile issuer, and prints Markdown. It
# fails if a row of ours is worse than it has to be. Takes about two minutes.
# Usage: scripts/issuers.sh [-only PATTERN]
set -euo pipefail
# shellcheck source=scripts/require.sh
. "$(dirname "$0")/require.sh"
require_go

dir=$(mktemp -d "${TMPDIR:-/tmp}/loginctl-issuers.XXXXXX")
trap 'rm -rf "$dir"' EXIT
(cd scripts/issuers && go build -o "$dir/issuers" .)
"$dir/issuers" "$@"
