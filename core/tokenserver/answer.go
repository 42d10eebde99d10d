package tokenserver

import (
	"context"
	"net/http"

	"github.com/understudy-auth/understudy/core/wire"
)

// answer takes a decision. The same answer again has the same outcome, as the
// first one's confirmation may have been lost.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	s.sealedCall(w, r, func(ctx context.Context, session Session, keys keyPair, sealed []byte) ([]byte, error) {
		var a wire.Answer
		if _, err := wire.OpenJSON(sealed, keys.own, keys.device, s.now(), &a); err != nil {
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
		}, keys.own, keys.device, s.now())
	})
}

// decide puts a decision into force. Only an answer in which all else is right
// uses up a try of the PIN, so that nothing but a wrong PIN counts as one.
func (s *Server) decide(ctx context.Context, session Session, a wire.Answer) error {
	record := Answer{
		TransactionID: a.TransactionID, DeviceID: session.Device.ID, ProfileID: session.Profile.ID,
		ChallengeHash: HashText(a.Challenge), DetailsHash: a.DetailsHash, Decision: a.Decision,
	}
	result, err := s.store.Answer(ctx, record, s.now())
	if err == nil && result == AnswerNeedsProof {
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
		return nil
	case AnswerRepeated:
		return nil
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
