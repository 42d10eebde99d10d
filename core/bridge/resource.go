package bridge

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/wire"
)

// tokenKinds are the names that JavaScript's symbols print.
var tokenKinds = map[string]device.TokenKind{
	"Symbol(user)":      device.TokenUser,
	"Symbol(implicit)":  device.TokenImplicit,
	"Symbol(anonymous)": device.TokenAnonymous,
}

// fetch calls a resource. The answer is binary, also where its status makes it an
// error.
func fetch(ctx context.Context, c *call) (any, error) {
	var a struct {
		URL     string          `json:"url"`
		Method  string          `json:"method"`
		Headers map[string]text `json:"headers"`
		Body    string          `json:"body"`
		Auth    string          `json:"auth"`
	}
	if err := c.arg(0, &a); err != nil {
		return nil, err
	}
	kind, ok := tokenKinds[a.Auth]
	if !ok {
		return nil, wire.Errorf(wire.CodeIllegalArgument, "auth is Symbol(user), Symbol(implicit) or Symbol(anonymous)")
	}
	p := c.page.phone
	user := ""
	if kind == device.TokenUser {
		var err error
		if user, err = p.userID(); err != nil {
			return nil, err
		}
	}
	header := http.Header{}
	for name, value := range a.Headers {
		header.Set(name, string(value))
	}
	got, err := p.device.Fetch(ctx, p.b.opt.Server, user, device.Resource{
		URL: p.b.ownAddress(a.URL), Method: strings.ToUpper(a.Method), Header: header, Body: []byte(a.Body), Auth: kind,
	})
	if err != nil {
		return nil, err
	}
	c.sendBinary(answer{ID: c.ID, OK: got.Status >= 200 && got.Status < 300}, resourceAnswer(got))
	return nil, errAnsweredElsewhere
}

// ownAddress is where a call goes that an app addresses to a server for which ours
// stands in. (THREATS T33: it is checked afterwards, like any other)
func (b *Bridge) ownAddress(url string) string {
	for _, origin := range b.opt.StandsFor {
		rest, ok := strings.CutPrefix(url, origin.String())
		if ok && (rest == "" || strings.ContainsAny(rest[:1], "/?#")) {
			return b.opt.Server.String() + rest
		}
	}
	return url
}

// resourceAnswer is what the plugin's JavaScript takes apart: it reads the head a
// byte a character, so there are no others than ASCII in it.
func resourceAnswer(a device.ResourceAnswer) []byte {
	headers := map[string]string{}
	for name, values := range a.Header {
		headers[name] = strings.Join(values, ", ")
	}
	head, err := json.Marshal(map[string]any{"status": a.Status, "statusText": a.StatusText, "headers": headers})
	if err != nil {
		head = []byte("{}") // of texts and a number: cannot fail
	}
	return withHead(ascii(head), a.Body)
}

// ascii escapes what is not ASCII in JSON.
func ascii(text []byte) []byte {
	var out bytes.Buffer
	for _, r := range string(text) {
		switch {
		case r < utf8.RuneSelf:
			out.WriteRune(r)
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.Bytes()
}
