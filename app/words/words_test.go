package words_test

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/capture/screen"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

func TestT(t *testing.T) {
	if got := words.T("{a} and {b}", "a", "{b}", "b", 7); got != "{b} and 7" {
		t.Error(got)
	}
	if got := words.N(1, "one", "{n} of {x}", "x", "y") + words.N(0, "one", "{n} of {x}", "x", "y"); got != "one0 of y" {
		t.Error(got)
	}
}

func TestTimeLeft(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second:            "0 seconds",
		0:                       "0 seconds",
		time.Millisecond:        "1 second",
		time.Second:             "1 second",
		59 * time.Second:        "59 seconds",
		60 * time.Second:        "1 minute",
		61 * time.Second:        "1 minute 1 second",
		102 * time.Second:       "1 minute 42 seconds",
		120 * time.Second:       "2 minutes",
		121 * time.Second:       "2 minutes 1 second",
		10*time.Minute - 500000: "10 minutes",
		185*time.Second + 1:     "3 minutes 6 seconds",
	} {
		if got := words.TimeLeft(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestDay(t *testing.T) {
	east := time.FixedZone("east", 9*3600)
	for _, c := range []struct {
		at, now time.Time
		want    string
	}{
		{now, now, "today, 14:31"},
		{now.Add(-15 * time.Hour), now, "yesterday, 23:31"},
		{now.Add(-48 * time.Hour), now, "on 2 May, 14:31"},
		{now.AddDate(-1, 0, 0), now, "on 4 May 2025, 14:31"},
		{now.Add(24 * time.Hour), now, "on 5 May, 14:31"},
		{time.Date(2025, 12, 31, 23, 0, 0, 0, time.UTC), time.Date(2026, 1, 1, 1, 0, 0, 0, time.UTC), "yesterday, 23:00"},
		{now.Add(-15 * time.Hour), now.In(east), "today, 08:31"},
	} {
		if got := words.When(c.at, c.now); got != c.want {
			t.Errorf("%v seen from %v: %q, want %q", c.at, c.now, got, c.want)
		}
	}
}

func TestBefore(t *testing.T) {
	for _, c := range []struct {
		b    journal.Before
		want string
	}{
		{journal.Before{First: true}, "Before: nothing. This is the first request from Bank."},
		{journal.Before{Accepted: 1, LastAccepted: now}, "Before: accepted once, today, 14:31."},
		{journal.Before{Accepted: 3, LastAccepted: now, Denied: 1}, "Before: accepted 3 times, last today, 14:31. Before: denied once."},
		{journal.Before{Denied: 4}, "Before: denied 4 times."},
		{journal.Before{}, "Before: asked, but never answered."},
	} {
		if got := strings.Join(words.Before(c.b, "Bank", now), " "); got != c.want {
			t.Errorf("%+v: %q, want %q", c.b, got, c.want)
		}
	}
	for _, c := range []struct {
		requests, denied int
		want             string
	}{
		{1, 0, "Second request in 10 minutes."},
		{2, 0, "Third request in 10 minutes."},
		{4, 0, "Request number 5 in 10 minutes."},
		{1, 1, "Second request in 10 minutes. You denied the one before."},
		{2, 1, "Third request in 10 minutes. You denied one."},
		{2, 2, "Third request in 10 minutes. You denied two."},
		{3, 1, "Request number 4 in 10 minutes. You denied one."},
		{6, 5, "Request number 7 in 10 minutes. You denied 5."},
	} {
		if got := words.Recent(journal.Before{RecentRequests: c.requests, RecentDenied: c.denied}); got != c.want {
			t.Errorf("%d, %d: %q, want %q", c.requests, c.denied, got, c.want)
		}
	}
}

var codeNumber = regexp.MustCompile(`\b(8|9|10)\d{3}\b`)

// checkSaid holds every error to its form: a title that is no sentence,
// sentences that end, what to do next, and no code.
func checkSaid(t *testing.T, what, title string, sentences []string) {
	t.Helper()
	all := title + " " + strings.Join(sentences, " ")
	switch {
	case title == "" || strings.HasSuffix(title, "."):
		t.Errorf("%s: title %q", what, title)
	case len(sentences) == 0:
		t.Errorf("%s: nothing but a title", what)
	case codeNumber.MatchString(all) || strings.Contains(all, "Onegini"):
		t.Errorf("%s: words for developers: %s", what, all)
	case strings.Contains(all, "{") || strings.Contains(all, "%!"):
		t.Errorf("%s: a place was not filled: %s", what, all)
	}
	for _, s := range sentences {
		if !strings.HasSuffix(s, ".") {
			t.Errorf("%s: %q does not end", what, s)
		}
	}
}

// Every code that a person can meet has words of its own.
func TestErrorOfEveryCode(t *testing.T) {
	said := map[string]int{}
	for code := 8000; code < 10200; code++ {
		if !wire.KnownCode(code) {
			continue
		}
		err := wire.Errorf(code, "")
		err.Remaining = 2
		for _, about := range []words.About{{}, {Profile: "Ada", Portal: "Example Bank"}, {Pushed: true}} {
			title, sentences := words.Error(err, about)
			if title == "This did not work" {
				if code >= 9000 || code == 8012 || code == 8002 {
					t.Errorf("%d has no words", code)
				}
				continue
			}
			checkSaid(t, fmt.Sprint(code), title, sentences)
			all := title + strings.Join(sentences, " ")
			if other, twice := said[all]; twice && other != code {
				t.Errorf("%d and %d say the same: %s", code, other, all)
			}
			said[all] = code
		}
	}
	if len(said) < 30 {
		t.Errorf("only %d different errors", len(said))
	}
}

func TestError(t *testing.T) {
	ada := words.About{Profile: "Ada", Portal: "Example Bank"}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"removed":          {wire.Errorf(wire.CodeUserDeregistered, ""), "Ada was removed from this computer"},
		"answered":         {fmt.Errorf("x: %w", wire.Errorf(wire.CodeAlreadyAnswered, "")), "Already answered"},
		"clocks":           {wire.Errorf(wire.CodeMessageNotAuthentic, "%w", wire.ErrClocks), "The clocks differ"},
		"no clocks":        {wire.Errorf(wire.CodeMessageNotAuthentic, "the details speak of clocks"), "This request could not be checked"},
		"locked":           {fmt.Errorf("get: %w", vault.ErrLocked), "The keyring is locked"},
		"locked, coded":    {wire.Errorf(wire.CodeIO, "%w", vault.ErrLocked), "The keyring is locked"},
		"no keyring":       {vault.ErrUnavailable, "No keyring found"},
		"passphrase":       {vault.ErrWrongPassphrase, "This passphrase is not right"},
		"short":            {vault.ErrWeakPassphrase, "This passphrase is too short"},
		"damaged":          {vault.ErrDamaged, "The stored keys are damaged"},
		"full":             {vault.ErrFull, "The encrypted file is full"},
		"newer":            {journal.ErrNewerVersion, "The data is of a newer version"},
		"unsent damaged":   {journal.ErrDamaged, "The file of unsent answers is damaged"},
		"a link":           {safefile.ErrSymlink, "The data folder is a link"},
		"not ours":         {safefile.ErrNotOwned, "The data folder belongs to another user"},
		"no picture":       {capture.ErrNotPicture, "This file is not a picture"},
		"cut off":          {capture.ErrCutOff, "This picture is cut off"},
		"large":            {&capture.TooLargeError{Pixels: 400_000_000}, "This picture is too large"},
		"large file":       {&capture.TooLargeError{}, "This picture is too large"},
		"nothing copied":   {capture.ErrClipboardEmpty, "The clipboard holds no picture and no code"},
		"another kind":     {capture.ErrClipboardOther, "The clipboard holds no picture and no code"},
		"several files":    {capture.ErrClipboardSeveral, "The clipboard holds several files"},
		"long text":        {capture.ErrClipboardLong, "The text in the clipboard is too long"},
		"dropped address":  {capture.ErrDroppedAddress, "This is not a file"},
		"page on the web":  {capture.ErrClipboardRemote, "The clipboard holds only the address of a picture"},
		"slow clipboard":   {capture.ErrClipboardTime, "The picture in the clipboard could not be read in time"},
		"silent clipboard": {capture.ErrClipboardSilent, "The clipboard does not answer"},
		"no wl-paste":      {capture.ErrClipboardTool, "A program for the clipboard is missing"},
		"no clipboard":     {fmt.Errorf("%w (%w)", capture.ErrNoClipboard, fs.ErrNotExist), "No clipboard can be reached"},
		"other systems":    {capture.ErrClipboardUnsupported, "The clipboard cannot be read on this system"},
		"refused":          {screen.ErrRefused, "The desktop did not allow a screenshot"},
		"silent":           {screen.ErrSilent, "The desktop did not answer"},
		"no portal":        {fmt.Errorf("%w (%w)", screen.ErrNoPortal, fs.ErrNotExist), "This desktop takes no screenshots for other programs"},
		"bad screenshot":   {fmt.Errorf("%w (%w)", screen.ErrPicture, capture.ErrNotPicture), "The screenshot could not be read"},
		"no screen":        {fmt.Errorf("%w (%w)", screen.ErrNoDisplay, fs.ErrNotExist), "There is no screen to look at"},
		"no such monitor":  {&screen.MonitorError{Wanted: 3, There: 2}, "There is no monitor 3"},
		"screen of others": {screen.ErrUnsupported, "The screen cannot be read on this system yet"},
		"no file":          {fmt.Errorf("x: %w", fs.ErrNotExist), "There is no such file"},
		"no right":         {fs.ErrPermission, "This file may not be read or written"},
		"canceled":         {context.Canceled, "Canceled"},
		"unknown":          {errors.New("flux too low"), "This did not work"},
		"unknown, bad":     {errors.New("flux\x1b[2J\u202e"), "This did not work"},
		"full disk":        {wire.Errorf(wire.CodeIO, "make room in /home/ada: %w", syscall.ENOSPC), "This computer could not save or read its data"},
	} {
		t.Run(name, func(t *testing.T) {
			title, sentences := words.Error(c.err, ada)
			if title != c.want {
				t.Errorf("title %q, want %q", title, c.want)
			}
			checkSaid(t, name, title, sentences)
			if all := strings.Join(sentences, "\n"); strings.ContainsAny(all, "\x1b\u202e") {
				t.Errorf("not clean: %q", all)
			}
		})
	}
	_, sentences := words.Error(wire.Errorf(wire.CodeIO, "make room in /home/ada"), ada)
	if sentences[1] != "Make room in /home/ada." {
		t.Errorf("what the error knows is lost: %q", sentences)
	}
	if got := words.TechnicalDetails(wire.Errorf(wire.CodeOTPExpired, "x\ny")); got != "Technical details: code 10101, otp_expired. The request has expired. (10101): x y" {
		t.Error(got)
	}
}

func TestResult(t *testing.T) {
	for _, c := range []struct {
		state wire.State
		kind  string
		want  string
	}{
		{wire.StateAccepted, "login", "Accepted: Bank logs you in now. Go back to your browser."},
		{wire.StateAccepted, "transfer", "Accepted: Bank goes on now. Go back to your browser."},
		{wire.StateDenied, "login", "Denied: Nobody was logged in."},
		{wire.StateDenied, "transfer", "Denied: Nothing was accepted."},
	} {
		res := mobileauth.Result{State: c.state, Request: mobileauth.Request{Portal: "Bank", Type: c.kind}}
		title, sentences := words.Result(res)
		if got := title + ": " + sentences[0]; got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
		before := len(sentences)
		res.NotRecorded = errors.New("x")
		if _, sentences := words.Result(res); len(sentences) != before+1 {
			t.Errorf("a history that was not saved is not told: %q", sentences)
		}
	}
}

func TestPINs(t *testing.T) {
	ada := device.Profile{UserName: "Ada"}
	for _, c := range []struct {
		r    device.PINRequest
		want string
	}{
		{device.PINRequest{Profile: ada, Max: 3}, "PIN for Ada:"},
		{device.PINRequest{Profile: ada, Max: 3, Failures: 1}, "2 tries left. PIN for Ada:"},
		{device.PINRequest{Profile: ada, Max: 3, Failures: 1, Err: wire.Errorf(wire.CodeIncorrectPIN, "")}, "This PIN is not right. 2 tries left. PIN for Ada:"},
		{
			device.PINRequest{Profile: ada, Max: 3, Failures: 2},
			"1 try left. If it is wrong again, Ada is removed from this computer and must be registered again. PIN for Ada:",
		},
	} {
		before, prompt := words.AskPIN(c.r)
		if got := strings.Join(append(before, prompt), " "); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestPlace(t *testing.T) {
	picture := image.Rect(100, 100, 300, 300)
	for want, at := range map[string]image.Point{
		"top left": {110, 110}, "top right": {250, 110}, "bottom left": {110, 250}, "bottom right": {250, 250},
	} {
		corners := [4]image.Point{at, at.Add(image.Pt(20, 0)), at.Add(image.Pt(20, 20)), at.Add(image.Pt(0, 20))}
		if got := words.Place(corners, picture); got != want {
			t.Errorf("%v: %q, want %q", at, got, want)
		}
	}
}

// Nothing that can be named is without a name.
func TestNames(t *testing.T) {
	for _, s := range []intake.Source{
		intake.SourceScreen, intake.SourceCamera, intake.SourceFile, intake.SourcePaste, intake.SourceDrop, intake.SourceLink, intake.SourceServer,
	} {
		for _, kind := range []string{"login", "transfer"} {
			if got := words.Came(mobileauth.Request{Source: s, Type: kind}); strings.Contains(got, "unknown") || (kind == "login") != strings.HasPrefix(got, "Login request") {
				t.Errorf("%s, %s: %q", s, kind, got)
			}
		}
		if got := words.Source(s); strings.Contains(got, "unknown") {
			t.Errorf("%s: %q", s, got)
		}
	}
	for _, r := range []mobileauth.Reason{
		mobileauth.ReasonLink, mobileauth.ReasonServer, mobileauth.ReasonAfterDenial, mobileauth.ReasonOtherNetwork, mobileauth.ReasonOtherServer,
		mobileauth.ReasonLookAlike, mobileauth.ReasonMixed, mobileauth.ReasonNotEncrypted, mobileauth.ReasonThirdRequest,
	} {
		if got := words.ReasonName(r); got == string(r) {
			t.Errorf("%s has no words", r)
		}
	}
	for _, s := range []mobileauth.Step{mobileauth.StepMakingKey, mobileauth.StepSendingKey, mobileauth.StepChecking} {
		if got := words.EnrollStep(s); got == string(s) {
			t.Errorf("%s has no words", s)
		}
	}
	for _, r := range []journal.Result{journal.Accepted, journal.Denied, journal.Expired, journal.Unanswered, journal.Failed} {
		if got := words.History(journal.Entry{At: now, Result: r, Portal: "Bank", Profile: "Ada", Message: "a\nb", Took: 9 * time.Second}, now); !strings.HasPrefix(got, "Today, 14:31: ") || !strings.Contains(got, ", Bank, Ada. Message: \"a / b\"") {
			t.Error(got)
		}
	}
}
