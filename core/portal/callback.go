package portal

import (
	"net/http"
	"sync"
	"time"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/wire"
)

const (
	maxCallback = 64 << 10
	// Ids are kept for longer than a signature's time is accepted: five minutes
	// before and after now.
	keepIDs = 11 * time.Minute
	maxIDs  = 10_000
)

// heard remembers the callbacks that came.
type heard struct {
	mu  sync.Mutex
	ids map[string]time.Time
}

func newHeard() *heard { return &heard{ids: map[string]time.Time{}} }

func (h *heard) before(id string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, ok := h.ids[id]
	return ok
}

// note remembers an id; only whoever holds the key can fill the map.
func (h *heard) note(id string, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.ids) >= maxIDs {
		for id, at := range h.ids {
			if now.Sub(at) > keepIDs {
				delete(h.ids, id)
			}
		}
	}
	if len(h.ids) >= maxIDs {
		clear(h.ids) // a repeated callback does no harm: it only makes us ask
	}
	h.ids[id] = now
}

// callback hears from the Token Server that a transaction has ended. What it says
// is not believed: it is only the reason to ask the server now rather than a second
// later.
func (p *Portal) callback(w http.ResponseWriter, r *http.Request) {
	body, err := netsafe.ReadBody(w, r, maxCallback, "application/json")
	if err != nil {
		http.Error(w, err.Error(), netsafe.StatusOf(err))
		return
	}
	id, now := r.Header.Get(wire.HeaderWebhookID), p.now()
	err = wire.VerifyWebhook(p.config.CallbackKey, id, r.Header.Get(wire.HeaderWebhookTimestamp), r.Header.Get(wire.HeaderWebhookSignature), body, now)
	if err != nil {
		p.log.Warn("a callback was refused", "error", err, "from", address(r))
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	if p.heard.before(id) {
		p.log.Info("a callback came again and was ignored")
		w.WriteHeader(http.StatusNoContent)
		return
	}
	var about struct {
		Transaction string `json:"transaction_id"`
	}
	if err := wire.StrictUnmarshal(body, &about); err != nil {
		http.Error(w, "the body is not the JSON of a callback", http.StatusBadRequest)
		return
	}
	// Of an attempt that its session gave up there is nothing to find out.
	if a := p.sessions.transaction(about.Transaction); a != nil {
		if err := p.refresh(r.Context(), a, true); err != nil {
			http.Error(w, "the Token Server could not be asked; send this again", http.StatusBadGateway)
			return
		}
	}
	p.heard.note(id, now)
	w.WriteHeader(http.StatusNoContent)
}
