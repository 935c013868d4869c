#!/usr/bin/env bash
# Removes or flips each security check in turn and runs the tests, which must
# fail each time. The tree itself is not touched.
# Usage: scripts/mutate.sh [-check] [-fix] [-run REGEXP] [-since REVISION] [-jobs N]
#   -check  only finds every mutant in the code and compiles it: seconds
#   -fix    rewrites rows whose function was renamed
set -euo pipefail
# shellcheck source=scripts/require.sh
. "$(dirname "$0")/require.sh"
require_go

exec go run ./scripts/mutate "$@"
