package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// drawingPage has the drawing as its first block that begins with ```text.
const drawingPage = ".github/CONTRIBUTING.md"

// A drawing says on which line of the page each package is drawn. A line is a level: a
// package imports packages of lower lines only. a/{b, c} stands for a/b and a/c.
type drawing map[string]int

var (
	firstBlock = regexp.MustCompile("(?ms)^```text\n(.*?)^```")
	braces     = regexp.MustCompile(`(\S*)\{([^}]*)\}`)
)

func readDrawing(page string) (drawing, error) {
	block := firstBlock.FindStringSubmatchIndex(page)
	if block == nil {
		return nil, fmt.Errorf("%s has no block that begins with ```text: draw the packages there", drawingPage)
	}
	first := strings.Count(page[:block[2]], "\n") + 1
	d := drawing{}
	for i, line := range strings.Split(page[block[2]:block[3]], "\n") {
		for _, name := range strings.Fields(braces.ReplaceAllStringFunc(line, expand)) {
			d[name] = first + i
		}
	}
	return d, nil
}

// expand turns a/{b, c} into a/b a/c.
func expand(group string) string {
	parts := braces.FindStringSubmatch(group)
	var names []string
	for _, name := range strings.Split(parts[2], ",") {
		names = append(names, parts[1]+strings.TrimSpace(name))
	}
	return strings.Join(names, " ")
}

// drawingFaults compares the drawing with the imports of every file.
func drawingFaults(t *tree) ([]string, error) {
	page, err := t.page(drawingPage)
	if err != nil {
		return nil, err
	}
	d, err := readDrawing(page)
	if err != nil {
		return nil, err
	}
	folders := map[string]bool{}
	var found []string
	for _, s := range t.sources {
		if !folders[s.folder] && d[s.folder] == 0 {
			found = append(found, fmt.Sprintf("%s: %s is not drawn: add it to a line above the packages it imports", drawingPage, s.folder))
		}
		folders[s.folder] = true
		found = append(found, d.upward(s)...)
	}
	for _, name := range slices.Sorted(maps.Keys(d)) {
		if !folders[name] {
			found = append(found, fmt.Sprintf("%s:%d: %s is drawn and does not exist: take it out", drawingPage, d[name], name))
		}
	}
	return found, nil
}

// upward lists the imports of a file that do not go to a lower line.
func (d drawing) upward(s *source) []string {
	var found []string
	for _, spec := range s.parsed.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		to, ours := strings.CutPrefix(path, module)
		if err != nil || !ours || d[s.folder] == 0 || d[to] == 0 || d[to] > d[s.folder] {
			continue
		}
		found = append(found, fmt.Sprintf("%s:%d: %s imports %s, which %s:%d does not draw below line %d: move the code down, or redraw",
			s.path, s.set.Position(spec.Pos()).Line, s.folder, to, drawingPage, d[to], d[s.folder]))
	}
	return found
}
