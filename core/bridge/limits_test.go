package bridge_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/png"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"rsc.io/qr"

	"github.com/understudy-auth/understudy/core/wire"
)

func withHead(length uint32, head string, body []byte) []byte {
	return append(append(binary.LittleEndian.AppendUint32(nil, length), head...), body...)
}

// THREATS A8: what is too long or no message ends the connection, and nothing is
// set aside for what is only announced.
func TestBadMessages(t *testing.T) {
	b := newBed(t)
	small := `{"id":1,"service":"OneginiClient","action":"start","args":[]}`
	both := `{"id":1,"service":"OneginiResourceClient","action":"fetch","args":[]}`
	long := func(service, action string, n int) []byte {
		head := `{"id":1,"service":"` + service + `","action":"` + action + `"}`
		return withHead(uint32(len(head)), head, bytes.Repeat([]byte(" "), n))
	}
	for name, c := range map[string]struct {
		kind   websocket.MessageType
		data   []byte
		status websocket.StatusCode
	}{
		"33 KiB on a small call":     {websocket.MessageText, []byte(small[:len(small)-2] + `"` + strings.Repeat("x", 33<<10) + `"]}`), websocket.StatusMessageTooBig},
		"binary for a small call":    {websocket.MessageBinary, long("OneginiClient", "start", 1), websocket.StatusMessageTooBig},
		"11 MiB and more":            {websocket.MessageBinary, long("OneginiResourceClient", "fetch", 11<<20+1), websocket.StatusMessageTooBig},
		"a picture above 16 MiB":     {websocket.MessageBinary, long("Understudy", "scan", 16<<20+1), websocket.StatusMessageTooBig},
		"a head of 1 GiB":            {websocket.MessageBinary, withHead(1<<30, "{}", nil), websocket.StatusPolicyViolation},
		"a head that is cut":         {websocket.MessageBinary, withHead(100, "{}", nil), websocket.StatusPolicyViolation},
		"two bytes":                  {websocket.MessageBinary, []byte{1, 0}, websocket.StatusPolicyViolation},
		"no JSON":                    {websocket.MessageText, []byte("hello"), websocket.StatusPolicyViolation},
		"nothing":                    {websocket.MessageText, nil, websocket.StatusPolicyViolation},
		"two objects":                {websocket.MessageText, []byte(small + small), websocket.StatusPolicyViolation},
		"a bracket behind it":        {websocket.MessageText, []byte(small + "]"), websocket.StatusPolicyViolation},
		"no number":                  {websocket.MessageText, []byte(`{"service":"OneginiClient","action":"start"}`), websocket.StatusPolicyViolation},
		"an unknown field":           {websocket.MessageText, []byte(`{"id":1,"service":"OneginiClient","action":"start","origin":"x"}`), websocket.StatusPolicyViolation},
		"arguments twice":            {websocket.MessageBinary, withHead(uint32(len(both)), both, []byte("[]")), websocket.StatusPolicyViolation},
		"arguments that are no list": {websocket.MessageText, []byte(`{"id":1,"service":"OneginiClient","action":"start","args":{}}`), websocket.StatusPolicyViolation},
	} {
		t.Run(name, func(t *testing.T) {
			p := b.open(origin, "")
			_ = p.conn.Write(t.Context(), c.kind, c.data) // which may be cut short
			select {
			case <-p.gone:
			case <-time.After(patience):
				t.Fatal("it is taken")
			}
			var closed websocket.CloseError
			if errors.As(p.end, &closed) && closed.Code != c.status {
				t.Errorf("closed with %v, want %v", closed, c.status)
			}
		})
	}
	b.open(origin, "").call("OneginiClient", "start").ok()
}

// A frame that announces a GiB costs no memory.
func TestAnnouncedLength(t *testing.T) {
	b := newBed(t)
	p := b.open(origin, "")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	head := `{"id":1,"service":"Understudy","action":"scan"}`
	w, err := p.conn.Writer(t.Context(), websocket.MessageBinary)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write(withHead(uint32(len(head)), head, []byte("P")))
	b.open(origin, "").call("OneginiClient", "start").ok()
	runtime.ReadMemStats(&after)
	if grown := int64(after.TotalAlloc) - int64(before.TotalAlloc); grown > 4<<20 {
		t.Errorf("%d bytes", grown)
	}
}

// More calls at a time than a page may make are refused one by one.
func TestManyCalls(t *testing.T) {
	b := newBed(t)
	p := b.open(origin, "")
	release := make(chan struct{})
	b.After(func(string) { <-release })
	var held []*pending
	for range 64 {
		held = append(held, p.call("OneginiIdentityProvidersClient", "getIdentityProviders"))
	}
	for range 3 {
		p.call("OneginiIdentityProvidersClient", "getIdentityProviders").fails(wire.CodeInProgress)
	}
	b.open(origin, "").call("OneginiClient", "start").ok() // another page is not held up
	close(release)
	for _, c := range held {
		c.ok()
	}
	p.call("OneginiClient", "start").ok()
}

// Calls with a body take memory, so there are fewer of them.
func TestManyLargeCalls(t *testing.T) {
	b := newBed(t)
	p := b.open(origin, "")
	p.register()
	release := make(chan struct{})
	b.After(func(string) { <-release })
	large := func() *pending {
		c := p.prepare("OneginiResourceClient", "fetch")
		head := string(marshal(t, obj{"id": p.next, "service": "OneginiResourceClient", "action": "fetch"}))
		p.write(websocket.MessageBinary, withHead(uint32(len(head)), head,
			marshal(t, []obj{{"url": "/mirror-request", "method": "POST", "auth": "Symbol(user)", "body": strings.Repeat("x", 40<<10)}})))
		return c
	}
	var held []*pending
	for range 8 {
		held = append(held, large())
	}
	large().fails(wire.CodeInProgress)
	p.call("OneginiClient", "start").ok()
	close(release)
	for _, c := range held {
		if r := c.answer(); !r.OK || !bytes.Contains(r.Body, []byte("xxx")) {
			t.Errorf("%+v", r)
		}
	}
	if r := large().answer(); !r.OK {
		t.Errorf("afterwards: %+v", r)
	}
}

// understudy.readCode: the page hands over a picture.
func TestScan(t *testing.T) {
	p := newBed(t).open(origin, "")
	scan := func(picture []byte) reply {
		t.Helper()
		c := p.prepare("Understudy", "scan")
		head := string(marshal(t, obj{"id": p.next, "service": "Understudy", "action": "scan"}))
		p.write(websocket.MessageBinary, withHead(uint32(len(head)), head, picture))
		return c.answer()
	}
	code, err := qr.Encode("an OTP", qr.M)
	if err != nil {
		t.Fatal(err)
	}
	if r := scan(code.PNG()); !r.OK || string(r.Value) != `["an OTP"]` {
		t.Errorf("%+v %s", r, r.Value)
	}
	var empty bytes.Buffer
	if err := png.Encode(&empty, image.NewGray(image.Rect(0, 0, 300, 300))); err != nil {
		t.Fatal(err)
	}
	if r := scan(empty.Bytes()); !r.OK || string(r.Value) != `[]` {
		t.Errorf("an empty picture: %+v %s", r, r.Value)
	}
	if r := scan([]byte("no picture")); r.OK || !strings.Contains(string(r.Value), "8002") {
		t.Errorf("no picture: %+v %s", r, r.Value)
	}
}
