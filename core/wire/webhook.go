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
)

// ErrWebhook is the only error of VerifyWebhook: why a signature does not hold
// is nobody's business but the log's, which the caller writes.
var ErrWebhook = errors.New("callback refused: its signature, its time or its id is not right")

// SignWebhook signs a callback's body with the receiver's own key. A key that
// starts with "whsec_" is base64, any other is taken as it is.
func SignWebhook(key Secret, id string, at time.Time, body []byte) string {
	return "v1," + base64.StdEncoding.EncodeToString(webhookMAC(key, id, strconv.FormatInt(at.Unix(), 10), body))
}

// VerifyWebhook checks a received callback: one of the space-separated
// signatures has to be right and the timestamp within five minutes of now. The
// caller remembers ids, so that none counts twice.
func VerifyWebhook(key Secret, id, timestamp, signature string, body []byte, now time.Time) error {
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || key.IsZero() || id == "" || len(signature) > 1024 {
		return ErrWebhook
	}
	if age := now.Sub(time.Unix(seconds, 0)); age > webhookTolerance || age < -webhookTolerance {
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
	raw := key.Bytes()
	if encoded, ok := strings.CutPrefix(string(raw), "whsec_"); ok {
		if decoded, err := base64.StdEncoding.DecodeString(encoded); err == nil {
			raw = decoded
		}
	}
	mac := hmac.New(sha256.New, raw)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	return mac.Sum(nil)
}
