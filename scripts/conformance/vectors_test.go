package conformance

import (
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/c2sp/wycheproof"
)

// vectorFile is one file of Project Wycheproof: tests grouped by key.
type vectorFile[G any] struct {
	NumberOfTests int
	TestGroups    []G
}

// octets is a string of hexadecimal digits in a vector.
type octets []byte

func (o *octets) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	*o = b
	return err
}

func load[G any](t *testing.T, name string) vectorFile[G] {
	t.Helper()
	data, err := fs.ReadFile(wycheproof.TestVectors, name)
	if err != nil {
		t.Fatal(err)
	}
	var file vectorFile[G]
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if file.NumberOfTests == 0 || len(file.TestGroups) == 0 {
		t.Fatalf("%s holds no tests", name)
	}
	return file
}

// files returns the vector files that match a pattern; each pattern must match a file.
func files(t *testing.T, patterns ...string) []string {
	t.Helper()
	var names []string
	for _, pattern := range patterns {
		matches, err := fs.Glob(wycheproof.TestVectors, pattern)
		if err != nil || len(matches) == 0 {
			t.Fatalf("no vectors match %s (%v)", pattern, err)
		}
		names = append(names, matches...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// tally counts the outcomes of the vectors of one test.
type tally struct {
	accepted int            // valid, and we say so
	refused  int            // invalid, and we say so
	byRule   map[string]ids // valid, refused by a rule of ours that is named
	skipped  map[string]int // not run, with the reason
}

func newTally() *tally { return &tally{byRule: map[string]ids{}, skipped: map[string]int{}} }

// ids are the tcIds of vectors, by file.
type ids map[string][]int

func (i ids) count() int {
	n := 0
	for _, numbers := range i {
		n += len(numbers)
	}
	return n
}

// String lists them in ranges: a_test.json 1–3, 7; b_test.json 2.
func (i ids) String() string {
	var files []string
	for _, file := range slices.Sorted(maps.Keys(i)) {
		var ranges []string
		numbers := slices.Sorted(slices.Values(i[file]))
		for from := 0; from < len(numbers); {
			to := from
			for to+1 < len(numbers) && numbers[to+1] <= numbers[to]+1 {
				to++
			}
			text := strconv.Itoa(numbers[from])
			if numbers[to] > numbers[from] {
				text += "–" + strconv.Itoa(numbers[to])
			}
			ranges = append(ranges, text)
			from = to + 1
		}
		files = append(files, file+" "+strings.Join(ranges, ", "))
	}
	return strings.Join(files, "; ")
}

// rule counts a valid vector that a rule of ours refuses.
func (c *tally) rule(rule, file string, tcID int) {
	if c.byRule[rule] == nil {
		c.byRule[rule] = ids{}
	}
	c.byRule[rule][file] = append(c.byRule[rule][file], tcID)
}

// log prints the counts, and which vectors each rule refused, by tcId.
func (c *tally) log(t *testing.T) {
	t.Helper()
	byRule := 0
	for _, i := range c.byRule {
		byRule += i.count()
	}
	t.Logf("%d valid accepted, %d invalid refused, %d valid refused by a rule, %d skipped",
		c.accepted, c.refused, byRule, sum(c.skipped))
	for _, rule := range slices.Sorted(maps.Keys(c.byRule)) {
		t.Logf("  refused by rule: %4d  %s: tcId of %s", c.byRule[rule].count(), rule, c.byRule[rule])
	}
	for _, reason := range slices.Sorted(maps.Keys(c.skipped)) {
		t.Logf("  skipped:         %4d  %s", c.skipped[reason], reason)
	}
	if c.accepted+c.refused == 0 {
		t.Error("no vector was run")
	}
}

func sum(counts map[string]int) int {
	total := 0
	for _, n := range counts {
		total += n
	}
	return total
}

// isCurve reports whether a Wycheproof curve name is one that a JWS algorithm uses.
func isCurve(name string) bool {
	return slices.Contains([]string{"secp256r1", "secp384r1", "secp521r1", "P-256", "P-384", "P-521"}, strings.TrimSpace(name))
}
