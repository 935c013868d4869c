package main

import (
	"fmt"
	"regexp"
	"strings"
)

// pages are the pages of prose beside the code.
var pages = []string{
	"README.md", "SECURITY.md", "cmd/loginctl/README.md", "scripts/README.md",
	".github/CONTRIBUTING.md", ".github/CHANGELOG.md",
}

var code = regexp.MustCompile("(?ms)^ *```.*?^ *```$|`[^`\n]*`")

// pageProse returns a page without its code.
func pageProse(text string) *prose {
	page := &prose{}
	page.add(code.ReplaceAllString(text, ""))
	return page
}

func pageFaults(t *tree) ([]string, error) {
	var found []string
	for _, name := range pages {
		text, err := t.page(name)
		if err != nil {
			return nil, err
		}
		found = append(found, pageProse(text).faults(name, t.limits)...)
	}
	return found, nil
}

func readmeFaults(t *tree) ([]string, error) {
	text, err := t.page("README.md")
	if n := strings.Count(text, "\n"); n > t.limits.readme {
		return []string{fmt.Sprintf("README.md has %d lines, more than %d: move a section to the page of its subject", n, t.limits.readme)}, err
	}
	return nil, err
}

// A promise is a row of SECURITY.md: | T1 | text | source | held by |.
var (
	promiseRow = regexp.MustCompile(`(?m)^\| ([A-Z])(\d+) \|.*\| ([^|]*) \|$`)
	testName   = regexp.MustCompile("`((?:Test|Fuzz)\\w+)`")
	scriptName = regexp.MustCompile("`scripts/[\\w.]+`")
	linkTarget = regexp.MustCompile(`\]\(([^)\s]+)\)`)
)

// promiseFaults checks that the promises of an area are numbered from 1 without gaps,
// and that each names a test, a script or a section that holds it. cmd/loginctl has the
// test that those exist.
func promiseFaults(t *tree) ([]string, error) {
	text, err := t.page("SECURITY.md")
	rows := promiseRow.FindAllStringSubmatch(text, -1)
	var found []string
	if len(rows) < t.limits.promises {
		found = append(found, fmt.Sprintf("SECURITY.md has %d numbered promises, fewer than %d: was a table taken out?", len(rows), t.limits.promises))
	}
	last := map[string]int{}
	for _, row := range rows {
		area := row[1]
		last[area]++
		if want := fmt.Sprint(last[area]); row[2] != want {
			found = append(found, fmt.Sprintf("SECURITY.md: %s%s stands where %s%s should: number the promises of an area from 1 without gaps", area, row[2], area, want))
		}
		if holder := row[3]; !testName.MatchString(holder) && !scriptName.MatchString(holder) && !linkTarget.MatchString(holder) {
			found = append(found, fmt.Sprintf("SECURITY.md: %s%s is held by nothing: name its test", area, row[2]))
		}
	}
	return found, err
}
