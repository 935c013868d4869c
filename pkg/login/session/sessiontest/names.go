package sessiontest

import (
	"fmt"
	"strings"
)

// quote shows a name without the part that is different in each run.
func quote(name, run string) string {
	name = strings.ReplaceAll(name, run, "…")
	name = strings.ReplaceAll(name, strings.ToLower(run), "…")
	name = strings.ReplaceAll(name, strings.ToUpper(run), "…")
	if len(name) > 60 {
		name = name[:60]
	}
	return fmt.Sprintf("%q", name)
}
