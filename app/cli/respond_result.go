package cli

import (
	"time"

	"github.com/understudy-auth/understudy/app/console"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// sendingNews tells that the server does not answer while an answer is sent,
// once, and then when the time gets short.
type sendingNews struct {
	p    *program
	told bool
	left time.Duration
}

func (n *sendingNews) tell(s mobileauth.Sending) {
	switch {
	case !n.told:
		n.p.Show(words.NotThrough(s.TimeLeft)...)
	case console.Passed(console.AnnounceAt, n.left, s.TimeLeft):
		n.p.Show(words.TimeLeftNow(s.TimeLeft))
	}
	n.told, n.left = true, s.TimeLeft
}

// respondResult is what respond --json prints.
type respondResult struct {
	Schema        int                 `json:"schema"`
	Result        string              `json:"result"` // accepted, denied, expired, unanswered, failed
	TransactionID string              `json:"transaction_id"`
	Portal        string              `json:"portal"`
	Message       string              `json:"message"`
	Profile       string              `json:"profile"` // its id
	Server        respondServer       `json:"server"`
	Source        intake.Source       `json:"source"`
	Type          string              `json:"type"`
	Method        string              `json:"method"` // otp, push, push_with_pin
	Level         mobileauth.Level    `json:"level"`
	Reasons       []mobileauth.Reason `json:"reasons"`
	Network       wire.Network        `json:"network"`
	TookMS        int64               `json:"took_ms"`
	Error         *failCode           `json:"error,omitempty"`
}

type respondServer struct {
	Own      string        `json:"own"`
	Claimed  string        `json:"claimed"`
	Relation wire.Relation `json:"relation"`
}

func (p *program) printResult(r mobileauth.Request, result mobileauth.Result, err error) error {
	out := respondResult{
		Schema: schema, Result: string(result.State), TransactionID: r.TransactionID, Portal: r.Portal, Message: r.Message, Profile: r.Profile.ID,
		Server: respondServer{r.Server.Own.String(), r.Server.Claimed.String(), r.Server.Relation},
		Source: r.Source, Type: r.Type, Method: r.Method, Level: r.Level, Reasons: append([]mobileauth.Reason{}, r.Reasons...), Network: r.Network, TookMS: result.Took.Milliseconds(),
	}
	if err != nil {
		out.Result = "failed"
		switch code := wire.CodeOf(err); {
		case code == wire.CodeOTPExpired:
			out.Result = "expired"
		case code == wire.CodeCanceled:
			out.Result = "unanswered"
		}
		out.Error = failureOf(0, err)
	}
	return p.printJSON(out)
}
