package rows

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// BenchmarkBatch: files of tokens, one a line, on as many cores as the benchmark
// has. The numbers are for one token.
func BenchmarkBatch(b *testing.B) {
	loop, loginctl := program(b, "jwtloop"), program(b, "loginctl")
	b.Setenv("GOMAXPROCS", strconv.Itoa(runtime.GOMAXPROCS(0))) // of the programs
	for _, c := range []struct {
		column, flag string
		thousands    int
	}{{"HS256", "--secret-file", 1000}, {"RS256-2048", "--key", 60}} {
		k := fixture.Open(c.column, folder)
		if os.Getenv("BENCH_QUICK") == "true" {
			c.thousands /= 20
		}
		tokens, key := batchFile(k, c.thousands), kept("key-"+k.Name, k.Text)
		forged := k.Good(100)
		forged[50] = fixture.Replace(forged[50], 2, "a forged signature")
		refused := kept("forged-"+k.Name, []byte(strings.Join(forged, "\n")+"\n"))
		for _, run := range []command{
			{by: "loginctl verify --batch", args: []string{loginctl, "verify", c.flag, key, "--batch", inputFile}},
			{by: "golang-jwt loop", args: []string{loop, k.Name, folder}},
		} {
			run.stdin, run.forged = tokens, refused
			run.measure(b, k.Name, c.thousands*1000)
		}
		bench(b, k.Name, "floor", func(b *testing.B) { batchFloor(b, k) })
	}
}

// batchFile returns a file of distinct tokens, which is made once a run.
func batchFile(k fixture.Key, thousands int) string {
	path := filepath.Join(folder, "tokens-"+k.Name)
	if _, err := os.Stat(path); err == nil {
		return path
	}
	file := fixture.Must(os.Create(path))
	for range thousands {
		fixture.Must(file.WriteString(strings.Join(k.Good(1000), "\n") + "\n"))
	}
	return fixture.Must(path, file.Close())
}

// batchFloor checks the signatures of distinct tokens and nothing else.
func batchFloor(b *testing.B, k fixture.Key) {
	verify, tokens := peers.FloorVerify(k)(), tokensOf(k, 1000)
	runtime.GC()
	spent := cpuTime()
	for range 4 {
		for _, token := range tokens {
			must(b, verify(token))
		}
	}
	b.ReportMetric((cpuTime()-spent)/4000, "cpu-ns/op")
	b.ReportMetric(0, "ns/op")
}
