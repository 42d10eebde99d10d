package tokenserver

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/wire"
)

// refusal is an error that a device is told: a fixed sentence and a code.
type refusal struct {
	body   wire.ErrorResponse
	status int
}

func (r *refusal) Error() string { return r.body.Error }

// refuse makes a refusal; its status follows from the code. The name is OAuth's
// where OAuth has one (RFC 6749, 5.2; RFC 6750, 3.1; RFC 7591, 3.2.2).
func refuse(code int, name, description string) *refusal {
	status := http.StatusBadRequest
	switch code {
	case wire.CodeDeviceDeregistered, wire.CodeUserNotAuthenticated:
		status = http.StatusUnauthorized
	case wire.CodeAlreadyAnswered, wire.CodeClaimedElsewhere, wire.CodeAlreadyEnrolled, wire.CodeInProgress:
		status = http.StatusConflict
	case wire.CodeOTPExpired:
		status = http.StatusGone
	case wire.CodeOTPUnknown:
		status = http.StatusNotFound
	case wire.CodeEnrollmentDisabled, wire.CodeNotEnrolled, wire.CodeInvalidMethod:
		status = http.StatusForbidden
	}
	return &refusal{wire.ErrorResponse{Error: name, Description: description, Code: code}, status}
}

var (
	errDeregistered = refuse(wire.CodeUserDeregistered, "user_deregistered", "This profile is not registered here any more.")
	errNotEnrolled  = refuse(wire.CodeNotEnrolled, "not_enrolled", "The profile is not enrolled.")
	errNotAuthentic = refuse(wire.CodeMessageNotAuthentic, "message_not_authentic", "The message was changed or does not come from the enrolled device.")
)

var errClocks = refuse(wire.CodeMessageNotAuthentic, wire.RefusedClocks, "The clocks of this computer and of the server differ by more than five minutes.")

// told makes a refusal of what another package refuses with a documented code.
// What it does not refuse stays as it is.
func told(err error) error {
	if e, ok := errors.AsType[*wire.Error](err); ok {
		return refuse(e.Code, e.Name, e.Detail())
	}
	return err
}

// fail answers with an error. What is no refusal is the server's own trouble:
// it is logged and not told.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	var known *refusal
	var body *netsafe.BodyError
	switch {
	case errors.As(err, &known):
	case errors.As(err, &body):
		known = &refusal{wire.ErrorResponse{Error: "invalid_request", Description: body.Reason, Code: wire.CodeIllegalArgument}, body.Status}
	case errors.Is(err, wire.ErrClocks):
		known = errClocks
	case wire.CodeOf(err) == wire.CodeMessageNotAuthentic:
		s.log.Warn("a sealed message was refused", "path", r.URL.Path, "why", err)
		known = errNotAuthentic
	case errors.Is(err, ErrFull):
		s.log.Warn("a table of the store is full", "path", r.URL.Path)
		known = &refusal{wire.ErrorResponse{Error: "temporarily_unavailable", Description: "The server is full. Try again later."}, http.StatusServiceUnavailable}
	case errors.Is(err, context.Canceled):
		known = &refusal{wire.ErrorResponse{Error: "temporarily_unavailable", Description: "The caller went away."}, http.StatusServiceUnavailable}
	default:
		s.log.Error("request failed", "path", r.URL.Path, "error", err)
		known = &refusal{wire.ErrorResponse{Error: "server_error", Description: "The server has a problem of its own. Try again later."}, http.StatusInternalServerError}
	}
	switch {
	case known.status == http.StatusServiceUnavailable || known.status == http.StatusTooManyRequests:
		w.Header().Set("Retry-After", "60")
	case known.status == http.StatusUnauthorized && known.body.Code == wire.CodeDeviceDeregistered:
		w.Header().Set("WWW-Authenticate", `Basic realm="device"`)
	case known.status == http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer error="`+known.body.Error+`"`) // RFC 6750, 3
	}
	writeJSON(w, known.status, known.body)
}

// writeJSON answers a device: no cache may keep it (RFC 6749, 5.1).
func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Pragma", "no-cache")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	writeJSONWith(w, "no-store", status, v)
}

func writeJSONWith(w http.ResponseWriter, cache string, status int, v any) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.Header().Set("Cache-Control", cache)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the connection may be gone
}

func writeSealed(w http.ResponseWriter, sealed []byte) {
	w.Header().Set("Content-Type", wire.ContentSealed)
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(sealed)
}
