package login

import (
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Every misuse is refused when the verifier or the issuer is made.
func TestConfigRefuses(t *testing.T) {
	for _, tt := range []struct {
		name   string
		config Config
		want   string // in the error
	}{
		{"negative lifetime", Config{Lifetime: -time.Minute}, "Config.Lifetime"},
		{"lifetime under a second", Config{Lifetime: time.Millisecond}, "Config.Lifetime"},
		{"negative leeway", Config{Leeway: -time.Second}, "Config.Leeway"},
		{"leeway over five minutes", Config{Leeway: 5*time.Minute + 1}, "Config.Leeway"},
		{"issuer that is not UTF-8", Config{Issuer: "\xff"}, "Config.Issuer"},
		{"audience that is not UTF-8", Config{Audience: "\xff"}, "Config.Audience"},
		{"empty audience to accept", Config{Audience: "api", AlsoAccept: []string{"web", ""}}, "Config.AlsoAccept has"},
		{"audience to accept that is not UTF-8", Config{Audience: "api", AlsoAccept: []string{"\xff"}}, "Config.AlsoAccept has"},
		{"audiences to accept beside none", Config{AlsoAccept: []string{"api"}}, "Config.AlsoAccept is set"},
		{"empty list of types", Config{Types: []string{}}, "Config.Types"},
		{"empty type", Config{Types: []string{"JWT", ""}}, "Config.Types"},
		{"type that is none", Config{Types: []string{"at jwt"}}, "Config.Types"},
		{"unknown scope claim", Config{ScopeClaim: "roles"}, "Config.ScopeClaim"},
		{"negative size", Config{MaxTokenBytes: -1}, "Config.MaxTokenBytes"},
		{"a size that no token has", Config{MaxTokenBytes: 127}, "Config.MaxTokenBytes"},
		{"a cache beyond all memory", Config{CacheSize: 1<<20 + 1}, "Config.CacheSize"},
		{"a store that is a nil pointer", Config{Revocations: (*memoryStore)(nil)}, "Config.Revocations"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := NewVerifier(testKey(keys.HS256), tt.config)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("NewVerifier: error %v, want one with %q", err, tt.want)
			}
			_, err = NewIssuer(testKey(keys.HS256), tt.config)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("NewIssuer: error %v, want one with %q", err, tt.want)
			}
		})
	}
	t.Run("all at once", func(t *testing.T) {
		_, err := NewVerifier(nil, Config{Leeway: -1, Lifetime: -1, MaxTokenBytes: -1})
		for _, want := range []string{"no key", "Leeway", "Lifetime", "MaxTokenBytes"} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, want one with %q", err, want)
			}
		}
	})
}

// The caller can change its slices later without an effect.
func TestConfigIsCopied(t *testing.T) {
	config := Config{Audience: "web", AlsoAccept: []string{"api"}, Types: []string{"JWT"}}
	v := newTestVerifier(t, testKey(keys.HS256), config)
	config.AlsoAccept[0], config.Types[0] = "other", "other"
	if _, err := v.Verify(t.Context(), signedClaims(testKey(keys.HS256), `{"exp":1772367300,"aud":"api"}`)); err != nil {
		t.Error(err)
	}
}

// The clock is time.Now unless told otherwise, and a lifetime is a quarter of an hour.
func TestDefaults(t *testing.T) {
	i, err := NewIssuer(testKey(keys.HS256), Config{})
	if err != nil {
		t.Fatal(err)
	}
	token := must(i.Issue(Grant{}))
	if left := time.Until(token.ExpiresAt()); left < 14*time.Minute || left > 15*time.Minute {
		t.Errorf("%v left", left)
	}
	v, err := NewVerifier(testKey(keys.HS256), Config{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Verify(t.Context(), token.Reveal()); err != nil {
		t.Error(err)
	}
}
