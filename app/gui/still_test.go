package gui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// noon is when it is in a world that stands still.
var noon = time.Date(2026, time.May, 4, 14, 31, 0, 0, time.UTC)

// still is a person at a computer without network, at noon, with profiles and a
// past: what the window shows there never changes.
func still(t testing.TB, profiles []device.Profile, past ...journal.Entry) *person {
	t.Helper()
	p := &person{t: t, clock: &servertest.Clock{}, do: make(chan func(), 1000), vault: vault.NewMemory(), dir: t.TempDir()}
	for !p.clock.Now().Equal(noon) { // no one duration leads from the year 1 to here
		p.clock.Move(noon.Sub(p.clock.Now()))
	}
	p.keeps("profiles.json", map[string]any{"version": 1, "profiles": profiles})
	var lines bytes.Buffer
	for _, e := range past {
		e.Version = 1
		line, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(line, '\n'))
	}
	p.writes("history.jsonl", lines.Bytes())
	return p
}

// keeps writes a file into the data folder.
func (p *person) keeps(name string, content any) {
	p.t.Helper()
	data, err := json.Marshal(content)
	if err != nil {
		p.t.Fatal(err)
	}
	p.writes(name, data)
}

func (p *person) writes(name string, data []byte) {
	p.t.Helper()
	folder := filepath.Join(p.dir, "data")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
		p.t.Fatal(err)
	}
}

func origin(t testing.TB, s string) wire.Origin {
	t.Helper()
	o, err := wire.ParseShownOrigin(s)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

const bank = "https://id.example-bank.example"

// ada is enrolled at the bank.
func ada(t testing.TB) device.Profile {
	p := device.Profile{
		ID: "W8DUJ2", Server: origin(t, bank), ServerName: "Example Bank", UserID: "ada", UserName: "Ada",
		RegisteredAt: noon.AddDate(0, -2, -1), EnrolledAt: noon.AddDate(0, -2, -1), OwnKey: "00112233445566778899aabbccddeeff",
	}
	p.PIN.Length = 5
	return p
}

// bob is registered elsewhere and not enrolled.
func bob(t testing.TB) device.Profile {
	return device.Profile{
		ID: "K3NNZX", Server: origin(t, "https://login.voorbeeld.example"), ServerName: "Voorbeeld", UserID: "bob", UserName: "Bob",
		RegisteredAt: noon.AddDate(0, 0, -3),
	}
}

// crowd is many profiles.
func crowd(t testing.TB, n int) []device.Profile {
	profiles := make([]device.Profile, n)
	for i := range profiles {
		p := ada(t)
		p.ID, p.UserName = fmt.Sprintf("P%05d", i), fmt.Sprintf("Person %d", i)
		profiles[i] = p
	}
	return profiles
}

// entry is a past request, some days ago.
func entry(days int, result journal.Result, edit ...func(*journal.Entry)) journal.Entry {
	e := journal.Entry{
		At: noon.AddDate(0, 0, -days).Add(-29 * time.Minute), ProfileID: "W8DUJ2", Profile: "Ada", Server: bank, Portal: "Example Bank",
		Message: "Log in to My Example Bank with Firefox on Linux.", Source: string(intake.SourcePaste),
		TransactionID: fmt.Sprintf("TRANSACTION%d", days), Level: string(mobileauth.LevelCalm), Result: result, Took: 9 * time.Second,
	}
	for _, f := range edit {
		f(&e)
	}
	return e
}

// past is a request of every result.
func past() []journal.Entry {
	return []journal.Entry{
		entry(12, journal.Failed), entry(5, journal.Unanswered), entry(3, journal.Expired),
		entry(1, journal.Denied, func(e *journal.Entry) { e.Message = "Pay 100 euros to Bert.\nReference: rent for May" }),
		entry(0, journal.Accepted),
	}
}

// request is one that gives no reason to worry; edit makes others of it.
func request(t testing.TB, edit ...func(*mobileauth.Request)) mobileauth.Request {
	own := origin(t, bank)
	r := mobileauth.Request{
		TransactionID: "TRANSACTION0123456789", Profile: ada(t), Portal: "Example Bank",
		Message: "Log in to My Example Bank with Firefox on Linux.", Type: "login", Source: intake.SourcePaste,
		Server:   mobileauth.Server{Own: own, Claimed: own, Relation: wire.RelationSame, EnrolledAt: noon.AddDate(0, -2, -1)},
		IssuedAt: noon.Add(-18 * time.Second), ExpiresAt: noon.Add(102 * time.Second),
		Before: journal.Before{Accepted: 12, LastAccepted: noon.Add(-24*time.Hour - 29*time.Minute)},
		Level:  mobileauth.LevelCalm,
	}
	for _, f := range edit {
		f(&r)
	}
	return r
}

// claims has a request name another server than the profile's.
func claims(t testing.TB, server string, reasons ...mobileauth.Reason) func(*mobileauth.Request) {
	return func(r *mobileauth.Request) {
		r.Server.Claimed = origin(t, server)
		r.Server.Relation = wire.Compare(r.Server.Own, r.Server.Claimed)
		r.Server.Difference = wire.Difference(r.Server.Own, r.Server.Claimed)
		r.Level, r.Reasons = mobileauth.LevelStop, reasons
	}
}

// asks has a request ask for care.
func asks(reasons ...mobileauth.Reason) func(*mobileauth.Request) {
	return func(r *mobileauth.Request) { r.Level, r.Reasons = mobileauth.LevelAsk, reasons }
}
