package bridge

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/understudy-auth/understudy/core/wire"
)

const (
	maxCalls  = 64 // of a page, at a time
	maxLarge  = 8  // of these, with a picture or a resource's body: they take memory
	writeTime = 10 * time.Second
	// pingEvery finds pages whose computer went away without a word.
	pingEvery = 30 * time.Second
)

// page is one page that is connected.
type page struct {
	b     *Bridge
	conn  *websocket.Conn
	phone *phone
	ctx   context.Context // ends with the page

	running sync.WaitGroup

	mu    sync.Mutex // guards what follows
	calls int
	large int              // of the calls
	flows map[string]*flow // by service
}

// connect lets a page in, or says why not. Everything is checked before Accept,
// whose own checks are not enough.
func (b *Bridge) connect(w http.ResponseWriter, r *http.Request) {
	v, no := b.gate.admit(r)
	var ph *phone
	if no == nil {
		ph, no = b.enter(v)
	}
	if no != nil {
		b.opt.Log.Warn("a page was refused", "reason", no.reason)
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "Refused: "+no.reason+".", no.status)
		return
	}
	defer b.leave(ph)
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{protocol}, OriginPatterns: b.gate.patterns()})
	if err != nil {
		b.opt.Log.Warn("a page could not connect", "error", err)
		return
	}
	ctx, cancel := context.WithCancel(b.ctx)
	p := &page{b: b, conn: conn, phone: ph, ctx: ctx, flows: map[string]*flow{}}
	p.serve()
	cancel()
	ph.inbox.leave(p)
	p.running.Wait()
}

// patterns are the origins as Accept compares them: letter by letter.
func (g gate) patterns() []string {
	var list []string
	for _, o := range g.origins {
		list = append(list, strings.NewReplacer(`[`, `\[`, `]`, `\]`).Replace(o))
	}
	return list
}

// serve takes calls until the page or the bridge goes away.
func (p *page) serve() {
	defer context.AfterFunc(p.b.ctx, func() { _ = p.conn.Close(websocket.StatusGoingAway, "the bridge ends") })()
	p.conn.SetReadLimit(maxImage + maxHead + headBytes)
	go p.ping()
	for {
		// A read whose context ends would end the connection without a word.
		kind, r, err := p.conn.Reader(context.WithoutCancel(p.ctx))
		if err != nil {
			_ = p.conn.CloseNow()
			return
		}
		m, err := readMessage(kind, r)
		if err != nil {
			status := websocket.StatusPolicyViolation
			if errors.Is(err, errTooLong) {
				status = websocket.StatusMessageTooBig
			}
			_ = p.conn.Close(status, err.Error())
			return
		}
		p.begin(m)
	}
}

// ping ends the connection of a page that does not answer.
func (p *page) ping() {
	ticker := time.NewTicker(pingEvery)
	defer ticker.Stop()
	for {
		select {
		case <-p.ctx.Done():
			return
		case <-ticker.C:
			wait, cancel := context.WithTimeout(p.ctx, pingEvery)
			err := p.conn.Ping(wait)
			cancel()
			if err != nil {
				_ = p.conn.CloseNow()
				return
			}
		}
	}
}

// begin starts a call.
func (p *page) begin(m message) {
	c := &call{page: p, message: m}
	do, ok := services[m.Service][m.Action]
	if !ok {
		c.send(answer{ID: m.ID, Value: missingCommand})
		return
	}
	p.b.opt.Phone.Asked(p.phone.info(), Asked{m.Service, m.Action, p.b.opt.Now()})
	p.mu.Lock()
	size := 0
	if m.large {
		size = 1
	}
	full := p.calls >= maxCalls || p.large+size > maxLarge
	if !full {
		p.calls++
		p.large += size
	}
	p.mu.Unlock()
	if full {
		c.fail(wire.Errorf(wire.CodeInProgress, ""))
		return
	}
	run := func() {
		defer func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.calls--
			p.large -= size
		}()
		c.answer(do(p.ctx, c))
	}
	if m.Service == serviceReceiver && m.Action == actionReceiver {
		run() // at once: what is pushed from now on is for this call
		return
	}
	p.running.Go(run)
}

// answer sends what an action returned.
func (c *call) answer(value any, err error) {
	switch {
	case errors.Is(err, errAnsweredElsewhere):
	case err != nil:
		c.fail(err)
	default:
		c.send(answer{ID: c.ID, OK: true, Value: value})
	}
}

// missingCommand is what Cordova's own exec gives for what no plugin has.
const missingCommand = "Missing Command Error"

// errAnsweredElsewhere is what an action returns whose call is answered by
// somebody else: the flow to which it belongs.
var errAnsweredElsewhere = errors.New("answered elsewhere")

// call is one call of a page.
type call struct {
	message
	page *page
}

// arg reads an argument; one that is missing leaves v alone.
func (c *call) arg(n int, v any) error {
	if n >= len(c.Args) {
		return nil
	}
	if err := json.Unmarshal(c.Args[n], v); err != nil {
		return wire.Errorf(wire.CodeIllegalArgument, "the arguments of %s are not of the documented types", c.Action)
	}
	return nil
}

// send writes an answer. A page that is gone, or does not read, loses it.
func (c *call) send(a answer) {
	text, err := json.Marshal(a)
	if err != nil {
		c.page.b.opt.Log.Error("an answer could not be written", "service", c.Service, "action", c.Action, "error", err)
		return
	}
	c.write(websocket.MessageText, text)
}

// sendBinary answers with bytes.
func (c *call) sendBinary(a answer, body []byte) {
	head, err := json.Marshal(a)
	if err != nil {
		return
	}
	c.write(websocket.MessageBinary, withHead(head, body))
}

// write sends a message, unless the bridge ends: the page then knows better what
// became of its calls.
func (c *call) write(kind websocket.MessageType, data []byte) {
	if c.page.b.ctx.Err() != nil {
		return
	}
	// A write whose context ends would end the connection without a word.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.page.ctx), writeTime)
	defer cancel()
	if err := c.page.conn.Write(ctx, kind, data); err != nil {
		_ = c.page.conn.CloseNow()
	}
}

func (c *call) fail(err error) {
	c.page.b.opt.Log.Debug("a call failed", "service", c.Service, "action", c.Action, "error", err)
	c.send(answer{ID: c.ID, Value: failed(err)})
}
