package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A drawing has the packages by level: a package imports packages of lower levels only.
// The one that is checked is the first code block of .github/CONTRIBUTING.md, where
// each line is a level and a/{b, c} stands for a/b and a/c.
type drawing map[string]int

var (
	firstBlock = regexp.MustCompile("(?ms)^```text\n(.*?)^```")
	braces     = regexp.MustCompile(`(\S*)\{([^}]*)\}`)
)

func readDrawing(root string) (drawing, error) {
	page, err := os.ReadFile(filepath.Join(root, ".github", "CONTRIBUTING.md"))
	if err != nil {
		return nil, err
	}
	block := firstBlock.FindSubmatch(page)
	if block == nil {
		return nil, fmt.Errorf(".github/CONTRIBUTING.md has no block that begins with ```text")
	}
	return parseDrawing(string(block[1])), nil
}

func parseDrawing(text string) drawing {
	d := drawing{}
	for level, line := range strings.Split(strings.TrimSpace(text), "\n") {
		line, _, _ = strings.Cut(line, "  —")
		line = braces.ReplaceAllStringFunc(line, func(group string) string {
			parts := braces.FindStringSubmatch(group)
			var names []string
			for _, name := range strings.Split(parts[2], ",") {
				names = append(names, parts[1]+strings.TrimSpace(name))
			}
			return strings.Join(names, " ")
		})
		for _, name := range strings.Fields(line) {
			d[name] = level
		}
	}
	return d
}

// faults compares the drawing with the imports of the packages.
func (d drawing) faults(imports map[string][]string) []string {
	var found []string
	for _, from := range slices.Sorted(maps.Keys(imports)) {
		level, drawn := d[from]
		if !drawn {
			found = append(found, fmt.Sprintf("%s is not drawn: add it to a line above the packages it imports", from))
			continue
		}
		for _, to := range imports[from] {
			if below, ok := d[to]; ok && below <= level {
				found = append(found, fmt.Sprintf("%s imports %s, which is not below it", from, to))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d)) {
		if _, exists := imports[name]; !exists {
			found = append(found, fmt.Sprintf("%s is drawn and does not exist: take it out", name))
		}
	}
	return found
}

// importsOf lists the imports between packages of the project.
func importsOf(packages []*pkg) map[string][]string {
	all := map[string][]string{}
	for _, p := range packages {
		all[p.folder] = []string{}
		for path := range p.parsed.Imports {
			if to, ok := strings.CutPrefix(path, module); ok {
				all[p.folder] = append(all[p.folder], to)
			}
		}
		slices.Sort(all[p.folder])
	}
	return all
}
