// Package authcode obtains an authorization code for a device (RFC 6749 with 7636
// and 9207): in a browser that comes back to this computer (RFC 8252), or by way
// of an app that shows the login page itself. Both ways return the form that is
// exchanged for tokens, or an error with a documented code: 9006 where the person
// or the context canceled.
package authcode

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"log/slog"
	"net/url"
	"strings"

	"github.com/understudy-auth/understudy/core/wire"
)

// Client is who asks for codes, and where.
type Client struct {
	Server   wire.Origin
	DeviceID string
	Log      *slog.Logger
}

// attempt is one request for a code: what goes to the login page, and what its
// answer has to match.
type attempt struct {
	Client
	redirect string
	state    string
	verifier string
}

func (c Client) attempt(redirect string) attempt {
	return attempt{Client: c, redirect: redirect, state: rand.Text(), verifier: rand.Text() + rand.Text()}
}

// page is the address of the login page.
func (a attempt) page(scope string) string {
	challenge := sha256.Sum256([]byte(a.verifier))
	return a.Server.URL(wire.PathAuthorize) + "?" + url.Values{
		"response_type":         {"code"},
		"client_id":             {a.DeviceID},
		"redirect_uri":          {a.redirect},
		"scope":                 {scope},
		"state":                 {a.state},
		"code_challenge":        {base64.RawURLEncoding.EncodeToString(challenge[:])},
		"code_challenge_method": {"S256"},
	}.Encode()
}

// answer reads the query of a redirect. It is this request's if each parameter
// is there once, state and issuer are right, and it brings a code or an error.
func (a attempt) answer(query string) (answer url.Values, own bool) {
	q, err := url.ParseQuery(query)
	own = err == nil
	for _, values := range q {
		own = own && len(values) == 1
	}
	return q, own && subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(a.state)) == 1 && q.Get("iss") == a.Server.String() &&
		(q.Get("code") == "") != (q.Get("error") == "")
}

// grant is what is exchanged for tokens, or why there is nothing.
func (a attempt) grant(answer url.Values) (url.Values, error) {
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

// ByApp obtains a code by way of whoever shows the page itself and sees where it
// leads in the end: to an address that begins with redirect, or it is 8002. An
// error of authorize is returned as it is.
func (c Client) ByApp(ctx context.Context, scope, redirect string, authorize func(ctx context.Context, url string) (string, error)) (url.Values, error) {
	if redirect == "" {
		return nil, wire.Errorf(wire.CodeIllegalArgument, "the login page needs a redirect address to lead back to")
	}
	a := c.attempt(redirect)
	final, err := authorize(ctx, a.page(scope))
	if err != nil {
		return nil, err
	}
	at, query, _ := strings.Cut(final, "?")
	answer, own := a.answer(query)
	if !own || at != a.redirect {
		return nil, wire.Errorf(wire.CodeIllegalArgument, "this address is not the answer to this registration; start it again and give the last address that the login page leads to")
	}
	return a.grant(answer)
}
