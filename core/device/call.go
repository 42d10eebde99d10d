package device

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

const (
	maxAnswer = 64 << 10 // bytes of any answer of a Token Server
	// heldMargin is how long an answer may take that was held back, after that.
	heldMargin = 10 * time.Second
)

// request is one call of a Token Server: one of json, form and sealed is the
// body; without a body it is a GET.
type request struct {
	path   string
	auth   func(*http.Request)
	json   any
	form   url.Values
	sealed []byte
	hold   time.Duration // how much longer the server may think
}

func (r request) build(ctx context.Context, server wire.Origin) (*http.Request, error) {
	method, body, contentType := http.MethodPost, []byte(nil), ""
	switch {
	case r.json != nil:
		data, err := json.Marshal(r.json)
		if err != nil {
			return nil, err
		}
		body, contentType = data, "application/json"
	case r.form != nil:
		body, contentType = []byte(r.form.Encode()), "application/x-www-form-urlencoded"
	case r.sealed != nil:
		body, contentType = r.sealed, wire.ContentSealed
	default:
		method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(ctx, method, server.URL(r.path), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if r.auth != nil {
		r.auth(req)
	}
	return req, nil
}

// call sends the request and decodes a JSON answer into out; a *[]byte takes
// a sealed answer as it is. Errors have the documented codes.
func (d *Device) call(ctx context.Context, server wire.Origin, r request, out any) error {
	if server.IsZero() || (!server.IsEncrypted() && !server.IsLoopback()) {
		return wire.Errorf(wire.CodeConfiguration, "a server is reached over https only")
	}
	req, err := r.build(ctx, server)
	if err != nil {
		return wire.Errorf(wire.CodeInternal, "build a request: %w", err)
	}
	req.Header.Set("Accept", "application/json, "+wire.ContentSealed)
	if d.opt.AppVersion != "" {
		req.Header.Set(wire.HeaderAppVersion, d.opt.AppVersion)
	}
	if d.opt.OS != "" {
		req.Header.Set(wire.HeaderOS, d.opt.OS)
	}
	client := d.opt.HTTP
	if r.hold > 0 {
		client = d.patient
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.hold+heldMargin)
		defer cancel()
		req = req.WithContext(ctx)
	}
	resp, err := client.Do(req)
	if err != nil {
		return transportError(ctx, server, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return transportError(ctx, server, err)
	}
	if len(body) > maxAnswer {
		return wire.Errorf(wire.CodeServerNotReachable, "%s sent a far too long answer", server)
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		err := answerError(server, resp.StatusCode, body)
		if wire.CodeOf(err) == wire.CodeDeviceDeregistered {
			return errors.Join(err, d.forgetServer(context.WithoutCancel(ctx), server))
		}
		return err
	}
	return decode(server, resp, body, out)
}

func decode(server wire.Origin, resp *http.Response, body []byte, out any) error {
	contentType, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	switch out := out.(type) {
	case nil:
		return nil
	case *[]byte:
		if contentType != wire.ContentSealed {
			return wire.Errorf(wire.CodeMessageNotAuthentic, "%s answered with %q instead of a sealed message", server, wire.CleanText(contentType, 40))
		}
		*out = body
		return nil
	}
	if err := wire.StrictUnmarshal(body, out); err != nil {
		return wire.Errorf(wire.CodeConfiguration, "%s answered, but not like a Token Server for Understudy", server)
	}
	return nil
}

// answerError reads a refusal. Codes that this program does not know, and
// answers that are no refusals of a Token Server, get a code of their own.
func answerError(server wire.Origin, status int, body []byte) error {
	var refusal wire.ErrorResponse
	known := wire.StrictUnmarshal(body, &refusal) == nil && refusal.Error != ""
	switch {
	case known && wire.KnownCode(refusal.Code):
		err := wire.Errorf(refusal.Code, "%s", wire.CleanText(refusal.Description, 200))
		if refusal.Code == wire.CodeMessageNotAuthentic && refusal.Error == wire.RefusedClocks {
			err = wire.Errorf(refusal.Code, "%w", wire.ErrClocks)
		}
		err.Failures, err.Remaining = refusal.Failures, refusal.Remaining
		return err
	case status >= 500:
		return wire.Errorf(wire.CodeServerNotReachable, "%s answered with status %d", server, status)
	case known:
		return wire.Errorf(wire.CodeInternal, "%s refused: %s: %s", server, wire.CleanText(refusal.Error, 60), wire.CleanText(refusal.Description, 200))
	case status >= 300 && status < 400:
		return wire.Errorf(wire.CodeConfiguration, "%s sends its callers elsewhere, which is not followed; use the address it moved to", server)
	}
	return wire.Errorf(wire.CodeConfiguration, "%s answered with status %d, not like a Token Server for Understudy", server, status)
}

// transportError tells no network (9000) from a server that does not answer
// (9001) and from a caller that gave up (9006).
func transportError(ctx context.Context, server wire.Origin, err error) error {
	if ctx.Err() != nil && errors.Is(context.Cause(ctx), context.Canceled) {
		return wire.Errorf(wire.CodeCanceled, "%w", context.Canceled)
	}
	if inner := (*url.Error)(nil); errors.As(err, &inner) {
		err = inner.Err // without the address: a query may hold secrets
	}
	if errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.ENETDOWN) || (isNameError(err) && !haveNetwork()) {
		return wire.Errorf(wire.CodeNoNetwork, "%w", err)
	}
	return wire.Errorf(wire.CodeServerNotReachable, "%s: %w", server, err)
}

func isNameError(err error) bool {
	_, ok := errors.AsType[*net.DNSError](err)
	return ok
}

// haveNetwork reports whether any interface beyond loopback is up.
func haveNetwork() bool {
	interfaces, err := net.Interfaces()
	if err != nil {
		return true
	}
	for _, i := range interfaces {
		if i.Flags&net.FlagUp != 0 && i.Flags&net.FlagLoopback == 0 {
			return true
		}
	}
	return false
}

// deviceAuth authenticates a call with the device's own credentials.
func (d *Device) deviceAuth(ctx context.Context, server wire.Origin) (func(*http.Request), error) {
	c, err := d.credentials(ctx, server)
	if err != nil {
		return nil, err
	}
	return c.basicAuth, nil
}

func (c credentials) basicAuth(r *http.Request) {
	r.SetBasicAuth(url.QueryEscape(c.DeviceID), url.QueryEscape(string(c.ClientSecret.Bytes())))
}

func bearer(token wire.Secret) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Set("Authorization", strings.Join([]string{"Bearer", string(token.Bytes())}, " "))
	}
}
