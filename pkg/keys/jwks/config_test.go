package jwks_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/jwks"
	"github.com/loginctl/loginctl/pkg/keys/jwks/jwkstest"
)

func TestConfigsThatAreRefused(t *testing.T) {
	const url = "https://id.example/jwks"
	for says, config := range map[string]jwks.Config{
		"give one of Config.URL and Config.Issuer":                    {},
		"give one of Config.URL and Config.Issuer ":                   {URL: url, Issuer: url},
		"Config.URL: address not allowed":                             {URL: "http://id.example/jwks"},
		"Config.URL: not a URL":                                       {URL: "https://[/"},
		"Config.Issuer: address not allowed":                          {Issuer: "https://user:pw@id.example"},
		"Config.Issuer: an issuer has no query":                       {Issuer: url + "?x=1"},
		"Config.Issuer: an issuer has no query ":                      {Issuer: url + "?"},
		"Config.Algorithms is empty":                                  {URL: url, Algorithms: []keys.Algorithm{}},
		"Config.Algorithms: HS256 does not work with":                 {URL: url, Algorithms: []keys.Algorithm{keys.RS256, keys.HS256}},
		"Config.Algorithms: Algorithm(0) does not work with":          {URL: url, Algorithms: []keys.Algorithm{0}},
		"negative Config.Fresh (-1s)":                                 {URL: url, Fresh: -time.Second},
		"negative Config.MinFresh (-1s)":                              {URL: url, MinFresh: -time.Second},
		"negative Config.Timeout (-1s)":                               {URL: url, Timeout: -time.Second},
		"too long a Config.Fresh (25h0m0s): give at most 24h0m0s":     {URL: url, Fresh: 25 * time.Hour},
		"too long a Config.MinFresh (25h0m0s): give at most 24h0m0s":  {URL: url, MinFresh: 25 * time.Hour},
		"Config.Fresh is 1s, less than Config.MinFresh":               {URL: url, Fresh: time.Second, MinFresh: time.Minute},
		"give one of Config.URL and Config.Issuer\nConfig.Algorithms": {Algorithms: []keys.Algorithm{}},
	} {
		if _, err := jwks.New(config); err == nil || !strings.Contains(err.Error(), strings.TrimSpace(says)) {
			t.Errorf("%q: %v", says, err)
		}
		if _, err := jwks.Fetch(t.Context(), config); err == nil {
			t.Errorf("%q: it is fetched", says)
		}
	}
}

func TestFetch(t *testing.T) {
	issuer := jwkstest.New(newKey("a").VerificationKey())
	config := jwks.Config{Issuer: issuer.Start(t), Algorithms: []keys.Algorithm{keys.ES256}}
	document, err := jwks.Fetch(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	if document.URL != config.Issuer+"/jwks" || document.Fresh != 15*time.Minute ||
		!strings.HasPrefix(string(document.Body), `{"keys":[{`) || !has(document.Set.Snapshot(), "a") {
		t.Errorf("it is %+v", document)
	}
	issuer.Answer(status(http.StatusTeapot))
	if _, err := jwks.Fetch(t.Context(), config); err == nil || !strings.Contains(err.Error(), "418 I'm a teapot") {
		t.Errorf("the error is %v", err)
	}
}

func TestFreshness(t *testing.T) {
	for _, tt := range []struct {
		control, age string
		want         time.Duration
	}{
		{"", "", 5 * time.Minute},
		{"public", "", 5 * time.Minute},
		{"max-age=600", "", 10 * time.Minute},
		{"Max-Age=600", "60", 9 * time.Minute},
		{`max-age="600"`, "", 10 * time.Minute},
		{"private,max-age=600 , must-revalidate", "", 10 * time.Minute},
		{"max-age=600", "9999", time.Minute},
		{"max-age=600", "soon", 10 * time.Minute},
		{"max-age=0", "", time.Minute},
		{"no-store", "", time.Minute},
		{"max-age=600, no-cache", "", time.Minute},
		{"max-age=-1", "", 5 * time.Minute},
		{"max-age=", "", 5 * time.Minute},
		{"max-age", "", 5 * time.Minute},
		{"max-age=1e9", "", 5 * time.Minute},
		{"max-age=999999999", "", 24 * time.Hour},
		{"max-age=" + strings.Repeat("9", 30), "", 24 * time.Hour},
		{"s-maxage=600", "", 5 * time.Minute},
	} {
		h := http.Header{"Cache-Control": {tt.control}, "Age": {tt.age}}
		if got := jwks.Freshness(h, 5*time.Minute, time.Minute); got != tt.want {
			t.Errorf("%q with the age %q: %v, want %v", tt.control, tt.age, got, tt.want)
		}
	}
}

func TestClientThatNewDidNotMake(t *testing.T) {
	for _, client := range []*jwks.Client{nil, {}} {
		if client.Snapshot() == nil || client.Status().Ready() {
			t.Error("it has keys")
		}
		if _, err := client.Current(t.Context()); err == nil {
			t.Error("it has keys")
		}
		if _, err := client.Refresh(t.Context(), nil); err == nil {
			t.Error("it has newer keys")
		}
	}
}
