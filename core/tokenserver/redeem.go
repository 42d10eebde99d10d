package tokenserver

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/netip"

	"github.com/understudy-auth/understudy/core/wire"
)

// maxNonce bounds what of a question is repeated in its answer.
const maxNonce = 128

// redeem tells the first enrolled device that has an OTP what it is asked for;
// the transaction is that device's from then on.
func (s *Server) redeem(w http.ResponseWriter, r *http.Request) {
	s.sealedCall(w, r, func(ctx context.Context, session Session, keys keyPair, sealed []byte) ([]byte, error) {
		var question wire.Redeem
		if _, err := wire.OpenJSON(sealed, keys.own, keys.device, s.now(), &question); err != nil {
			return nil, err
		}
		if len(question.Nonce) > maxNonce {
			return nil, refuse(wire.CodeIllegalArgument, "invalid_request", "The nonce is too long.")
		}
		id := question.TransactionID
		if err := question.Check(s.place(session.Profile, wire.KindRedeem, wire.FromDevice, id)); err != nil {
			return nil, err
		}
		details, err := s.claim(ctx, session, question, r.RemoteAddr)
		if err != nil {
			return nil, err
		}
		return wire.Seal(details, keys.own, keys.device, s.now())
	})
}

// sealedCall is the frame of redeem and answer: an enrolled session, a sealed
// body, a sealed answer.
func (s *Server) sealedCall(w http.ResponseWriter, r *http.Request, do func(context.Context, Session, keyPair, []byte) ([]byte, error)) {
	session, err := s.sessionOf(r)
	if err == nil && session.Enrollment == nil {
		err = errNotEnrolled
	}
	var keys keyPair
	if err == nil {
		keys, err = s.openKeys(r.Context(), *session.Enrollment)
	}
	var body []byte
	if err == nil {
		body, err = sealedBody(w, r)
	}
	if err == nil {
		body, err = do(r.Context(), session, keys, body)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeSealed(w, body)
}

// claim claims the transaction and returns the details' bytes, whose hash the
// claim has stored.
func (s *Server) claim(ctx context.Context, session Session, question wire.Redeem, remote string) ([]byte, error) {
	t, err := s.store.Transaction(ctx, question.TransactionID)
	if errors.Is(err, ErrNotFound) {
		return nil, errOTPUnknown
	}
	if err != nil {
		return nil, err
	}
	// Nothing about a transaction is told to who has only heard of its id; the
	// claim looks at the code once more.
	otp := HashSecret(question.OTP.Secret)
	if subtle.ConstantTimeCompare(otp[:], t.OTPHash[:]) != 1 {
		return nil, errOTPUnknown
	}
	kind, ok := s.config.Type(t.Type)
	if ok && !kind.Allows(session.Device.Kind) {
		return nil, refuse(wire.CodeInvalidMethod, "device_kind_refused", "This request may not be answered by a device of this kind.")
	}
	if t.Method != wire.MethodOTP {
		return nil, refuse(wire.CodeInvalidMethod, "invalid_method", "This request is not answered by a scanned code.")
	}
	portal, ok := s.config.Client(t.ClientID)
	if !ok {
		return nil, errOTPUnknown
	}
	now := s.now()
	challenge := rand.Text() + rand.Text()
	body, err := json.Marshal(wire.Details{
		Context: s.place(session.Profile, wire.KindDetails, wire.FromServer, t.ID),
		Nonce:   question.Nonce, Challenge: challenge, PortalID: t.ClientID, PortalName: portal.ShownName(), Message: t.Message,
		Type: t.Type, Method: t.Method, IssuedAt: t.Created.UnixMilli(), ExpiresIn: t.Expires.Sub(now).Milliseconds(),
		Network: compareNetworks(t.InitiatorAddress, remote), Agent: t.InitiatorAgent,
	})
	if err != nil {
		return nil, err
	}
	result, err := s.store.Claim(ctx, Claim{
		TransactionID: t.ID, OTPHash: otp, DeviceID: session.Device.ID, ProfileID: session.Profile.ID,
		UserID: session.Profile.UserID, DeviceKind: session.Device.Kind, KeyStorage: session.Enrollment.KeyStorage,
		ChallengeHash: HashText(challenge), DetailsHash: wire.HashDetails(body),
	}, now)
	if err != nil {
		return nil, err
	}
	switch result {
	case Claimed:
		return body, nil
	case ClaimExpired:
		return nil, errOTPExpired
	case ClaimAnswered:
		return nil, errAnswered
	case ClaimElsewhere:
		return nil, errElsewhere
	case ClaimNotEnrolled:
		return nil, errNotEnrolled
	}
	return nil, errOTPUnknown
}

var (
	errOTPUnknown = refuse(wire.CodeOTPUnknown, "otp_unknown", "This OTP is not known here.")
	errOTPExpired = refuse(wire.CodeOTPExpired, "otp_expired", "The request has expired.")
	errAnswered   = refuse(wire.CodeAlreadyAnswered, "already_answered", "The request has been answered.")
	errElsewhere  = refuse(wire.CodeClaimedElsewhere, "claimed_elsewhere", "Another device has this request.")
)

// compareNetworks compares the waiting browser's address with the device's.
func compareNetworks(initiator, remote string) wire.Network {
	browser, err := netip.ParseAddr(initiator)
	if err != nil {
		return ""
	}
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return ""
	}
	device, err := netip.ParseAddr(host)
	if err != nil {
		return ""
	}
	browser, device = browser.Unmap().WithZone(""), device.Unmap().WithZone("")
	switch {
	case browser == device, browser.IsLoopback() && device.IsLoopback():
		return wire.NetworkSame
	case browser.Is4() != device.Is4():
		return wire.NetworkUnclear
	}
	return wire.NetworkOther
}
