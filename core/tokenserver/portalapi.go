package tokenserver

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"math"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/wire"
)

const (
	maxPortalBody = 64 << 10
	maxMessage    = 2000 // runes
)

// mountPortal adds the portal API: versions 2, 3 and 4 share their shape, but
// version 2 knows no app_id and only version 4 knows device_id.
func (s *Server) mountPortal(mux *http.ServeMux) {
	for version, extra := range map[string]string{"v2": "", "v3": "app_id", "v4": "device_id"} {
		base := "/oauth/api/" + version + "/authenticate/user"
		mux.HandleFunc("POST "+base, s.portalCall(func(w http.ResponseWriter, r *http.Request, c Client, form url.Values) {
			s.start(w, r, c, form, extra)
		}))
		mux.HandleFunc("GET "+base+"/{user}/enabled", s.portalCall(s.enabledTypes))
		mux.HandleFunc("GET "+base+"/{user}/enabled/{type}", s.portalCall(s.enabledType))
	}
	mux.HandleFunc("GET /oauth/api/v4/authenticate/transactions/{id}", s.portalCall(s.transaction))
}

// oauthError is an error body of RFC 6749, 5.2, as the platform sends it.
func oauthError(w http.ResponseWriter, status int, name, description string) {
	portalJSON(w, status, map[string]string{"error": name, "error_description": description})
}

func portalJSON(w http.ResponseWriter, status int, v any) {
	h := w.Header()
	h.Set("Pragma", "no-cache")
	writeJSONWith(w, "no-cache, no-store, must-revalidate", status, v)
}

// portalCall authenticates an API client, by HTTP Basic or by the form.
func (s *Server) portalCall(do func(http.ResponseWriter, *http.Request, Client, url.Values)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		form := url.Values{}
		if r.Method == http.MethodPost {
			var err error
			if form, err = netsafe.ReadForm(w, r, maxPortalBody); err != nil {
				var body *netsafe.BodyError
				status := http.StatusBadRequest
				if errors.As(err, &body) {
					status = body.Status
				}
				oauthError(w, status, "invalid_request", "The request body cannot be read: "+err.Error()+".")
				return
			}
		}
		var client Client
		ok, wait := s.portals.Try(s.now(), func() (ok bool) {
			client, ok = s.apiClient(r, form)
			return ok
		}, netsafe.Source(r))
		switch {
		case wait:
			w.Header().Set("Retry-After", strconv.Itoa(int(netsafe.TryWindow.Seconds())))
			oauthError(w, http.StatusTooManyRequests, "temporarily_unavailable", "Too many failed authentications. Try again in a minute.")
			return
		case !ok:
			w.Header().Set("WWW-Authenticate", `Basic realm="API client"`)
			oauthError(w, http.StatusUnauthorized, "invalid_client",
				"Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).")
			return
		}
		if !slices.Contains(client.APIs, APIMobileAuthentication) {
			oauthError(w, http.StatusForbidden, "unauthorized_client", "The client is not allowed to use the API \""+APIMobileAuthentication+"\".")
			return
		}
		do(w, r, client, form)
	}
}

// apiClient finds the client whose credentials came. Unknown ids cost the same
// comparison, and using both ways at once is refused (RFC 6749, 2.3).
func (s *Server) apiClient(r *http.Request, form url.Values) (Client, bool) {
	id, secret, basic := r.BasicAuth()
	inForm := form.Has("client_id") || form.Has("client_secret")
	if basic == inForm {
		return Client{}, false
	}
	if !basic {
		id, secret = form.Get("client_id"), form.Get("client_secret")
	}
	client, found := s.config.Client(id)
	want := sha256.Sum256(client.Secret.Bytes())
	if client.SecretSHA256 != "" {
		_, _ = hex.Decode(want[:], []byte(client.SecretSHA256)) // checked with the configuration
	}
	given := sha256.Sum256([]byte(secret))
	equal := subtle.ConstantTimeCompare(given[:], want[:]) == 1
	return client, equal && found && secret != ""
}

// start initializes a mobile authentication. For an OTP no user is named, a
// push is for one.
func (s *Server) start(w http.ResponseWriter, r *http.Request, c Client, form url.Values, extra string) {
	bad := func(why string) { oauthError(w, http.StatusBadRequest, "invalid_request", why) }
	for _, field := range []string{"app_id", "device_id"} {
		if field != extra && form.Has(field) {
			bad("This version of the API takes no " + field + ".")
			return
		}
	}
	kind, ok := s.config.Type(form.Get("type"))
	callback := form.Get("callback_uri")
	if c.NoCallbacks {
		callback = ""
	}
	switch {
	case !form.Has("type"):
		bad("The parameter type is missing.")
		return
	case !ok:
		bad("The mobile authentication type is not configured.")
		return
	case form.Get("message") == "":
		bad("The parameter message is missing.")
		return
	case wire.Pushed(kind.Method) && form.Get("user_id") == "":
		bad("The parameter user_id is missing.")
		return
	case callback != "" && !c.AllowsCallback(callback):
		bad("The callback_uri is not one of those configured for this client.")
		return
	}
	address := ""
	if given := form.Get("initiator_address"); given != "" {
		ip, err := netip.ParseAddr(given)
		if err != nil {
			bad("The parameter initiator_address is no IP address.")
			return
		}
		address = ip.Unmap().String()
	}
	now := s.now()
	t := Transaction{
		ID: rand.Text(), ClientID: c.ID, Type: kind.Name, Method: kind.Method, Message: wire.CleanMessage(form.Get("message"), maxMessage),
		CallbackURI: callback, InitiatorAddress: address, InitiatorAgent: wire.CleanText(form.Get("initiator_agent"), 80),
		State: wire.StateInitialized, Created: now, Expires: now.Add(kind.RequestExpiresIn),
	}
	next, otp, err := time.Time{}, "", error(nil)
	if wire.Pushed(kind.Method) {
		t.UserID, t.ForDevice = form.Get("user_id"), form.Get("device_id")
		next, err = s.push(r.Context(), t, kind)
	} else {
		code := wire.SecretString(rand.Text())
		t.OTPHash, otp = HashSecret(code), wire.EncodeOTP(t.ID, code)
		err = s.store.AddTransaction(r.Context(), t)
	}
	if errors.Is(err, ErrFull) {
		next, err = now.Add(kind.RequestExpiresIn), nil
	}
	switch {
	case errors.Is(err, errNotEnrolled):
		bad("The user is not enrolled for this mobile authentication type.")
	case err != nil:
		s.portalTrouble(w, r, err)
	case !next.IsZero():
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(next.Sub(now).Seconds()))))
		oauthError(w, http.StatusTooManyRequests, "temporarily_unavailable", "Too many requests are open, or the user has just denied some. Try again later.")
	default:
		portalJSON(w, http.StatusOK, struct {
			ID        string `json:"transaction_id"`
			OTP       string `json:"otp,omitempty"`
			ExpiresIn int64  `json:"expires_in"`
		}{t.ID, otp, int64(kind.RequestExpiresIn.Seconds())})
	}
}

func (s *Server) portalTrouble(w http.ResponseWriter, r *http.Request, err error) {
	s.log.Error("request failed", "path", r.URL.Path, "error", err)
	oauthError(w, http.StatusInternalServerError, "server_error", "The server has a problem of its own. Try again later.")
}

// enabledTypes lists the types that a user can use: none for a user that is
// unknown or not enrolled, never an error.
func (s *Server) enabledTypes(w http.ResponseWriter, r *http.Request, _ Client, _ url.Values) {
	names, err := s.typesOf(r, r.PathValue("user"))
	if err != nil {
		s.portalTrouble(w, r, err)
		return
	}
	portalJSON(w, http.StatusOK, names)
}

func (s *Server) enabledType(w http.ResponseWriter, r *http.Request, _ Client, _ url.Values) {
	names, err := s.typesOf(r, r.PathValue("user"))
	if err != nil {
		s.portalTrouble(w, r, err)
		return
	}
	portalJSON(w, http.StatusOK, map[string]bool{"enabled": slices.Contains(names, r.PathValue("type"))})
}

func (s *Server) typesOf(r *http.Request, userID string) ([]string, error) {
	names := []string{}
	enrollments, err := s.enrollments(r.Context(), userID)
	if err != nil {
		return nil, err
	}
	for _, t := range s.config.Types {
		if slices.ContainsFunc(enrollments, func(e Enrollment) bool { return t.Allows(e.DeviceKind) && (!wire.Pushed(t.Method) || s.asks(e)) }) {
			names = append(names, t.Name)
		}
	}
	return names, nil
}

// transaction tells a portal what became of one of its own transactions.
func (s *Server) transaction(w http.ResponseWriter, r *http.Request, c Client, _ url.Values) {
	t, err := s.store.Transaction(r.Context(), r.PathValue("id"))
	if errors.Is(err, ErrNotFound) || (err == nil && t.ClientID != c.ID) {
		oauthError(w, http.StatusNotFound, "invalid_request", "There is no such transaction.")
		return
	}
	if err != nil {
		s.portalTrouble(w, r, err)
		return
	}
	now := s.now()
	portalJSON(w, http.StatusOK, struct {
		ID         string          `json:"transaction_id"`
		Type       string          `json:"type"`
		State      wire.State      `json:"state"`
		UserID     string          `json:"user_id,omitempty"`
		ExpiresIn  int64           `json:"expires_in"`
		DeviceKind wire.DeviceKind `json:"device_kind,omitempty"`
		KeyStorage string          `json:"key_storage,omitempty"`
	}{t.ID, t.Type, t.StateAt(now), t.UserID, max(0, int64(t.Expires.Sub(now).Seconds())), t.DeviceKind, t.KeyStorage})
}
