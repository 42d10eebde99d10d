package portal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

// callback is a delivery as the Token Server makes it; tests change parts.
type callback struct {
	id, contentType string
	at              time.Time
	body            []byte
	key             wire.Secret
	flip            bool // a byte of the body, after signing
}

func (b *bed) callback(state wire.State) callback {
	id, _ := b.server.last()
	body, _ := json.Marshal(map[string]any{"transaction_id": id, "state": state, "user_id": "ada"})
	return callback{"callback-1", "application/json", b.clock.Now(), body, wire.SecretString(testKey), false}
}

func (b *bed) deliver(c callback) int {
	b.t.Helper()
	signature := wire.SignWebhook(c.key, c.id, c.at, c.body)
	if c.flip {
		c.body[len(c.body)-3] ^= 1
	}
	req, err := http.NewRequest(http.MethodPost, b.http.URL+CallbackPath, bytes.NewReader(c.body))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", c.contentType)
	req.Header.Set(wire.HeaderWebhookID, c.id)
	req.Header.Set(wire.HeaderWebhookTimestamp, strconv.FormatInt(c.at.Unix(), 10))
	req.Header.Set(wire.HeaderWebhookSignature, signature)
	return b.browser().do(req).status
}

// newSlowBed has a portal that does not ask by itself within the test.
func newSlowBed(t *testing.T) *bed {
	return newBed(t, func(c *Config) { c.PollInterval = time.Hour })
}

func TestCallback(t *testing.T) {
	b := newSlowBed(t)
	br := b.browser()
	s := br.stream(br.post("/login").attemptID(t))
	s.must(waiting)
	b.server.set(wire.StateAccepted, "ada")
	if got := b.deliver(b.callback(wire.StateAccepted)); got != http.StatusNoContent {
		t.Fatalf("status %d", got)
	}
	s.must(accepted) // told at once
	br.get("/home").must(t, 200, "/home", "ada")
	if got := b.server.questions(); got != 1 {
		t.Errorf("asked %d times", got)
	}
}

// What a callback says is not believed: the server's own answer counts.
func TestCallbackAloneLogsNobodyIn(t *testing.T) {
	b := newSlowBed(t)
	br := b.browser()
	br.post("/login")
	if got := b.deliver(b.callback(wire.StateAccepted)); got != http.StatusNoContent {
		t.Fatalf("status %d", got)
	}
	if b.server.questions() != 1 {
		t.Error("the server was not asked")
	}
	br.get("/home").must(t, 200, "/")
	br.get("/login").must(t, 200, "/login", "Scan the code to log in")
}

func TestCallbackRefused(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*callback)
		status int
	}{
		{"six minutes old", func(c *callback) { c.at = c.at.Add(-6 * time.Minute) }, 401},
		{"six minutes early", func(c *callback) { c.at = c.at.Add(6 * time.Minute) }, 401},
		{"flipped byte", func(c *callback) { c.flip = true }, 401},
		{"another key", func(c *callback) { c.key = wire.SecretString("another") }, 401},
		{"no key", func(c *callback) { c.key = wire.Secret{} }, 401},
		{"no id", func(c *callback) { c.id = "" }, 401},
		{"text", func(c *callback) { c.contentType = "text/plain" }, 415},
		{"too large", func(c *callback) { c.body = bytes.Repeat([]byte("x"), maxCallback+1) }, 413},
		{"no JSON", func(c *callback) { c.body = []byte("{}{}") }, 400},
		{"doubled key", func(c *callback) { c.body = []byte(`{"transaction_id":"a","transaction_id":"b"}`) }, 400},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newSlowBed(t)
			br := b.browser()
			br.post("/login")
			b.server.set(wire.StateAccepted, "ada")
			c := b.callback(wire.StateAccepted)
			tt.change(&c)
			if got := b.deliver(c); got != tt.status {
				t.Errorf("status %d, want %d", got, tt.status)
			}
			if b.server.questions() != 0 {
				t.Error("it had an effect")
			}
			br.get("/login").must(t, 200, "/login", "Scan the code to log in")
		})
	}
}

func TestCallbackTwice(t *testing.T) {
	b := newSlowBed(t)
	b.browser().post("/login")
	c := b.callback(wire.StateAccepted)

	// Not heard while the server could not be asked: it sends the same again.
	b.server.breakWith(func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) })
	if got := b.deliver(c); got != http.StatusBadGateway {
		t.Errorf("server gone: status %d", got)
	}
	b.server.breakWith(nil)
	for range 3 {
		if got := b.deliver(c); got != http.StatusNoContent {
			t.Errorf("status %d", got)
		}
	}
	if got := b.server.questions(); got != 1 {
		t.Errorf("three deliveries asked %d times", got)
	}

	// Of a transaction that nobody waits for there is nothing to ask.
	c = b.callback(wire.StateAccepted)
	c.id, c.body = "callback-2", []byte(`{"transaction_id":"transaction-unknown"}`)
	if got := b.deliver(c); got != http.StatusNoContent || b.server.questions() != 1 {
		t.Errorf("unknown: status %d, asked %d times", got, b.server.questions())
	}
}

func TestHeardIsBounded(t *testing.T) {
	h, now := newHeard(), time.Unix(0, 0)
	for i := range maxIDs {
		h.note(fmt.Sprint(i), now)
	}
	if h.note("x", now.Add(keepIDs+time.Second)); len(h.ids) != 1 || !h.before("x") || h.before("0") {
		t.Errorf("%d ids after the old ones ran out", len(h.ids))
	}
	for i := range 2 * maxIDs {
		h.note(fmt.Sprint(i), now.Add(keepIDs))
	}
	if len(h.ids) > maxIDs || !h.before(fmt.Sprint(2*maxIDs-1)) {
		t.Errorf("%d ids", len(h.ids))
	}
}
