package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// fix follows functions that were renamed: a row whose pattern is in exactly one
// other function gets that function's name.
func fix(t *tree, dir string) error {
	left := 0
	for _, r := range rows() {
		if _, err := t.find(r); err == nil {
			continue
		}
		places := t.places(r, "")
		if len(places) != 1 {
			fmt.Printf("by hand: %s\n", r.name)
			left++
			continue
		}
		if err := rename(dir, r, places[0].region.String()); err != nil {
			return err
		}
		fmt.Printf("%s: %s → %s\n", r.name, r.function, places[0])
	}
	if left > 0 {
		return fmt.Errorf("%d rows are left: scripts/mutate.sh -check says what is like them", left)
	}
	return nil
}

// rename changes the function in the one line that a row is.
func rename(dir string, r row, function string) error {
	files, err := filepath.Glob(filepath.Join(dir, "rows_*.go"))
	if err != nil {
		return err
	}
	old := fmt.Sprintf("{%s, %s,", strconv.Quote(r.name), strconv.Quote(r.function))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if changed := strings.Replace(string(text), old, fmt.Sprintf("{%s, %q,", strconv.Quote(r.name), function), 1); changed != string(text) {
			return os.WriteFile(file, []byte(changed), 0o644)
		}
	}
	return fmt.Errorf("no table has a line that begins with %s", old)
}
