package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/pkg/keys"
)

// TestInspectShowsNoPrivateNumber looks for every private member of a key in
// what is said about it, in each form of the file and of the answer.
func TestInspectShowsNoPrivateNumber(t *testing.T) {
	for _, alg := range []keys.Algorithm{keys.RS256, keys.ES512, keys.EdDSA, keys.HS256} {
		t.Run(alg.String(), func(t *testing.T) {
			key := privateKeyFor(t, alg)
			jwk, err := keys.MarshalJWK(key)
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range filesOf(t, key, jwk) {
				for _, args := range [][]string{{"key", "inspect", file}, {"key", "inspect", "--json", file}} {
					said, code := runProgram(t, args...)
					if code != outcome.ExitOK {
						t.Errorf("%v: exit code %d", args, code)
					}
					refuseNumbers(t, said, jwk)
				}
			}
		})
	}
}

// privateKeyFor makes a key, or reads one where making it takes long.
func privateKeyFor(t *testing.T, alg keys.Algorithm) *keys.SigningKey {
	t.Helper()
	key, err := keys.Parse([]byte(recorded(t, "rsa2048.pem")))
	if alg != keys.RS256 {
		key, err = keys.Generate(alg)
	}
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// filesOf writes a key as a JWK, and as PEM if it can be.
func filesOf(t *testing.T, key *keys.SigningKey, jwk []byte) []string {
	t.Helper()
	texts := [][]byte{jwk}
	if pem, err := keys.MarshalPKCS8(key); err == nil {
		texts = append(texts, pem)
	}
	var files []string
	for i, text := range texts {
		file := filepath.Join(t.TempDir(), []string{"key.jwk", "key.pem"}[i])
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

func refuseNumbers(t *testing.T, said string, jwk []byte) {
	t.Helper()
	flat := strings.Join(strings.Fields(said), "") // long numbers take several lines
	m, err := input.ReadMembers(jwk)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range input.PrivateMembers {
		if number, ok := m.Text(name); ok {
			found++
			if strings.Contains(flat, number[:20]) || strings.Contains(flat, `"`+name+`":`) {
				t.Errorf("the member %s is shown", name)
			}
		}
	}
	if found == 0 {
		t.Error("the key has no private member")
	}
}

// runProgram runs a command line without a terminal and returns both streams.
func runProgram(t *testing.T, args ...string) (string, int) {
	t.Helper()
	var both bytes.Buffer
	code := run(context.Background(), append([]string{outcome.Program()}, args...), strings.NewReader(""), &both, &both, noEnv)
	return both.String(), code
}
