package mobileauth

import (
	"context"

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
	peer, err := wire.ParsePublicKey(offer.PublicKey)
	if err != nil {
		return err
	}
	progress(StepChecking)
	proof := wire.EnrollProof{
		Context:   c.context(p, wire.KindEnrollProof, wire.FromDevice, ""),
		Nonce:     offer.Nonce,
		DeviceKey: own.Public().Fingerprint(),
		ServerKey: peer.Fingerprint(),
	}
	sealed, err := wire.SealJSON(proof, own, peer, c.device.Now())
	if err != nil {
		return err
	}
	answer, err := c.device.PostSealed(ctx, profileID, wire.PathEnrollProof, sealed)
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
	return c.device.SaveEnrollment(ctx, profileID, own, peer)
}

// IsEnrolled reports whether the profile is enrolled for mobile authentication;
// 8003 where there is no such profile.
func (c *Client) IsEnrolled(profileID string) (bool, error) {
	p, err := c.device.Profile(profileID)
	return p.Enrolled(), err
}
