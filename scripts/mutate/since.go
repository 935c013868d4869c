package main

import (
	"bufio"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// changes are the lines of each file that differ from a revision.
type changes map[string][]span

// span is a run of lines.
type span struct{ first, last int }

// changesSince asks git for the lines that differ from a revision.
func changesSince(ctx context.Context, revision string) (changes, error) {
	out, err := exec.CommandContext(ctx, "git", "diff", "--no-color", "--no-ext-diff", "-U0", "-M", revision, "--", "pkg", "cmd").Output()
	if err != nil {
		return nil, fmt.Errorf("git diff %s: %w", revision, err)
	}
	c, file := changes{}, ""
	for s := bufio.NewScanner(strings.NewReader(string(out))); s.Scan(); {
		line := s.Text()
		if name, ok := strings.CutPrefix(line, "+++ b/"); ok {
			file = filepath.Join(root, name)
		}
		if _, hunk, ok := strings.Cut(line, " +"); ok && strings.HasPrefix(line, "@@ ") {
			first, count := 0, 1
			if n, _ := fmt.Sscanf(hunk, "%d,%d", &first, &count); n > 0 {
				c[file] = append(c[file], span{first, first + max(count, 1) - 1})
			}
		}
	}
	return c, nil
}

// touch reports whether a region has a line that differs.
func (c changes) touch(r *region) bool {
	last := r.line + strings.Count(r.code, "\n")
	for _, s := range c[r.file] {
		if s.first <= last && r.line <= s.last {
			return true
		}
	}
	return false
}
