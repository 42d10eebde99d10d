package tokenserver

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

const pendingEnrollment = 10 * time.Minute

// enroll takes the device's public key and answers with the server's and a
// nonce. Nothing is in force until the device has proved its key.
func (s *Server) enroll(w http.ResponseWriter, r *http.Request) {
	session, err := s.sessionOf(r)
	var body wire.EnrollRequest
	if err == nil {
		err = deviceJSON(w, r, &body, &body.Version)
	}
	var answer wire.EnrollResponse
	if err == nil {
		answer, err = s.beginEnrollment(r.Context(), session, body)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

func (s *Server) beginEnrollment(ctx context.Context, session Session, body wire.EnrollRequest) (wire.EnrollResponse, error) {
	p := session.Profile
	if !s.config.Enrollment.Enabled {
		return wire.EnrollResponse{}, refuse(wire.CodeEnrollmentDisabled, "enrollment_disabled", "This server allows no enrollment.")
	}
	if p.PIN == nil {
		return wire.EnrollResponse{}, refuse(wire.CodeUserNotAuthenticated, "pin_missing", "Create a PIN first.")
	}
	switch body.KeyStorage {
	case "keyring", "file", "memory":
	default:
		return wire.EnrollResponse{}, refuse(wire.CodeIllegalArgument, "invalid_request", "The key storage is not known.")
	}
	device, err := wire.ParsePublicKey(body.PublicKey)
	if err != nil { // its text names what is wrong with the key and nothing of it
		return wire.EnrollResponse{}, refuse(wire.CodeMessageNotAuthentic, "invalid_key", err.Error())
	}
	e := Enrollment{
		ProfileID: p.ID, DeviceKey: device.Marshal(), DeviceFingerprint: device.Fingerprint(),
		DeviceKind: session.Device.Kind, KeyStorage: body.KeyStorage, Created: s.now(), Expires: s.now().Add(pendingEnrollment),
	}
	own, sealed, err := s.keys.New(ctx, p.ID)
	if err != nil {
		return wire.EnrollResponse{}, err
	}
	nonce := rand.Text()
	e.SealedServerKey, e.NonceHash, e.ServerFingerprint = sealed, HashText(nonce), own.Public().Fingerprint()
	err = s.store.BeginEnrollment(ctx, e, s.config.Enrollment.Override)
	if errors.Is(err, ErrExists) {
		return wire.EnrollResponse{}, errAlreadyEnrolled
	}
	if errors.Is(err, ErrNotFound) {
		return wire.EnrollResponse{}, errDeregistered
	}
	return wire.EnrollResponse{Version: wire.Version, PublicKey: own.Public().Marshal(), Nonce: nonce}, err
}

var errAlreadyEnrolled = refuse(wire.CodeAlreadyEnrolled, "already_enrolled", "This profile is enrolled already and the server allows it only once.")

// enrollProof checks that the device holds the key that it sent, puts the
// enrollment into force and proves the server's own key.
func (s *Server) enrollProof(w http.ResponseWriter, r *http.Request) {
	session, err := s.sessionOf(r)
	var sealed []byte
	if err == nil {
		sealed, err = sealedBody(w, r)
	}
	if err == nil {
		sealed, err = s.finishEnrollment(r.Context(), session.Profile, sealed)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeSealed(w, sealed)
}

func (s *Server) finishEnrollment(ctx context.Context, p Profile, sealed []byte) ([]byte, error) {
	e, err := s.store.PendingEnrollment(ctx, p.ID, s.now())
	if errors.Is(err, ErrNotFound) {
		return nil, errNotEnrolled
	}
	if err != nil {
		return nil, err
	}
	keys, err := s.keys.Open(ctx, e.keys())
	if err != nil {
		return nil, err
	}
	var proof wire.EnrollProof
	if _, err := wire.OpenJSON(sealed, keys.Own, keys.Device, s.now(), &proof); err != nil {
		return nil, err
	}
	if err := proof.Check(s.place(p, wire.KindEnrollProof, wire.FromDevice, "")); err != nil {
		return nil, err
	}
	if HashText(proof.Nonce) != e.NonceHash || proof.DeviceKey != e.DeviceFingerprint || proof.ServerKey != e.ServerFingerprint {
		return nil, errNotAuthentic
	}
	err = s.store.ActivateEnrollment(ctx, p.ID, e.NonceHash, s.config.Enrollment.Override, s.now())
	switch {
	case errors.Is(err, ErrExists):
		return nil, errAlreadyEnrolled
	case errors.Is(err, ErrNotFound):
		return nil, errNotEnrolled
	case err != nil:
		return nil, err
	}
	proof.Context = s.place(p, wire.KindEnrollDone, wire.FromServer, "")
	return wire.SealJSON(proof, keys.Own, keys.Device, s.now())
}
