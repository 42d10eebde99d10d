package tokenserver

import (
	"context"
	"slices"
	"time"
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
		return kind.Allows(e.DeviceKind) && s.asks(e) &&
			(t.ForDevice == "" || slices.ContainsFunc(profiles, func(p Profile) bool { return p.ID == e.ProfileID }))
	}) {
		return time.Time{}, errNotEnrolled
	}
	next, err := s.store.AddPush(ctx, t, s.config.Push)
	if err == nil && next.IsZero() {
		s.desk.Ring(t.UserID)
	}
	return next, err
}

// asks reports whether a device with this enrollment is asked by push.
func (s *Server) asks(e Enrollment) bool { return !s.config.Push.EnrolledOnly || e.PushToken != "" }
