package gui

import (
	"context"
	"errors"
	"fmt"
	"image"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/app/gui/frame"
	"github.com/understudy-auth/understudy/app/gui/reading"
	"github.com/understudy-auth/understudy/app/phone"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/capture"
	monitors "github.com/understudy-auth/understudy/core/capture/screen"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/scan"
	"github.com/understudy-auth/understudy/core/settings"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// state is something that the window can show.
type state struct {
	name  string
	world func(testing.TB) *person // nil: Ada's computer, with her past
	show  func(*person)            // nil: it comes by itself
	stays bool                     // there is nothing that Escape could lead back to
}

// states are all that the window can show, beside the questions of questions.
func states() []state {
	var all []state
	for _, list := range [][]state{firstRunStates(), homeStates(), profileStates(), readingStates(), viewfinders(), resultStates(), keyStates(), partStates()} {
		all = append(all, list...)
	}
	return all
}

// answer notes that a screen was answered, or left.
func answer[T any](p *person) reply[T] {
	return func(_ T, err error) {
		word := "answered"
		if err != nil {
			word = "left"
		}
		p.answers = append(p.answers, word)
	}
}

func adasComputer(t testing.TB) *person { return still(t, []device.Profile{ada(t)}, past()...) }
func nobodys(t testing.TB) *person      { return still(t, nil) }
func adaAndBob(t testing.TB) *person    { return still(t, []device.Profile{ada(t), bob(t)}) }

// with has the window open in another way.
func with(world func(testing.TB) *person, edit func(*Options)) func(testing.TB) *person {
	return func(t testing.TB) *person {
		p := world(t)
		p.edit = edit
		return p
	}
}

func firstRunStates() []state {
	newPIN := func(err error) func(*person) {
		return func(p *person) {
			p.w.show(p.w.createPINScreen(device.NewPINRequest{Profile: ada(p.t), Policy: wire.PINPolicy{Length: 5, MaxSimilar: 3}, Err: err}, answer[wire.Secret](p)))
		}
	}
	return []state{
		{"welcome", nobodys, nil, true},
		{"welcome with a demo", with(nobodys, func(o *Options) { o.Demo = noDemo }), nil, true},
		{"welcome to another profile", nil, func(p *person) { p.w.show(p.w.welcomeScreen()) }, false},
		{"registration code", nobodys, func(p *person) { p.w.codeChoice() }, false},
		{"server address", nobodys, func(p *person) { p.w.addressStep("", nil) }, false},
		{"server address, wrong", nobodys, func(p *person) {
			p.w.addressStep("http://id.example-bank.example", notEncrypted())
		}, false},
		{"register here", nobodys, func(p *person) {
			p.w.start(registersThere(p))
			p.looks("Register at this server?")
		}, false},
		{"waiting for the browser", nobodys, func(p *person) { p.w.show(p.w.waitingForBrowser(bank+"/oauth/authorize?state=x", true)) }, false},
		{"no browser", nobodys, func(p *person) { p.w.show(p.w.waitingForBrowser(bank+"/oauth/authorize?state=x", false)) }, false},
		{"create PIN", nil, newPIN(nil), false},
		{"create PIN, rules met", nil, func(p *person) {
			newPIN(nil)(p)
			p.types(testPIN)
			p.tabTo("The same PIN again, 5 digits, empty")
			p.types(testPIN)
		}, false},
		{"create PIN, refused", nil, newPIN(wire.Errorf(wire.CodePINBlacklisted, "")), false},
		{"enroll", nil, func(p *person) { p.w.show(p.w.enrollScreen(ada(p.t), answer[bool](p))) }, false},
		{"enrolling", nil, func(p *person) {
			progress := p.w.newProgress(ada(p.t))
			p.w.show(progress.Screen)
			progress.reached(mobileauth.StepMakingKey)
			progress.reached(mobileauth.StepSendingKey)
		}, false},
		{"ready", nil, func(p *person) { p.w.show(p.w.readyScreen(ada(p.t))) }, false},
	}
}

func noDemo(context.Context) (*Demo, error) { return nil, errors.New("no demo here") }

// notEncrypted is why an address is refused.
func notEncrypted() error {
	_, err := wire.ParseOrigin("http://id.example-bank.example")
	return err
}

// registersThere asks whether to register at the bank.
func registersThere(p *person) func(context.Context) last {
	return func(ctx context.Context) last {
		return p.w.failed(p.w.confirmServer(ctx, origin(p.t, bank)), words.About{}, nil)
	}
}

func homeStates() []state {
	waits := func(n int) func(*person) {
		return func(p *person) {
			list := make([]mobileauth.Waiting, n)
			for i := range list {
				list[i] = mobileauth.Waiting{
					TransactionID: fmt.Sprint("TRANSACTION", i), Profile: ada(p.t), Portal: fmt.Sprint("Portal ", i),
					ExpiresAt: noon.Add(time.Duration(n-i) * 20 * time.Second),
				}
			}
			p.w.setWaiting(list)
		}
	}
	manyProfiles := func(t testing.TB) *person { return still(t, crowd(t, 1000)) }
	return []state{
		{"home", nil, nil, true},
		{"home, two profiles", adaAndBob, nil, true},
		{"home, one waits", nil, waits(1), true},
		{"home, five wait", nil, waits(5), true},
		{"home, five wait, all shown", nil, func(p *person) { waits(5)(p); p.chooses("Show all 5") }, true},
		{"home, news", nil, func(p *person) {
			p.w.notice = words.NotSent()
			p.w.goTo(frame.Home)
		}, true},
		{"home, server gone", nil, func(p *person) {
			p.w.note("W8DUJ2", wire.Errorf(wire.CodeServerNotReachable, ""))
			p.w.goTo(frame.Home)
		}, true},
		{"home, demo", with(nobodys, func(o *Options) { o.Site, o.PIN = "http://127.0.0.1:8701", "27182" }), nil, true},
		{"home, thousand profiles", manyProfiles, nil, true},
		{"home, thousand profiles, found", manyProfiles, func(p *person) {
			p.tabTo("Search profiles, empty")
			p.types("person 77")
		}, true},
		{"home, thousand profiles, none found", manyProfiles, func(p *person) {
			p.tabTo("Search profiles, empty")
			p.types("zoe")
		}, true},
	}
}

// itself is a request that came by itself some time ago, and was denied.
func itself(ago time.Duration) journal.Entry {
	return entry(0, journal.Denied, func(e *journal.Entry) { e.At, e.Source = noon.Add(-ago), string(intake.SourceServer) })
}

func profileStates() []state {
	pin := func(failures int, err error) func(*person) {
		return func(p *person) {
			p.w.show(p.w.pinScreen(device.PINRequest{Profile: ada(p.t), Failures: failures, Max: 3, Err: err}, answer[wire.Secret](p)))
		}
	}
	wrong := wire.Errorf(wire.CodeIncorrectPIN, "")
	lock := func(p *person) { p.w.lock("") }
	return []state{
		{"profile", nil, func(p *person) { p.w.show(p.w.profileScreen(ada(p.t))) }, false},
		{"profile, not enrolled", adaAndBob, func(p *person) { p.w.show(p.w.profileScreen(bob(p.t))) }, false},
		{"rename", nil, func(p *person) { p.w.show(p.w.renameScreen(ada(p.t))) }, false},
		{"remove", nil, func(p *person) { p.w.show(p.w.removeScreen(ada(p.t))) }, false},
		{"removed", nil, func(p *person) { p.w.remove(ada(p.t)); p.looks("Ada was removed") }, false},
		{"PIN", nil, pin(0, nil), false},
		{"PIN, half typed and shown", nil, func(p *person) { pin(0, nil)(p); p.types("271"); p.chooses("Show") }, false},
		{"PIN, wrong", nil, pin(1, wrong), false},
		{"PIN, last try", nil, pin(2, wrong), false},
		{"PIN too often wrong", nil, func(p *person) {
			p.ends(p.w.failed(wire.Errorf(wire.CodeUserDeregistered, ""), aboutProfile(ada(p.t)), nil))
		}, false},
		{"locked", nil, lock, true},
		{"locked, two profiles", adaAndBob, lock, true},
	}
}

func readingStates() []state {
	unread := func(err error) func(*person) {
		return func(p *person) { p.ends(p.w.unread(err, nil)) }
	}
	holds := func(texts ...string) func(*person) {
		return func(p *person) {
			f := reading.Found{}
			for _, text := range texts {
				f.Codes = append(f.Codes, reading.Code{Item: intake.Parse(text)})
			}
			p.ends(p.w.noLoginCode(f))
		}
	}
	codeFor := func(server string) func(*person) {
		return func(p *person) { p.ends(p.w.noProfile(origin(p.t, server))) }
	}
	codeAlone := func(p *person) { p.ends(p.w.noProfile(wire.Origin{})) }
	return []state{
		{"no code", nil, holds(), false},
		{"not a login code", nil, holds("https://shop.example/?x=1"), false},
		{"two codes that are none", nil, holds("WIFI:T:WPA;S:cafe;P:secret;;", "just text"), false},
		{"no profile for the server", nil, codeFor("https://id.voorbeeld.example"), false},
		{"no profile, not encrypted", nil, codeFor("http://id.voorbeeld.example"), false},
		{"no profile, look-alike", nil, codeFor("https://id.examp1e-bank.example"), false},
		{"no profile, no server", adaAndBob, codeAlone, false},
		{"enroll first", adaAndBob, func(p *person) { p.ends(p.w.enrollFirst(bob(p.t))) }, false},
		{"not a file", nil, func(p *person) { p.w.drop([]string{"/https:/shop.example"}) }, false},
		{"not a picture", nil, unread(capture.ErrNotPicture), false},
		{"takes a moment", nil, func(p *person) { p.w.show(p.w.workingScreen()) }, false},
		{"cut off", nil, unread(capture.ErrCutOff), false},
		{"damaged", nil, unread(capture.ErrDamaged), false},
		{"too large", nil, unread(&capture.TooLargeError{Pixels: 400_000_000}), false},
		{"clipboard empty", nil, func(p *person) { p.ends(p.w.unread(capture.ErrClipboardEmpty, p.w.paste)) }, false},
		{"clipboard slow", nil, func(p *person) { p.ends(p.w.unread(capture.ErrClipboardTime, p.w.paste)) }, false},
		{"nothing on the screen", nil, func(p *person) { p.ends(p.w.noLoginCode(twoScreens())) }, false},
		{"nothing again", nil, func(p *person) { p.w.missed = 1; p.ends(p.w.noLoginCode(twoScreens())) }, false},
		{"code too small", nil, misses(scan.TooSmall), false},
		{"code cut, another damaged", nil, misses(scan.Cut, scan.Damaged), false},
		{"code without text", nil, misses(scan.NoText), false},
		{"no screenshot allowed", nil, unread(monitors.ErrRefused), false},
		{"silent desktop", nil, unread(monitors.ErrSilent), false},
		{"desktop may ask", nil, func(p *person) { p.w.desktopAsks() }, false},
		{"watching the screen", nil, func(p *person) { p.w.show(p.w.watchingScreen(true)) }, false},
		{"which code", nil, func(p *person) {
			p.w.show(p.w.chooserScreen(twoCodes(p.t), twoCodes(p.t).Items(), answer[intake.Item](p)))
		}, false},
		{"which profile", nil, func(p *person) {
			second := ada(p.t)
			second.UserName = "Ada's second account"
			p.w.show(p.w.whichProfileScreen([]device.Profile{ada(p.t), second}, answer[device.Profile](p)))
		}, false},
		{"which profile of many", nil, func(p *person) {
			p.w.show(p.w.whichProfileScreen(crowd(p.t, 1000), answer[device.Profile](p)))
		}, false},
	}
}

// twoCodes are the codes of two servers in one picture.
func twoCodes(t testing.TB) reading.Found {
	f := reading.Found{Source: intake.SourceFile}
	for n, server := range []string{bank, "https://id.voorbeeld.example"} {
		item := intake.Parse(wire.OTPLink(origin(t, server), fmt.Sprint("OTP", n)))
		item.Server = origin(t, server)
		f.Codes = append(f.Codes, reading.Code{Item: item, Seen: image.NewGray(image.Rect(0, 0, 600, 400)), Place: []string{"top left", "bottom right"}[n]})
	}
	return f
}

// misses are codes that were seen and not read.
func misses(reasons ...scan.Reason) func(*person) {
	return func(p *person) {
		f := twoScreens()
		for _, r := range reasons {
			f.Missed = append(f.Missed, reading.Missed{Reason: r, Seen: image.NewGray(image.Rect(0, 0, 300, 200)), Place: "top left"})
		}
		p.ends(p.w.noLoginCode(f))
	}
}

// twoScreens are two screens without any code.
func twoScreens() reading.Found {
	return reading.Found{Source: intake.SourceScreen, Small: []image.Image{image.NewGray(image.Rect(0, 0, 640, 360)), image.NewGray(image.Rect(0, 0, 640, 400))}}
}

func resultStates() []state {
	result := func(s wire.State, err error) func(*person) {
		return func(p *person) {
			p.w.show(p.w.resultScreen(mobileauth.Result{Request: request(p.t), State: s, NotRecorded: err}))
		}
	}
	trouble := func(err error, about words.About) func(*person) {
		return func(p *person) { p.ends(p.w.failed(err, about, func() {})) }
	}
	return []state{
		{"accepted", nil, result(wire.StateAccepted, nil), false},
		{"not sent yet", nil, func(p *person) { p.w.show(p.w.keptScreen()) }, false},
		{"a mistake", nil, func(p *person) { p.w.mistake() }, false},
		{"denied", nil, result(wire.StateDenied, nil), false},
		{"denied, the second time", func(t testing.TB) *person {
			return still(t, []device.Profile{ada(t)}, itself(4*time.Minute), itself(time.Minute))
		}, result(wire.StateDenied, nil), false},
		{"denied, not recorded", nil, result(wire.StateDenied, errors.New("disk full")), false},
		{"not mine", nil, func(p *person) { p.w.notMine(request(p.t)) }, false},
		{"wrong button", nil, func(p *person) { p.w.wrongButton() }, false},
		{"error", nil, trouble(wire.Errorf(wire.CodeServerNotReachable, "dial tcp: refused"), words.About{}), false},
		{"error with its details", nil, func(p *person) {
			trouble(wire.Errorf(wire.CodeServerNotReachable, "dial tcp: refused"), words.About{})(p)
			p.chooses("Technical details")
		}, false},
		{"answered elsewhere", nil, trouble(wire.Errorf(wire.CodeAlreadyAnswered, ""), words.About{Portal: "Example Bank"}), false},
		{"taken by another device", nil, trouble(wire.Errorf(wire.CodeClaimedElsewhere, ""), words.About{}), false},
		{"not authentic", nil, trouble(wire.Errorf(wire.CodeMessageNotAuthentic, ""), words.About{}), false},
		{"disk full", nil, trouble(wire.Errorf(wire.CodeIO, "no space left on device"), words.About{}), false},
		{"no network", nil, trouble(wire.Errorf(wire.CodeNoNetwork, ""), words.About{}), false},
	}
}

func keyStates() []state {
	passphrase := func(r phone.PassphraseRequest) func(*person) {
		return func(p *person) { p.w.show(p.w.passphraseScreen(r, answer[wire.Secret](p))) }
	}
	closed := func(err error) func(testing.TB) *person {
		return with(adasComputer, func(o *Options) {
			o.Open = func(vault.Kind, phone.AskPassphrase) (*phone.Phone, error) { return nil, err }
		})
	}
	return []state{
		{"keyring locked", nil, func(p *person) { p.ends(p.w.failed(vault.ErrLocked, words.About{}, func() {})) }, false},
		{"no keyring", nil, func(p *person) { p.ends(p.w.failed(vault.ErrUnavailable, words.About{}, nil)) }, false},
		{"keys damaged", nil, func(p *person) { p.ends(p.w.failed(vault.ErrDamaged, words.About{}, nil)) }, false},
		{"new passphrase", nil, passphrase(phone.PassphraseRequest{First: true}), false},
		{"new passphrase, too short", nil, func(p *person) {
			passphrase(phone.PassphraseRequest{First: true})(p)
			p.types("short")
			p.chooses("Open")
		}, false},
		{"passphrase", nil, passphrase(phone.PassphraseRequest{}), false},
		{"passphrase, wrong", nil, passphrase(phone.PassphraseRequest{Err: vault.ErrWrongPassphrase}), false},
		{"nothing can be opened", closed(wire.Errorf(wire.CodeIO, "the list of profiles is damaged")), nil, true},
	}
}

func partStates() []state {
	place := func(at frame.Place) func(*person) { return func(p *person) { p.w.goTo(at) } }
	inHistory := func(f func(*person)) func(*person) {
		return func(p *person) { p.w.goTo(frame.History); f(p) }
	}
	broken := func(err error) func(testing.TB) *person {
		return with(adasComputer, func(o *Options) { o.SettingsProblem = err })
	}
	return []state{
		{"history", nil, place(frame.History), true},
		{"history, empty", func(t testing.TB) *person { return still(t, []device.Profile{ada(t)}) }, place(frame.History), true},
		{"history, found", nil, inHistory(func(p *person) { p.types("rent") }), true},
		{"history, none found", nil, inHistory(func(p *person) { p.types("transfer") }), true},
		{"history, unreadable", nil, func(p *person) {
			p.writes("history.jsonl", []byte(`{"v":99}`+"\n"))
			p.w.goTo(frame.History)
		}, true},
		{"history, details", nil, func(p *person) { p.w.show(p.w.entryScreen(entry(1, journal.Denied))) }, false},
		{"export", nil, func(p *person) { p.w.show(p.w.exportScreen()) }, false},
		{"exported", nil, func(p *person) { p.w.export("csv") }, false},
		{"not exported", with(adasComputer, func(o *Options) {
			o.Export = func(string, []byte) (string, error) { return "", wire.Errorf(wire.CodeIO, "no space left on device") }
		}), func(p *person) { p.w.export("csv") }, false},
		{"settings", nil, place(frame.Settings), true},
		{"settings, not saved", nil, func(p *person) {
			p.w.goTo(frame.Settings)
			p.blockSettings()
			p.chooses("Fade from screen to screen, check box, ticked")
		}, true},
		{"keys", nil, func(p *person) { p.w.show(p.w.keysScreen()) }, false},
		{"settings of a newer version", broken(settings.ErrNewerVersion), nil, true},
		{"settings broken", broken(&settings.BrokenError{Path: "/home/ada/.config/understudy/config.toml", Line: 3, Fault: settings.FaultValue, Key: "look", Allowed: []string{`"system"`, `"light"`}}), nil, true},
		{"picture", nil, func(p *person) { p.w.enlarge(image.NewGray(image.Rect(0, 0, 900, 500))) }, false},
	}
}
