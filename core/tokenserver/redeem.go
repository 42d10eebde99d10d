package tokenserver

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net"
	"net/http"

	"github.com/understudy-auth/understudy/core/tokenserver/serverkeys"
	"github.com/understudy-auth/understudy/core/wire"
)

// maxNonce bounds what of a question is repeated in its answer.
const maxNonce = 128

// redeem tells the first enrolled device that has an OTP, or that opens a
// request which was pushed to its user, what it is asked for; the transaction is
// that device's from then on.
func (s *Server) redeem(w http.ResponseWriter, r *http.Request) {
	s.sealedCall(w, r, func(ctx context.Context, session Session, keys serverkeys.Pair, sealed []byte) ([]byte, error) {
		var question wire.Redeem
		if _, err := wire.OpenJSON(sealed, keys.Own, keys.Device, s.now(), &question); err != nil {
			return nil, err
		}
		if len(question.Nonce) > maxNonce {
			return nil, errNonce
		}
		kind := wire.KindRedeem
		if question.Kind == wire.KindClaim {
			kind = wire.KindClaim
		}
		if err := question.Check(s.place(session.Profile, kind, wire.FromDevice, question.TransactionID)); err != nil {
			return nil, err
		}
		remote, _, _ := net.SplitHostPort(r.RemoteAddr)
		details, err := s.claim(ctx, session, question, remote)
		if err != nil {
			return nil, err
		}
		return wire.Seal(details, keys.Own, keys.Device, s.now())
	})
}

// sealedCall is the frame of redeem, answer and pending: an enrolled session, a sealed
// body, a sealed answer.
func (s *Server) sealedCall(w http.ResponseWriter, r *http.Request, do func(context.Context, Session, serverkeys.Pair, []byte) ([]byte, error)) {
	session, err := s.sessionOf(r)
	if err == nil && session.Enrollment == nil {
		err = errNotEnrolled
	}
	var keys serverkeys.Pair
	if err == nil {
		keys, err = s.keys.Open(r.Context(), session.Enrollment.keys())
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
	// claim looks at the code and the user once more.
	var otp Hash
	if question.Kind == wire.KindRedeem {
		otp = HashSecret(question.OTP.Secret)
	}
	pushed := t.UserID == session.Profile.UserID && (t.ForDevice == "" || t.ForDevice == session.Device.ID) && s.asks(*session.Enrollment)
	if subtle.ConstantTimeCompare(otp[:], t.OTPHash[:]) != 1 || question.Kind == wire.KindClaim && !pushed {
		return nil, errOTPUnknown
	}
	kind, ok := s.config.Type(t.Type)
	if ok && !kind.Allows(session.Device.Kind) {
		return nil, refuse(wire.CodeInvalidMethod, "device_kind_refused", "This request may not be answered by a device of this kind.")
	}
	portal, ok := s.config.Client(t.ClientID)
	if !ok {
		return nil, errOTPUnknown
	}
	now := s.now()
	challenge := rand.Text() + rand.Text()
	extend := kind.Extend
	if t.Extended {
		extend = 0
	}
	body, err := json.Marshal(wire.Details{
		Context: s.place(session.Profile, wire.KindDetails, wire.FromServer, t.ID),
		Nonce:   question.Nonce, Challenge: challenge, PortalID: t.ClientID, PortalName: portal.ShownName(), Message: t.Message,
		Type: t.Type, Method: t.Method, IssuedAt: t.Created.UnixMilli(), ExpiresIn: t.Expires.Sub(now).Milliseconds(),
		Network: wire.CompareNetworks(t.InitiatorAddress, remote), Agent: t.InitiatorAgent, Extend: extend.Milliseconds(),
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
		if wire.Pushed(t.Method) {
			s.desk.Ring(t.UserID) // it is gone for the user's other devices
		}
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
	errNonce      = refuse(wire.CodeIllegalArgument, "invalid_request", "The nonce is too long.")
	errElsewhere  = refuse(wire.CodeClaimedElsewhere, "claimed_elsewhere", "Another device has this request.")
)
