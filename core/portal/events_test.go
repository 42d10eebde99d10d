package portal

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

// stream is an open event stream.
type stream struct {
	t *testing.T
	*bufio.Scanner
	resp *http.Response
}

func (br *browser) stream(id string) *stream {
	br.b.t.Helper()
	resp, err := br.Get(br.b.http.URL + "/status/events?a=" + id)
	if err != nil {
		br.b.t.Fatal(err)
	}
	br.b.t.Cleanup(func() { resp.Body.Close() })
	return &stream{br.b.t, bufio.NewScanner(resp.Body), resp}
}

// next waits for an event; false is the stream's end.
func (s *stream) next() (st status, ok bool) {
	s.t.Helper()
	for s.Scan() {
		if data, found := strings.CutPrefix(s.Text(), "data: "); found {
			if err := json.Unmarshal([]byte(data), &st); err != nil {
				s.t.Fatal(err)
			}
			return st, true
		}
	}
	return st, false
}

func (s *stream) must(want state) {
	s.t.Helper()
	if got, ok := s.next(); !ok || got.State != want {
		s.t.Fatalf("got %+v, %v, want %s", got, ok, want)
	}
}

// keepTime moves the clock while the test runs, so that polling goes on.
func (b *bed) keepTime() {
	stop := make(chan struct{})
	b.t.Cleanup(func() { close(stop) })
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				b.clock.forward(time.Millisecond)
			}
		}
	}()
}

func TestEvents(t *testing.T) {
	b := newBed(t)
	b.keepTime()
	br := b.browser()
	s := br.stream(br.post("/login").attemptID(t))
	if got := s.resp.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("Content-Type %q", got)
	}
	s.must(waiting)
	b.server.set(wire.StateClaimed, "ada")
	s.must(confirming)
	b.server.breakWith(func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) })
	if got, ok := s.next(); !ok || got.State != confirming || !got.Unreachable {
		t.Errorf("server gone: %+v, %v", got, ok)
	}
	b.server.breakWith(nil)
	if got, ok := s.next(); !ok || got.State != confirming || got.Unreachable {
		t.Errorf("server back: %+v, %v", got, ok)
	}
	b.server.set(wire.StateAccepted, "ada")
	if got, ok := s.next(); !ok || got.State != accepted || !got.Final {
		t.Errorf("accepted: %+v, %v", got, ok)
	}
	if _, ok := s.next(); ok {
		t.Error("the stream goes on after the end")
	}
}

func TestEventsHeartbeat(t *testing.T) {
	b := newBed(t)
	br := b.browser()
	s := br.stream(br.post("/login").attemptID(t))
	s.must(waiting)
	b.clock.forward(heartbeat)
	s.must(waiting)
}

// A stream ends when its session lets the attempt go.
func TestEventsEndWithTheSession(t *testing.T) {
	for name, leave := range map[string]func(*browser){
		"new code": func(br *browser) { br.post("/login") },
		"cancel":   func(br *browser) { br.post("/cancel") },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBed(t)
			br := b.browser()
			s := br.stream(br.post("/login").attemptID(t))
			s.must(waiting)
			leave(br)
			if got, ok := s.next(); ok {
				t.Errorf("the stream goes on with %+v", got)
			}
		})
	}
}

// The session may live on: a transfer is given up, its stream ends.
func TestEventsEndWithTheTransfer(t *testing.T) {
	b := newBed(t)
	br := b.logIn("ada")
	s := br.stream(br.post("/transfer", "amount", "1", "recipient", "Bob").attemptID(t))
	s.must(waiting)
	br.post("/transfer/cancel")
	if got, ok := s.next(); ok {
		t.Errorf("the stream goes on with %+v", got)
	}
}

func TestEventsLimit(t *testing.T) {
	b := newBed(t)
	br := b.browser()
	id := br.post("/login").attemptID(t)
	var open []*stream
	for range maxSessionStreams {
		s := br.stream(id)
		s.must(waiting)
		open = append(open, s)
	}
	refused := br.get("/status/events?a="+id).must(t, 429, "/status/events")
	if refused.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	br.get("/status?a="+id).must(t, 200, "/status") // polling works on

	b.portal.sessions.mu.Lock()
	b.portal.sessions.streams = maxStreams
	b.portal.sessions.mu.Unlock()
	other := b.browser()
	other.get("/status/events?a="+other.post("/login").attemptID(t)).must(t, 429, "/status/events")
	_ = open
}

// A stream outlives the server's limit for answers: here that is over at once.
func TestEventsMoveTheWriteDeadline(t *testing.T) {
	b := newBed(t)
	br := b.browser()
	id := br.post("/login").attemptID(t)
	hasty := httptest.NewUnstartedServer(b.portal.Handler())
	hasty.Config.WriteTimeout = time.Nanosecond
	hasty.Start()
	t.Cleanup(hasty.Close)

	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, hasty.URL+"/status/events?a="+id, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = b.http.Listener.Addr().String()
	resp, err := br.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	s := &stream{t, bufio.NewScanner(resp.Body), resp}
	s.must(waiting)
	b.clock.forward(heartbeat)
	s.must(waiting)
}
