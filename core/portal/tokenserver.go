package portal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

const (
	pathStart       = "/oauth/api/v4/authenticate/user"
	pathTransaction = "/oauth/api/v4/authenticate/transactions/"

	maxServerAnswer = 64 << 10 // bytes
	maxExpiresIn    = 10 * time.Minute
	maxRetryAfter   = 10 * time.Minute
	maxUserID       = 256 // bytes
)

// What can go wrong with a call to the Token Server, apart from busyError.
var (
	errGone    = errors.New("the Token Server does not answer as it should")
	errRefused = errors.New("the Token Server refuses this API client")
	errUnknown = errors.New("the Token Server does not know the transaction")
)

// busyError is status 429.
type busyError struct{ retry time.Duration }

func (e *busyError) Error() string {
	return fmt.Sprintf("the Token Server asks to come back in %s", e.retry)
}

// tokenServer calls the portal API of a Token Server.
type tokenServer struct {
	origin wire.Origin
	id     string
	secret wire.Secret
	client *http.Client
}

// started is a transaction that waits for a device.
type started struct {
	transaction, otp string
	expiresIn        time.Duration
}

// start initializes a mobile authentication with OTP.
func (t *tokenServer) start(ctx context.Context, form url.Values) (started, error) {
	var answer struct {
		ID        string `json:"transaction_id"`
		OTP       string `json:"otp"`
		ExpiresIn int64  `json:"expires_in"`
	}
	if err := t.call(ctx, http.MethodPost, pathStart, form, &answer); err != nil {
		return started{}, err
	}
	otp, err := wire.ParseOTP(answer.OTP)
	if err != nil || otp.TransactionID != answer.ID || answer.ExpiresIn <= 0 {
		return started{}, fmt.Errorf("%w: its OTP cannot be used", errGone)
	}
	return started{answer.ID, answer.OTP, seconds(answer.ExpiresIn)}, nil
}

// outcome is what the server says about a transaction.
type outcome struct {
	state     wire.State
	user      string // as the server names it; shown makes it fit to be seen
	expiresIn time.Duration
}

func (t *tokenServer) transaction(ctx context.Context, id string) (outcome, error) {
	var answer struct {
		ID        string     `json:"transaction_id"`
		State     wire.State `json:"state"`
		User      string     `json:"user_id"`
		ExpiresIn int64      `json:"expires_in"`
	}
	err := t.call(ctx, http.MethodGet, pathTransaction+url.PathEscape(id), nil, &answer)
	switch {
	case err != nil:
		return outcome{}, err
	case len(answer.User) > maxUserID:
		return outcome{}, fmt.Errorf("%w: its user's id is too long", errGone)
	case answer.ID != id:
		return outcome{}, fmt.Errorf("%w: it answered about another transaction", errGone)
	}
	return outcome{answer.State, answer.User, seconds(answer.ExpiresIn)}, nil
}

// seconds bounds a number of seconds that the server sent.
func seconds(n int64) time.Duration {
	return time.Duration(min(max(n, 0), int64(maxExpiresIn/time.Second))) * time.Second
}

// call sends a form, or asks when there is none, and decodes the JSON answer.
func (t *tokenServer) call(ctx context.Context, method, path string, form url.Values, answer any) error {
	req, err := http.NewRequestWithContext(ctx, method, t.origin.URL(path), strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.Header.Set("Accept", "application/json")
	req.SetBasicAuth(t.id, string(t.secret.Bytes()))
	resp, err := t.client.Do(req)
	if err != nil {
		// The text of err holds the address, and that the transaction's id.
		if ue, ok := errors.AsType[*url.Error](err); ok {
			err = ue.Err
		}
		return fmt.Errorf("%w: %w", errGone, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxServerAnswer+1))
	switch {
	case err != nil || len(body) > maxServerAnswer:
		return fmt.Errorf("%w: its answer is broken off or too long", errGone)
	case resp.StatusCode == http.StatusOK:
		if json.Unmarshal(body, answer) != nil {
			return fmt.Errorf("%w: its answer is not the JSON that was expected", errGone)
		}
		return nil
	case resp.StatusCode == http.StatusNotFound:
		return errUnknown
	case resp.StatusCode == http.StatusTooManyRequests:
		n, err := strconv.ParseInt(resp.Header.Get("Retry-After"), 10, 64)
		if err != nil || n < 1 {
			n = 1
		}
		return &busyError{time.Duration(min(n, int64(maxRetryAfter/time.Second))) * time.Second}
	case resp.StatusCode/100 == 4:
		var e wire.ErrorResponse
		_ = json.Unmarshal(body, &e)
		return fmt.Errorf("%w: status %d, %s", errRefused, resp.StatusCode, wire.CleanText(e.Error+": "+e.Description, 300))
	}
	return fmt.Errorf("%w: status %d", errGone, resp.StatusCode)
}
