package tokenserver

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/understudy-auth/understudy/core/tokenserver/idp"
	"github.com/understudy-auth/understudy/core/wire"
)

var errTarget = refuse(wire.CodeIllegalArgument, "invalid_target", "The target is none of those that this server is configured with.")

// appToWeb gives a logged-in user a way into a browser.
func (s *Server) appToWeb(w http.ResponseWriter, r *http.Request) {
	session, err := s.sessionOf(r)
	var body wire.AppToWebRequest
	if err == nil {
		err = deviceJSON(w, r, &body, &body.Version)
	}
	target, wrong := url.Parse(body.Target)
	if err == nil && (wrong != nil || !s.config.AppToWeb.Allows(body.Target)) {
		err = errTarget
	}
	var address, token wire.Secret
	if err == nil {
		address, token, err = s.people.NewPass(session.Profile.UserID, target)
	}
	if errors.Is(err, idp.ErrFull) {
		err = ErrFull
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, wire.AppToWeb{Version: wire.Version, RedirectURI: wire.Sent{Secret: address}, Token: wire.Sent{Secret: token}})
}
