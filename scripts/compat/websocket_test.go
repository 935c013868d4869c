package compat

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	gorilla "github.com/gorilla/websocket"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/revocation"
)

// Both libraries check the Origin themselves; here that is switched off, so
// that it is the guard's check that is seen.
func coderEcho(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return
	}
	defer conn.CloseNow()
	kind, text, err := conn.Read(r.Context())
	if err == nil {
		conn.Write(r.Context(), kind, text)
	}
	conn.Close(websocket.StatusNormalClosure, "")
}

func gorillaEcho(w http.ResponseWriter, r *http.Request) {
	upgrader := gorilla.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	kind, text, err := conn.ReadMessage()
	if err == nil {
		conn.WriteMessage(kind, text)
	}
}

// A handshake is guarded like any other request, and a connection is taken
// over although there is a guard.
func TestWebSocketThroughGuards(t *testing.T) {
	auth := newAuth(t, login.Config{Locations: login.InHeader | login.InCookie})
	token := auth.Token("ada", "chat")
	evil := http.Header{"Cookie": {"access-token=" + token}, "Origin": {"https://evil.example"}}
	own := func(url string) http.Header {
		return http.Header{"Cookie": {"access-token=" + token}, "Origin": {url}}
	}
	for name, echo := range map[string]http.HandlerFunc{"coder": coderEcho, "gorilla": gorillaEcho} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(auth.Optional(auth.Require("chat")(echo)))
			defer server.Close()
			tests := []struct {
				name   string
				header http.Header
				want   int
			}{
				{"with the token", http.Header{"Authorization": {"Bearer " + token}}, 101},
				{"with the cookie", http.Header{"Cookie": {"access-token=" + token}}, 101},
				{"with the cookie from its own page", own(server.URL), 101},
				{"with the cookie from another site's page", evil, 403},
				{"without a token", nil, 401},
				{"without the scope", http.Header{"Authorization": {"Bearer " + auth.Token("ada")}}, 403},
			}
			for _, tt := range tests {
				if got := dial(t, server.URL, tt.header); got != tt.want {
					t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
				}
			}
		})
	}
}

// dial sends one message and returns the status of the handshake.
func dial(t *testing.T, url string, header http.Header) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	conn, response, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(url, "http"), &websocket.DialOptions{HTTPHeader: header})
	if err != nil {
		if response == nil {
			t.Fatal(err)
		}
		return response.StatusCode
	}
	defer conn.CloseNow()
	if err := conn.Write(ctx, websocket.MessageText, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	if _, text, err := conn.Read(ctx); err != nil || string(text) != "hello" {
		t.Errorf("echo %q, %v", text, err)
	}
	return response.StatusCode
}

// Server-sent events: a flushed event arrives while the handler still runs.
func TestStreamThroughGuards(t *testing.T) {
	auth := newAuth(t, login.Config{})
	seen := make(chan bool)
	server := httptest.NewServer(auth.Require()(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte("data: 1\n\n"))
		w.(http.Flusher).Flush()
		<-seen
		w.Write([]byte("data: 2\n\n"))
	})))
	defer server.Close()
	r, err := http.NewRequest("GET", server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+auth.Token("ada"))
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	first := make([]byte, 64)
	n, err := response.Body.Read(first)
	if err != nil || string(first[:n]) != "data: 1\n\n" {
		t.Errorf("%q, %v", first[:n], err)
	}
	close(seen)
}

// coderSocket and gorillaSocket are sockets of browsers, which send the token as a
// subprotocol. They end with the token, or when it is revoked.
func coderSocket(auth *login.Manager[*user], every time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"access_token"}})
		if err != nil {
			return
		}
		defer conn.CloseNow()
		ctx, cancel := auth.UntilExpiry(conn.CloseRead(r.Context()))
		defer cancel()
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				conn.Close(websocket.StatusPolicyViolation, "the token has expired")
				return
			case <-ticker.C:
			}
			if _, err := auth.Reauthenticate(r); err != nil {
				conn.Close(websocket.StatusPolicyViolation, login.Reason(err))
				return
			}
		}
	}
}

func gorillaSocket(auth *login.Manager[*user], every time.Duration) http.HandlerFunc {
	upgrader := gorilla.Upgrader{Subprotocols: []string{"access_token"}}
	return func(w http.ResponseWriter, r *http.Request) {
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for range ticker.C {
			if _, err := auth.Reauthenticate(r); err != nil {
				bye := gorilla.FormatCloseMessage(gorilla.ClosePolicyViolation, login.Reason(err))
				conn.WriteControl(gorilla.CloseMessage, bye, time.Now().Add(time.Second))
				return
			}
		}
	}
}

func TestWebSocketOfABrowser(t *testing.T) {
	for name, socket := range map[string]func(*login.Manager[*user], time.Duration) http.HandlerFunc{"coder": coderSocket, "gorilla": gorillaSocket} {
		t.Run(name, func(t *testing.T) {
			store := new(revocation.Memory)
			auth := newAuth(t, login.Config{Locations: login.InHeader | login.InWebSocket, Revocations: store})
			server := httptest.NewServer(auth.Require("chat")(socket(auth.Manager, 5*time.Millisecond)))
			defer server.Close()
			token := auth.Token("ada", "chat")
			conn, answer, err := websocket.Dial(t.Context(), server.URL, &websocket.DialOptions{Subprotocols: []string{"access_token", token}})
			if err != nil {
				t.Fatal(err)
			}
			defer conn.CloseNow()
			if answer.Header.Get("Sec-WebSocket-Protocol") != "access_token" {
				t.Error("the server selected another subprotocol")
			}
			if err := auth.RevokeSubject(t.Context(), "ada", auth.Clock.Now().Add(time.Second)); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			_, _, err = conn.Read(ctx)
			if websocket.CloseStatus(err) != websocket.StatusPolicyViolation || !strings.Contains(err.Error(), "revoked") {
				t.Errorf("after the revocation: %v", err)
			}
			_, refused, err := websocket.Dial(t.Context(), server.URL, &websocket.DialOptions{Subprotocols: []string{"access_token", "x"}})
			if err == nil || refused.StatusCode != 401 {
				t.Errorf("a bad token: %v", err)
			}
		})
	}
}
