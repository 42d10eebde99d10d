package tokenserver

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

// enrollments lists those of a user, none for one whom the configuration does
// not have.
func (s *Server) enrollments(ctx context.Context, userID string) ([]Enrollment, error) {
	if _, known := s.config.User(userID); !known {
		return nil, nil
	}
	return s.store.Enrollments(ctx, userID, 100)
}

// push starts a transaction that waits for the devices of its user, or for the
// one that the portal names. Where none could answer: errNotEnrolled. The time is
// when the user may be asked again, if not now.
func (s *Server) push(ctx context.Context, t Transaction, kind AuthType) (time.Time, error) {
	list, err := s.enrollments(ctx, t.UserID)
	if err != nil {
		return time.Time{}, err
	}
	var profiles []Profile // of the named device
	if t.ForDevice != "" {
		if profiles, err = s.store.Profiles(ctx, t.ForDevice, 100); err != nil {
			return time.Time{}, err
		}
	}
	if !slices.ContainsFunc(list, func(e Enrollment) bool {
		return kind.Allows(e.DeviceKind) &&
			(t.ForDevice == "" || slices.ContainsFunc(profiles, func(p Profile) bool { return p.ID == e.ProfileID }))
	}) {
		return time.Time{}, errNotEnrolled
	}
	return s.store.AddPush(ctx, t, s.config.Push)
}

// pending tells an enrolled profile what waits for it.
func (s *Server) pending(w http.ResponseWriter, r *http.Request) {
	s.sealedCall(w, r, func(ctx context.Context, session Session, keys keyPair, sealed []byte) ([]byte, error) {
		var question wire.Pending
		if _, err := wire.OpenJSON(sealed, keys.own, keys.device, s.now(), &question); err != nil {
			return nil, err
		}
		if len(question.Nonce) > maxNonce {
			return nil, errNonce
		}
		if err := question.Check(s.place(session.Profile, wire.KindPending, wire.FromDevice, "")); err != nil {
			return nil, err
		}
		now := s.now()
		waiting, err := s.store.Pending(ctx, session.Profile, now, wire.MaxPending)
		if err != nil {
			return nil, err
		}
		list := wire.PendingList{
			Context: s.place(session.Profile, wire.KindPendingList, wire.FromServer, ""), Nonce: question.Nonce, Requests: []wire.PendingRequest{},
		}
		for _, t := range waiting {
			portal, ok := s.config.Client(t.ClientID)
			if kind, known := s.config.Type(t.Type); !ok || known && !kind.Allows(session.Device.Kind) {
				continue // claiming it would be refused
			}
			list.Requests = append(list.Requests, wire.PendingRequest{
				TransactionID: t.ID, PortalID: t.ClientID, PortalName: portal.ShownName(), Message: t.Message, Type: t.Type, Method: t.Method,
				IssuedAt: t.Created.UnixMilli(), ExpiresIn: t.Expires.Sub(now).Milliseconds(),
			})
		}
		list.Requests = list.Clean() // so that it fits into one body
		return wire.SealJSON(list, keys.own, keys.device, s.now())
	})
}
