package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-auth/understudy/core/wire"
)

// Kind says what stands behind an access token.
type Kind string

// The kinds of callers.
const (
	User      Kind = "user"      // somebody has logged in
	Implicit  Kind = "implicit"  // somebody has registered on the device
	Anonymous Kind = "anonymous" // the device alone
)

// ErrNoToken is the error of Tokens for a token that opens nothing here.
var ErrNoToken = errors.New("the token is unknown, has expired, or is for another server")

// Caller is who presents a token.
type Caller struct {
	Kind        Kind
	UserID      string // "" for Anonymous
	Application Application
	Scopes      []string
}

// Application is an app, as it describes itself.
type Application struct{ Name, Version, Platform string }

// Device is one of a user's devices, as it describes itself.
type Device struct {
	ID                   string
	Name                 string
	Application          string
	Platform             string
	MobileAuthentication bool // enrolled
}

// Tokens is what a Gateway needs of its Token Server. Its methods may be called
// from any number of goroutines.
type Tokens interface {
	// Caller finds who an access token was given to. ErrNoToken.
	Caller(ctx context.Context, token wire.Secret) (Caller, error)
	// UserDevices lists the devices of a user, at most limit.
	UserDevices(ctx context.Context, userID string, limit int) ([]Device, error)
}

// Gateway serves the resources. Make it with New.
type Gateway struct {
	tokens Tokens
	log    *slog.Logger
}

// New makes a Gateway. A nil logger logs nothing.
func New(tokens Tokens, log *slog.Logger) *Gateway {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Gateway{tokens: tokens, log: log}
}

// need is what a token has to be for a resource.
type need struct {
	kinds []Kind
	scope string // "": none in particular
}

// handler is a resource behind a token.
type handler func(w http.ResponseWriter, r *http.Request, c Caller) error

// guarded lets callers through to a resource whose token is what it needs.
func (g *Gateway) guarded(n need, do handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") || token == "" || len(r.Header.Values("Authorization")) != 1 {
			refuse(w, http.StatusUnauthorized, "", "An access token is needed.")
			return
		}
		caller, err := g.tokens.Caller(r.Context(), wire.SecretString(token))
		switch {
		case errors.Is(err, ErrNoToken):
			refuse(w, http.StatusUnauthorized, "invalid_token", "The access token is unknown or has expired, or is for another server.")
			return
		case err != nil:
			g.trouble(w, r, err)
			return
		case !slices.Contains(n.kinds, caller.Kind) || n.scope != "" && !slices.Contains(caller.Scopes, n.scope):
			refuse(w, http.StatusForbidden, "insufficient_scope", "The access token is not for this resource.")
			return
		}
		if err := do(w, r, caller); err != nil {
			g.trouble(w, r, err)
		}
	}
}

func (g *Gateway) trouble(w http.ResponseWriter, r *http.Request, err error) {
	g.log.Error("a resource could not be read", "path", r.URL.Path, "error", err)
	refuse(w, http.StatusInternalServerError, "server_error", "The server has a problem of its own. Try again later.")
}

// refuse answers as RFC 6750, 3, asks: without a token there is no error to name.
func refuse(w http.ResponseWriter, status int, name, description string) {
	if status == http.StatusUnauthorized || status == http.StatusForbidden {
		challenge := `Bearer realm="resources"`
		if name != "" {
			challenge += `, error="` + name + `"`
		}
		w.Header().Set("WWW-Authenticate", challenge)
	}
	answer(w, status, map[string]string{"error": name, "error_description": description})
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the connection may be gone
}
