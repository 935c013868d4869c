package keys_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// beside measures ours and openssl in turns, and reports the medians in
// milliseconds and their ratio. It measures CPU time, user and system, of
// this process and of its children: other work on the machine does not count.
// The time a process takes to start, as "openssl version" does, is taken off
// openssl's; the cost of starting it is not included.
func beside(b *testing.B, ours func(), args ...string) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		missing(b, "openssl")
	}
	run := func(args ...string) {
		if out, err := exec.Command(openssl, args...).CombinedOutput(); err != nil {
			b.Fatalf("openssl %s: %v: %s", args[0], err, out)
		}
	}
	var our, their, start []time.Duration
	for b.Loop() {
		our = append(our, cpuTime(b, self, ours))
		their = append(their, cpuTime(b, children, func() { run(args...) }))
		start = append(start, cpuTime(b, children, func() { run("version") }))
	}
	o, t := median(our), median(their)-median(start)
	b.ReportMetric(o, "ours-ms")
	b.ReportMetric(t, "openssl-ms")
	b.ReportMetric(o/t, "ratio")
}

func median(all []time.Duration) float64 {
	slices.Sort(all)
	return float64(all[len(all)/2].Microseconds()) / 1000
}

// Measure with: go test -run '^$' -bench 'OpenEncrypted|GenerateRSA' -benchtime 20x ./pkg/keys
func BenchmarkOpenEncrypted(b *testing.B) {
	for name, kdf := range map[string]keys.KDF{"PBKDF2-600000": {}, "scrypt-2^14": {Scrypt: true}} {
		b.Run(name, func(b *testing.B) {
			text := must(keys.MarshalEncrypted(keyFor(b, keys.RS256), []byte("passphrase"), kdf))
			path := filepath.Join(b.TempDir(), "key.pem")
			wantErr(b, keyfile.SavePrivate(path, text, false), nil)
			beside(b, func() { must(keyfile.LoadEncrypted(path, []byte("passphrase"))) },
				"pkey", "-in", path, "-passin", "pass:passphrase", "-noout")
		})
	}
}

func BenchmarkGenerateRSA3072(b *testing.B) {
	out := filepath.Join(b.TempDir(), "key.pem")
	beside(b, func() { must(keys.MarshalPKCS8(must(keys.Generate(keys.RS256)))) },
		"genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072", "-out", out)
}

func BenchmarkParse(b *testing.B) {
	for _, file := range []string{"rsa.pem", "p256.pem", "ed25519.pem", "rsa.pub.pem"} {
		data := testdata(b, "good/"+file)
		b.Run(file, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				must(keys.ParsePublic(data))
			}
		})
	}
}

func BenchmarkSign(b *testing.B) {
	eachAlgorithm(b, func(b *testing.B, k *keys.SigningKey, input string) {
		for b.Loop() {
			must(k.Sign(context.Background(), input))
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	eachAlgorithm(b, func(b *testing.B, k *keys.SigningKey, input string) {
		public, signature := k.VerificationKey(), must(k.Sign(context.Background(), input))
		for b.Loop() {
			wantErr(b, public.Verify(input, signature), nil)
		}
	})
}

func eachAlgorithm(b *testing.B, measure func(b *testing.B, k *keys.SigningKey, input string)) {
	input := strings.Repeat("x", 300)
	for _, alg := range []keys.Algorithm{keys.HS256, keys.RS256, keys.PS256, keys.ES256, keys.EdDSA} {
		k := keyFor(b, alg)
		b.Run(alg.String(), func(b *testing.B) {
			b.ReportAllocs()
			measure(b, k, input)
		})
	}
}

func BenchmarkSelect(b *testing.B) {
	set := must(keys.NewSet(named(b, keys.ES256, "a"), named(b, keys.EdDSA, "b").VerificationKey()))
	b.ReportAllocs()
	for b.Loop() {
		must(set.Snapshot().Select(keys.EdDSA, "b", true))
	}
}
