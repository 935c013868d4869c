#!/usr/bin/env bash
# Removes or flips each security check in turn and runs the tests, which must
# fail each time. The tree itself is not touched.
# Usage: scripts/mutate.sh [NAME-PART …]    only the mutants whose names hold one of the parts
set -euo pipefail
# shellcheck source=scripts/require.sh
. "$(dirname "$0")/require.sh"
require_go

exec go run ./scripts/mutate "$@"
