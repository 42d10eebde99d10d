package mobileauth_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// virtualPhone is a device without files, as thousands of them run in a test.
func virtualPhone(b *testing.B, bed *servertest.Bed, client *http.Client) (*mobileauth.Client, string) {
	b.Helper()
	d, err := device.Open(device.Options{Vault: vault.NewMemory(), HTTP: client, Kind: wire.KindVirtual, Now: bed.Clock.Now})
	if err != nil {
		b.Fatal(err)
	}
	p, err := d.Register(b.Context(), device.Registration{Server: bed.Origin, Code: bed.RegistrationCode(bed.Config.Users[0].ID), CreatePIN: newPIN(testPIN)})
	if err != nil {
		b.Fatal(err)
	}
	c := mobileauth.New(d, journal.NewMemory())
	if err := c.Enroll(b.Context(), p.ID, nil); err != nil {
		b.Fatal(err)
	}
	return c, p.ID
}

func login(ctx context.Context, c *mobileauth.Client, profile, otp string) error {
	_, err := c.HandleOTP(ctx, mobileauth.Incoming{ProfileID: profile, OTP: otp, Source: intake.SourceFile}, always(wire.Accept))
	return err
}

// BenchmarkLogin is one login after the other, without the human: start at
// the portal API, redeem, accept, and the portal's question for the result, over
// HTTP on loopback.
func BenchmarkLogin(b *testing.B) {
	bed := servertest.New(b)
	c, profile := virtualPhone(b, bed, &http.Client{})
	for b.Loop() {
		otp, id := bed.Start("Log in")
		if err := login(b.Context(), c, profile, otp); err != nil {
			b.Fatal(err)
		}
		if bed.State(id) != wire.StateAccepted {
			b.Fatal("not accepted")
		}
	}
}

// BenchmarkLoginsAtOnce is the same with 32 devices at once, server and
// authenticators in one process; it reports complete logins per second.
func BenchmarkLoginsAtOnce(b *testing.B) {
	const devices = 32
	bed := servertest.New(b)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: devices}}
	var phones [devices]*mobileauth.Client
	var profiles [devices]string
	for i := range devices {
		phones[i], profiles[i] = virtualPhone(b, bed, client)
	}
	var left atomic.Int64
	left.Store(int64(b.N))
	b.ResetTimer()
	var wait sync.WaitGroup
	for i := range devices {
		wait.Go(func() {
			for left.Add(-1) >= 0 {
				otp, _ := bed.Start("Log in")
				if err := login(b.Context(), phones[i], profiles[i], otp); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "logins/s")
}

// BenchmarkPending is a device's question what waits, sealed both ways over HTTP
// on loopback, while a thousand requests wait at the server.
func BenchmarkPending(b *testing.B) {
	bed := servertest.New(b, noPauses)
	c, profile := virtualPhone(b, bed, &http.Client{})
	for i := range 1000 {
		user := fmt.Sprint("user", i%300)
		if i < 3 {
			user = bed.Config.Users[0].ID
		}
		x := tokenserver.Transaction{
			ID: fmt.Sprintf("TRANSACTION%08d", i), ClientID: tokenserver.DemoClient, Type: tokenserver.DemoPush, Method: wire.MethodPush, Message: "Log in?", UserID: user,
			State: wire.StateInitialized, Created: bed.Clock.Now(), Expires: bed.Clock.Now().Add(time.Minute),
		}
		if err := bed.Store.AddTransaction(b.Context(), x); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if list, err := c.Pending(b.Context(), profile); err != nil || len(list) != 3 {
			b.Fatal(len(list), err)
		}
	}
}
