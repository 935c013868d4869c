package keys_test

import (
	"encoding/json"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

func TestAlgorithmNames(t *testing.T) {
	for _, alg := range keys.Algorithms() {
		parsed, err := keys.ParseAlgorithm(alg.String())
		if err != nil || parsed != alg {
			t.Errorf("%v is read as %v, %v", alg, parsed, err)
		}
		text, err := json.Marshal(alg)
		if err != nil {
			t.Fatal(err)
		}
		var again keys.Algorithm
		if err := json.Unmarshal(text, &again); err != nil || again != alg {
			t.Errorf("%s is read as %v, %v", text, again, err)
		}
	}
	if n := len(keys.Algorithms()); n != 13 {
		t.Errorf("%d algorithms, want 13", n)
	}
}

// Only the algorithm of the key verifies: "none" has no value, and names are exact.
func TestAlgorithmsThatAreNone(t *testing.T) {
	for _, name := range []string{"", "none", "None", "NONE", "hs256", "HS256 ", " HS256", "RS1", "ES256K", "Ed25519", "HS\x00256"} {
		_, err := keys.ParseAlgorithm(name)
		wantErr(t, err, keys.ErrUnsupported)
		alg := keys.RS256
		wantErr(t, alg.UnmarshalText([]byte(name)), keys.ErrUnsupported)
		if alg != keys.RS256 {
			t.Errorf("%q changed the algorithm", name)
		}
	}
	for _, alg := range []keys.Algorithm{0, 14, 255} {
		if _, err := alg.MarshalText(); err == nil {
			t.Errorf("%v is written", alg)
		}
		if alg.Type() != "" {
			t.Errorf("%v has a key type", alg)
		}
		_, err := keys.Generate(alg)
		wantErr(t, err, keys.ErrUnsupported)
	}
	if got := keys.Algorithm(200).String(); got != "Algorithm(200)" {
		t.Errorf("prints as %q", got)
	}
}

func TestAlgorithmTypes(t *testing.T) {
	for _, tt := range []struct {
		alg keys.Algorithm
		kty string
	}{
		{keys.HS256, "oct"}, {keys.HS512, "oct"}, {keys.RS384, "RSA"}, {keys.PS512, "RSA"}, {keys.ES512, "EC"}, {keys.EdDSA, "OKP"},
	} {
		if tt.alg.Type() != tt.kty {
			t.Errorf("%v: %s", tt.alg, tt.alg.Type())
		}
	}
}
