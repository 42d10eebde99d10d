package bridge_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/understudy-auth/understudy/core/bridge"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/device/sensor"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

const (
	origin      = "http://localhost:8000"
	otherOrigin = "http://localhost:8100"
	token       = "0123456789-a-test-token"
	appRedirect = "cordovaexample://loginsuccess"
	goodPIN     = "12356"
	// patience is far above what anything takes.
	patience = 30 * time.Second
)

// bed is a Token Server and a bridge to it.
type bed struct {
	*servertest.Bed
	bridge *bridge.Bridge
	url    string
	phone  *person
	t      testing.TB
}

// person stands beside the bridge: opens registration pages and logs in there.
type person struct {
	user   string
	opened func(ctx context.Context, page string) error // in place of logging in
	sensor device.Sensor

	left chan struct{} // told when a device's last page is gone, with all that it had begun

	mu      sync.Mutex
	changes []bridge.Info
	asked   []bridge.Asked
}

func (p *person) OpenPage(ctx context.Context, _ bridge.Info, page string) error {
	if p.opened != nil {
		return p.opened(ctx, page)
	}
	return visit(ctx, page+"&user_id="+p.user)
}

func visit(ctx context.Context, address string) error {
	req, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func (p *person) Sensor(bridge.Info) device.Sensor { return p.sensor }

func (p *person) Changed(on bridge.Info) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.changes = append(p.changes, on)
	if on.Pages == 0 {
		select {
		case p.left <- struct{}{}:
		default:
		}
	}
}

func (p *person) Asked(_ bridge.Info, call bridge.Asked) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, call)
}

// newBed starts both; edit changes what they are made of.
func newBed(t testing.TB, edit ...func(*bridge.Options, *tokenserver.Config)) *bed {
	t.Helper()
	b := &bed{t: t, phone: &person{user: "anna", left: make(chan struct{}, 1)}}
	b.phone.sensor, _ = sensor.Parse("match")
	o := bridge.Options{Origins: []string{origin, otherOrigin}, Token: wire.SecretString(token), Phone: b.phone}
	b.Bed = servertest.New(t, func(c *tokenserver.Config) {
		c.Test.RegisterByName, c.Test.PortalFromPages = true, true
		c.Device.RedirectURIs = []string{appRedirect}
		for _, e := range edit {
			e(&o, c)
		}
	})
	b.start(o)
	return b
}

// another is another bridge to the same Token Server.
func (b *bed) another(edit func(*bridge.Options)) *bed {
	b.t.Helper()
	o := bridge.Options{Origins: []string{origin}, Token: wire.SecretString(token), Phone: b.phone}
	edit(&o)
	other := &bed{Bed: b.Bed, phone: b.phone, t: b.t}
	other.start(o)
	return other
}

func (b *bed) start(o bridge.Options) {
	b.t.Helper()
	server := httptest.NewUnstartedServer(nil)
	b.url = "http://" + server.Listener.Addr().String()
	o.Server, o.Own, o.Now = b.Origin, []string{b.url}, b.Clock.Now
	var err error
	if b.bridge, err = bridge.New(o); err != nil {
		b.t.Fatal(err)
	}
	server.Config.Handler = b.bridge
	server.Start()
	b.t.Cleanup(server.Close)
	b.t.Cleanup(b.bridge.Close)
}

// page is a page that is connected.
type page struct {
	t    testing.TB
	conn *websocket.Conn
	gone chan struct{} // when the connection has ended
	end  error

	mu      sync.Mutex
	next    uint32
	waiting map[uint32]*pending
}

// pending is a call that was made.
type pending struct {
	page    *page
	what    string
	answers chan reply
}

// reply is one answer of a call.
type reply struct {
	ID             uint32
	OK, Keep, Done bool
	Value          json.RawMessage
	Body           []byte `json:"-"`
}

// open connects a page of the origin with the right token.
func (b *bed) open(from, query string) *page {
	b.t.Helper()
	p, _, err := b.dial(query, http.Header{"Origin": {from}}, "understudy.token."+token)
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

func (b *bed) dial(query string, header http.Header, protocols ...string) (*page, *http.Response, error) {
	ctx, cancel := context.WithTimeout(b.t.Context(), patience)
	defer cancel()
	conn, resp, err := websocket.Dial(ctx, strings.Replace(b.url, "http", "ws", 1)+"/connect"+query, &websocket.DialOptions{
		HTTPHeader: header, Subprotocols: append([]string{"understudy.v1"}, protocols...),
	})
	if err != nil {
		return nil, resp, err
	}
	conn.SetReadLimit(64 << 20)
	p := &page{t: b.t, conn: conn, gone: make(chan struct{}), waiting: map[uint32]*pending{}}
	go p.read()
	b.t.Cleanup(func() { p.close() })
	return p, resp, nil
}

// close goes away without a word, as a page does, and waits until that is done.
func (p *page) close() {
	_ = p.conn.CloseNow()
	<-p.gone
}

func (p *page) read() {
	defer close(p.gone)
	for {
		kind, data, err := p.conn.Read(context.Background())
		if err != nil {
			p.end = err
			return
		}
		var r reply
		if kind == websocket.MessageBinary {
			n := binary.LittleEndian.Uint32(data)
			data, r.Body = data[4:4+n], data[4+n:]
		}
		if err := json.Unmarshal(data, &r); err != nil {
			p.t.Errorf("an answer: %v", err)
			continue
		}
		p.mu.Lock()
		c := p.waiting[r.ID]
		p.mu.Unlock()
		if c != nil {
			c.answers <- r
		}
	}
}

// call makes a call.
func (p *page) call(service, action string, args ...any) *pending {
	p.t.Helper()
	if args == nil {
		args = []any{}
	}
	c := p.prepare(service, action)
	p.write(websocket.MessageText, marshal(p.t, map[string]any{"id": p.next, "service": service, "action": action, "args": args}))
	return c
}

// prepare takes a number for a call.
func (p *page) prepare(service, action string) *pending {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next++
	c := &pending{page: p, what: service + "." + action, answers: make(chan reply, 64)}
	p.waiting[p.next] = c
	return c
}

func (p *page) write(kind websocket.MessageType, data []byte) {
	p.t.Helper()
	if err := p.conn.Write(p.t.Context(), kind, data); err != nil {
		p.t.Fatal(err)
	}
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// answer waits for the next answer.
func (c *pending) answer() reply {
	c.page.t.Helper()
	select {
	case r := <-c.answers:
		return r
	default:
	}
	select {
	case r := <-c.answers:
		return r
	case <-c.page.gone:
		c.page.t.Fatalf("%s: the page is gone: %v", c.what, c.page.end)
	case <-time.After(patience):
		c.page.t.Fatalf("%s is not answered", c.what)
	}
	return reply{}
}

// ok waits for a success, which is the last answer.
func (c *pending) ok() json.RawMessage {
	c.page.t.Helper()
	r := c.answer()
	if !r.OK || r.Keep || r.Done {
		c.page.t.Fatalf("%s: %+v %s", c.what, r, r.Value)
	}
	return r.Value
}

// into waits for a success and reads its value.
func (c *pending) into(v any) {
	c.page.t.Helper()
	if err := json.Unmarshal(c.ok(), v); err != nil {
		c.page.t.Fatalf("%s: %v", c.what, err)
	}
}

// failure is an error as an app gets it.
type failure struct {
	Code        int
	Description string
}

// fails waits for an error.
func (c *pending) fails(code int) failure {
	c.page.t.Helper()
	r := c.answer()
	var f failure
	if err := json.Unmarshal(r.Value, &f); err != nil || r.OK || r.Done || f.Code != code {
		c.page.t.Fatalf("%s: %+v %s; want error %d", c.what, r, r.Value, code)
	}
	return f
}

// done waits for the news that no answer will come.
func (c *pending) done() {
	c.page.t.Helper()
	if r := c.answer(); !r.Done {
		c.page.t.Fatalf("%s: %+v %s; want no answer", c.what, r, r.Value)
	}
}

// said is what an event says.
type said struct {
	Event       string `json:"pluginEvent"`
	URL         string `json:"url"`
	ProfileID   string `json:"profileId"`
	PINLength   int    `json:"pinLength"`
	Max         int    `json:"maxFailureCount"`
	Remaining   int    `json:"remainingFailureCount"`
	Code        int    `json:"code"`
	Description string `json:"description"`
	Provider    string `json:"identityProviderId"`
	Status      int    `json:"customInfoStatus"`
	Data        string `json:"customInfoData"`
	Type        string `json:"type"`
	Message     string `json:"message"`
}

// event waits for an event of this name.
func (c *pending) event(name string) said {
	c.page.t.Helper()
	r := c.answer()
	var s said
	if err := json.Unmarshal(r.Value, &s); err != nil || !r.OK || s.Event != name || r.Keep != (name != "onSuccess") {
		c.page.t.Fatalf("%s: %+v %s; want %s", c.what, r, r.Value, name)
	}
	return s
}

// register registers the person's user and gives the profile's id.
func (p *page) register() string {
	p.t.Helper()
	start := p.call("OneginiUserRegistrationClient", "start", obj{})
	start.event("onRegistrationRequest")
	start.event("onCreatePinRequest")
	create := p.call("OneginiUserRegistrationClient", "createPin", obj{"pin": goodPIN})
	id := create.event("onSuccess").ProfileID
	start.done()
	return id
}

// enrolled registers a user and enrolls it for mobile authentication.
func (p *page) enrolled() string {
	p.t.Helper()
	id := p.register()
	p.call("OneginiMobileAuthClient", "enroll").ok()
	return id
}

type obj = map[string]any

func (p *page) loggedIn() string {
	p.t.Helper()
	var who struct{ ProfileID string }
	r := p.call("OneginiUserAuthenticationClient", "getAuthenticatedUserProfile").answer()
	if !r.OK {
		return ""
	}
	if err := json.Unmarshal(r.Value, &who); err != nil {
		p.t.Fatal(err)
	}
	return who.ProfileID
}

func (p *page) profiles() []string {
	p.t.Helper()
	var list []struct{ ProfileID string }
	p.call("OneginiUserRegistrationClient", "getUserProfiles").into(&list)
	var ids []string
	for _, e := range list {
		ids = append(ids, e.ProfileID)
	}
	return ids
}

func bodyOf(t testing.TB, r *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
