package compat

import (
	"context"
	"errors"
	"net/http"
	"net/http/httputil"
	"net/url"

	"connectrpc.com/connect"
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/gin-gonic/gin"
	fiber2 "github.com/gofiber/fiber/v2"
	adaptor2 "github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/adaptor"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/adapt"
)

// The functions of this file stand in pkg/login/adapt/README.md word by word.

func ginGuard(guard func(http.Handler) http.Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		r, ok := adapt.Admit(guard, c.Writer, c.Request)
		if !ok {
			c.Abort()
			return
		}
		c.Request = r
	}
}

func fiberGuard(auth *login.Manager[*user], scopes ...string) fiber.Handler {
	return adaptor.HTTPMiddleware(func(next http.Handler) http.Handler {
		return auth.Handle(func(w http.ResponseWriter, r *http.Request, p *login.Principal[*user]) {
			next.ServeHTTP(w, r.WithContext(auth.WithPrincipal(r.Context(), p)))
		}, scopes...)
	})
}

// fiber2Guard is fiberGuard of fiber v2, whose user is in auth.User(c.Context()).
func fiber2Guard(auth *login.Manager[*user], scopes ...string) fiber2.Handler {
	return adaptor2.HTTPMiddleware(func(next http.Handler) http.Handler {
		return auth.Handle(func(w http.ResponseWriter, r *http.Request, p *login.Principal[*user]) {
			next.ServeHTTP(w, r.WithContext(auth.WithPrincipal(r.Context(), p)))
		}, scopes...)
	})
}

func humaGuard(auth *login.Manager[*user]) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		security := ctx.Operation().Security // of auth.Security(scopes…)
		if len(security) == 0 {
			next(ctx)
			return
		}
		var scopes []string // the same for each way to send the token
		for _, scopes = range security[0] {
		}
		r, w := humago.Unwrap(ctx)
		p, err := auth.Authenticate(r, scopes...)
		if err != nil {
			auth.Deny(w, r, err)
			return
		}
		auth.Vary(w)
		next(huma.WithContext(ctx, auth.WithPrincipal(ctx.Context(), p)))
	}
}

type connectGuard struct{ auth *login.Manager[*user] }

func (g connectGuard) admit(ctx context.Context, header http.Header) (context.Context, error) {
	p, err := g.auth.AuthenticateToken(ctx, adapt.BearerToken(header.Get("Authorization")))
	if err != nil {
		code, message := adapt.GRPCStatus(err)
		return nil, connect.NewError(connect.Code(code), errors.New(message))
	}
	return g.auth.WithPrincipal(ctx, p), nil
}

func (g connectGuard) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, r connect.AnyRequest) (connect.AnyResponse, error) {
		ctx, err := g.admit(ctx, r.Header())
		if err != nil {
			return nil, err
		}
		return next(ctx, r)
	}
}

func (g connectGuard) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, c connect.StreamingHandlerConn) error {
		ctx, err := g.admit(ctx, c.RequestHeader())
		if err != nil {
			return err
		}
		ctx, cancel := g.auth.UntilExpiry(ctx)
		defer cancel()
		return next(ctx, c)
	}
}

func (g connectGuard) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

type grpcGuard struct{ auth *login.Manager[*user] }

func (g grpcGuard) admit(ctx context.Context) (context.Context, error) {
	token := ""
	if values := metadata.ValueFromIncomingContext(ctx, "authorization"); len(values) == 1 {
		token = adapt.BearerToken(values[0])
	}
	p, err := g.auth.AuthenticateToken(ctx, token)
	if err != nil {
		code, message := adapt.GRPCStatus(err)
		return nil, status.Error(codes.Code(code), message)
	}
	return g.auth.WithPrincipal(ctx, p), nil
}

func (g grpcGuard) Unary(ctx context.Context, r any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	ctx, err := g.admit(ctx)
	if err != nil {
		return nil, err
	}
	return next(ctx, r)
}

func (g grpcGuard) Stream(server any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	ctx, err := g.admit(stream.Context())
	if err != nil {
		return err
	}
	ctx, cancel := g.auth.UntilExpiry(ctx)
	defer cancel()
	return next(server, guardedStream{stream, ctx})
}

type guardedStream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s guardedStream) Context() context.Context { return s.ctx }

func guardedProxy(auth *login.Manager[*user], upstream *url.URL) http.Handler {
	proxy := &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
		p.SetURL(upstream)
		p.Out.Header.Del("Authorization") // the token is not for the upstream
		p.Out.Header.Del("X-User")        // nor is a name that the client made up
		if user, ok := auth.User(p.In.Context()); ok {
			p.Out.Header.Set("X-User", user.Name)
		}
	}}
	return auth.Require()(proxy)
}
