package mobileauth

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// A question ends when its request does, and with more time, later.
func TestUntilExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, err := device.Open(device.Options{Vault: vault.NewMemory(), Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		c := New(d, nil)
		r := Request{ExpiresAt: time.Now().Add(time.Minute), Extend: func(context.Context) (time.Time, error) { return time.Time{}, nil }}
		var more moreTime
		if got := more.of(r); !got.ExpiresAt.Equal(r.ExpiresAt) || got.Extend == nil {
			t.Errorf("%+v", got)
		}
		plain, stop := c.untilExpiry(t.Context(), r, &moreTime{})
		defer stop()
		longer, stop := c.untilExpiry(t.Context(), r, &more)
		defer stop()
		time.Sleep(59 * time.Second)
		more.mu.Lock()
		more.until = r.ExpiresAt.Add(time.Minute)
		more.mu.Unlock()
		if got := more.of(r); !got.ExpiresAt.Equal(r.ExpiresAt.Add(time.Minute)) || got.Extend != nil {
			t.Errorf("%+v", got)
		}
		time.Sleep(30 * time.Second)
		if wire.CodeOf(context.Cause(plain)) != wire.CodeOTPExpired || longer.Err() != nil {
			t.Errorf("%v, %v", context.Cause(plain), context.Cause(longer))
		}
		time.Sleep(32 * time.Second)
		if wire.CodeOf(context.Cause(longer)) != wire.CodeOTPExpired {
			t.Error(context.Cause(longer))
		}
	})
}
