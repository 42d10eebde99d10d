package device

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

// Limits of a resource call.
const (
	MaxResource     = 10 << 20 // bytes of a body, sent or received
	ResourceTimeout = 30 * time.Second
)

// TokenKind says whose access token a resource call carries.
type TokenKind string

// The kinds of tokens.
const (
	TokenUser      TokenKind = "user"      // of a profile that is logged in
	TokenImplicit  TokenKind = "implicit"  // see LoginImplicitly
	TokenAnonymous TokenKind = "anonymous" // see AuthenticateDevice
)

// Resource is a resource call. What an app says of it is not trusted: see Fetch.
type Resource struct {
	URL    string // absolute, or below the ResourceBase where it starts with a slash
	Method string // GET, HEAD, POST, PUT, PATCH or DELETE; "" is GET
	Header http.Header
	Body   []byte // at most MaxResource bytes; GET and HEAD are sent without
	Auth   TokenKind
}

// ResourceAnswer is what the resource answered, whatever its status.
type ResourceAnswer struct {
	Status     int
	StatusText string // such as "Not Found"
	Header     http.Header
	Body       []byte // at most MaxResource bytes
}

// ResourceBase is where relative resource addresses begin.
func (d *Device) ResourceBase(server wire.Origin) string { return server.URL(wire.PathResources) }

// Fetch calls a resource of a server with an access token. profileID names whose
// for TokenUser; the other kinds do not look at it.
//
// The call goes to the origin of the ResourceBase and nowhere else, and not to
// what devices use there themselves (/oauth/, /.well-known/): another address is
// 8002 and nothing is sent. Of the headers, those that concern the connection, the
// host, cookies, encodings and who calls are left out, and so they are of the
// answer. A body without a content type is sent as text. Redirects are an answer
// like any other.
//
// An expired token is renewed once. 9010 tells that this was of no use: log in (or
// authenticate the device) again. 8005: nobody is logged in, or not in this way.
// 8011: the answer is too long or was cut off.
func (d *Device) Fetch(ctx context.Context, server wire.Origin, profileID string, r Resource) (ResourceAnswer, error) {
	if server.IsZero() || (!server.IsEncrypted() && !server.IsLoopback()) {
		return ResourceAnswer{}, wire.Errorf(wire.CodeConfiguration, "a server is reached over https only")
	}
	req, err := r.build(ctx, d.ResourceBase(server), server)
	if err != nil {
		return ResourceAnswer{}, err
	}
	for attempt := 0; ; attempt++ {
		token, rejected, err := d.resourceToken(ctx, server, profileID, r.Auth)
		if err != nil {
			return ResourceAnswer{}, err
		}
		again := req.Clone(ctx)
		if req.GetBody != nil {
			again.Body, _ = req.GetBody() // of bytes: cannot fail
		}
		bearer(token)(again)
		answer, err := d.send(again, server)
		again.Header.Del("Authorization")
		if err != nil || !refusesToken(answer) {
			token.Clear()
			return answer, err
		}
		rejected(token)
		token.Clear()
		if attempt > 0 {
			return ResourceAnswer{}, d.tokenUseless(server, profileID, r.Auth)
		}
	}
}

// resourceToken finds the token of a kind, and what to tell when it is refused.
func (d *Device) resourceToken(ctx context.Context, server wire.Origin, profileID string, kind TokenKind) (wire.Secret, func(wire.Secret), error) {
	if kind == TokenUser {
		s, err := d.session(profileID)
		if err != nil {
			return wire.Secret{}, nil, err
		}
		if s.server != server {
			return wire.Secret{}, nil, wire.Errorf(wire.CodeIllegalArgument, "the profile belongs to another server")
		}
		token, err := d.accessToken(ctx, profileID)
		return token, s.rejected, err
	}
	if kind != TokenImplicit && kind != TokenAnonymous {
		return wire.Secret{}, nil, wire.Errorf(wire.CodeIllegalArgument, "there is no such kind of token; the kinds are user, implicit and anonymous")
	}
	d.mu.Lock()
	t := d.own[ownKey{server, kind}]
	d.mu.Unlock()
	if t == nil && kind == TokenAnonymous {
		return wire.Secret{}, nil, wire.Errorf(wire.CodeUserNotAuthenticated, "authenticate the device first")
	}
	if t == nil {
		return wire.Secret{}, nil, wire.Errorf(wire.CodeNoUserAuthenticated, "authenticate the user implicitly first")
	}
	token, err := t.token(ctx)
	return token, t.rejected, err
}

// tokenUseless ends what a token stood for that the server refuses even when new.
func (d *Device) tokenUseless(server wire.Origin, profileID string, kind TokenKind) error {
	if kind == TokenUser {
		d.endSession(profileID)
	} else {
		d.dropOwn(func(key ownKey, _ *ownToken) bool { return key == ownKey{server, kind} })
	}
	return wire.Errorf(wire.CodeUserNotAuthenticated, "the server refuses a new token as well")
}

// refusesToken reports whether the answer is RFC 6750's for an expired token,
// and not a resource's own idea of who may see it.
func refusesToken(a ResourceAnswer) bool {
	challenge := a.Header.Get("WWW-Authenticate")
	return a.Status == http.StatusUnauthorized && strings.HasPrefix(challenge, "Bearer") && strings.Contains(challenge, `error="invalid_token"`)
}

// send makes the call and reads the answer.
func (d *Device) send(req *http.Request, server wire.Origin) (ResourceAnswer, error) {
	resp, err := d.resources.Do(req)
	if err != nil {
		return ResourceAnswer{}, transportError(req.Context(), server, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, MaxResource+1))
	switch {
	case err != nil && req.Context().Err() != nil:
		return ResourceAnswer{}, transportError(req.Context(), server, err)
	case err != nil:
		return ResourceAnswer{}, wire.Errorf(wire.CodeIO, "the answer was cut off: %w", err)
	case len(body) > MaxResource:
		return ResourceAnswer{}, wire.Errorf(wire.CodeIO, "the answer has more than %d bytes", MaxResource)
	}
	header := resp.Header.Clone()
	dropHeaders(header, []string{"Set-Cookie", "Set-Cookie2"}, []string{"proxy-"})
	return ResourceAnswer{
		Status: resp.StatusCode, StatusText: wire.CleanText(http.StatusText(resp.StatusCode), 80), Header: header, Body: body,
	}, nil
}

// build makes the request, without a token.
func (r Resource) build(ctx context.Context, base string, origin wire.Origin) (*http.Request, error) {
	method := r.Method
	switch method {
	case "":
		method = http.MethodGet
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
	default:
		return nil, wire.Errorf(wire.CodeIllegalArgument, "a resource is called by GET, HEAD, POST, PUT, PATCH or DELETE")
	}
	to, err := resolveResource(base, origin, r.URL)
	if err != nil {
		return nil, err
	}
	if len(r.Body) > MaxResource {
		return nil, wire.Errorf(wire.CodeIllegalArgument, "a body has at most %d bytes", MaxResource)
	}
	header, err := resourceHeader(r.Header)
	if err != nil {
		return nil, err
	}
	var body io.Reader
	if method != http.MethodGet && method != http.MethodHead {
		body = bytes.NewReader(r.Body)
		if header.Get("Content-Type") == "" && len(r.Body) > 0 {
			header.Set("Content-Type", "text/plain;charset=utf-8")
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, to, body)
	if err != nil {
		return nil, wire.Errorf(wire.CodeIllegalArgument, "this is no resource's address")
	}
	req.Header = header
	return req, nil
}
