package wire

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The example of the Standard Webhooks specification, whose reference
// libraries use it in their tests.
func TestWebhookVector(t *testing.T) {
	key := SecretString("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	got := SignWebhook(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("%s; want %s", got, want)
	}
}

func TestVerifyWebhook(t *testing.T) {
	key, other := SecretString("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), SecretString("a key that is plain text")
	now := time.Unix(1_750_000_000, 0)
	body := []byte(`{"state":"accepted"}`)
	stamp := strconv.FormatInt(now.Unix(), 10)
	sign := func(key Secret, id string, at time.Time) string { return SignWebhook(key, id, at, body) }
	good := sign(key, "id", now)
	for what, c := range map[string]struct {
		key                      Secret
		id, timestamp, signature string
		body                     string
		now                      time.Time
		ok                       bool
	}{
		"good":                   {key, "id", stamp, good, string(body), now, true},
		"a plain key":            {other, "id", stamp, sign(other, "id", now), string(body), now, true},
		"five minutes old":       {key, "id", stamp, good, string(body), now.Add(5 * time.Minute), true},
		"five minutes ahead":     {key, "id", stamp, good, string(body), now.Add(-5 * time.Minute), true},
		"older":                  {key, "id", stamp, good, string(body), now.Add(5*time.Minute + time.Second), false},
		"further ahead":          {key, "id", stamp, good, string(body), now.Add(-5*time.Minute - time.Second), false},
		"second of two":          {key, "id", stamp, sign(other, "id", now) + " " + good, string(body), now, true},
		"beside other schemes":   {key, "id", stamp, "v1a,AAAA v2,x " + good, string(body), now, true},
		"another scheme's name":  {key, "id", stamp, "v2," + good[3:], string(body), now, false},
		"no scheme":              {key, "id", stamp, good[3:], string(body), now, false},
		"another key":            {other, "id", stamp, good, string(body), now, false},
		"no key":                 {Secret{}, "id", stamp, good, string(body), now, false},
		"no key, signed with it": {Secret{}, "id", stamp, sign(Secret{}, "id", now), string(body), now, false},
		"another id":             {key, "ie", stamp, good, string(body), now, false},
		"no id":                  {key, "", stamp, sign(key, "", now), string(body), now, false},
		"a moved dot":            {key, "id." + stamp[:2], stamp[2:], good, string(body), now, false},
		"another body":           {key, "id", stamp, good, `{"state":"denied"}`, now, false},
		"no body":                {key, "id", stamp, good, "", now, false},
		"another time":           {key, "id", strconv.FormatInt(now.Unix()+1, 10), good, string(body), now, false},
		"no time":                {key, "id", "", good, string(body), now, false},
		"time of another shape":  {key, "id", stamp + ".0", good, string(body), now, false},
		"the same time, plus":    {key, "id", "+" + stamp, good, string(body), now, false},
		"far in the future":      {key, "id", "9223372036854775807", sign(key, "id", time.Unix(1<<62, 0)), string(body), now, false},
		"before time":            {key, "id", "-9223372036854775808", good, string(body), now, false},
		"no signature":           {key, "id", stamp, "", string(body), now, false},
		"an empty signature":     {key, "id", stamp, "v1,", string(body), now, false},
		"cut short":              {key, "id", stamp, good[:len(good)-4], string(body), now, false},
		"no base64":              {key, "id", stamp, "v1,!!!", string(body), now, false},
		"over a kilobyte":        {key, "id", stamp, strings.Repeat("v1,AAAA ", 128) + good, string(body), now, false},
	} {
		err := VerifyWebhook(c.key, c.id, c.timestamp, c.signature, []byte(c.body), c.now)
		if (err == nil) != c.ok || err != nil && !errors.Is(err, ErrWebhook) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for i := range body {
		changed := append([]byte{}, body...)
		changed[i] ^= 1
		if VerifyWebhook(key, "id", stamp, good, changed, now) == nil {
			t.Errorf("byte %d of the body can be changed", i)
		}
	}
}
