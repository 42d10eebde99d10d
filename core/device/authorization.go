package device

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/understudy-auth/understudy/core/wire"
)

// authorization is one request for an authorization code (RFC 6749 with 7636 and
// 9207): what goes to the browser, and what its answer has to match.
type authorization struct {
	server   wire.Origin
	redirect string
	state    string
	verifier string
}

func newAuthorization(server wire.Origin, redirect string) authorization {
	return authorization{server: server, redirect: redirect, state: rand.Text(), verifier: rand.Text() + rand.Text()}
}

// page is the address of the login page.
func (a authorization) page(deviceID, scope string) string {
	challenge := sha256.Sum256([]byte(a.verifier))
	return a.server.URL(wire.PathAuthorize) + "?" + url.Values{
		"response_type":         {"code"},
		"client_id":             {deviceID},
		"redirect_uri":          {a.redirect},
		"scope":                 {scope},
		"state":                 {a.state},
		"code_challenge":        {base64.RawURLEncoding.EncodeToString(challenge[:])},
		"code_challenge_method": {"S256"},
	}.Encode()
}

// answer reads the query of a redirect. It is this request's if each parameter
// is there once, state and issuer are right, and it brings a code or an error.
func (a authorization) answer(query string) (answer url.Values, own bool) {
	q, err := url.ParseQuery(query)
	own = err == nil
	for _, values := range q {
		own = own && len(values) == 1
	}
	return q, own && subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(a.state)) == 1 && q.Get("iss") == a.server.String() &&
		(q.Get("code") == "") != (q.Get("error") == "")
}

// grant is what is exchanged for tokens, or why there is nothing.
func (a authorization) grant(answer url.Values) (url.Values, error) {
	switch problem := answer.Get("error"); problem {
	case "":
	case "access_denied":
		return nil, wire.Errorf(wire.CodeCanceled, "the login page was canceled")
	default:
		return nil, wire.Errorf(wire.CodeInternal, "the server did not register you; it said: %s %s",
			wire.CleanText(problem, 60), wire.CleanText(answer.Get("error_description"), 200))
	}
	return url.Values{
		"grant_type":    {"authorization_code"},
		"code":          {answer.Get("code")},
		"redirect_uri":  {a.redirect},
		"code_verifier": {a.verifier},
	}, nil
}

// byBrowser obtains an authorization code by way of a browser that comes back to
// this computer.
func (d *Device) byBrowser(ctx context.Context, deviceID string, r Registration) (url.Values, error) {
	back, err := listenForRedirect(r.Server)
	if err != nil {
		return nil, err
	}
	defer back.listener.Close()
	opened := make(chan error, 1)
	waiting, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() { // the browser may come back before the opener returns
		err := r.OpenBrowser(waiting, back.page(deviceID, r.scope()))
		if err != nil {
			cancel(err)
		}
		opened <- err
	}()
	form, err := back.wait(waiting, d)
	if err != nil {
		if cause := context.Cause(waiting); cause != nil && ctx.Err() == nil && wire.CodeOf(err) == wire.CodeCanceled && cause != context.Canceled {
			return nil, wire.Errorf(wire.CodeInternal, "the browser could not be opened: %w", <-opened)
		}
		return nil, err
	}
	return form, nil
}

// byApp obtains an authorization code by way of whoever shows the page itself
// and sees where it leads in the end.
func (d *Device) byApp(ctx context.Context, deviceID string, r Registration) (url.Values, error) {
	if r.RedirectURI == "" {
		return nil, wire.Errorf(wire.CodeIllegalArgument, "the login page needs a redirect address to lead back to")
	}
	a := newAuthorization(r.Server, r.RedirectURI)
	final, err := r.Authorize(ctx, a.page(deviceID, r.scope()))
	if err != nil {
		return nil, asked(ctx, err)
	}
	at, query, _ := strings.Cut(final, "?")
	answer, own := a.answer(query)
	if !own || at != a.redirect {
		return nil, wire.Errorf(wire.CodeIllegalArgument, "this address is not the answer to this registration; start it again and give the last address that the login page leads to")
	}
	return a.grant(answer)
}
