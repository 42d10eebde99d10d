package gui

import (
	"context"
	"image"
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/app/gui/confirm"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// asking is a request on the window, and what has happened to it since.
type asking struct {
	name string
	edit func(testing.TB, *mobileauth.Request)
	then func(*person, *confirm.Confirmation)
}

// puts shows a request.
func (p *person) puts(r mobileauth.Request) *confirm.Confirmation {
	c := confirm.New(p.w.around(p.t.Context(), answer[mobileauth.Decision](p)), r)
	p.w.show(c.Screen)
	return c
}

// questionStates are the states of a request that is put.
func questionStates() []state {
	var all []state
	for _, q := range questions() {
		all = append(all, state{"question, " + q.name, nil, func(p *person) {
			c := p.puts(q.request(p.t))
			if q.then != nil {
				q.then(p, c)
			}
		}, false})
	}
	return all
}

func (q asking) request(t testing.TB) mobileauth.Request {
	return request(t, func(r *mobileauth.Request) {
		if q.edit != nil {
			q.edit(t, r)
		}
	})
}

func questions() []asking {
	claims := func(server string, reasons ...mobileauth.Reason) func(testing.TB, *mobileauth.Request) {
		return func(t testing.TB, r *mobileauth.Request) { claims(t, server, reasons...)(r) }
	}
	careful := func(reason mobileauth.Reason, edit func(*mobileauth.Request)) func(testing.TB, *mobileauth.Request) {
		return func(_ testing.TB, r *mobileauth.Request) { asks(reason)(r); edit(r) }
	}
	simple := func(edit func(*mobileauth.Request)) func(testing.TB, *mobileauth.Request) {
		return func(_ testing.TB, r *mobileauth.Request) { edit(r) }
	}
	return append([]asking{
		{"calm", nil, nil},
		{"with a picture", simple(func(r *mobileauth.Request) {
			r.Source, r.Picture = intake.SourceFile, image.NewGray(image.Rect(0, 0, 400, 250))
		}), nil},
		{"new server", simple(func(r *mobileauth.Request) {
			r.Server.New, r.Server.EnrolledAt, r.Before = true, noon.Add(-time.Hour), journal.Before{First: true}
		}), nil},
		{"this computer", func(t testing.TB, r *mobileauth.Request) {
			r.Server.Own = origin(t, "http://127.0.0.1:8700")
			r.Server.Claimed = r.Server.Own
		}, nil},
		{"by a link", careful(mobileauth.ReasonLink, func(r *mobileauth.Request) { r.Source = intake.SourceLink }), nil},
		{"by the server", careful(mobileauth.ReasonServer, func(r *mobileauth.Request) { r.Source = intake.SourceServer }), nil},
		{"after a denial", careful(mobileauth.ReasonAfterDenial, func(r *mobileauth.Request) { r.Before.Denied, r.Before.RecentDenied = 1, 1 }), nil},
		{"another network", careful(mobileauth.ReasonOtherNetwork, func(r *mobileauth.Request) {
			r.Network, r.Agent = wire.NetworkOther, "Firefox on Windows"
		}), nil},
		{"third request", simple(func(r *mobileauth.Request) {
			r.Before = journal.Before{Denied: 2, RecentRequests: 2, RecentDenied: 2}
			r.Level, r.Reasons = mobileauth.LevelStop, []mobileauth.Reason{mobileauth.ReasonThirdRequest, mobileauth.ReasonAfterDenial}
		}), nil},
		{"other server", claims("https://login.voorbeeld.example", mobileauth.ReasonOtherServer), nil},
		{"look-alike", claims("https://id.examp1e-bank.example", mobileauth.ReasonLookAlike), nil},
		{"mixed alphabets", claims("https://l\u043egin.voorbeeld.example", mobileauth.ReasonMixed), nil},
		{"not encrypted", claims("http://id.example-bank.example", mobileauth.ReasonOtherServer, mobileauth.ReasonNotEncrypted), nil},
		{"long message", simple(func(r *mobileauth.Request) {
			r.Message = strings.TrimSpace(strings.Repeat("All work and no play makes Jack a dull boy. ", 40))
		}), nil},
		{"hidden characters", simple(func(r *mobileauth.Request) { r.Message = wire.CleanMessage("Log in\u202e\nProfile: Eve.", 0) }), nil},
		{"no message", simple(func(r *mobileauth.Request) { r.Message = "" }), nil},
		{"second factor", simple(func(r *mobileauth.Request) {
			r.Type, r.Message = "transfer", "Pay 100 euros to Bert.\nReference: rent for May"
		}), nil},
		{"PIN needed", simple(pushWithPIN), nil},
		{"PIN wrong, last try", simple(func(r *mobileauth.Request) {
			pushWithPIN(r)
			r.PIN.Failures, r.PIN.Err = 2, wire.Errorf(wire.CodeIncorrectPIN, "")
		}), nil},
	}, answering()...)
}

// answering are what becomes of a calm question.
func answering() []asking {
	accepts := func(p *person, _ *confirm.Confirmation) {
		p.w.start(func(ctx context.Context) last { <-ctx.Done(); return nothing }) // sends without end
		p.readable()
		p.chooses("Accept")
	}
	return []asking{
		{"last seconds", nil, func(p *person, c *confirm.Confirmation) { p.passes(92 * time.Second) }},
		{"more time later", extends(nil), nil},
		{"more time", extends(nil), func(p *person, _ *confirm.Confirmation) { p.passes(92 * time.Second) }},
		{"extended", extends(nil), asksForMore},
		{"no more time", extends(wire.Errorf(wire.CodeServerNotReachable, "")), asksForMore},
		{"sending", nil, accepts},
		{"server gone", nil, func(p *person, c *confirm.Confirmation) { accepts(p, c); c.NotThrough(52 * time.Second) }},
		{"leaving", nil, func(p *person, c *confirm.Confirmation) { p.press("Escape") }},
		{"ran out", nil, func(p *person, c *confirm.Confirmation) {
			p.passes(2 * time.Minute)
			p.w.show(c.Over(words.Error(wire.Errorf(wire.CodeOTPExpired, ""), words.About{})))
		}},
		{"look-alike, box ticked", func(t testing.TB, r *mobileauth.Request) {
			claims(t, "https://id.examp1e-bank.example", mobileauth.ReasonLookAlike)(r)
		}, func(p *person, c *confirm.Confirmation) {
			p.chooses("I know this server, and I opened this page myself, check box, not ticked")
		}},
	}
}

// extends makes a request one that gets two more minutes, or not.
func extends(err error) func(testing.TB, *mobileauth.Request) {
	return func(_ testing.TB, r *mobileauth.Request) {
		until := r.ExpiresAt.Add(92 * time.Second)
		r.Extend = func(context.Context) (time.Time, error) { return until, err }
	}
}

func asksForMore(p *person, c *confirm.Confirmation) {
	p.passes(92 * time.Second)
	before := len(c.Lines())
	p.chooses("More time")
	p.waits("an answer of the server", func() bool { return len(c.Lines()) > before })
}

// pushWithPIN makes a request one that came by itself and takes the PIN.
func pushWithPIN(r *mobileauth.Request) {
	r.Source, r.Type, r.Method, r.Message = intake.SourceServer, "transfer-push-pin", wire.MethodPushPIN, "Pay 100 euros to Bert."
	r.PIN = &mobileauth.PINNeed{PINRequest: device.PINRequest{Profile: r.Profile, Max: 3}}
}
