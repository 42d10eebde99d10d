package bridge

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"

	"github.com/coder/websocket"

	"github.com/understudy-auth/understudy/core/wire"
)

const (
	maxText   = 32 << 10
	maxHead   = 1 << 10
	maxArgs   = 11 << 20 // the body of a resource call, as JSON
	maxImage  = 16 << 20
	headBytes = 4
)

// message is a call as it comes.
type message struct {
	ID      uint32            `json:"id"`
	Service string            `json:"service"`
	Action  string            `json:"action"`
	Args    []json.RawMessage `json:"args"`

	payload []byte // a picture
	large   bool   // it may be longer than a text message
}

var (
	errMessage = errors.New("not a message of this protocol")
	errTooLong = errors.New("the message is too long")
)

// readMessage reads a call. How long it may be depends on what it is, and nothing
// is set aside for what is only announced.
func readMessage(kind websocket.MessageType, r io.Reader) (message, error) {
	var m message
	if kind == websocket.MessageText {
		text, err := readUpTo(r, maxText)
		if err != nil {
			return m, err
		}
		return m, parse(text, &m)
	}
	var length [headBytes]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return m, errMessage
	}
	n := binary.LittleEndian.Uint32(length[:])
	if n > maxHead {
		return m, errMessage
	}
	head := make([]byte, n)
	if _, err := io.ReadFull(r, head); err != nil {
		return m, errMessage
	}
	if err := parse(head, &m); err != nil {
		return m, err
	}
	switch {
	case m.Args != nil:
		return m, errMessage
	case m.Service == serviceUnderstudy && m.Action == actionScan:
		picture, err := readUpTo(r, maxImage)
		m.payload, m.large = picture, true
		return m, err
	case m.Service == serviceResource:
		args, err := readUpTo(r, maxArgs)
		if err != nil {
			return m, err
		}
		if err := json.Unmarshal(args, &m.Args); err != nil {
			return m, errMessage
		}
		m.large = true
		return m, nil
	}
	return m, errTooLong
}

func parse(text []byte, m *message) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(m); err != nil || m.ID == 0 {
		return errMessage
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) { // More is false before a stray bracket
		return errMessage
	}
	return nil
}

func readUpTo(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(data)) > limit:
		return nil, errTooLong
	}
	return data, nil
}

// answer is what goes back for a call.
type answer struct {
	ID    uint32 `json:"id"`
	OK    bool   `json:"ok,omitempty"`
	Keep  bool   `json:"keep,omitempty"`
	Done  bool   `json:"done,omitempty"`
	Value any    `json:"value,omitempty"`
}

// withHead puts a message's head before its body.
func withHead(head, body []byte) []byte {
	out := make([]byte, 0, headBytes+len(head)+len(body))
	out = binary.LittleEndian.AppendUint32(out, uint32(len(head)))
	return append(append(out, head...), body...)
}

// failure is an error as the plugin gives it to apps.
type failure struct {
	Code        int    `json:"code"`
	Description string `json:"description"`
}

// failed turns an error into what the plugin gives. What is no documented error is
// an internal one, whose text stays here: it may name what a page must not know.
func failed(err error) failure {
	e, ok := errors.AsType[*wire.Error](err)
	if !ok {
		return failure{wire.CodeInternal, wire.Errorf(wire.CodeInternal, "").Description}
	}
	f := failure{e.Code, e.Description}
	if detailed(e.Code) && e.Detail() != "" {
		f.Description += " " + wire.CleanText(e.Detail(), 300)
	}
	return f
}

// detailed reports whether the description goes on with what is particular: apps
// compare the texts of the other codes letter by letter.
func detailed(code int) bool {
	switch code {
	case wire.CodeConfiguration, wire.CodeIllegalArgument, wire.CodeIO, wire.CodeServerNotReachable, wire.CodeDeviceRegistration:
		return true
	}
	return false
}
