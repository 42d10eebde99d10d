package wire

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"time"
)

// Headers of a signed callback, after the Standard Webhooks specification.
const (
	HeaderWebhookID        = "webhook-id"
	HeaderWebhookTimestamp = "webhook-timestamp"
	HeaderWebhookSignature = "webhook-signature"

	webhookTolerance = 5 * time.Minute
	maxWebhookID     = 256  // bytes
	maxWebhookHeader = 1024 // bytes of signatures: room for a dozen
)

// ErrWebhook is the only error of VerifyWebhook: why a signature does not hold
// is nobody's business but the log's, which the caller writes.
var ErrWebhook = errors.New("callback refused: its signature, its time or its id is not right")

// SignWebhook signs a callback's body with the receiver's own key: HMAC-SHA-256
// over id, time and body, joined by dots. A key that starts with "whsec_" is
// base64, as the specification writes keys; any other is taken as it is. The id
// names the callback, also when it is sent again, and holds no dot.
func SignWebhook(key Secret, id string, at time.Time, body []byte) string {
	return "v1," + base64.StdEncoding.EncodeToString(webhookMAC(key, id, strconv.FormatInt(at.Unix(), 10), body))
}

// VerifyWebhook checks a received callback: one of the space-separated
// signatures has to be right and the timestamp within five minutes of now. The
// caller remembers ids, so that none counts twice.
func VerifyWebhook(key Secret, id, timestamp, signature string, body []byte, now time.Time) error {
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || len(webhookKey(key)) == 0 || len(signature) > maxWebhookHeader {
		return ErrWebhook
	}
	// A dot in the id would let part of the body pass for the timestamp.
	if id == "" || len(id) > maxWebhookID || strings.Contains(id, ".") {
		return ErrWebhook
	}
	at := time.Unix(seconds, 0)
	if at.Before(now.Add(-webhookTolerance)) || at.After(now.Add(webhookTolerance)) {
		return ErrWebhook
	}
	want := webhookMAC(key, id, timestamp, body)
	for one := range strings.FieldsSeq(signature) {
		encoded, isV1 := strings.CutPrefix(one, "v1,")
		got, err := base64.StdEncoding.DecodeString(encoded)
		if isV1 && err == nil && hmac.Equal(got, want) {
			return nil
		}
	}
	return ErrWebhook
}

func webhookMAC(key Secret, id, timestamp string, body []byte) []byte {
	mac := hmac.New(sha256.New, webhookKey(key))
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	return mac.Sum(nil)
}

func webhookKey(key Secret) []byte {
	if encoded, ok := strings.CutPrefix(string(key.Bytes()), "whsec_"); ok {
		if decoded, err := base64.StdEncoding.DecodeString(encoded); err == nil {
			return decoded
		}
	}
	return key.Bytes()
}
