package tokenserver

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/tokenserver/delivery"
	"github.com/understudy-auth/understudy/core/tokenserver/serverkeys"
	"github.com/understudy-auth/understudy/core/wire"
)

const (
	// maxHeld is how many questions wait at once; each takes some 40 KB.
	maxHeld = 10_000
	// answerTime is for writing an answer after a question was held.
	answerTime = 30 * time.Second
)

// EndWaiting answers the questions that are held back, and holds no more of them:
// for the moment when the server shuts down, as http.Server's Shutdown waits for
// them (RegisterOnShutdown).
func (s *Server) EndWaiting() { s.desk.Close() }

// Waiting is how many devices wait at the moment for something to be pushed.
func (s *Server) Waiting() int { return s.desk.Waiting() }

// pending tells an enrolled profile what waits for it: at once, or as soon as that
// is something else than the device knows already.
func (s *Server) pending(w http.ResponseWriter, r *http.Request) {
	s.sealedCall(w, r, func(ctx context.Context, session Session, keys serverkeys.Pair, sealed []byte) ([]byte, error) {
		var question wire.Pending
		if _, err := wire.OpenJSON(sealed, keys.Own, keys.Device, s.now(), &question); err != nil {
			return nil, err
		}
		if len(question.Nonce) > maxNonce {
			return nil, errNonce
		}
		if err := question.Check(s.place(session.Profile, wire.KindPending, wire.FromDevice, "")); err != nil {
			return nil, err
		}
		hold := time.Duration(min(max(question.Wait, 0), s.config.Push.Hold.Milliseconds())) * time.Millisecond
		if hold > 0 {
			// Where there are no such limits, none has to be moved.
			_ = netsafe.ExtendWriteDeadline(w, hold+answerTime)
		}
		list, err := s.hold(ctx, r, session, question, hold)
		if err != nil {
			return nil, err
		}
		if s.desk.Open() {
			list.Hold = s.config.Push.Hold.Milliseconds()
		}
		list.Context, list.Nonce = s.place(session.Profile, wire.KindPendingList, wire.FromServer, ""), question.Nonce
		return wire.SealJSON(list, keys.Own, keys.Device, s.now())
	})
}

// hold reads the list until it is another one than the device has, at most for so
// long. Whoever is no longer logged in or enrolled is told nothing.
func (s *Server) hold(ctx context.Context, r *http.Request, session Session, question wire.Pending, most time.Duration) (wire.PendingList, error) {
	list, expiries, err := s.listFor(ctx, session)
	if err != nil || most <= 0 || list.State != question.State {
		return list, err
	}
	began := time.Now()
	err = s.desk.Hold(ctx, session.Profile.UserID, session.Profile.ID, most, func() (bool, time.Duration, error) {
		now, err := s.sessionOf(r)
		if err != nil {
			return false, 0, err
		}
		if now.Enrollment == nil || now.Enrollment.DeviceFingerprint != session.Enrollment.DeviceFingerprint {
			return true, 0, nil // it has other keys now, and asks with them
		}
		if list, expiries, err = s.listFor(ctx, now); err != nil {
			return false, 0, err
		}
		list.Held = time.Since(began).Milliseconds()
		return list.State != question.State, delivery.Next(expiries, s.now()), nil
	})
	return list, err
}

// listFor reads what waits for a session, without what the device could not claim.
func (s *Server) listFor(ctx context.Context, session Session) (list wire.PendingList, items []delivery.Item, err error) {
	now := s.now()
	var waiting []Transaction
	if s.asks(*session.Enrollment) {
		if waiting, err = s.store.Pending(ctx, session.Profile, now, wire.MaxPending); err != nil {
			return list, nil, err
		}
	}
	list.Requests = []wire.PendingRequest{}
	for _, t := range waiting {
		portal, ok := s.config.Client(t.ClientID)
		if kind, known := s.config.Type(t.Type); !ok || known && !kind.Allows(session.Device.Kind) {
			continue
		}
		list.Requests = append(list.Requests, wire.PendingRequest{
			TransactionID: t.ID, PortalID: t.ClientID, PortalName: portal.ShownName(), Message: t.Message, Type: t.Type, Method: t.Method,
			IssuedAt: t.Created.UnixMilli(), ExpiresIn: t.Expires.Sub(now).Milliseconds(),
		})
		items = append(items, delivery.Item{ID: t.ID, Expires: t.Expires})
	}
	list.Requests = list.Clean() // so that it fits into one body
	list.State = delivery.State(items)
	return list, items, nil
}

// pushEnroll stores the push token of an enrolled profile. Nothing is sent by it.
func (s *Server) pushEnroll(w http.ResponseWriter, r *http.Request) {
	s.sealedCall(w, r, func(ctx context.Context, session Session, keys serverkeys.Pair, sealed []byte) ([]byte, error) {
		var question wire.PushEnroll
		if _, err := wire.OpenJSON(sealed, keys.Own, keys.Device, s.now(), &question); err != nil {
			return nil, err
		}
		defer question.Token.Clear()
		if len(question.Nonce) > maxNonce {
			return nil, errNonce
		}
		if err := question.Check(s.place(session.Profile, wire.KindPushEnroll, wire.FromDevice, "")); err != nil {
			return nil, err
		}
		if wire.CheckPushToken(question.Token.Secret) != nil {
			return nil, refuse(wire.CodeIllegalArgument, "invalid_request", "This is no push token.")
		}
		err := s.store.SetPushToken(ctx, session.Profile.ID, string(question.Token.Bytes()))
		if errors.Is(err, ErrNotFound) {
			return nil, errNotEnrolled
		}
		if err != nil {
			return nil, err
		}
		s.desk.Ring(session.Profile.UserID) // what was not for this device may be now
		return wire.SealJSON(wire.PushDone{
			Context: s.place(session.Profile, wire.KindPushDone, wire.FromServer, ""), Nonce: question.Nonce,
		}, keys.Own, keys.Device, s.now())
	})
}

// extend gives a claimed transaction the more time that its type allows, once.
func (s *Server) extend(w http.ResponseWriter, r *http.Request) {
	s.sealedCall(w, r, func(ctx context.Context, session Session, keys serverkeys.Pair, sealed []byte) ([]byte, error) {
		var wish wire.Extend
		if _, err := wire.OpenJSON(sealed, keys.Own, keys.Device, s.now(), &wish); err != nil {
			return nil, err
		}
		if err := wish.Check(s.place(session.Profile, wire.KindExtend, wire.FromDevice, wish.TransactionID)); err != nil {
			return nil, err
		}
		t, err := s.store.Transaction(ctx, wish.TransactionID)
		if errors.Is(err, ErrNotFound) {
			return nil, errOTPUnknown
		}
		if err != nil {
			return nil, err
		}
		// Whose it is, the store looks at next: until then nothing is told of it.
		kind, _ := s.config.Type(t.Type)
		if kind.Extend == 0 && t.DeviceID == session.Device.ID && t.ProfileID == session.Profile.ID {
			return nil, refuse(wire.CodeInvalidMethod, "no_more_time", "There is no more time for this request.")
		}
		now := s.now()
		expires, result, err := s.store.Extend(ctx, Extension{
			TransactionID: t.ID, DeviceID: session.Device.ID, ProfileID: session.Profile.ID, ChallengeHash: HashText(wish.Challenge), By: kind.Extend,
		}, now)
		if err != nil {
			return nil, err
		}
		if result != Answered && result != AnswerRepeated {
			return nil, result.refusal()
		}
		s.desk.Ring(session.Profile.UserID)
		return wire.SealJSON(wire.Extended{
			Context: s.place(session.Profile, wire.KindExtended, wire.FromServer, t.ID), Challenge: wish.Challenge, ExpiresIn: expires.Sub(now).Milliseconds(),
		}, keys.Own, keys.Device, s.now())
	})
}
