package tokenserver

import (
	"context"
	"net/http"

	"github.com/understudy-auth/understudy/core/tokenserver/authenticators"
	"github.com/understudy-auth/understudy/core/tokenserver/serverkeys"
	"github.com/understudy-auth/understudy/core/wire"
)

// answer takes a decision. The same answer again has the same outcome, as the
// first one's confirmation may have been lost.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	s.sealedCall(w, r, func(ctx context.Context, session Session, keys serverkeys.Pair, sealed []byte) ([]byte, error) {
		var a wire.Answer
		if _, err := wire.OpenJSON(sealed, keys.Own, keys.Device, s.now(), &a); err != nil {
			return nil, err
		}
		if err := a.Check(s.place(session.Profile, wire.KindAnswer, wire.FromDevice, a.TransactionID)); err != nil {
			return nil, err
		}
		if a.Decision != wire.Accept && a.Decision != wire.Deny {
			return nil, refuse(wire.CodeIllegalArgument, "invalid_request", "A decision is accept or deny.")
		}
		if err := s.decide(ctx, session, a); err != nil {
			return nil, err
		}
		state := wire.StateAccepted
		if a.Decision == wire.Deny {
			state = wire.StateDenied
		}
		return wire.SealJSON(wire.Outcome{
			Context:   s.place(session.Profile, wire.KindOutcome, wire.FromServer, a.TransactionID),
			Challenge: a.Challenge,
			State:     state,
		}, keys.Own, keys.Device, s.now())
	})
}

// decide puts a decision into force. Only an answer in which all else is right
// uses up a try of the PIN, so that nothing but a wrong PIN counts as one. The
// signature of a fingerprint is for a challenge that this answer uses up.
func (s *Server) decide(ctx context.Context, session Session, a wire.Answer) error {
	record := Answer{
		TransactionID: a.TransactionID, DeviceID: session.Device.ID, ProfileID: session.Profile.ID,
		ChallengeHash: HashText(a.Challenge), DetailsHash: a.DetailsHash, Decision: a.Decision,
	}
	result, err := s.store.Answer(ctx, record, s.now())
	if err == nil && result == AnswerNeedsProof && len(a.FingerprintProof) > 0 {
		owner := authenticators.Owner{DeviceID: record.DeviceID, ProfileID: record.ProfileID}
		if err = s.authenticators.Check(ctx, owner, wire.AuthenticatorFingerprint, a.Challenge, a.FingerprintProof, a.Binding()...); err != nil {
			return told(err)
		}
		record.FingerprintProved = true
		result, err = s.store.Answer(ctx, record, s.now())
	}
	if err == nil && result == AnswerNeedsProof {
		ctx = context.WithoutCancel(ctx)
		if _, err = s.checkPIN(ctx, session.Device.ID, session.Profile.ID, a.PINChallenge, a.PINProof, a.Binding()...); err == nil {
			record.PINProved = true
			result, err = s.store.Answer(ctx, record, s.now())
		}
	}
	if err != nil {
		return err
	}
	switch result {
	case Answered:
		s.callbacks.Wake()
		s.desk.Ring(session.Profile.UserID)
		return nil
	case AnswerRepeated:
		return nil
	}
	return result.refusal()
}

// refusal is what a device is told of an answer, or an extension, that was not
// taken.
func (r AnswerResult) refusal() error {
	switch r {
	case AnswerExpired:
		return errOTPExpired
	case AnswerTooLate:
		return errAnswered
	case AnswerElsewhere:
		return errElsewhere
	case AnswerMismatch:
		return errNotAuthentic
	case AnswerNotEnrolled:
		return errNotEnrolled
	}
	return errOTPUnknown
}
