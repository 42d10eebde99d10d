package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/wire"
)

// testTransactionMachine drives the store with random steps and a model beside
// it: whatever the order, both agree on every result and every state, and each
// end queues one callback.
func testTransactionMachine(t *testing.T, f fixture) {
	m := &machine{store: f, profiles: []string{"P0", "P1"}, enrolled: map[string]bool{}}
	for i, p := range m.profiles {
		f.enrolled(t, fmt.Sprint("d", i), p)
		m.enrolled[p] = true
	}
	rapid.Check(t, func(t *rapid.T) {
		m.begin(t)
		t.Repeat(map[string]func(*rapid.T){
			"start":  m.start,
			"claim":  m.claim,
			"answer": m.answer,
			"extend": m.extend,
			"wait":   m.wait,
			"sweep":  m.sweep,
			"lose":   m.lose,
			"enroll": m.enroll,
			"":       m.check,
		})
		m.end(t)
	})
}

// machine is the model. Transactions of earlier runs are gone from it and from
// the store; ids are never used twice.
type machine struct {
	store    fixture
	profiles []string // of the devices d0, d1, …
	enrolled map[string]bool
	now      time.Time
	count    int // of all ids, challenges and nonces ever
	list     []*modelTransaction
}

type modelTransaction struct {
	id                string
	method            string
	user              int // index of the profile that it was pushed to; -1: by OTP
	expires           time.Time
	state             wire.State
	device            int // index of the holder
	extended          bool
	challenge, before string
}

// begin empties the store, which a failed run may have left in any state.
func (m *machine) begin(t *rapid.T) {
	ctx := context.Background()
	m.now, m.list = start, nil
	later := start.Add(24 * time.Hour)
	for range 2 { // ends the open ones, then forgets all of them
		if _, err := m.store.Sweep(ctx, later, 10_000); err != nil {
			t.Fatal(err)
		}
		later = later.Add(2 * tokenserver.RetentionTime)
	}
	list, err := m.store.LeaseCallbacks(ctx, later, later, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		if err := m.store.RemoveCallback(ctx, c.ID); err != nil {
			t.Fatal(err)
		}
	}
}

func (m *machine) next(prefix string) string {
	m.count++
	return fmt.Sprint(prefix, m.count)
}

func (x *modelTransaction) open() bool {
	return x.state == wire.StateInitialized || x.state == wire.StateClaimed
}

func (x *modelTransaction) expired(now time.Time) bool {
	return x.state == wire.StateExpired || x.open() && !now.Before(x.expires)
}

func (m *machine) start(t *rapid.T) {
	x := &modelTransaction{id: m.next("M"), method: wire.MethodOTP, state: wire.StateInitialized, device: -1}
	x.user = rapid.IntRange(-1, len(m.profiles)-1).Draw(t, "user")
	x.expires = m.now.Add(rapid.SampledFrom([]time.Duration{time.Millisecond, 10 * time.Second, time.Minute}).Draw(t, "life"))
	stored := newTransaction(x.id)
	if x.user >= 0 {
		x.method = rapid.SampledFrom([]string{wire.MethodPush, wire.MethodPushPIN, wire.MethodPushFingerprint}).Draw(t, "method")
		stored = newPush(x.id, m.profiles[x.user], x.method)
	}
	stored.Created, stored.Expires = m.now, x.expires
	err := error(nil)
	if x.user >= 0 {
		_, err = m.store.AddPush(context.Background(), stored, manyPushes)
	} else {
		err = m.store.AddTransaction(context.Background(), stored)
	}
	if err != nil {
		t.Fatal(err)
	}
	m.list = append(m.list, x)
}

// one draws a transaction and a device.
func (m *machine) one(t *rapid.T) (*modelTransaction, int) {
	if len(m.list) == 0 {
		t.Skip("no transaction yet")
	}
	return rapid.SampledFrom(m.list).Draw(t, "transaction"), rapid.IntRange(0, len(m.profiles)-1).Draw(t, "device")
}

func (m *machine) claim(t *rapid.T) {
	x, i := m.one(t)
	challenge := m.next("challenge ")
	c := newClaim(x.id, fmt.Sprint("d", i), m.profiles[i], challenge)
	if x.user >= 0 {
		c.OTPHash = tokenserver.Hash{}
	}
	guessed := rapid.IntRange(0, 9).Draw(t, "guess") == 0
	if guessed {
		c.OTPHash = tokenserver.HashText("guess")
	}
	want := tokenserver.Claimed
	switch {
	case guessed, x.user >= 0 && x.user != i:
		want = tokenserver.ClaimUnknown
	case x.expired(m.now):
		want = tokenserver.ClaimExpired
	case !x.open():
		want = tokenserver.ClaimAnswered
	case x.state == wire.StateClaimed && x.device != i:
		want = tokenserver.ClaimElsewhere
	case !m.enrolled[m.profiles[i]]:
		want = tokenserver.ClaimNotEnrolled
	default:
		x.state, x.device, x.before, x.challenge = wire.StateClaimed, i, x.challenge, challenge
	}
	if got, err := m.store.Claim(context.Background(), c, m.now); got != want || err != nil {
		t.Fatalf("claim: %d, %v; want %d", got, err, want)
	}
}

func (m *machine) answer(t *rapid.T) {
	x, i := m.one(t)
	d := rapid.SampledFrom([]wire.Decision{wire.Accept, wire.Deny}).Draw(t, "decision")
	ends := map[wire.Decision]wire.State{wire.Accept: wire.StateAccepted, wire.Deny: wire.StateDenied}[d]
	challenge := x.challenge
	if rapid.IntRange(0, 4).Draw(t, "old") == 0 {
		challenge = x.before
	}
	proved, finger := rapid.Bool().Draw(t, "PIN"), rapid.Bool().Draw(t, "finger")
	lacks := x.method == wire.MethodPushPIN && !proved || x.method == wire.MethodPushFingerprint && !proved && !finger
	same := challenge == x.challenge
	want := tokenserver.Answered
	switch {
	case x.device >= 0 && x.device != i:
		want = tokenserver.AnswerElsewhere
	case same && x.state == ends:
		want = tokenserver.AnswerRepeated
	case x.expired(m.now):
		want = tokenserver.AnswerExpired
	case !x.open():
		want = tokenserver.AnswerTooLate
	case x.state == wire.StateInitialized:
		want = tokenserver.AnswerUnknown
	case !same:
		want = tokenserver.AnswerMismatch
	case !m.enrolled[m.profiles[i]]:
		want = tokenserver.AnswerNotEnrolled
	case d == wire.Accept && lacks:
		want = tokenserver.AnswerNeedsProof
	default:
		x.state = ends
	}
	a := newAnswer(newClaim(x.id, fmt.Sprint("d", i), m.profiles[i], challenge), d)
	a.PINProved, a.FingerprintProved = proved, finger
	if got, err := m.store.Answer(context.Background(), a, m.now); got != want || err != nil {
		t.Fatalf("answer: %d, %v; want %d", got, err, want)
	}
}

func (m *machine) extend(t *rapid.T) {
	x, i := m.one(t)
	by := rapid.SampledFrom([]time.Duration{time.Second, 2 * time.Minute}).Draw(t, "by")
	want, expires := tokenserver.Answered, time.Time{}
	switch {
	case x.device >= 0 && x.device != i:
		want = tokenserver.AnswerElsewhere
	case x.expired(m.now):
		want = tokenserver.AnswerExpired
	case !x.open():
		want = tokenserver.AnswerTooLate
	case x.state == wire.StateInitialized:
		want = tokenserver.AnswerUnknown
	case !m.enrolled[m.profiles[i]]:
		want = tokenserver.AnswerNotEnrolled
	case x.extended:
		want, expires = tokenserver.AnswerRepeated, x.expires
	default:
		x.extended = true
		if at := m.now.Add(by); at.After(x.expires) {
			x.expires = at
		}
		expires = x.expires
	}
	e := newExtension(newClaim(x.id, fmt.Sprint("d", i), m.profiles[i], x.challenge), by)
	if at, got, err := m.store.Extend(context.Background(), e, m.now); got != want || !at.Equal(expires) || err != nil {
		t.Fatalf("extend: %d until %v, %v; want %d until %v", got, at, err, want, expires)
	}
}

func (m *machine) wait(t *rapid.T) {
	m.now = m.now.Add(rapid.SampledFrom([]time.Duration{time.Millisecond, time.Second, 9999 * time.Millisecond, 50 * time.Second}).Draw(t, "time"))
}

func (m *machine) sweep(t *rapid.T) {
	want := 0
	for _, x := range m.list {
		if x.open() && x.expired(m.now) {
			want++
			x.state = wire.StateExpired
		}
	}
	if got, err := m.store.Sweep(context.Background(), m.now, 1000); err != nil || got.Expired != want || got.Transactions != 0 {
		t.Fatalf("sweep: %+v, %v; want %d expired", got, err, want)
	}
}

// lose removes a profile, which ends what it had claimed, and registers it
// anew, not enrolled.
func (m *machine) lose(t *rapid.T) {
	i := rapid.IntRange(0, len(m.profiles)-1).Draw(t, "device")
	p, device := m.profiles[i], fmt.Sprint("d", i)
	for _, x := range m.list {
		if x.state == wire.StateClaimed && x.device == i {
			if x.expired(m.now) {
				x.state = wire.StateExpired
			} else {
				x.state = wire.StateFailed
			}
		}
	}
	m.enrolled[p] = false
	profile := newProfile(p, device)
	profile.Created = m.now
	for _, err := range []error{
		m.store.RemoveProfile(context.Background(), device, p, m.now),
		m.store.AddProfile(context.Background(), profile),
		m.store.SetPIN(context.Background(), p, newPIN("salt"), nil),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (m *machine) enroll(t *rapid.T) {
	p := rapid.SampledFrom(m.profiles).Draw(t, "profile")
	nonce := m.next("nonce ")
	e := newEnrollment(p, nonce)
	e.Created, e.Expires = m.now, m.now.Add(time.Minute)
	if err := m.store.BeginEnrollment(context.Background(), e, true); err != nil {
		t.Fatal(err)
	}
	if err := m.store.ActivateEnrollment(context.Background(), p, e.NonceHash, true, m.now); err != nil {
		t.Fatal(err)
	}
	m.enrolled[p] = true
}

func (m *machine) check(t *rapid.T) {
	waits := map[string]bool{}
	for i, p := range m.profiles {
		list, err := m.store.Pending(context.Background(), newProfile(p, fmt.Sprint("d", i)), m.now, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range list {
			waits[x.ID] = true
		}
	}
	for _, x := range m.list {
		got, err := m.store.Transaction(context.Background(), x.id)
		if err != nil || got.State != x.state || got.Open() != x.open() || got.Ended.IsZero() != x.open() {
			t.Fatalf("%s is %s, ended %v, %v; want %s", x.id, got.State, got.Ended, err, x.state)
		}
		if want := x.user >= 0 && x.open() && !x.expired(m.now); waits[x.id] != want {
			t.Fatalf("%s waits: %v; want %v", x.id, waits[x.id], want)
		}
		if want := x.device; want >= 0 && got.DeviceID != fmt.Sprint("d", want) {
			t.Fatalf("%s belongs to %q; want d%d", x.id, got.DeviceID, want)
		}
	}
}

// end checks the callbacks.
func (m *machine) end(t *rapid.T) {
	ctx := context.Background()
	list, err := m.store.LeaseCallbacks(ctx, m.now, m.now, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range m.list {
		i := slices.IndexFunc(list, func(c tokenserver.Callback) bool { return c.TransactionID == x.id })
		switch {
		case x.open() && i < 0:
		case x.open() || i < 0:
			t.Fatalf("%s is %s, a callback is queued: %v", x.id, x.state, i >= 0)
		case list[i].State != x.state:
			t.Fatalf("%s is %s, its callback says %s", x.id, x.state, list[i].State)
		default:
			if err := m.store.RemoveCallback(ctx, list[i].ID); err != nil {
				t.Fatal(err)
			}
			list = slices.Delete(list, i, i+1)
		}
	}
	if len(list) != 0 {
		t.Fatalf("callbacks without an end: %+v", list)
	}
}
