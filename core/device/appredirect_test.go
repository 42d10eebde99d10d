package device_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

const appRedirect = "cordovaexample://loginsuccess"

// webView is a person in an app's own web view: it opens the login page, fills in
// the form, and catches the redirect to the app's scheme.
func webView(user, password string) func(context.Context, string) (string, error) {
	return func(ctx context.Context, page string) (final string, err error) {
		b := newBrowser(password)
		b.user = user
		b.follow = func(r *http.Request) error {
			if r.URL.Scheme != "cordovaexample" {
				return nil
			}
			final = r.URL.String()
			return http.ErrUseLastResponse
		}
		err = b.open(ctx, page)
		return final, err
	}
}

func appBed(t *testing.T) *servertest.Bed {
	t.Helper()
	return servertest.New(t, func(c *tokenserver.Config) { c.Device.RedirectURIs = []string{"other://x", appRedirect} })
}

func TestRegisterInAWebView(t *testing.T) {
	p := newPhone(t, appBed(t))
	profile, err := p.Register(t.Context(), device.Registration{
		Server: p.bed.Origin, RedirectURI: appRedirect, Authorize: webView(tokenserver.DemoUser, tokenserver.DemoUserPassword), CreatePIN: create(goodPIN),
	})
	if err != nil || profile.UserID != tokenserver.DemoUser || !p.LoggedIn(profile.ID) {
		t.Fatalf("%+v, %v", profile, err)
	}
	if err := p.Login(t.Context(), profile.ID, pins(goodPIN)); err != nil {
		t.Error(err)
	}
}

// An address that is not this registration's answer ends it.
func TestForeignAnswersFromAWebView(t *testing.T) {
	p := newPhone(t, appBed(t))
	log := webView(tokenserver.DemoUser, tokenserver.DemoUserPassword)
	var before string
	for name, c := range map[string]struct {
		change func(page, final *url.URL) string
		code   int
	}{
		"state": {func(_, f *url.URL) string { return strings.Replace(f.String(), "state=", "state=x", 1) }, wire.CodeIllegalArgument},
		"issuer": {func(_, f *url.URL) string {
			q := f.Query()
			q.Set("iss", "https://evil.example")
			return appRedirect + "?" + q.Encode()
		}, wire.CodeIllegalArgument},
		"code twice":       {func(_, f *url.URL) string { return f.String() + "&code=x" }, wire.CodeIllegalArgument},
		"another path":     {func(_, f *url.URL) string { return strings.Replace(f.String(), "success", "failure", 1) }, wire.CodeIllegalArgument},
		"another scheme":   {func(_, f *url.URL) string { return strings.Replace(f.String(), "cordovaexample", "https", 1) }, wire.CodeIllegalArgument},
		"nothing":          {func(_, _ *url.URL) string { return "" }, wire.CodeIllegalArgument},
		"no query":         {func(_, _ *url.URL) string { return appRedirect }, wire.CodeIllegalArgument},
		"the login page":   {func(p, _ *url.URL) string { return p.String() }, wire.CodeIllegalArgument},
		"the one before":   {func(_, _ *url.URL) string { return before }, wire.CodeIllegalArgument},
		"canceled by it":   {func(p, _ *url.URL) string { return appRedirect + answerOf(p, "error", "access_denied") }, wire.CodeCanceled},
		"an error":         {func(p, _ *url.URL) string { return appRedirect + answerOf(p, "error", "server_error") }, wire.CodeInternal},
		"a code made up":   {func(p, _ *url.URL) string { return appRedirect + answerOf(p, "code", "AAAA") }, wire.CodeInternal},
		"code and error":   {func(_, f *url.URL) string { return f.String() + "&error=access_denied" }, wire.CodeIllegalArgument},
		"a broken percent": {func(_, f *url.URL) string { return f.String() + "&x=%zz" }, wire.CodeIllegalArgument},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := p.Register(t.Context(), device.Registration{
				Server: p.bed.Origin, RedirectURI: appRedirect, CreatePIN: create(goodPIN),
				Authorize: func(ctx context.Context, page string) (string, error) {
					final, err := log(ctx, page)
					if err != nil {
						return "", err
					}
					changed := c.change(parse(t, page), parse(t, final))
					before = final
					return changed, nil
				},
			})
			wantCode(t, err, c.code)
			if len(p.Profiles()) != 0 {
				t.Errorf("left %+v", p.Profiles())
			}
		})
	}
}

// answerOf is the query of an answer to the login page's request.
func answerOf(page *url.URL, key, value string) string {
	origin := page.Scheme + "://" + page.Host
	return "?" + url.Values{key: {value}, "state": {page.Query().Get("state")}, "iss": {origin}}.Encode()
}

func TestWebViewGivesUp(t *testing.T) {
	p := newPhone(t, appBed(t))
	r := device.Registration{Server: p.bed.Origin, RedirectURI: appRedirect, CreatePIN: create(goodPIN)}
	r.Authorize = func(context.Context, string) (string, error) { return "", errGaveUp }
	_, err := p.Register(t.Context(), r)
	wantCode(t, err, wire.CodeCanceled)

	// Canceled in the web view, when it has the code already.
	ctx, cancel := context.WithCancel(t.Context())
	r.Authorize = func(ctx context.Context, page string) (string, error) {
		defer cancel()
		return webView(tokenserver.DemoUser, tokenserver.DemoUserPassword)(ctx, page)
	}
	_, err = p.Register(ctx, r)
	wantCode(t, err, wire.CodeCanceled)
	if left, err := p.bed.Store.Profiles(t.Context(), p.DeviceID(p.bed.Origin), 10); err != nil || len(left) != 0 {
		t.Errorf("left at the server %+v, %v", left, err)
	}

	// Canceled at the PIN.
	r.Authorize, r.CreatePIN = webView(tokenserver.DemoUser, tokenserver.DemoUserPassword), create()
	_, err = p.Register(t.Context(), r)
	wantCode(t, err, wire.CodeCanceled)
	if left, err := p.bed.Store.Profiles(t.Context(), p.DeviceID(p.bed.Origin), 10); err != nil || len(left) != 0 {
		t.Errorf("left at the server %+v, %v", left, err)
	}
	r.RedirectURI = ""
	_, err = p.Register(t.Context(), r)
	wantCode(t, err, wire.CodeIllegalArgument)
}

// A redirect that the server does not allow is told on the page, and the browser
// goes nowhere.
func TestRedirectNotAllowed(t *testing.T) {
	p := newPhone(t, appBed(t))
	for _, redirect := range []string{"cordovaexample://loginsuccess/x", "evil://x", "https://evil.example/cb", "cordovaexample://loginsuccess?x=1"} {
		_, err := p.Register(t.Context(), device.Registration{
			Server: p.bed.Origin, RedirectURI: redirect, Authorize: webView(tokenserver.DemoUser, tokenserver.DemoUserPassword), CreatePIN: create(goodPIN),
		})
		wantCode(t, err, wire.CodeCanceled) // there is no form to fill in
		if err == nil || !strings.Contains(err.Error(), "cannot send you back") {
			t.Errorf("%s: %v", redirect, err)
		}
	}
}

func TestScopesThatAreNone(t *testing.T) {
	p := newPhone(t, appBed(t))
	for _, scope := range []string{"", "two words", `a"b`, "ä", strings.Repeat("x", 200)} {
		_, err := p.Register(t.Context(), device.Registration{
			Server: p.bed.Origin, Scopes: []string{"read", scope}, RedirectURI: appRedirect, CreatePIN: create(goodPIN),
			Authorize: func(context.Context, string) (string, error) { t.Error("the page was shown"); return "", errGaveUp },
		})
		wantCode(t, err, wire.CodeIllegalArgument)
	}
}

func TestValidatePIN(t *testing.T) {
	p := newPhone(t, servertest.New(t, func(c *tokenserver.Config) { c.PIN.Blacklist = []string{"97531"} }))
	for pin, code := range map[string]int{
		"incorrect": wire.CodePINLength, "": wire.CodePINLength, "11111": wire.CodePINSimilarDigits,
		"12345": wire.CodePINSequence, "1a356": wire.CodeIllegalArgument, goodPIN: 0, "97531": wire.CodePINBlacklisted,
	} {
		wantCode(t, p.ValidatePIN(t.Context(), p.bed.Origin, wire.SecretString(pin)), code)
	}
	p.bed.Down(true)
	wantCode(t, p.ValidatePIN(t.Context(), p.bed.Origin, wire.SecretString(goodPIN)), wire.CodeServerNotReachable)
}
