package jwks_test

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys/jwks"
)

func TestURLs(t *testing.T) {
	for url, want := range map[string]struct{ remote, loopback bool }{
		"https://id.example":                     {true, true},
		"https://id.example:8443/realms/a?x=1":   {true, true},
		"https://10.1.2.3/jwks":                  {true, true},
		"https://[2001:db8::1]/jwks":             {true, true},
		"https://localhost/jwks":                 {false, true},
		"http://localhost:8080/jwks":             {false, true},
		"http://127.0.0.1:8080/jwks":             {false, true},
		"http://127.9.9.9/jwks":                  {false, true},
		"http://[::1]:8080/jwks":                 {false, true},
		"http://[::ffff:127.0.0.1]/jwks":         {false, true},
		"http://id.example/jwks":                 {false, false},
		"http://10.1.2.3/jwks":                   {false, false},
		"http://localhost.id.example/jwks":       {false, false},
		"https://169.254.169.254/latest":         {false, false},
		"https://[fe80::1]/jwks":                 {false, false},
		"https://[fe80::1%25eth0]/jwks":          {false, false},
		"https://[::ffff:169.254.169.254]/":      {false, false},
		"https://0.0.0.0/jwks":                   {false, false},
		"https://[::]/jwks":                      {false, false},
		"https://224.0.0.1/jwks":                 {false, false},
		"https://[ff02::1]/jwks":                 {false, false},
		"https://user:password@id.example/jwks":  {false, false},
		"https://user@id.example/jwks":           {false, false},
		"https://id.example/jwks#keys":           {false, false},
		"https://id.example/#":                   {false, false},
		"https:///jwks":                          {false, false},
		"https:id.example":                       {false, false},
		"https://:443/jwks":                      {false, false},
		"file:///etc/passwd":                     {false, false},
		"ftp://127.0.0.1/jwks":                   {false, false},
		"data:application/json,{}":               {false, false},
		"id.example/jwks":                        {false, false},
		"":                                       {false, false},
		"https://id.example/\x00":                {false, false},
		"https://user:password@id.example/%zz\n": {false, false},
	} {
		for loopback, want := range map[bool]bool{false: want.remote, true: want.loopback} {
			_, err := jwks.ParseURL(url, loopback)
			if (err == nil) != want {
				t.Errorf("%q with loopback %v: %v", url, loopback, err)
			}
			if err != nil && strings.Contains(err.Error(), "password@") {
				t.Errorf("the error quotes the password of %q", url)
			}
		}
	}
}

// fakeDNS answers every query with the next of the addresses.
func fakeDNS(t *testing.T, answers ...string) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	go func() {
		var count [2]int // of A and AAAA queries
		query := make([]byte, 512)
		for {
			n, from, err := server.ReadFrom(query)
			if err != nil {
				return
			}
			server.WriteTo(dnsAnswer(query[:n], answers, &count), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

// dnsAnswer builds the response to a query with one question (RFC 1035 section 4):
// the next of answers that has the type asked for.
func dnsAnswer(query []byte, answers []string, count *[2]int) []byte {
	end := 12
	for query[end] != 0 {
		end += 1 + int(query[end])
	}
	end += 5 // the root label, type and class
	kind := binary.BigEndian.Uint16(query[end-4:])
	response := append([]byte{}, query[:end]...)
	response[2], response[3] = 0x81, 0x80
	copy(response[4:12], []byte{0, 1, 0, 0, 0, 0, 0, 0})
	turn := &count[0]
	if kind == 28 {
		turn = &count[1]
	}
	ip := netip.MustParseAddr(answers[*turn%len(answers)])
	*turn++
	if ip.Is4() && kind == 1 || ip.Is6() && kind == 28 {
		response[7] = 1
		response = append(response, 0xc0, 12, byte(kind>>8), byte(kind), 0, 1, 0, 0, 0, 0, 0, byte(ip.BitLen()/8))
		response = append(response, ip.AsSlice()...)
	}
	return response
}

// A name of the issuer cannot lead to the machine itself or to a metadata service,
// whatever it resolves to at the time of the connection.
func TestNamesThatResolveToForbiddenAddresses(t *testing.T) {
	var reached atomic.Int64
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	defer server.Close()
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	for _, address := range []string{"127.0.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1", "::1", "fe80::1", "::", "ff02::1", "::ffff:127.0.0.1"} {
		client := must(jwks.New(jwks.Config{URL: "https://id.example:" + port + "/jwks", Timeout: 10 * time.Second}))
		jwks.SetResolver(client, fakeDNS(t, address))
		if _, err := client.Current(t.Context()); !errors.Is(err, jwks.ErrAddress) {
			t.Errorf("%s: %v", address, err)
		}
	}
	// A loopback issuer cannot send the client elsewhere.
	client := must(jwks.New(jwks.Config{URL: "https://localhost:" + port + "/jwks", Timeout: 10 * time.Second}))
	jwks.SetTransport(client, func(transport *http.Transport) {
		dial := transport.DialContext
		transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			return dial(ctx, network, "192.0.2.1:443") // as if the name had changed
		}
	})
	if _, err := client.Current(t.Context()); !errors.Is(err, jwks.ErrAddress) {
		t.Errorf("elsewhere: %v", err)
	}
	if reached.Load() != 0 {
		t.Error("a request was sent")
	}
}

// The address is checked for each connection, and not once for the name.
func TestNameThatChanges(t *testing.T) {
	resolver := fakeDNS(t, "192.0.2.1", "169.254.169.254") // the first is for documentation: nothing answers
	for _, refused := range []bool{false, true} {
		client := must(jwks.New(jwks.Config{URL: "https://id.example/jwks", Timeout: 300 * time.Millisecond}))
		jwks.SetResolver(client, resolver)
		if _, err := client.Current(t.Context()); err == nil || errors.Is(err, jwks.ErrAddress) != refused {
			t.Errorf("refused: %v, want %v", err, refused)
		}
	}
}
