package wire

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The example of the Standard Webhooks libraries.
const (
	webhookTestKey       = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	webhookTestID        = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	webhookTestTime      = 1614265330
	webhookTestBody      = `{"test": 2432232314}`
	webhookTestSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)

func TestSignWebhookVector(t *testing.T) {
	got := SignWebhook(SecretString(webhookTestKey), webhookTestID, time.Unix(webhookTestTime, 0), []byte(webhookTestBody))
	if got != webhookTestSignature {
		t.Errorf("got %s, want %s", got, webhookTestSignature)
	}
}

func TestVerifyWebhook(t *testing.T) {
	key := SecretString(webhookTestKey)
	at := time.Unix(webhookTestTime, 0)
	stamp := strconv.Itoa(webhookTestTime)
	dotted := SignWebhook(key, "a.b", at, []byte(webhookTestBody))
	emptyKey := SignWebhook(Secret{}, webhookTestID, at, []byte(webhookTestBody))
	plain := SecretString("a key as it is")
	far := strconv.FormatInt(math.MinInt64, 10)

	for _, tt := range []struct {
		name           string
		key            Secret
		id, stamp, sig string
		body           string
		now            time.Time
		good           bool
	}{
		{"right", key, webhookTestID, stamp, webhookTestSignature, webhookTestBody, at, true},
		{"right, the second of several", key, webhookTestID, stamp, "v1,AAAA v1a,x " + webhookTestSignature, webhookTestBody, at, true},
		{"right, plain key", plain, "1", stamp, SignWebhook(plain, "1", at, nil), "", at, true},
		{"5 minutes old", key, webhookTestID, stamp, webhookTestSignature, webhookTestBody, at.Add(5 * time.Minute), true},
		{"5 minutes early", key, webhookTestID, stamp, webhookTestSignature, webhookTestBody, at.Add(-5 * time.Minute), true},

		{"too old", key, webhookTestID, stamp, webhookTestSignature, webhookTestBody, at.Add(5*time.Minute + time.Second), false},
		{"too early", key, webhookTestID, stamp, webhookTestSignature, webhookTestBody, at.Add(-5*time.Minute - time.Second), false},
		{"one byte of the body", key, webhookTestID, stamp, webhookTestSignature, strings.Replace(webhookTestBody, "4", "5", 1), at, false},
		{"one byte of the signature", key, webhookTestID, stamp, strings.Replace(webhookTestSignature, "g0", "h0", 1), webhookTestBody, at, false},
		{"another id", key, "msg_other", stamp, webhookTestSignature, webhookTestBody, at, false},
		{"another time", key, webhookTestID, strconv.Itoa(webhookTestTime + 1), webhookTestSignature, webhookTestBody, at, false},
		{"another key", plain, webhookTestID, stamp, webhookTestSignature, webhookTestBody, at, false},
		{"another version", key, webhookTestID, stamp, strings.Replace(webhookTestSignature, "v1", "v2", 1), webhookTestBody, at, false},
		{"no signature", key, webhookTestID, stamp, "", webhookTestBody, at, false},
		{"empty signature", key, webhookTestID, stamp, "v1,", webhookTestBody, at, false},
		{"no timestamp", key, webhookTestID, "", webhookTestSignature, webhookTestBody, at, false},
		{"no number", key, webhookTestID, "now", webhookTestSignature, webhookTestBody, at, false},
		{"a time that overflows", key, webhookTestID, far, webhookTestSignature, webhookTestBody, at, false},
		{"a dot in the id", key, "a.b", stamp, dotted, webhookTestBody, at, false},
		{"no id", key, "", stamp, SignWebhook(key, "", at, []byte(webhookTestBody)), webhookTestBody, at, false},
		{"a long id", key, strings.Repeat("i", 257), stamp, SignWebhook(key, strings.Repeat("i", 257), at, nil), "", at, false},
		{"no key", Secret{}, webhookTestID, stamp, emptyKey, webhookTestBody, at, false},
		{"only the prefix of a key", SecretString("whsec_"), webhookTestID, stamp, emptyKey, webhookTestBody, at, false},
		{"endless signatures", key, webhookTestID, stamp, strings.Repeat("v1, ", 300) + webhookTestSignature, webhookTestBody, at, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := VerifyWebhook(tt.key, tt.id, tt.stamp, tt.sig, []byte(tt.body), tt.now)
			if (err == nil) != tt.good {
				t.Errorf("got %v", err)
			}
		})
	}
}
