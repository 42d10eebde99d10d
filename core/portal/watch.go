package portal

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/understudy-auth/understudy/core/netsafe"
)

const (
	heartbeat   = 10 * time.Second
	writeWithin = 30 * time.Second
)

// own finds the attempt that a request names, if it is its session's. Otherwise it
// answers 404: whether it exists is nobody else's business.
func (p *Portal) own(w http.ResponseWriter, r *http.Request) (token string, a *attempt) {
	token = p.sessions.token(r)
	if v, ok := p.sessions.visitor(token); ok {
		a = v.attempt(r.URL.Query().Get("a"))
	}
	if a == nil {
		http.Error(w, "There is no such code.", http.StatusNotFound)
	}
	return token, a
}

// qr serves the code as a PNG: black on white, quiet zone included.
func (p *Portal) qr(w http.ResponseWriter, r *http.Request) {
	if _, a := p.own(w, r); a != nil {
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(a.code.PNG())
	}
}

// status serves an attempt's state as JSON, for pages that cannot stream.
func (p *Portal) status(w http.ResponseWriter, r *http.Request) {
	_, a := p.own(w, r)
	if a == nil {
		return
	}
	_ = p.refresh(r.Context(), a, false) // no answer is told in the status
	got, _ := a.look()
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(describe(a, got, p.now()))
}

// events streams an attempt's state: at once, at each change, and every ten
// seconds. The stream ends with a final state, or when the session lets the
// attempt go.
func (p *Portal) events(w http.ResponseWriter, r *http.Request) {
	token, a := p.own(w, r)
	if a == nil {
		return
	}
	done, err := p.sessions.openStream(token)
	if err != nil {
		// The page polls instead.
		w.Header().Set("Retry-After", "30")
		http.Error(w, "There are too many open pages.", http.StatusTooManyRequests)
		return
	}
	defer done()
	w.Header().Set("Content-Type", "text/event-stream")
	ctx, out := r.Context(), http.NewResponseController(w)
	tick := time.NewTicker(max(p.config.PollInterval/4, time.Millisecond)) // refresh keeps to the interval
	defer tick.Stop()
	var last status
	var sent time.Time
	for ctx.Err() == nil {
		got, changed := a.look()
		now := p.now()
		st := describe(a, got, now)
		if news := st.State != last.State || st.Unreachable != last.Unreachable; news || now.Sub(sent) >= heartbeat {
			data, err := json.Marshal(st)
			if err != nil || netsafe.ExtendWriteDeadline(w, writeWithin) != nil {
				return
			}
			if _, err := w.Write([]byte("data: " + string(data) + "\n\n")); err != nil || out.Flush() != nil {
				return
			}
			last, sent = st, now
		}
		if st.Final {
			return
		}
		select {
		case <-ctx.Done():
		case <-changed:
		case <-tick.C:
			if v, ok := p.sessions.visitor(token); !ok || v.attempt(a.id) == nil {
				return
			}
			_ = p.refresh(ctx, a, false)
		}
	}
}
