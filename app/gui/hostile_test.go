package gui

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/app/gui/frame"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/gui/reading"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// forged is what a text would like to be taken for.
const forged = "FORGED"

// hostileTexts are what servers, portals and codes may send (THREATS T4).
var hostileTexts = []string{
	"",
	"Bank\n" + forged + ": known.\r\n" + forged + "\u2028" + forged + "\u0085" + forged,
	"\x00\x07\x1b[2J\x1b]0;" + forged + "\x07\u009b31m",
	"\u202e" + forged + "\u202c \u2066" + forged + "\u2069\u200f\u061c",
	"a" + strings.Repeat("\u0301", 2000),
	strings.Repeat("\u0301\u20dd", 300),
	strings.Repeat("W", 10_000),
	strings.Repeat("wide words ", 1000),
	"x" + strings.Repeat("\n", 5000) + forged,
	"שלום עולם مرحبا بالعالم",
	"👩‍👩‍👧‍👦🏳️‍🌈🇳🇱" + strings.Repeat("👩🏽‍🚀", 100),
	"**" + forged + "** {portal} {profile} {0} %s %!d(string=x) <b>bold</b> &lt; [x](http://evil.example) `x` $(x)",
	"\xff\xfe\xc3\x28",
	"\u115f\u3164\ufe0f\u00ad\ufeff\u200b\U000e0041",
	"press Accept to deny; Profile: Eve. Time left: 9 minutes. Type accept, deny, details or later:",
	"漢字" + strings.Repeat("字", 500),
}

// hostileScreens are all that shows texts of other people; clean is what core does
// to them before.
func hostileScreens(p *person, text string, clean func(string) string) map[string]func() {
	name := clean(text)
	profile := ada(p.t)
	profile.UserName, profile.ServerName = name, name
	r := request(p.t, func(r *mobileauth.Request) {
		r.Profile, r.Portal, r.Agent, r.Type, r.Network = profile, name, name, name, wire.NetworkOther
		r.Message = wire.CleanMessage(text, 0)
		claims(p.t, "https://id.examp1e-bank.example", mobileauth.ReasonLookAlike)(r)
	})
	login := request(p.t, func(r *mobileauth.Request) {
		r.Profile, r.Portal, r.Message = profile, name, wire.CleanMessage(text, 0)
	})
	item := intake.Parse(text)
	trouble := wire.Errorf(wire.CodeIO, "%s", text)
	past := entry(1, journal.Denied, func(e *journal.Entry) { e.Portal, e.Profile, e.Message = name, name, wire.CleanMessage(text, 0) })
	about := words.About{Profile: name, Portal: name}
	return map[string]func(){
		"question": func() { p.puts(r) },
		"login":    func() { p.puts(login) },
		"leaving":  func() { p.puts(login).Back() },
		"denied":   func() { p.w.show(p.w.resultScreen(mobileauth.Result{Request: r, State: wire.StateDenied})) },
		"accepted": func() { p.w.show(p.w.resultScreen(mobileauth.Result{Request: login, State: wire.StateAccepted})) },
		"not mine": func() { p.w.notMine(r) },
		"profile":  func() { p.w.show(p.w.profileScreen(profile)) },
		"remove":   func() { p.w.show(p.w.removeScreen(profile)) },
		"PIN": func() {
			p.w.show(p.w.pinScreen(device.PINRequest{Profile: profile, Failures: 2, Max: 3}, answer[wire.Secret](p)))
		},
		"enroll": func() { p.w.show(p.w.enrollScreen(profile, answer[bool](p))) },
		"which profile": func() {
			p.w.show(p.w.whichProfileScreen([]device.Profile{profile, ada(p.t)}, answer[device.Profile](p)))
		},
		"not a login code": func() { p.ends(p.w.noLoginCode(reading.Found{Codes: []reading.Code{{Item: item}}})) },
		"error":            func() { p.ends(p.w.failed(trouble, about, nil)); p.chooses("Technical details") },
		"address":          func() { p.w.addressStep(text, trouble) },
		"past request":     func() { p.w.show(p.w.entryScreen(past)) },
		"waiting": func() {
			p.w.goTo(frame.Home)
			p.w.setWaiting([]mobileauth.Waiting{{TransactionID: "T", Profile: profile, Portal: name, Message: name, ExpiresAt: noon.Add(time.Minute)}})
		},
	}
}

// checkHostile looks for what a text of other people has done to a screen.
func (p *person) checkHostile(name string) {
	p.t.Helper()
	p.draws()
	for _, l := range p.now().Lines() {
		if strings.HasPrefix(l, forged) {
			p.t.Errorf("%s: a reader tells the line %q", name, l)
		}
		if i := strings.IndexFunc(l, unseen); i >= 0 && !joins(l[i:]) {
			p.t.Errorf("%s: a reader tells %U in %q", name, []rune(l[i:])[0], l)
		}
	}
	p.checkPlaces(name)
}

// joins reports whether a text begins with a joiner, which scripts and emoji need.
func joins(text string) bool {
	return strings.HasPrefix(text, "\u200d") || strings.HasPrefix(text, "\u200c") || strings.HasPrefix(text, "\ufe0f")
}

func cleaned(s string) string { return wire.CleanText(s, 80) }

// Even without having been cleaned they do no more than look odd.
func TestTextsThatWereNotCleaned(t *testing.T) {
	p := adasComputer(t).start()
	p.looks("Home")
	p.views(look.Light, 1, 360, 640)
	for _, text := range hostileTexts {
		text = text[:min(len(text), 150)] // such as core never hands on
		for _, show := range hostileScreens(p, text, func(s string) string { return s }) {
			show()
			p.draws()
			p.w.goTo(frame.Home)
		}
	}
}

// Whatever a portal sends, its own words are quoted and ours are told once.
func TestNothingIsForged(t *testing.T) {
	p := adasComputer(t).start()
	p.looks("Home")
	for _, text := range hostileTexts {
		c := p.puts(request(t, func(r *mobileauth.Request) { r.Message, r.Portal = wire.CleanMessage(text, 0), cleaned(text) }))
		told := c.Lines()
		for _, begin := range []string{"Profile: ", "Server: ", "Before: ", "Time left: ", "Accept only if "} {
			if n := len(slices.DeleteFunc(slices.Clone(told), func(l string) bool { return !strings.HasPrefix(l, begin) })); n != 1 {
				t.Errorf("%.60q: %d lines begin with %q", text, n, begin)
			}
		}
		p.w.goTo(frame.Home)
	}
}

// Placeholders and marks in a text stay what they are.
func TestMarksInTextsAreText(t *testing.T) {
	p := adasComputer(t).start()
	p.looks("Home")
	const text = "**{portal}** {profile} <b>"
	c := p.puts(request(t, func(r *mobileauth.Request) { r.Message, r.Portal, r.Before = text, text, journal.Before{First: true} }))
	if want := "Log in to " + text + "?"; c.Lines()[1] != want {
		t.Errorf("%q, want %q", c.Lines()[1], want)
	}
	p.draws()
	drawn := markup(p.w.frame.Canvas())
	for _, want := range []string{"Log in to " + text + "?", "“" + text + "”", "First request from " + text + "."} {
		if !strings.Contains(drawn, want) {
			t.Errorf("%q is not drawn:\n%s", want, drawn)
		}
	}
}

// FuzzHostileTexts puts texts of other people into all fields of a screen: they
// break none and pass for none of its words.
func FuzzHostileTexts(f *testing.F) {
	p := adasComputer(f).start()
	p.looks("Home")
	p.views(look.Light, 2, 360, 640)
	names := slices.Sorted(maps.Keys(hostileScreens(p, "", cleaned)))
	for _, text := range hostileTexts {
		for n := range names {
			f.Add(text, uint8(n))
		}
	}
	f.Fuzz(func(t *testing.T, text string, screen uint8) {
		if strings.HasPrefix(cleaned(text), forged) {
			t.Skip("a name may be anything")
		}
		p.t = t
		name := names[int(screen)%len(names)]
		hostileScreens(p, text, cleaned)[name]()
		p.checkHostile(name)
		p.w.goTo(frame.Home)
		p.settles()
		p.answers = nil
	})
}
