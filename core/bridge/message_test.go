package bridge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/understudy-auth/understudy/core/wire"
)

// Whatever a page sends is a call or an error, and a call keeps to the limits.
func FuzzReadMessage(f *testing.F) {
	f.Add(false, []byte(`{"id":1,"service":"OneginiClient","action":"start","args":[{"a":1}]}`))
	f.Add(true, withHead([]byte(`{"id":1,"service":"OneginiResourceClient","action":"fetch"}`), []byte(`[{}]`)))
	f.Add(true, withHead([]byte(`{"id":1,"service":"Understudy","action":"scan"}`), []byte("picture")))
	f.Add(true, []byte{255, 255, 255, 255, '{'})
	f.Fuzz(func(t *testing.T, binary bool, data []byte) {
		kind := websocket.MessageText
		if binary {
			kind = websocket.MessageBinary
		}
		m, err := readMessage(kind, bytes.NewReader(data))
		if err != nil {
			return
		}
		if m.ID == 0 || !binary && (len(data) > maxText || m.payload != nil) {
			t.Errorf("%+v of %q", m, data)
		}
		for _, a := range m.Args {
			if !json.Valid(a) {
				t.Errorf("an argument %q", a)
			}
		}
	})
}

// A page hears of documented errors, with what is particular where nobody compares
// the text, and nothing of what went wrong inside.
func TestFailed(t *testing.T) {
	inside := failed(fmt.Errorf("open a-secret-place: %w", io.ErrUnexpectedEOF))
	if inside.Code != wire.CodeInternal || strings.Contains(inside.Description, "secret") || strings.Contains(inside.Description, "EOF") {
		t.Errorf("an internal error is %+v", inside)
	}
	hostile := failed(wire.Errorf(wire.CodeIO, "sent\u202e\x1b[31m %s", strings.Repeat("x", 5000)))
	if !strings.Contains(hostile.Description, "sent") || strings.ContainsAny(hostile.Description, "\u202e\x1b") || len(hostile.Description) > 1000 {
		t.Errorf("%d, %q", len(hostile.Description), hostile.Description)
	}
	if got, want := failed(wire.Errorf(wire.CodeIncorrectPIN, "of anna")), wire.Errorf(wire.CodeIncorrectPIN, "").Description; got.Description != want {
		t.Errorf("%q; apps compare it with %q", got.Description, want)
	}
}

// What is no ASCII in a resource's head is escaped, and means the same.
func FuzzASCII(f *testing.F) {
	f.Add("✨ Übung 😀 \u2028")
	f.Fuzz(func(t *testing.T, text string) {
		whole, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		var before, after string
		escaped := ascii(whole)
		if bytes.ContainsFunc(escaped, func(r rune) bool { return r > 127 }) {
			t.Errorf("%q", escaped)
		}
		if json.Unmarshal(whole, &before) != nil || json.Unmarshal(escaped, &after) != nil || before != after {
			t.Errorf("%q is %q", text, after)
		}
	})
}
