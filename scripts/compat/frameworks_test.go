package compat

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/gin-gonic/gin"
	fiber2 "github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v3"
	echo4 "github.com/labstack/echo/v4"
	echo5 "github.com/labstack/echo/v5"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/logintest"
)

// greeting is the answer of a handler behind a guard.
func greeting(auth *logintest.Manager[*user], ctx context.Context) string {
	u, ok := auth.User(ctx)
	if !ok {
		return "stranger"
	}
	return u.Name
}

// fiberApp serves requests by the Test method of an app, which has no ServeHTTP.
func fiberApp(t *testing.T, test func(*http.Request) (*http.Response, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.RequestURI = r.URL.RequestURI()
		answer, err := test(r)
		if err != nil {
			t.Error(err)
			return
		}
		defer answer.Body.Close()
		for name, values := range answer.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.StatusCode)
		io.Copy(w, answer.Body)
	})
}

// Each framework answers the same, and runs its handler only for those who are admitted.
func TestFrameworks(t *testing.T) {
	gin.SetMode(gin.TestMode)
	type build func(auth *logintest.Manager[*user], ran *int) http.Handler
	frameworks := map[string]build{
		"gin": func(auth *logintest.Manager[*user], ran *int) http.Handler {
			r := gin.New()
			r.GET("/", ginGuard(auth.Require("read")), func(c *gin.Context) { *ran++; c.String(200, greeting(auth, c.Request.Context())) })
			return r
		},
		"echo v4": func(auth *logintest.Manager[*user], ran *int) http.Handler {
			e := echo4.New()
			e.Use(echo4.WrapMiddleware(auth.Require("read")))
			e.GET("/", func(c echo4.Context) error { *ran++; return c.String(200, greeting(auth, c.Request().Context())) })
			return e
		},
		"echo v5": func(auth *logintest.Manager[*user], ran *int) http.Handler {
			e := echo5.New()
			e.Use(echo5.WrapMiddleware(auth.Require("read")))
			e.GET("/", func(c *echo5.Context) error { *ran++; return c.String(200, greeting(auth, c.Request().Context())) })
			return e
		},
		"fiber": func(auth *logintest.Manager[*user], ran *int) http.Handler {
			app := fiber.New()
			app.Get("/", fiberGuard(auth.Manager, "read"), func(c fiber.Ctx) error { *ran++; return c.SendString(greeting(auth, c.RequestCtx())) })
			return fiberApp(t, func(r *http.Request) (*http.Response, error) { return app.Test(r) })
		},
		"fiber v2": func(auth *logintest.Manager[*user], ran *int) http.Handler {
			app := fiber2.New()
			app.Get("/", fiber2Guard(auth.Manager, "read"), func(c *fiber2.Ctx) error { *ran++; return c.SendString(greeting(auth, c.Context())) })
			return fiberApp(t, func(r *http.Request) (*http.Response, error) { return app.Test(r, -1) })
		},
		"huma": func(auth *logintest.Manager[*user], ran *int) http.Handler {
			mux := http.NewServeMux()
			api := humago.New(mux, huma.DefaultConfig("Test", "1"))
			api.UseMiddleware(humaGuard(auth.Manager))
			type answer struct{ Body []byte }
			huma.Register(api, huma.Operation{Method: "GET", Path: "/", Security: auth.Security("read")},
				func(ctx context.Context, _ *struct{}) (*answer, error) {
					*ran++
					return &answer{[]byte(greeting(auth, ctx))}, nil
				})
			return mux
		},
		"a proxy": func(auth *logintest.Manager[*user], ran *int) http.Handler {
			upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				*ran++
				if r.Header.Get("Authorization") != "" {
					t.Error("the upstream got the token")
				}
				io.WriteString(w, r.Header.Get("X-User"))
			}))
			t.Cleanup(upstream.Close)
			address, err := url.Parse(upstream.URL)
			if err != nil {
				t.Fatal(err)
			}
			return auth.Require("read")(guardedProxy(auth.Manager, address))
		},
	}
	for name, build := range frameworks {
		t.Run(name, func(t *testing.T) {
			auth, ran := newAuth(t, login.Config{}), 0
			h := build(auth, &ran)
			for _, tt := range []struct {
				name, token, body string
				status            int
			}{
				{"a user", auth.Token("ada", "read"), "Ada", 200},
				{"without the scope", auth.Token("ada"), `{"detail":"Insufficient scope"}`, 403},
				{"no token", "", `{"detail":"Invalid credentials"}`, 401},
				{"a bad token", "x", `{"detail":"Invalid credentials"}`, 401},
			} {
				ran = 0
				w := logintest.Get("/").Bearer(tt.token).Header("X-User", "Eve").Serve(h)
				if w.Code != tt.status || w.Body.String() != tt.body {
					t.Errorf("%s: %d %s", tt.name, w.Code, w.Body)
				}
				if want := map[bool]int{true: 1, false: 0}[tt.status == 200]; ran != want {
					t.Errorf("%s: the handler ran %d times", tt.name, ran)
				}
				if w.Header().Get("Vary") != "Authorization" || (w.Header().Get("WWW-Authenticate") != "") != (tt.status != 200) {
					t.Errorf("%s: %v", tt.name, w.Header())
				}
			}
		})
	}
}

func TestConnect(t *testing.T) {
	auth := newAuth(t, login.Config{})
	mux := http.NewServeMux()
	guard := connect.WithInterceptors(connectGuard{auth.Manager})
	mux.Handle("/t.T/Unary", connect.NewUnaryHandler("/t.T/Unary", func(ctx context.Context, _ *connect.Request[emptypb.Empty]) (*connect.Response[wrapperspb.StringValue], error) {
		return connect.NewResponse(wrapperspb.String(greeting(auth, ctx))), nil
	}, guard))
	mux.Handle("/t.T/Stream", connect.NewServerStreamHandler("/t.T/Stream", func(ctx context.Context, _ *connect.Request[emptypb.Empty], s *connect.ServerStream[wrapperspb.StringValue]) error {
		if _, limited := ctx.Deadline(); !limited {
			t.Error("the stream has no end")
		}
		return s.Send(wrapperspb.String(greeting(auth, ctx)))
	}, guard))
	server := httptest.NewServer(mux)
	defer server.Close()
	unary := connect.NewClient[emptypb.Empty, wrapperspb.StringValue](server.Client(), server.URL+"/t.T/Unary")
	stream := connect.NewClient[emptypb.Empty, wrapperspb.StringValue](server.Client(), server.URL+"/t.T/Stream")
	request := func(token string) *connect.Request[emptypb.Empty] {
		r := connect.NewRequest(&emptypb.Empty{})
		r.Header().Set("Authorization", "Bearer "+token)
		return r
	}
	good := auth.Token("ada")
	if answer, err := unary.CallUnary(t.Context(), request(good)); err != nil || answer.Msg.Value != "Ada" {
		t.Errorf("unary: %v", err)
	}
	if _, err := unary.CallUnary(t.Context(), request("x")); connect.CodeOf(err) != connect.CodeUnauthenticated {
		t.Errorf("unary, a bad token: %v", err)
	}
	s, err := stream.CallServerStream(t.Context(), request(good))
	if err != nil || !s.Receive() || s.Msg().Value != "Ada" {
		t.Errorf("stream: %v", err)
	}
	s, err = stream.CallServerStream(t.Context(), request("x"))
	if err != nil || s.Receive() || connect.CodeOf(s.Err()) != connect.CodeUnauthenticated {
		t.Errorf("stream, a bad token: %v, %v", err, s.Err())
	}
}

// health is a service that names the user in an error.
type health struct {
	grpc_health_v1.UnimplementedHealthServer
	auth *logintest.Manager[*user]
}

func (h health) Check(ctx context.Context, _ *grpc_health_v1.HealthCheckRequest) (*grpc_health_v1.HealthCheckResponse, error) {
	return nil, status.Error(codes.DataLoss, greeting(h.auth, ctx))
}

func (h health) Watch(_ *grpc_health_v1.HealthCheckRequest, s grpc.ServerStreamingServer[grpc_health_v1.HealthCheckResponse]) error {
	_, limited := s.Context().Deadline()
	return status.Error(codes.DataLoss, fmt.Sprint(greeting(h.auth, s.Context()), " ", limited))
}

func TestGRPC(t *testing.T) {
	auth := newAuth(t, login.Config{})
	guard := grpcGuard{auth.Manager}
	server := grpc.NewServer(grpc.UnaryInterceptor(guard.Unary), grpc.StreamInterceptor(guard.Stream))
	grpc_health_v1.RegisterHealthServer(server, health{auth: auth})
	listener := bufconn.Listen(1 << 16)
	go server.Serve(listener)
	defer server.Stop()
	conn, err := grpc.NewClient("passthrough:///x", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	client := grpc_health_v1.NewHealthClient(conn)
	for _, tt := range []struct {
		token          string
		unary, streams string
		code           codes.Code
	}{
		{auth.Token("ada"), "Ada", "Ada true", codes.DataLoss},
		{"x", "invalid credentials", "invalid credentials", codes.Unauthenticated},
		{"", "invalid credentials", "invalid credentials", codes.Unauthenticated},
	} {
		ctx := t.Context()
		if tt.token != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+tt.token)
		}
		_, err := client.Check(ctx, &grpc_health_v1.HealthCheckRequest{})
		if s := status.Convert(err); s.Code() != tt.code || s.Message() != tt.unary {
			t.Errorf("unary: %v", err)
		}
		stream, err := client.Watch(ctx, &grpc_health_v1.HealthCheckRequest{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = stream.Recv()
		if s := status.Convert(err); s.Code() != tt.code || s.Message() != tt.streams {
			t.Errorf("stream: %v", err)
		}
	}
}

// The page shows the glue that was tested.
func TestGluePage(t *testing.T) {
	page, err := os.ReadFile("../../pkg/login/adapt/README.md")
	if err != nil {
		t.Fatal(err)
	}
	var tested string
	for _, file := range []string{"glue_test.go", "frameworks_test.go", "websocket_test.go", "chi_test.go"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tested += string(source)
	}
	squeeze := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	tested = squeeze(tested)
	blocks := strings.Split(string(page), "```go\n")[1:]
	if len(blocks) < 9 {
		t.Errorf("the page has %d recipes", len(blocks))
	}
	for _, block := range blocks {
		code, _, _ := strings.Cut(block, "```")
		if !strings.Contains(tested, squeeze(code)) {
			t.Errorf("this glue is not tested:\n%s", code)
		}
	}
}
