package main

import (
	"os"
	"strings"
	"testing"
)

func TestParseTakesFlagsAndGroupsInAnyOrder(t *testing.T) {
	o, err := parse([]string{"mint", "--rounds", "7", "verify", "--quick"})
	if err != nil || len(o.groups) != 2 || o.groups[0].name != "verify" || o.rounds != 3 {
		t.Errorf("the groups are %v, rounds %d, error %v; want verify and mint in the order of the tables", o.groups, o.rounds, err)
	}
	if _, err := parse([]string{"verify", "everything"}); err == nil || !strings.Contains(err.Error(), "everything") {
		t.Errorf("the error for a group that there is not is %v", err)
	}
}

// lines are two rounds of a group, as the benchmarks print them. The second one fell
// into a slow minute.
const lines = `goos: linux
BenchmarkVerify/key=HS256/by=loginctl 	 1 	 300 ns/op	 20 cpu-ns/op	 13 allocs/op
BenchmarkVerify/key=HS256/by=loginctl-2 	 1 	 150 ns/op	 21 cpu-ns/op
BenchmarkVerify/key=HS256/by=golang-jwt 	 1 	 500 ns/op	 100 cpu-ns/op	 50 allocs/op
PASS
BenchmarkVerify/key=HS256/by=loginctl 	 1 	 300 ns/op	 2000 cpu-ns/op	 13 allocs/op
BenchmarkVerify/key=HS256/by=golang-jwt 	 1 	 500 ns/op	 10000 cpu-ns/op	 50 allocs/op
`

// judged returns the table of targets for those lines.
func judged(t *testing.T, only string) (string, error) {
	o, err := parse([]string{"verify", "--out", t.TempDir(), "--only", only})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(o.file(o.groups[0], false), []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	err = o.judge(false, &out)
	return strings.Join(strings.Fields(out.String()), " "), err
}

func TestTargetsAreJudgedRoundByRound(t *testing.T) {
	out, err := judged(t, "loginctl|golang-jwt")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| Verify HS256: loginctl / golang-jwt | ≤ 0.3 | 0.2 | ∞ | ✓ |",
		"| Verify HS256: loginctl, allocs/op | ≤ 12.00 | 13.00 | ∞ | ✗ |",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no line %q in\n%s", want, out)
		}
	}
	if strings.Contains(out, "Middleware") {
		t.Error("a target is judged whose group was not measured")
	}
}

func TestATargetWithoutItsRowIsAnError(t *testing.T) {
	if _, err := judged(t, ""); err == nil || !strings.Contains(err.Error(), "Verify/key=ES256/by=loginctl") {
		t.Errorf("the error is %v", err)
	}
}
