package mobileauth

import (
	"context"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/wire"
)

// Step of an enrollment, for those who show its progress.
type Step string

// The steps, in their order.
const (
	StepMakingKey  Step = "making-key"
	StepSendingKey Step = "sending-key"
	StepChecking   Step = "checking-answer"
)

// Enroll enables mobile authentication for a logged-in profile: a key pair is
// made here, its public half goes to the server, the server's comes back, and
// both sides prove that they hold the private ones. Enrolling again replaces the
// keys where the server's override rule allows it; else it is refused with
// 10105 and the old keys stay. 10106 when the server allows no enrollment.
//
// The fingerprints of both keys are in the profile afterwards. First contact
// rests on TLS.
func (c *Client) Enroll(ctx context.Context, profileID string, progress func(Step)) error {
	end, err := c.begin(profileID)
	if err != nil {
		return err
	}
	defer end()
	if progress == nil {
		progress = func(Step) {}
	}
	p, err := c.device.Profile(profileID)
	if err != nil {
		return err
	}
	if !c.device.LoggedIn(profileID) {
		return wire.Errorf(wire.CodeNoUserAuthenticated, "")
	}
	if done, err := c.finishPending(ctx, p, progress); done || err != nil {
		return err
	}
	progress(StepMakingKey)
	own, err := wire.GenerateKey(c.device.Now())
	if err != nil {
		return err
	}
	progress(StepSendingKey)
	var offer wire.EnrollResponse
	err = c.device.PostJSON(ctx, profileID, wire.PathEnroll, wire.EnrollRequest{
		Version: wire.Version, PublicKey: own.Public().Marshal(), DeviceKind: c.device.Kind(), KeyStorage: c.device.KeyStorage(),
	}, &offer)
	if err != nil {
		return err
	}
	if offer.Version != wire.Version || len(offer.Nonce) < 16 {
		return wire.Errorf(wire.CodeConfiguration, "%s answered an enrollment with version %d, this program speaks %d", p.Server, offer.Version, wire.Version)
	}
	progress(StepChecking)
	pending := device.PendingEnrollment{ServerKey: offer.PublicKey, Nonce: offer.Nonce}
	peer, err := wire.ParsePublicKey(pending.ServerKey)
	if err != nil {
		return err
	}
	if err := c.device.SavePendingEnrollment(ctx, profileID, own, pending); err != nil {
		return err
	}
	return c.prove(ctx, p, own, peer, pending.Nonce)
}

// finishPending ends an earlier enrollment whose confirmation was lost. If the
// server does not know it, a new one begins.
func (c *Client) finishPending(ctx context.Context, p device.Profile, progress func(Step)) (done bool, err error) {
	if p.Pending == nil {
		return false, nil
	}
	own, err := c.device.PendingKey(ctx, p.ID)
	if err != nil {
		return false, err
	}
	peer, err := wire.ParsePublicKey(p.Pending.ServerKey)
	if own == nil || err != nil {
		return false, c.device.DropPendingEnrollment(ctx, p.ID)
	}
	progress(StepChecking)
	err = c.prove(ctx, p, own, peer, p.Pending.Nonce)
	switch wire.CodeOf(err) {
	case 0:
		return err == nil, err
	case wire.CodeNotEnrolled, wire.CodeAlreadyEnrolled, wire.CodeMessageNotAuthentic:
		return false, c.device.DropPendingEnrollment(ctx, p.ID)
	}
	return false, err
}

// prove shows the server that this device holds the new key and has the right
// one of the server, and checks the same of the server.
func (c *Client) prove(ctx context.Context, p device.Profile, own *wire.Key, peer *wire.PublicKey, nonce string) error {
	proof := wire.EnrollProof{
		Context:   c.context(p, wire.KindEnrollProof, wire.FromDevice, ""),
		Nonce:     nonce,
		DeviceKey: own.Public().Fingerprint(),
		ServerKey: peer.Fingerprint(),
	}
	sealed, err := wire.SealJSON(proof, own, peer, c.device.Now())
	if err != nil {
		return err
	}
	answer, err := c.device.PostSealed(ctx, p.ID, wire.PathEnrollProof, sealed)
	if err != nil {
		return err
	}
	var done wire.EnrollProof
	if _, err := wire.OpenJSON(answer, own, peer, c.device.Now(), &done); err != nil {
		return err
	}
	if err := done.Check(c.context(p, wire.KindEnrollDone, wire.FromServer, "")); err != nil {
		return err
	}
	if done.Nonce != proof.Nonce || done.DeviceKey != proof.DeviceKey || done.ServerKey != proof.ServerKey {
		return wire.Errorf(wire.CodeMessageNotAuthentic, "the server confirmed other keys than were exchanged")
	}
	if err := c.device.SaveEnrollment(ctx, p.ID, own, peer); err != nil {
		return err
	}
	return c.device.DropPendingEnrollment(ctx, p.ID)
}

// IsEnrolled reports whether the profile is enrolled for mobile authentication;
// 8003 where there is no such profile.
func (c *Client) IsEnrolled(profileID string) (bool, error) {
	p, err := c.device.Profile(profileID)
	return p.Enrolled(), err
}
