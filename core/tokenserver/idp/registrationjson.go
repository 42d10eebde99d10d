package idp

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/understudy-auth/understudy/core/wire"
)

// registrationJSON gives a program a registration code, in test mode.
func (p *Provider) registrationJSON(w http.ResponseWriter, r *http.Request) {
	code, life, err := p.grants.NewRegistrationCode(r.Context(), p.auto.ID)
	if err != nil {
		p.failJSON(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, struct {
		Server    string    `json:"server"`
		Code      wire.Sent `json:"code"`
		Link      string    `json:"link"`
		ExpiresIn int64     `json:"expires_in"` // seconds
	}{p.origin.String(), wire.Sent{Secret: code}, wire.RegistrationLink(p.origin, code), int64(life.Seconds())})
}

// failJSON is failPage for a program.
func (p *Provider) failJSON(w http.ResponseWriter, r *http.Request, err error) {
	status, body := http.StatusServiceUnavailable, wire.ErrorResponse{Error: "temporarily_unavailable"}
	switch {
	case errors.Is(err, ErrFull):
		p.log.Warn("a table of the store is full", "path", r.URL.Path)
		body.Description = "The server is full. Try again later."
	case errors.Is(err, context.Canceled):
		body.Description = "The caller went away."
	default:
		p.log.Error("request failed", "path", r.URL.Path, "error", err)
		status, body = http.StatusInternalServerError, wire.ErrorResponse{Error: "server_error", Description: "The server has a problem of its own. Try again later."}
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "60")
	}
	writeJSON(w, status, body)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Pragma", "no-cache") // RFC 6749, 5.1; PageHeaders has set the rest
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the connection may be gone
}
