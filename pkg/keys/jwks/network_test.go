package jwks_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/jwks"
	"github.com/loginctl/loginctl/pkg/keys/jwks/jwkstest"
)

// overNetwork is a client with the built-in transport.
func overNetwork(t *testing.T, url string, timeout time.Duration) *jwks.Client {
	t.Helper()
	return must(jwks.New(jwks.Config{URL: url, Algorithms: []keys.Algorithm{keys.ES256}, Timeout: timeout}))
}

// drip writes a byte at a time until the client is gone.
func drip(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", "100000")
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		io.WriteString(w, "{")
		w.(http.Flusher).Flush()
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
	}
}

func hang(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// endless writes a set that does not end.
func endless(w http.ResponseWriter, r *http.Request) {
	io.WriteString(w, `{"keys":[],"x":"`)
	megabyte := strings.Repeat("x", 1<<20)
	for {
		if _, err := io.WriteString(w, megabyte); err != nil {
			return
		}
	}
}

func manyHeaders(w http.ResponseWriter, r *http.Request) {
	for i := range 3000 {
		w.Header().Set(fmt.Sprint("X-", i), strings.Repeat("y", 100))
	}
}

// bomb is 64 MB of blanks, compressed.
func bomb() http.HandlerFunc {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	blanks := bytes.Repeat([]byte(" "), 1<<20)
	for range 64 {
		z.Write(blanks)
	}
	z.Close()
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(packed.Bytes())
	}
}

// A hostile issuer costs a bounded time and amount of memory.
func TestHostileAnswers(t *testing.T) {
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		says   string
	}{
		"drip":    {drip, "no complete answer within 300ms"},
		"hang":    {hang, "no complete answer within 300ms"},
		"endless": {endless, "more than 524288 bytes"},
		"headers": {manyHeaders, "server response headers exceeded"},
		"bomb":    {bomb(), "more than 524288 bytes"},
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/other", http.StatusFound)
		}, "is a redirect (302), which is not followed"},
		"hang up": {func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }, "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			issuer := jwkstest.New(newKey("a").VerificationKey())
			timeout := 20 * time.Second
			if strings.Contains(tt.says, "300ms") {
				timeout = 300 * time.Millisecond
			}
			client := overNetwork(t, issuer.Start(t)+"/jwks", timeout)
			issuer.Answer(tt.answer)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := client.Current(t.Context())
			runtime.ReadMemStats(&after)
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("the error is %v, want %q", err, tt.says)
			}
			if got := after.TotalAlloc - before.TotalAlloc; got > 16<<20 {
				t.Errorf("it allocated %d MB", got>>20)
			}
		})
	}
}

// Keys come from the configured host alone, by its certificate.
func TestTLS(t *testing.T) {
	issuer := jwkstest.New(newKey("a").VerificationKey())
	server := httptest.NewUnstartedServer(issuer)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	client := overNetwork(t, server.URL+"/jwks", 20*time.Second)
	_, err := client.Current(t.Context())
	if unknown := new(x509.UnknownAuthorityError); !errors.As(err, unknown) {
		t.Errorf("a certificate of no known authority: %v", err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	for name, tt := range map[string]struct {
		config *tls.Config
		want   error
	}{
		"the right one":          {&tls.Config{RootCAs: roots}, nil},
		"of another name":        {&tls.Config{RootCAs: roots, ServerName: "id.other"}, x509.HostnameError{}},
		"expired":                {&tls.Config{RootCAs: roots, Time: func() time.Time { return time.Now().AddDate(200, 0, 0) }}, x509.CertificateInvalidError{}},
		"a version of the past":  {&tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, errors.New("")},
		"given as a HTTP client": {&tls.Config{RootCAs: roots}, nil},
	} {
		client := overNetwork(t, server.URL+"/jwks", 20*time.Second)
		if strings.HasPrefix(name, "given") {
			client = must(jwks.New(jwks.Config{URL: server.URL + "/jwks", Algorithms: []keys.Algorithm{keys.ES256}, HTTPClient: server.Client()}))
		} else {
			jwks.SetTransport(client, func(transport *http.Transport) { transport.TLSClientConfig = tt.config })
		}
		_, err := client.Current(t.Context())
		if (err == nil) != (tt.want == nil) {
			t.Errorf("%s: %v", name, err)
		}
		var hostname x509.HostnameError
		var invalid x509.CertificateInvalidError
		switch tt.want.(type) {
		case x509.HostnameError:
			if !errors.As(err, &hostname) {
				t.Errorf("%s: %v", name, err)
			}
		case x509.CertificateInvalidError:
			if !errors.As(err, &invalid) || invalid.Reason != x509.Expired {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// The redirect policy of a caller's client is not used, and the caller's client not
// changed.
func TestRedirectsOfACallersClient(t *testing.T) {
	other := jwkstest.New(newKey("a").VerificationKey())
	issuer := jwkstest.New()
	issuer.Answer(http.RedirectHandler(other.Start(t)+"/jwks", http.StatusFound))
	theirs := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}
	client := must(jwks.New(jwks.Config{URL: issuer.Start(t) + "/jwks", HTTPClient: theirs}))
	if _, err := client.Current(t.Context()); err == nil || other.Requests() != 0 {
		t.Errorf("the redirect was followed: %v", err)
	}
	if theirs.CheckRedirect(nil, nil) != nil {
		t.Error("the client was changed")
	}
}

func TestIPv6(t *testing.T) {
	listener, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Skipf("no IPv6 here: %v", err)
	}
	server := httptest.NewUnstartedServer(jwkstest.New(newKey("a").VerificationKey()))
	server.Listener.Close()
	server.Listener = listener
	server.Start()
	defer server.Close()
	if s, err := overNetwork(t, server.URL+"/jwks", 20*time.Second).Current(t.Context()); err != nil || !has(s, "a") {
		t.Errorf("over %s: %v", server.URL, err)
	}
}

// A proxy of the environment may be loopback, unlike the addresses that are dialed
// directly.
func TestProxy(t *testing.T) {
	var asked []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.Host)
		http.Error(w, "not today", http.StatusForbidden)
	}))
	defer proxy.Close()
	client := overNetwork(t, "https://id.example/jwks", 20*time.Second)
	jwks.SetProxy(client, http.ProxyURL(must(url.Parse(proxy.URL))))
	_, err := client.Current(t.Context())
	if len(asked) != 1 || asked[0] != "CONNECT id.example:443" || err == nil || !strings.Contains(err.Error(), "Forbidden") {
		t.Errorf("asked: %q, %v", asked, err)
	}
	for scheme, port := range map[string]string{"http": "80", "https": "443", "socks5": "1080"} {
		client := overNetwork(t, "https://id.example/jwks", 20*time.Second)
		dialed := ""
		jwks.SetTransport(client, func(transport *http.Transport) {
			transport.DialContext = func(_ context.Context, _, address string) (net.Conn, error) {
				dialed = address
				return nil, errors.New("no line")
			}
		})
		jwks.SetProxy(client, http.ProxyURL(must(url.Parse(scheme+"://proxy.example"))))
		client.Current(t.Context())
		if dialed != "proxy.example:"+port {
			t.Errorf("%s: dialed %s", scheme, dialed)
		}
	}
	client = overNetwork(t, "https://id.example/jwks", 20*time.Second)
	broken := errors.New("a broken setting")
	jwks.SetProxy(client, func(*http.Request) (*url.URL, error) { return nil, broken })
	if _, err := client.Current(t.Context()); !errors.Is(err, broken) {
		t.Errorf("a broken setting: %v", err)
	}
}

// New starts no goroutine, and a second after the last call there is none.
func TestGoroutines(t *testing.T) {
	issuer := jwkstest.New(newKey("a").VerificationKey())
	base := issuer.Start(t)
	before := runtime.NumGoroutine()
	var clients []*jwks.Client
	for range 20 {
		clients = append(clients, must(jwks.New(jwks.Config{Issuer: base, Algorithms: []keys.Algorithm{keys.ES256}})))
	}
	if got := runtime.NumGoroutine(); got > before {
		t.Errorf("New started %d goroutines", got-before)
	}
	for _, client := range clients {
		client.Refresh(t.Context(), current(t, client))
	}
	// Not the server's: it keeps a goroutine for each connection until it sees the end.
	deadline := time.Now().Add(time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		time.Sleep(5 * time.Millisecond)
	}
	if got := runtime.NumGoroutine(); got > before {
		stacks := make([]byte, 1<<20)
		t.Errorf("%d goroutines are left:\n%s", got-before, stacks[:runtime.Stack(stacks, true)])
	}
}

// A client that is dropped can be collected, although its timer is set.
func TestDroppedClient(t *testing.T) {
	collected := make(chan bool, 1)
	func() {
		client := remote(t, jwkstest.New(newKey("a").VerificationKey()), nil)
		current(t, client)
		runtime.AddCleanup(client.Snapshot(), func(bool) { collected <- true }, true)
	}()
	deadline := time.After(20 * time.Second)
	for {
		runtime.GC()
		select {
		case <-collected:
			return
		case <-deadline:
			t.Fatal("it is still there")
		default:
			runtime.Gosched()
		}
	}
}
