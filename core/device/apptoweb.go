package device

import (
	"context"
	"strings"

	"github.com/understudy-auth/understudy/core/wire"
)

// AppToWeb takes a logged-in user's session to a browser: the address that it
// returns, opened within a minute and once, lets the person go on in the browser
// logged in as this user, and leads to target. Target has to be among those that
// the server is configured with (8002). The address holds the token, so neither
// belongs into a log.
func (d *Device) AppToWeb(ctx context.Context, profileID, target string) (redirect string, token wire.Secret, err error) {
	s, err := d.session(profileID)
	if err != nil {
		return "", wire.Secret{}, err
	}
	if target == "" || len(target) > maxResourceURL {
		return "", wire.Secret{}, wire.Errorf(wire.CodeIllegalArgument, "the target is an address of the web")
	}
	var answer wire.AppToWeb
	if err := d.PostJSON(ctx, profileID, wire.PathAppToWeb, wire.AppToWebRequest{Version: wire.Version, Target: target}, &answer); err != nil {
		return "", wire.Secret{}, err
	}
	redirect = string(answer.RedirectURI.Bytes())
	if answer.Version != wire.Version || answer.Token.Len() < 16 || !strings.HasPrefix(redirect, s.server.URL("/")) {
		return "", wire.Secret{}, wire.Errorf(wire.CodeConfiguration, "%s sends browsers to a place where it should not", s.server)
	}
	return redirect, answer.Token.Secret, nil
}
