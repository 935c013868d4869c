package keys_test

import (
	"os"
	"testing"
)

// missing skips a test whose tool is not there, unless all are required.
func missing(t testing.TB, tool string) {
	t.Helper()
	if os.Getenv("LOGINCTL_REQUIRE_TOOLS") == "1" {
		t.Fatalf("%s is not installed, and LOGINCTL_REQUIRE_TOOLS=1", tool)
	}
	t.Skipf("%s is not installed", tool)
}
