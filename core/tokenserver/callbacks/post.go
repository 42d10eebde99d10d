package callbacks

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

// Timeout bounds one delivery.
const Timeout = 5 * time.Second

// pauses is how long after each failed delivery the next one follows;
// after the last the callback is given up. Portals can always ask.
var pauses = []time.Duration{
	time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour,
}

func (d *Deliverer) deliver(ctx context.Context, c Callback) {
	err := d.post(ctx, c)
	ctx = context.WithoutCancel(ctx) // what was delivered is, also when the server ends just now
	if err == nil || c.Attempts > len(pauses) {
		if err != nil {
			d.log.Warn("a callback was given up; the portal can still ask", "client", c.ClientID, "transaction", c.TransactionID)
		}
		if err := d.store.RemoveCallback(ctx, c.ID); err != nil {
			d.log.Error("a callback could not be removed", "error", err)
		}
		return
	}
	d.log.Info("a callback failed and is tried again", "client", c.ClientID, "attempt", c.Attempts, "error", err)
	if err := d.store.RetryCallback(ctx, c.ID, d.clock().Add(pauses[c.Attempts-1])); err != nil {
		d.log.Error("a callback could not be put off", "error", err)
	}
}

// post sends one callback, signed after the Standard Webhooks scheme with the
// client's own key. The answer's body does not matter.
func (d *Deliverer) post(ctx context.Context, c Callback) error {
	client, ok := d.client(c.ClientID)
	if !ok || !client.AllowsCallback(c.URI) {
		return errGone
	}
	body, err := json.Marshal(struct {
		ID     string     `json:"transaction_id"`
		State  wire.State `json:"state"`
		UserID string     `json:"user_id,omitempty"`
	}{c.TransactionID, c.State, c.UserID})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URI, bytes.NewReader(body))
	if err != nil {
		return err
	}
	now := d.clock()
	// A transaction has one callback, so this id is unique for ever, also when
	// the store is a new one.
	id := "callback-" + c.TransactionID
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(wire.HeaderWebhookID, id)
	req.Header.Set(wire.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	req.Header.Set(wire.HeaderWebhookSignature, wire.SignWebhook(client.CallbackKey.Secret, id, now, body))
	resp, err := d.http.Do(req)
	if err != nil {
		if of, ok := errors.AsType[*url.Error](err); ok {
			err = of.Err // the address may hold what only the portal should know
		}
		return err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 4<<10))
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return &statusError{resp.StatusCode}
	}
	return nil
}

type statusError struct{ status int }

func (e *statusError) Error() string {
	return "the portal answered with status " + strconv.Itoa(e.status)
}

var errGone = &statusError{http.StatusGone}
