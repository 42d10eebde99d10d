package device

import (
	"context"
	"errors"
	"fmt"

	"github.com/understudy-auth/understudy/core/wire"
)

// Finger is what a sensor has to say of a finger.
type Finger int

// What a sensor says. After FingerTooMany and FingerRemoved the fingerprint of
// the profile is deregistered.
const (
	FingerMatch   Finger = iota + 1
	FingerNoMatch        // another one; the sensor reads again
	FingerTooMany        // too many others: the sensor takes no more
	FingerRemoved        // the finger is not known to the sensor any more, or the sensor is gone
)

// Sensor is a fingerprint sensor. Package sensor has simulated ones.
type Sensor interface {
	// Read waits for a finger. It returns when ctx ends, with ctx's error. After
	// another error the fingerprint is not used this time, and stays registered.
	Read(ctx context.Context) (Finger, error)
}

// maxWrongFingers is how many wrong fingers are one too many, if the sensor
// does not say so before. Phones take five.
const maxWrongFingers = 5

// FingerprintRequest asks whether the sensor may read a finger for a profile.
// With Captured or Failed it tells what happened meanwhile.
type FingerprintRequest struct {
	Profile Profile
	// Captured tells that the sensor has read a finger, Failed that it was another
	// one, and that the sensor reads again unless the answer is not to. Whoever has
	// nothing to say answers FingerprintAccept.
	Captured, Failed bool
	// Change takes a FingerprintAccept back while the sensor waits for a finger.
	// It may be called from any goroutine and at any time; too late is no error.
	Change func(FingerprintAnswer)
}

// FingerprintAnswer is what becomes of a fingerprint request.
type FingerprintAnswer int

// Answers. Denying ends the flow with 9006.
const (
	FingerprintDeny FingerprintAnswer = iota
	FingerprintAccept
	FingerprintFallbackToPIN
)

// AskFingerprint answers a FingerprintRequest. An error cancels the flow.
type AskFingerprint func(context.Context, FingerprintRequest) (FingerprintAnswer, error)

// ErrFallbackToPIN is the cause where the PIN has to serve for a fingerprint.
var ErrFallbackToPIN = errors.New("the PIN is asked for instead of the fingerprint")

func (a FingerprintAnswer) err() error {
	switch a {
	case FingerprintAccept:
		return nil
	case FingerprintFallbackToPIN:
		return ErrFallbackToPIN
	}
	return wire.Errorf(wire.CodeCanceled, "the fingerprint was denied")
}

// readFinger asks, has the sensor read until the right finger comes, and returns
// nil then. Where the PIN has to serve instead the error is ErrFallbackToPIN. One
// finger is read at a time: 9007.
func (d *Device) readFinger(ctx context.Context, p Profile, ask AskFingerprint) error {
	end, err := d.begin("sensor")
	if err != nil {
		return err
	}
	defer end()
	reading, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	question := FingerprintRequest{Profile: p, Change: func(a FingerprintAnswer) {
		if err := a.err(); err != nil {
			stop(err)
		}
	}}
	if err := question.put(reading, ask); err != nil {
		return err
	}
	for wrong := 0; ; {
		finger, err := d.opt.Sensor.Read(reading)
		switch {
		case reading.Err() != nil:
			return canceledBy(reading)
		case err != nil:
			d.opt.Log.Warn("the fingerprint sensor failed", "error", err)
			return ErrFallbackToPIN
		case finger == FingerMatch || finger == FingerNoMatch:
			captured := question
			captured.Captured = true
			if err := captured.put(reading, ask); err != nil || finger == FingerMatch {
				return err
			}
			wrong++
		}
		if finger != FingerNoMatch || wrong == maxWrongFingers {
			d.opt.Log.Info("the fingerprint can no longer be used", "profile", p.ID, "finger", finger)
			return errors.Join(ErrFallbackToPIN, d.dropFingerprint(ctx, p))
		}
		failed := question
		failed.Failed = true
		if err := failed.put(reading, ask); err != nil {
			return err
		}
	}
}

// put asks, and has the error of an answer that is not to go on. What Change
// said meanwhile counts more.
func (r FingerprintRequest) put(reading context.Context, ask AskFingerprint) error {
	answer, err := ask(reading, r)
	switch {
	case reading.Err() != nil:
		return canceledBy(reading)
	case err != nil:
		return asked(reading, err)
	}
	return answer.err()
}

// canceledBy is why a reading ended: Change's answer, or 9006.
func canceledBy(reading context.Context) error {
	if cause := context.Cause(reading); errors.Is(cause, ErrFallbackToPIN) {
		return cause
	}
	return asked(reading, reading.Err())
}

func (f Finger) String() string {
	switch f {
	case FingerMatch:
		return "match"
	case FingerNoMatch:
		return "no match"
	case FingerTooMany:
		return "too many"
	case FingerRemoved:
		return "removed"
	}
	return fmt.Sprintf("finger %d", int(f))
}
