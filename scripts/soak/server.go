package main

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// server is the HTTP server of both services, on 127.0.0.1.
type server struct {
	address string
	http    *http.Server
	open    atomic.Int64 // connections
	client  *http.Client
}

func startServer(services []*service) *server {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	for _, s := range services {
		mux.Handle("/"+s.name+"/", s.routes())
	}
	s := &server{address: listener.Addr().String()}
	s.http = &http.Server{
		Handler: mux, ReadHeaderTimeout: 5 * time.Second, ErrorLog: log.New(io.Discard, "", 0),
		ConnState: func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				s.open.Add(1)
			case http.StateClosed, http.StateHijacked:
				s.open.Add(-1)
			}
		},
	}
	s.client = &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       30 * time.Second,
	}
	go s.http.Serve(listener)
	return s
}

// quiet closes the idle connections and waits until the server has no connection.
func (s *server) quiet() bool {
	for range 500 {
		s.client.CloseIdleConnections()
		if s.open.Load() == 0 {
			return true
		}
		time.Sleep(10 * time.Millisecond)
	}
	return false
}

func (s *server) stop() {
	s.client.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := s.http.Shutdown(ctx); err != nil {
		s.http.Close()
	}
}
