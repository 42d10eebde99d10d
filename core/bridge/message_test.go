package bridge

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/coder/websocket"
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
