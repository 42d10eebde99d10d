package sqlstore_test

import (
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/sqlstore"
	"github.com/understudy-auth/understudy/core/wire"
)

// BenchmarkLogin is what one login asks of the store: start, two sessions,
// read, claim, answer, result, callback leased and removed.
func BenchmarkLogin(b *testing.B) {
	for _, kind := range []string{"memory", "file", "file full sync"} {
		b.Run(kind, func(b *testing.B) {
			store := benchStore(b, kind)
			defer store.Close()
			now := time.UnixMilli(1_700_000_000_000)
			ctx := b.Context()
			must := func(err error) {
				if err != nil {
					b.Error(err)
				}
			}
			must(store.AddDevice(ctx, tokenserver.Device{ID: "device", Created: now, Seen: now}))
			token := tokenserver.HashText("access")
			must(store.AddProfile(ctx, tokenserver.Profile{ID: "W8DUJ2", DeviceID: "device", UserID: "anna", Created: now},
				tokenserver.Token{Hash: token, Kind: tokenserver.AccessToken, ProfileID: "W8DUJ2", DeviceID: "device", Family: "f", Expires: now.Add(time.Minute)}))
			nonce := tokenserver.HashText("nonce")
			must(store.BeginEnrollment(ctx, tokenserver.Enrollment{ProfileID: "W8DUJ2", DeviceKey: make([]byte, 480), NonceHash: nonce, Created: now, Expires: now.Add(time.Minute)}, false))
			must(store.ActivateEnrollment(ctx, "W8DUJ2", nonce, false, now))

			var n atomic.Int64
			b.ReportAllocs()
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					id := fmt.Sprintf("transaction-%020d", n.Add(1))
					hash := tokenserver.HashText(id)
					must(store.AddTransaction(ctx, tokenserver.Transaction{
						ID: id, ClientID: "portal", Type: "login", Method: wire.MethodOTP, Message: "Log in as Anna?",
						OTPHash: hash, CallbackURI: "http://127.0.0.1:1/callback", Created: now, Expires: now.Add(time.Minute),
					}))
					_, err := store.Session(ctx, token, now)
					must(err)
					_, err = store.Transaction(ctx, id)
					must(err)
					claimed, err := store.Claim(ctx, tokenserver.Claim{
						TransactionID: id, OTPHash: hash, DeviceID: "device", ProfileID: "W8DUJ2",
						UserID: "anna", ChallengeHash: hash, DetailsHash: "details",
					}, now)
					must(err)
					_, err = store.Session(ctx, token, now)
					must(err)
					answered, err := store.Answer(ctx, tokenserver.Answer{
						TransactionID: id, DeviceID: "device", ProfileID: "W8DUJ2",
						ChallengeHash: hash, DetailsHash: "details", Decision: wire.Accept,
					}, now)
					must(err)
					_, err = store.Transaction(ctx, id)
					must(err)
					list, err := store.LeaseCallbacks(ctx, now, now.Add(time.Minute), 1)
					must(err)
					for _, c := range list {
						must(store.RemoveCallback(ctx, c.ID))
					}
					if claimed != tokenserver.Claimed || answered != tokenserver.Answered {
						b.Errorf("claim %d, answer %d", claimed, answered)
					}
				}
			})
		})
	}
}

func benchStore(b *testing.B, kind string) *sqlstore.Store {
	limits := tokenserver.DefaultLimits
	limits.Transactions = 100_000_000
	options := []sqlstore.Option{sqlstore.WithLimits(limits)}
	if kind == "file full sync" {
		options = append(options, sqlstore.WithFullSync())
	}
	var store *sqlstore.Store
	var err error
	if kind == "memory" {
		store, err = sqlstore.OpenMemory(options...)
	} else {
		store, err = sqlstore.Open(filepath.Join(b.TempDir(), "db", "server.db"), options...)
	}
	if err != nil {
		b.Fatal(err)
	}
	return store
}

// BenchmarkPending is a device's question what waits, while a thousand requests
// wait for hundreds of users and twenty thousand have ended.
func BenchmarkPending(b *testing.B) {
	store, err := sqlstore.OpenMemory()
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	rules := tokenserver.PushConfig{MaxOpen: 10_000, Denials: 1}
	push := func(i int, at time.Time) {
		next, err := store.AddPush(b.Context(), tokenserver.Transaction{
			ID: fmt.Sprint("T", i), ClientID: fmt.Sprint("portal", i%10), Type: "login", Method: wire.MethodPush, Message: "Log in?", UserID: fmt.Sprint("user", i%300),
			State: wire.StateInitialized, Created: at, Expires: at.Add(time.Minute),
		}, rules)
		if err != nil || !next.IsZero() {
			b.Fatal(next, err)
		}
	}
	const ended, waiting = 20_000, 1000
	for i := range ended {
		push(i, start)
	}
	if r, err := store.Sweep(b.Context(), start.Add(time.Minute), ended); err != nil || r.Expired != ended {
		b.Fatal(r, err)
	}
	now := start.Add(time.Minute)
	for i := range waiting {
		push(ended+i, now)
	}
	p := tokenserver.Profile{ID: "P1", DeviceID: "device", UserID: "user7"}
	for b.Loop() {
		if list, err := store.Pending(b.Context(), p, now, wire.MaxPending); err != nil || len(list) < 3 {
			b.Fatal(len(list), err)
		}
	}
}
