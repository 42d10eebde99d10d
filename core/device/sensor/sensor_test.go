package sensor_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/device/sensor"
)

func TestRules(t *testing.T) {
	const yes, no = device.FingerMatch, device.FingerNoMatch
	for rule, want := range map[string][]device.Finger{
		"match":                       {yes, yes, yes},
		"fail:1":                      {no, yes, no, yes, no, yes},
		"fail:2":                      {no, no, yes, no, no, yes},
		"lockout":                     {device.FingerTooMany, device.FingerTooMany},
		"removed":                     {device.FingerRemoved, device.FingerRemoved},
		"right,wrong,lockout,removed": {yes, no, device.FingerTooMany, device.FingerRemoved},
	} {
		s, err := sensor.Parse(rule)
		if err != nil {
			t.Fatal(err)
		}
		var got []device.Finger
		for range want {
			finger, err := s.Read(t.Context())
			if err != nil {
				t.Error(err)
			}
			got = append(got, finger)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v; want %v", rule, got, want)
		}
	}
	for _, rule := range []string{"", "ask", "Match", "fail", "fail:", "fail:0", "fail:-1", "fail:101", "fail:x", "match:1", "right,", "right, wrong", "match,wrong"} {
		if _, err := sensor.Parse(rule); err == nil {
			t.Errorf("%q is a rule", rule)
		}
	}
	s, _ := sensor.Parse("match")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Read(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// After the last finger of a list nobody touches the sensor.
func TestEndOfAList(t *testing.T) {
	s, err := sensor.Parse("wrong")
	if err != nil {
		t.Fatal(err)
	}
	if finger, err := s.Read(t.Context()); err != nil || finger != device.FingerNoMatch {
		t.Errorf("%v, %v", finger, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := s.Read(ctx)
		ended <- err
	}()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestHand(t *testing.T) {
	told := make(chan bool, 2)
	h := sensor.NewHand(func(waiting bool) { told <- waiting })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.Touch(ctx, device.FingerMatch); !errors.Is(err, context.Canceled) || h.Waiting() {
		t.Errorf("nobody reads: %v", err)
	}
	read := make(chan device.Finger)
	go func() {
		finger, _ := h.Read(t.Context())
		read <- finger
	}()
	if !<-told || !h.Waiting() {
		t.Error("it does not wait")
	}
	if err := h.Touch(t.Context(), device.FingerNoMatch); err != nil {
		t.Error(err)
	}
	if got := <-read; got != device.FingerNoMatch || <-told || h.Waiting() {
		t.Errorf("read %v", got)
	}
	if _, err := h.Read(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if finger, err := sensor.NewHand(nil).Read(ctx); err == nil {
		t.Error(finger)
	}
}
