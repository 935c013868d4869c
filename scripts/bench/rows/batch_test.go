package rows

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// BenchmarkBatch: files of tokens, one a line, on as many cores as the benchmark
// has. The numbers are for one token.
func BenchmarkBatch(b *testing.B) {
	loop := program(b, "jwtloop")
	for _, column := range []string{"HS256", "RS256-2048"} {
		k := keyOf(b, column)
		count, _ := strconv.Atoi(os.Getenv("BENCH_BATCH_" + k.Alg))
		if count == 0 {
			b.Skip("$BENCH_BATCH_" + k.Alg + " says no number of tokens")
		}
		tokens, forged := batchFile(b, k, "tokens", count, -1), batchFile(b, k, "forged", 100, 50)
		flag, text := "--secret-file", k.Text
		if k.Alg != "HS256" {
			var err error
			if text, err = k.PublicText(); err != nil {
				b.Fatal(err)
			}
			flag = "--key"
		}
		keyFile := kept(b, "key-"+column, text)
		command{by: "loginctl verify --batch", own: true, good: tokens, forged: forged,
			args: []string{own(b, "LOGINCTL", "released"), "verify", flag, keyFile, "--batch", tokens}}.measure(b, column, true, count)
		command{by: "golang-jwt loop", good: tokens, forged: forged,
			args: []string{loop, k.Alg, keyFile, tokens}}.measure(b, column, true, count)
		batchFloor(b, k)
	}
}

// batchFile returns a file of distinct tokens, which is made once a run. The one
// at position forged, if there is one, is forged.
func batchFile(b *testing.B, k fixture.Key, name string, count, forged int) string {
	path := filepath.Join(folder, name+"-"+k.Name)
	if _, err := os.Stat(path); err == nil {
		return path
	}
	next, err := k.Stream()
	if err != nil {
		b.Fatal(err)
	}
	file, err := os.Create(path + ".new")
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	w := bufio.NewWriterSize(file, 1<<20)
	for position := range count {
		line, err := next()
		if err != nil {
			b.Fatal(err)
		}
		if position == forged {
			line = fixture.Replace(line, 2, "a forged signature")
		}
		fmt.Fprintln(w, line)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		b.Fatal(err)
	}
	return path
}

// batchFloor checks the signatures of distinct tokens and nothing else.
func batchFloor(b *testing.B, k fixture.Key) {
	if ownOnly {
		return
	}
	b.Run("key="+k.Name+"/by="+peers.Floor, func(b *testing.B) {
		verify, err := peers.FloorVerify(k)
		if err != nil {
			b.Fatal(err)
		}
		const distinct, times = 1000, 4
		tokens, err := tokensOf(k, distinct)
		if err != nil {
			b.Fatal(err)
		}
		do := roundRobin(verify, tokens, nil)()
		runtime.GC()
		spent := cpuTime()
		for range times * distinct {
			if err := do(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(cpuTime()-spent)/(times*distinct), "cpu-ns/op")
		b.ReportMetric(0, "ns/op")
	})
}
