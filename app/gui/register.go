package gui

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/facts"
	"github.com/understudy-auth/understudy/app/gui/frame"
	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// registration is what is known of a profile that is to be added: nothing, a
// server, or a server with a code.
type registration struct {
	server wire.Origin
	code   wire.Secret
}

// welcomeScreen is the first step: whom to log in with.
func (d *desk) welcomeScreen() *screen {
	page := words.Page{
		Above: frame.StepOf(1),
		Title: words.T("Welcome. Whom do you want to log in with?"),
		Sentences: []string{
			words.T("Understudy does what the phone app does: it reads the code on a login page and asks you before anyone is logged in."),
		},
	}
	choices := []fyne.CanvasObject{
		kit.NewChoice(look.Scan, words.T("I have a registration code or link"),
			words.T("Have Understudy look at the screen, or use its picture."), d.codeChoice),
		kit.NewChoice(look.Server, words.T("I know the server's address"),
			words.T("Its login page opens in your browser."), func() { d.addressStep("", nil) }),
	}
	if d.opt.Demo != nil {
		choices = append(choices, kit.NewChoice(look.Sun, words.T("Try it with the demo"),
			words.T("Starts a server and a website on this computer. Nothing leaves it."), d.startDemo))
	}
	s := d.pageWith(page, kit.Flow(12, 0, choices...))
	s.Focus = firstFocus(choices[0])
	if len(d.phone.Device.Profiles()) == 0 {
		s.Back = d.stop
	}
	for _, c := range choices {
		s.Page.Actions = append(s.Page.Actions, c.(*kit.ListRow).AccessibilityLabel())
	}
	return s
}

// codeChoice lets the person bring the registration code.
func (d *desk) codeChoice() {
	d.show(d.pageScreen(words.Page{
		Above:     frame.StepOf(1),
		Title:     words.T("Bring the registration code"),
		Sentences: []string{words.T("Scan the registration code that the server's page shows."), words.T("You can also drop a picture anywhere in this window.")},
	}, d.otherWays()...))
}

// addressStep asks for the server's address. What was typed before stays.
func (d *desk) addressStep(typed string, problem error) {
	field := kit.NewEntry(words.T("Server address"), "https://id.example-bank.example")
	field.Fill(typed)
	help := kit.Text(kit.Muted, words.T("The people of the website tell you the address."))
	if problem != nil {
		help = kit.Text(kit.Body, facts.Joined(words.AddressProblem(problem)))
		help.SetColor(look.Bad)
	}
	next := func() {
		server, err := wire.ParseOrigin(strings.TrimSuffix(strings.TrimSpace(field.Text), "/"))
		if err != nil {
			d.addressStep(field.Text, err)
			return
		}
		d.addProfile(registration{server: server})
	}
	field.OnSubmitted = func(string) { next() }
	s := d.pageWith(words.Page{Above: frame.StepOf(1), Title: words.T("Server address")},
		kit.Flow(8, 0, field, help),
		action{Word: words.T("Next"), Main: true, Do: next},
		action{Word: words.T("Back"), Icon: look.Back, Do: func() { d.show(d.welcomeScreen()) }})
	s.Focus = field
	s.Back = func() { d.show(d.welcomeScreen()) }
	d.show(s)
}

// addProfile registers somebody and enrolls.
func (d *desk) addProfile(r registration) {
	if r.server.IsZero() {
		d.show(d.welcomeScreen())
		return
	}
	d.start(func(ctx context.Context) last { return d.registerWith(ctx, r) })
}

// registerWith is the flow of steps two to four.
func (d *desk) registerWith(ctx context.Context, r registration) last {
	if !r.code.IsZero() {
		if err := d.confirmServer(ctx, r.server); err != nil {
			return d.failed(err, words.About{Server: r.server}, nil)
		}
	}
	again := func() { d.addProfile(r) }
	p, err := d.phone.Device.Register(ctx, device.Registration{
		Server: r.server, Code: r.code, OpenBrowser: d.openLoginPage, CreatePIN: d.createPIN,
	})
	if err != nil {
		if !r.code.IsZero() {
			again = nil // the code is used up
		}
		return d.failed(err, words.About{Server: r.server}, again)
	}
	return d.enrollWith(ctx, p)
}

// confirmServer shows where a link leads before anything is sent there.
func (d *desk) confirmServer(ctx context.Context, server wire.Origin) error {
	_, err := prompt(ctx, d, func(answer reply[bool]) *screen {
		lines := words.ConfirmServer(server)
		where := kit.NewDetails(server.String(), kit.Pad(13, 20, kit.Text(kit.Address, server.String())))
		s := d.pageWith(words.Page{Above: frame.StepOf(2), Title: words.T("Register at this server?"), Sentences: []string{lines[0], lines[2]}},
			where,
			action{Word: words.T("Register"), Do: func() { answer(true, nil) }},
			action{Word: words.T("Cancel"), Do: func() { answer(false, errBack()) }})
		s.Focus = where // neither of the two is the usual answer
		s.Back = func() { answer(false, errBack()) }
		return s
	})
	return err
}

// openLoginPage opens the browser, and waits on the screen meanwhile.
func (d *desk) openLoginPage(ctx context.Context, page string) error {
	opened := d.opt.OpenBrowser(ctx, page)
	d.do(func() {
		if ctx.Err() == nil {
			d.show(d.waitingForBrowser(page, opened == nil))
		}
	})
	return nil // the address can be copied
}

func (d *desk) waitingForBrowser(page string, opened bool) *screen {
	say := words.Page{Above: frame.StepOf(2), Title: words.T("Register"), Sentences: []string{
		words.T("Your browser opens the server's login page. Log in there, then come back."),
		words.T("Waiting for the browser. You can take your time."),
	}}
	if !opened {
		say.Sentences[0] = words.T("No browser could be opened. Copy the address, open it in a browser on this computer and log in there.")
	}
	return d.pageScreen(say,
		action{Word: words.T("Cancel"), Do: d.goBack},
		action{Word: words.T("Copy the address"), Icon: look.Copy, Do: func() { d.frame.Copy(page) }})
}

// enroll enrolls a profile that is registered.
func (d *desk) enroll(p device.Profile) {
	d.start(func(ctx context.Context) last {
		if err := d.unlock(ctx, p); err != nil {
			return d.failed(err, aboutProfile(p), nil)
		}
		return d.enrollWith(ctx, p)
	})
}

// enrollWith is the last step: making and exchanging keys.
func (d *desk) enrollWith(ctx context.Context, p device.Profile) last {
	if _, err := prompt(ctx, d, func(answer reply[bool]) *screen { return d.enrollScreen(p, answer) }); err != nil {
		return d.failed(err, aboutProfile(p), nil)
	}
	var progress *progressScreen
	d.do(func() {
		progress = d.newProgress(p)
		d.show(progress.Screen)
	})
	err := d.phone.Client.Enroll(ctx, p.ID, func(s mobileauth.Step) { d.do(func() { progress.reached(s) }) })
	if err != nil {
		return d.failed(err, aboutProfile(p), func() { d.enroll(p) })
	}
	return func() *screen {
		if q, err := d.phone.Device.Profile(p.ID); err == nil {
			p = q
		}
		return d.readyScreen(p)
	}
}

// readyScreen tells that a profile can answer requests from now on.
func (d *desk) readyScreen(p device.Profile) *screen {
	title, sentences := words.Enrolled(p)
	page := words.Page{Above: frame.StepOf(4), Title: title, Sentences: sentences[:1]}
	if len(sentences) > 2 {
		page.Facts = []words.Fact{
			{Label: words.T("This computer's key"), Value: words.Spaced(p.OwnKey)},
		}
	}
	return d.pageScreen(page, action{Word: words.T("Done"), Main: true, Do: func() { d.goTo(frame.Home) }})
}

func (d *desk) enrollScreen(p device.Profile, answer reply[bool]) *screen {
	lines := words.EnrollNotice(p.Name(), d.phone.Device.KeyStorage())
	s := d.pageScreen(words.Page{Above: frame.StepOf(4), Title: words.T("Enroll this computer"), Sentences: lines[1:]},
		action{Word: words.T("Enroll"), Icon: look.Key, Main: true, Do: func() { answer(true, nil) }},
		action{Word: words.T("Not now"), Do: func() { answer(false, errBack()) }})
	s.Back = func() { answer(false, errBack()) }
	return s
}

// progressScreen shows the steps of an enrollment as they are reached.
type progressScreen struct {
	*frame.Screen
	rows map[mobileauth.Step]*kit.Glyph
	at   mobileauth.Step
}

func (d *desk) newProgress(p device.Profile) *progressScreen {
	s := &progressScreen{rows: map[mobileauth.Step]*kit.Glyph{}}
	var lines []fyne.CanvasObject
	page := words.Page{Above: frame.StepOf(4), Title: words.T("Enrolling {profile}", "profile", p.Name())}
	for _, step := range []mobileauth.Step{mobileauth.StepMakingKey, mobileauth.StepSendingKey, mobileauth.StepChecking} {
		s.rows[step] = kit.Icon(look.Circle, look.Muted)
		lines = append(lines, kit.Beside(12, s.rows[step], kit.Text(kit.Body, words.EnrollStep(step))))
	}
	s.Screen = d.pageWith(page, kit.Flow(12, 0, lines...), action{Word: words.T("Cancel"), Do: d.goBack})
	s.Told = func() []string {
		if s.at == "" {
			return s.Page.Lines()
		}
		told := s.Page
		told.Sentences = []string{words.EnrollStep(s.at)}
		return told.Lines()
	}
	return s
}

func (s *progressScreen) reached(step mobileauth.Step) {
	if s.at != "" {
		s.rows[s.at].Set(look.Check, look.OK)
	}
	s.at = step
	s.rows[step].Set(look.Time, look.Accent)
}

// startDemo starts the demo and works with its device from then on.
func (d *desk) startDemo() {
	d.start(func(ctx context.Context) last {
		demo, err := d.opt.Demo(d.ctx)
		if err != nil {
			return d.failed(err, words.About{}, d.startDemo)
		}
		return func() *screen {
			d.phone, d.site, d.pin = demo.Phone, demo.Site, demo.PIN
			d.end = append(d.end, demo.Close)
			d.watch()
			return d.homeScreen()
		}
	})
}
