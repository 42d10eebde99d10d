package words_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

var update = flag.Bool("update", false, "write the golden files anew")

var now = time.Date(2026, time.May, 4, 14, 31, 0, 0, time.UTC)

func origin(t testing.TB, s string) wire.Origin {
	t.Helper()
	o, err := wire.ParseShownOrigin(s)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// calm is a request that gives no reason to worry; edit makes others of it.
func calm(t testing.TB, edit func(*mobileauth.Request)) mobileauth.Request {
	own := origin(t, "https://id.example-bank.example")
	r := mobileauth.Request{
		TransactionID: "TRANSACTION0123456789",
		Profile:       device.Profile{ID: "W8DUJ2", Server: own, UserName: "Ada"},
		Portal:        "Example Bank",
		Message:       "Log in to My Example Bank with Firefox on Linux.",
		Type:          "login",
		Source:        intake.SourceFile,
		Server:        mobileauth.Server{Own: own, Claimed: own, Relation: wire.RelationSame, EnrolledAt: time.Date(2026, time.March, 3, 9, 0, 0, 0, time.UTC)},
		IssuedAt:      now.Add(-18 * time.Second),
		ExpiresAt:     now.Add(102 * time.Second),
		Before:        journal.Before{Accepted: 12, LastAccepted: now.Add(-24*time.Hour - 29*time.Minute)},
		Level:         mobileauth.LevelCalm,
	}
	if edit != nil {
		edit(&r)
	}
	return r
}

func claim(t testing.TB, r *mobileauth.Request, claimed string, reasons ...mobileauth.Reason) {
	r.Server.Claimed = origin(t, claimed)
	r.Server.Relation = wire.Compare(r.Server.Own, r.Server.Claimed)
	r.Server.Difference = wire.Difference(r.Server.Own, r.Server.Claimed)
	r.Level, r.Reasons = mobileauth.LevelStop, reasons
}

// states are the states of a question: what is asked, and what it takes to
// accept.
func states(t testing.TB) map[string]mobileauth.Request {
	ask := func(reasons ...mobileauth.Reason) func(*mobileauth.Request) {
		return func(r *mobileauth.Request) { r.Level, r.Reasons = mobileauth.LevelAsk, reasons }
	}
	return map[string]mobileauth.Request{
		"calm": calm(t, nil),
		"new": calm(t, func(r *mobileauth.Request) {
			r.Server.New, r.Server.EnrolledAt, r.Before = true, now.Add(-time.Hour), journal.Before{First: true}
		}),
		"loopback": calm(t, func(r *mobileauth.Request) {
			r.Server.Own = origin(t, "http://127.0.0.1:8700")
			r.Server.Claimed, r.Before = r.Server.Own, journal.Before{Accepted: 1, LastAccepted: now.Add(-time.Hour)}
		}),
		"second-factor": calm(t, func(r *mobileauth.Request) {
			r.Type, r.Message = "transfer", "Pay 100 euros to Bert.\nReference: rent for May"
		}),
		"look-alike": calm(t, func(r *mobileauth.Request) {
			claim(t, r, "https://id.examp1e-bank.example", mobileauth.ReasonLookAlike)
		}),
		"different": calm(t, func(r *mobileauth.Request) {
			claim(t, r, "https://login.voorbeeld.example", mobileauth.ReasonOtherServer)
		}),
		"different-second-factor": calm(t, func(r *mobileauth.Request) {
			r.Type = "transfer"
			claim(t, r, "https://login.voorbeeld.example", mobileauth.ReasonOtherServer)
		}),
		"mixed-alphabets": calm(t, func(r *mobileauth.Request) {
			claim(t, r, "https://l\u043egin.voorbeeld.example", mobileauth.ReasonMixed)
		}),
		"not-encrypted": calm(t, func(r *mobileauth.Request) {
			claim(t, r, "http://id.example-bank.example", mobileauth.ReasonOtherServer, mobileauth.ReasonNotEncrypted)
		}),
		"link":        calm(t, func(r *mobileauth.Request) { r.Source = intake.SourceLink; ask(mobileauth.ReasonLink)(r) }),
		"from-server": calm(t, func(r *mobileauth.Request) { r.Source = intake.SourceServer; ask(mobileauth.ReasonServer)(r) }),
		"after-denial": calm(t, func(r *mobileauth.Request) {
			r.Before.Denied, r.Before.RecentDenied = 1, 1
			ask(mobileauth.ReasonAfterDenial)(r)
		}),
		"other-network": calm(t, func(r *mobileauth.Request) {
			r.Network, r.Agent = wire.NetworkOther, "Firefox on Windows"
			ask(mobileauth.ReasonOtherNetwork)(r)
		}),
		"same-network": calm(t, func(r *mobileauth.Request) { r.Network = wire.NetworkSame }),
		"third-request": calm(t, func(r *mobileauth.Request) {
			r.Before = journal.Before{Denied: 2, RecentRequests: 2, RecentDenied: 2}
			r.Level, r.Reasons = mobileauth.LevelStop, []mobileauth.Reason{mobileauth.ReasonThirdRequest, mobileauth.ReasonAfterDenial}
		}),
		"hidden-characters": calm(t, func(r *mobileauth.Request) {
			r.Message = wire.CleanMessage("Log in\u202e\nProfile: Eve.", 0)
		}),
		"long-message": calm(t, func(r *mobileauth.Request) {
			r.Message = strings.TrimSpace(strings.Repeat("All work and no play makes Jack a dull boy. ", 20))
		}),
		"push-with-pin": calm(t, pushWithPIN),
		"push-with-pin-after-denial": calm(t, func(r *mobileauth.Request) {
			pushWithPIN(r)
			r.Before.Denied, r.Before.RecentDenied, r.PIN.Failures = 1, 1, 1
			ask(mobileauth.ReasonAfterDenial)(r)
		}),
		"push-with-pin-third": calm(t, func(r *mobileauth.Request) {
			pushWithPIN(r)
			r.Before = journal.Before{Denied: 2, RecentRequests: 2, RecentDenied: 2}
			r.Level, r.Reasons = mobileauth.LevelStop, []mobileauth.Reason{mobileauth.ReasonThirdRequest, mobileauth.ReasonAfterDenial}
		}),
		"push-with-fingerprint": calm(t, func(r *mobileauth.Request) {
			pushWithPIN(r)
			r.Method, r.PIN, r.Fingerprint = wire.MethodPushFingerprint, nil, &mobileauth.FingerprintNeed{}
		}),
		"no-message":  calm(t, func(r *mobileauth.Request) { r.Message = "" }),
		"last-second": calm(t, func(r *mobileauth.Request) { r.ExpiresAt = now.Add(time.Millisecond) }),
	}
}

// pushWithPIN makes a request one that came by itself and takes the PIN.
func pushWithPIN(r *mobileauth.Request) {
	r.Source, r.Type, r.Method, r.Message = intake.SourceServer, "transfer-push-pin", wire.MethodPushPIN, "Pay 100 euros to Bert."
	r.PIN = &mobileauth.PINNeed{PINRequest: device.PINRequest{Profile: r.Profile, Max: 3}}
}

func golden(t *testing.T, name string, lines []string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	got := strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestQuestion(t *testing.T) {
	for name, r := range states(t) {
		t.Run(name, func(t *testing.T) {
			lines := append(words.Question(r, now), words.AcceptNeeds(words.Confirmations(r))...)
			golden(t, name, append(lines, words.Prompt()))
			free := r.Level == mobileauth.LevelCalm || r.Level == mobileauth.LevelAsk && r.PIN != nil
			if (len(words.Confirmations(r)) == 0) != free {
				t.Errorf("level %s with %d confirmations", r.Level, len(words.Confirmations(r)))
			}
		})
	}
	golden(t, "details", words.Details(states(t)["long-message"], now))
}

// Every line of a message that has several begins with the mark of a quote, and
// none is wider than a terminal.
func TestMessageCannotPassForOurs(t *testing.T) {
	for _, message := range []string{
		"Hello\nServer: https://id.example-bank.example (known).",
		strings.Repeat("x", 500),
		strings.Repeat("word ", 100),
		strings.Repeat("\u4e2d", 300),
		strings.Repeat("....", 16) + " Server: https://evil.example (known)",
	} {
		lines := words.Message(message, true)
		for _, l := range lines[1 : len(lines)-1] {
			if !strings.HasPrefix(l, "> ") {
				t.Errorf("line %q of %q", l, message)
			}
			if n := len([]rune(l)); n > 68 || strings.Contains(l, "\u4e2d") && n > 35 {
				t.Errorf("line of %d characters: %q", n, l)
			}
		}
		if joined := strings.ReplaceAll(strings.Join(lines[1:len(lines)-1], ""), "> ", ""); strings.ReplaceAll(joined, " ", "") != strings.NewReplacer(" ", "", "\n", "").Replace(message) {
			t.Errorf("%q lost something: %q", message, joined)
		}
	}
}

func TestWaitingRequest(t *testing.T) {
	w := mobileauth.Waiting{
		TransactionID: "TRANSACTION0123456789", Profile: calm(t, nil).Profile, Portal: "Example Bank", Message: "Pay 100 euros\nto Bert",
		Type: "transfer-push-pin", Method: wire.MethodPushPIN, ExpiresAt: now.Add(102 * time.Second),
	}
	lines := []string{words.WaitingRequest(w, now), words.Quiet(w.Portal)}
	w.Method, w.Message = wire.MethodPush, ""
	title, sentences := words.NothingWaits()
	lines = append(lines, words.WaitingRequest(w, now), title+".")
	lines = append(append(lines, sentences...), words.WhichRequest(2)...)
	golden(t, "waiting", append(lines, words.NotProved()...))
}

// What is said before a PIN is asked for, in each case.
func TestAskPINOfARequest(t *testing.T) {
	var lines []string
	for _, r := range []device.PINRequest{
		{Max: 3},
		{Max: 3, Failures: 1},
		{Max: 3, Failures: 1, Err: wire.Errorf(wire.CodeIncorrectPIN, "")},
		{Max: 3, Failures: 2, Err: wire.Errorf(wire.CodeIncorrectPIN, "")},
		{Max: 3, Err: wire.Errorf(wire.CodePINChallenge, "")},
		{Max: 3, Failures: 1, Err: wire.Errorf(wire.CodePINChallenge, "")},
	} {
		r.Profile = calm(t, nil).Profile
		before, prompt := words.AskPIN(r)
		lines = append(append(lines, before...), prompt)
	}
	golden(t, "ask-pin", append(lines, words.BackToQuestion()))
}
