package bridge

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/understudy-auth/understudy/core/wire"
)

const (
	protocol      = "understudy.v1"
	tokenProtocol = "understudy.token."
	defaultDevice = "default"
)

var (
	deviceName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	tokenForm  = regexp.MustCompile(`^[A-Za-z0-9._~-]*$`)
	schemeForm = regexp.MustCompile(`^[a-z][a-z0-9+.-]*$`)
)

// gate decides who may come in. (THREATS T30 to T32)
type gate struct {
	origins []string
	token   wire.Secret
	share   []string
}

func newGate(o Options) (gate, error) {
	g := gate{token: o.Token, share: o.Share}
	if o.Server.IsZero() {
		return g, errors.New("a bridge needs the address of a Token Server")
	}
	if n := o.Token.Len(); n < minToken || n > maxToken || !tokenForm.Match(o.Token.Bytes()) {
		return g, fmt.Errorf("the bridge's token has %d to %d characters of A-Z a-z 0-9 . _ ~ -", minToken, maxToken)
	}
	for _, origin := range o.Origins {
		if err := CheckOrigin(origin); err != nil {
			return g, err
		}
		g.origins = append(g.origins, origin)
	}
	for _, name := range o.Share {
		if !deviceName.MatchString(name) {
			return g, fmt.Errorf("a device's name has 1 to 64 characters of A-Z a-z 0-9 _ -, unlike %q", name)
		}
	}
	return g, nil
}

// CheckOrigin refuses what is no origin of pages: scheme://host or
// scheme://host:port, in lower case, as browsers write it. The scheme may be an
// app's own. Patterns are no origins, nor is null.
func CheckOrigin(origin string) error {
	u, err := url.Parse(origin)
	if err != nil || !schemeForm.MatchString(u.Scheme) || u.Host == "" || origin != u.Scheme+"://"+u.Host ||
		origin != strings.ToLower(origin) || strings.ContainsAny(origin, "*?\\") {
		return fmt.Errorf("%q is no origin of pages; name it as in http://localhost:8000, without a path", origin)
	}
	if port := u.Port(); u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		return fmt.Errorf("browsers leave out the port of %q; so do here", origin)
	}
	return nil
}

// refusal is why a page may not come in: a status for the handshake, and a
// sentence for the developer's console.
type refusal struct {
	status int
	reason string
}

func refused(status int, format string, a ...any) *refusal {
	return &refusal{status, fmt.Sprintf(format, a...)}
}

// visitor is a page that may come in.
type visitor struct {
	origin string // empty for a program that is no page
	device string
}

// admit looks at a request for a WebSocket.
func (g gate) admit(r *http.Request) (visitor, *refusal) {
	origin, no := g.origin(r)
	if no != nil {
		return visitor{}, no
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return visitor{}, refused(http.StatusBadRequest, "the address has a query that cannot be read")
	}
	token := wire.SecretString(query.Get("token"))
	bearer, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case isBearer:
		token = wire.SecretString(bearer)
	case origin == "":
		return visitor{}, refused(http.StatusForbidden, "a program that is no page has to send the token as Authorization: Bearer")
	}
	for _, header := range r.Header.Values("Sec-WebSocket-Protocol") {
		for p := range strings.SplitSeq(header, ",") {
			if given, ok := strings.CutPrefix(strings.TrimSpace(p), tokenProtocol); ok {
				token = wire.SecretString(given)
			}
		}
	}
	if no := g.known(token); no != nil {
		return visitor{}, no
	}
	device, no := deviceOf(query)
	return visitor{origin, device}, no
}

// origin checks that there is one origin, from the list.
func (g gate) origin(r *http.Request) (string, *refusal) {
	all := r.Header.Values("Origin")
	switch {
	case len(all) == 0:
		return "", nil
	case len(all) > 1:
		return "", refused(http.StatusForbidden, "there is more than one Origin header")
	case !slices.Contains(g.origins, all[0]):
		return "", refused(http.StatusForbidden, "pages of %s are not on the bridge's list; start it with --origin %[1]s to let them in", shown(all[0]))
	}
	return all[0], nil
}

// shown is an origin as it can be printed.
func shown(origin string) string {
	if origin == "null" {
		return "files and sandboxed frames (null)"
	}
	return wire.CleanText(origin, 100)
}

func (g gate) known(token wire.Secret) *refusal {
	switch {
	case token.IsZero():
		return refused(http.StatusForbidden, "the token is missing; use the address that the bridge printed when it started, with what follows the #")
	case !token.Equal(g.token):
		return refused(http.StatusForbidden, "the token is not this bridge's; use the address that the bridge printed when it started, with what follows the #")
	}
	return nil
}

// deviceOf is the device that the address names.
func deviceOf(query url.Values) (string, *refusal) {
	names, given := query["device"]
	switch {
	case !given:
		return defaultDevice, nil
	case len(names) > 1:
		return "", refused(http.StatusBadRequest, "the address names more than one device")
	case !deviceName.MatchString(names[0]):
		return "", refused(http.StatusBadRequest, "a device's name has 1 to 64 characters of A-Z a-z 0-9 _ -")
	}
	return names[0], nil
}

// why tells a page why it was refused; empty where it would not be. The answer is
// about the page itself, so every page may read it.
func (b *Bridge) why(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	token, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxToken+1))
	if err != nil {
		token = nil
	}
	if no := b.reason(r, wire.NewSecret(token)); no != nil {
		_, _ = io.WriteString(w, no.reason)
	}
}

func (b *Bridge) reason(r *http.Request, token wire.Secret) *refusal {
	origin, no := b.gate.origin(r)
	if no != nil {
		return no
	}
	if no := b.gate.known(token); no != nil {
		return no
	}
	device, no := deviceOf(r.URL.Query())
	if no != nil {
		return no
	}
	return b.room(b.key(visitor{origin, device}))
}
