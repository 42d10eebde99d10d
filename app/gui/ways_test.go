package gui

import (
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/wire"
)

// Every way in which a code comes leads to the same question, which says how.
func TestWays(t *testing.T) {
	for _, c := range []struct {
		name  string
		bring func(p *person, link string)
		came  string
	}{
		{"file", func(p *person, link string) { p.w.readFile(p.picture(link)) }, "Login request, read from the picture you gave."},
		{"drop", func(p *person, link string) { p.w.drop([]string{p.picture(link)}) }, "Login request, dropped on the window."},
		{"pasted text", func(p *person, link string) {
			p.clip = capture.Clip{Text: link}
			p.ctrl(fyne.KeyV)
		}, "Login request, pasted."},
		{"pasted picture", func(p *person, link string) {
			p.clip = capture.Clip{Picture: p.seen(p.picture(link))}
			p.chooses("Paste")
		}, "Login request, pasted."},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := unlocked(t)
			otp, id := p.bed.Start("Log in to My Example Bank")
			c.bring(p, wire.OTPLink(p.bed.Origin, otp))
			s := p.looks(loginQuestion)
			if got := s.Lines()[0]; got != c.came {
				t.Errorf("a reader tells %q, want %q", got, c.came)
			}
			p.readable()
			p.chooses("Deny")
			p.looks("Denied")
			if got := p.bed.State(id); got != wire.StateDenied {
				t.Errorf("the request is %s", got)
			}
		})
	}
}

// seen is what a picture file shows.
func (p *person) seen(name string) image.Image {
	p.t.Helper()
	f, err := os.Open(name)
	if err != nil {
		p.t.Fatal(err)
	}
	defer f.Close()
	m, err := png.Decode(f)
	if err != nil {
		p.t.Fatal(err)
	}
	return m
}

// besides is a picture with the codes of several texts.
func (p *person) besides(texts ...string) string {
	p.t.Helper()
	all := image.NewGray(image.Rect(0, 0, 700*len(texts), 700))
	draw.Draw(all, all.Bounds(), image.White, image.Point{}, draw.Src)
	for i, text := range texts {
		code := p.seen(p.picture(text))
		draw.Draw(all, code.Bounds().Add(image.Pt(700*i+100, 100)), code, image.Point{}, draw.Src)
	}
	name := filepath.Join(p.t.TempDir(), "codes.png")
	f, err := os.Create(name)
	if err == nil {
		err = png.Encode(f, all)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	_ = f.Close()
	return name
}

// Of several codes the digit chooses one, and choosing accepts nothing.
func TestChooseByDigit(t *testing.T) {
	p := unlocked(t)
	first, firstID := p.bed.Start("first")
	second, secondID := p.bed.Start("second")
	p.w.drop([]string{p.besides(wire.OTPLink(p.bed.Origin, first), wire.OTPLink(p.bed.Origin, second), "just text")})
	asked := p.looks("Two login codes found. Which one?")
	if !slices.Contains(asked.Lines(), "One more code was found. It is not a login code.") {
		t.Errorf("%q", asked.Lines())
	}
	if got := p.focused(); got != "Choose 1" {
		t.Errorf("the focus is on %q", got)
	}
	p.press(fyne.Key3) // there is none
	p.press(fyne.Key2)
	s := p.looks(loginQuestion)
	told := s.Lines()
	p.readable()
	p.alt(fyne.KeyA)
	p.looks("Accepted")
	want := map[string]wire.State{firstID: wire.StateInitialized, secondID: wire.StateAccepted}
	if slices.Contains(told, `Message: "first"`) {
		want = map[string]wire.State{firstID: wire.StateAccepted, secondID: wire.StateInitialized}
	}
	for id, state := range want {
		if got := p.bed.State(id); got != state {
			t.Errorf("%s is %s, want %s", id, got, state)
		}
	}
}

// Two profiles at one server: the person says who answers.
func TestChooseTheProfile(t *testing.T) {
	p := sit(t)
	p.registered(true)
	p.registered(true)
	p.start()
	p.looks("Home")
	p.asked("x")
	p.looks("Several profiles could answer. Which one?")
	p.press(fyne.KeyEscape)
	p.waits("the flow to end", func() bool { return !p.w.busy() })
	p.looks("Home")
	asked := p.w.phone.Device.Profiles()[1]
	state := p.asked("y")
	p.looks("Several profiles could answer. Which one?")
	p.press(fyne.Key2)
	p.looks("PIN for Anna Example")
	p.types(testPIN)
	p.press(fyne.KeyReturn)
	p.looks(loginQuestion)
	if !p.w.phone.Device.LoggedIn(asked.ID) {
		t.Error("another profile was asked")
	}
	p.unanswered(state, "choosing")
}

// What holds no login code leads on by the keyboard.
func TestNoLoginCode(t *testing.T) {
	p := adasComputer(t).start()
	p.looks("Home")
	p.clip = capture.Clip{Text: "https://shop.example/x"}
	p.chooses("Paste")
	p.looks("This is not a login code")
	p.chooses("Copy text")
	if got := p.app.Clipboard().Content(); got != "https://shop.example/x" {
		t.Errorf("copied %q", got)
	}
	p.clip = capture.Clip{Text: "understudy://otp?server=https%3A%2F%2Fid.voorbeeld.example&otp=x"}
	before := p.now()
	p.chooses("Paste")
	p.waits("another screen", func() bool { return p.now() != before })
	if got := p.now().Page.Sentences; !slices.Contains(got, "This looks like a login code, but its OTP is damaged. Get a new code on the page, then try again.") {
		t.Errorf("%q", got)
	}
	p.press(fyne.KeyEscape)
	p.looks("Home")
}
