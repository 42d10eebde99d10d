package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

var pendingPlace = Context{
	Version: 1, Kind: KindPendingList, Direction: FromServer, Server: "https://id.example.com", DeviceID: "device", ProfileID: "W8DUJ2",
}

func pendingRequest(i int) PendingRequest {
	return PendingRequest{
		TransactionID: fmt.Sprintf("TRANSACTION%08d", i), PortalID: "portal", PortalName: "Example Bank", Message: "Pay 100 euros",
		Type: "transfer-pin", Method: MethodPushPIN, IssuedAt: 1_750_000_000_000, ExpiresIn: 120_000,
	}
}

// What is on the wire between two versions of the program.
func TestPendingJSON(t *testing.T) {
	question := Pending{Context: pendingPlace, Nonce: "nonce"}
	question.Kind, question.Direction = KindPending, FromDevice
	for want, v := range map[string]any{
		`{"version":1,"kind":"pending","direction":"device","server":"https://id.example.com","device_id":"device","profile_id":"W8DUJ2","nonce":"nonce"}`: question,
		`{"version":1,"kind":"pending-list","direction":"server","server":"https://id.example.com","device_id":"device","profile_id":"W8DUJ2","nonce":"nonce",` +
			`"requests":[{"transaction_id":"TRANSACTION00000007","portal_id":"portal","portal_name":"Example Bank","message":"Pay 100 euros",` +
			`"type":"transfer-pin","method":"push_with_pin","issued_at_ms":1750000000000,"expires_in_ms":120000}]}`: PendingList{Context: pendingPlace, Nonce: "nonce", Requests: []PendingRequest{pendingRequest(7)}},
		`{"version":1,"kind":"pending-list","direction":"server","server":"https://id.example.com","device_id":"device","profile_id":"W8DUJ2","nonce":"nonce",` +
			`"requests":[],"state":"s","hold_ms":25000,"held_ms":7}`: PendingList{Context: pendingPlace, Nonce: "nonce", Requests: []PendingRequest{}, State: "s", Hold: 25_000, Held: 7},
		`{"version":1,"kind":"pending","direction":"device","server":"","device_id":"","profile_id":"","nonce":"n","state":"s","wait_ms":25000}`: Pending{
			Context: Context{Version: 1, Kind: KindPending, Direction: FromDevice}, Nonce: "n", State: "s", Wait: 25_000,
		},
		`{"version":1,"kind":"push-enroll","direction":"device","server":"","device_id":"","profile_id":"","nonce":"n","push_token":"t"}`: PushEnroll{
			Context: Context{Version: 1, Kind: KindPushEnroll, Direction: FromDevice}, Nonce: "n", Token: Sent{SecretString("t")},
		},
		`{"version":1,"kind":"extended","direction":"server","server":"","device_id":"","profile_id":"","transaction_id":"T","challenge":"c","expires_in_ms":120000}`: Extended{
			Context: Context{Version: 1, Kind: KindExtended, Direction: FromServer, TransactionID: "T"}, Challenge: "c", ExpiresIn: 120_000,
		},
		`{"version":1,"kind":"claim","direction":"device","server":"","device_id":"","profile_id":"","nonce":"n"}`: Redeem{
			Context: Context{Version: 1, Kind: KindClaim, Direction: FromDevice}, Nonce: "n",
		},
		`{"version":1,"kind":"answer","direction":"device","server":"","device_id":"","profile_id":"","challenge":"c","decision":"accept","details_sha256":"d","pin_challenge":"p","pin_proof":"AQI="}`: Answer{
			Context: Context{Version: 1, Kind: KindAnswer, Direction: FromDevice}, Challenge: "c", Decision: Accept, DetailsHash: "d", PINChallenge: "p", PINProof: []byte{1, 2},
		},
	} {
		if got, err := json.Marshal(v); err != nil || string(got) != want {
			t.Errorf("%s, %v\nwant %s", got, err, want)
		}
	}
}

func TestPendingListIsCleaned(t *testing.T) {
	hostile := pendingRequest(1)
	hostile.PortalName, hostile.Message = "Bank\u202e\x1b[31m", "one\ntwo\x00"+strings.Repeat("x", 3000)
	hostile.Type, hostile.Method, hostile.PortalID = strings.Repeat("t", 500), "push\u009b", "id\nid"
	expired, nameless := pendingRequest(2), pendingRequest(3)
	expired.ExpiresIn, nameless.TransactionID = 0, "../../x"
	list := PendingList{Requests: []PendingRequest{hostile, hostile, expired, nameless}}
	for i := range 2 * MaxPending {
		list.Requests = append(list.Requests, pendingRequest(100+i))
	}
	got := list.Clean()
	if len(got) != MaxPending || got[0].TransactionID != hostile.TransactionID || got[1] != pendingRequest(100) {
		t.Errorf("%d requests: %+v", len(got), got)
	}
	first := got[0]
	if first.PortalName != "Bank<U+202E><U+001B>[31m" || !strings.HasPrefix(first.Message, "one\ntwo<U+0000>x") || utf8.RuneCountInString(first.Message) != MaxPendingMessage ||
		utf8.RuneCountInString(first.Type) != MaxPendingName || first.Method != "push<U+009B>" || first.PortalID != "id id" {
		t.Errorf("%+v", first)
	}
	if list.Requests[0] != hostile {
		t.Error("the list itself was changed")
	}
}

// The longest list there can be fits into a sealed body.
func TestPendingListFits(t *testing.T) {
	list := PendingList{Context: pendingPlace, Nonce: strings.Repeat("n", 128)}
	for i := range MaxPending {
		r := pendingRequest(i)
		r.PortalID, r.PortalName = strings.Repeat("<", MaxPendingName), strings.Repeat("&", MaxPendingName)
		r.Type, r.Message = strings.Repeat(">", MaxPendingName), strings.Repeat("<", MaxPendingMessage)
		list.Requests = append(list.Requests, r)
	}
	data, err := json.Marshal(list)
	if err != nil || len(data) > maxSealed-1024 {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}

// FuzzPendingList holds whatever a list says to what Clean promises.
func FuzzPendingList(f *testing.F) {
	for _, requests := range [][]PendingRequest{nil, {pendingRequest(1)}, {pendingRequest(1), pendingRequest(1), pendingRequest(2)}} {
		data, err := json.Marshal(PendingList{Context: pendingPlace, Nonce: "nonce", Requests: requests})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"requests":[{"transaction_id":"AAAAAAAAAAAAAAAA","message":"\u202e\u0000","expires_in_ms":9223372036854775807}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var list PendingList
		if StrictUnmarshal(data, &list) != nil {
			return
		}
		cleaned := list.Clean()
		if len(cleaned) > MaxPending || len(cleaned) > len(list.Requests) {
			t.Fatalf("%d of %d requests", len(cleaned), len(list.Requests))
		}
		seen := map[string]bool{}
		for _, r := range cleaned {
			if seen[r.TransactionID] || !otpPart.MatchString(r.TransactionID) || r.ExpiresIn <= 0 {
				t.Errorf("request %+v", r)
			}
			seen[r.TransactionID] = true
			for _, text := range []string{r.PortalID, r.PortalName, r.Type, r.Method} {
				if text != CleanText(text, MaxPendingName) {
					t.Errorf("%q is not clean", text)
				}
			}
			if r.Message != CleanMessage(r.Message, MaxPendingMessage) {
				t.Errorf("%q is not clean", r.Message)
			}
		}
		again := PendingList{Requests: cleaned}.Clean()
		a, _ := json.Marshal(cleaned)
		b, _ := json.Marshal(again)
		if !bytes.Equal(a, b) {
			t.Errorf("cleaned twice: %s, then %s", a, b)
		}
	})
}

func TestCompareNetworks(t *testing.T) {
	for _, c := range []struct {
		browser, device string
		want            Network
	}{
		{"", "127.0.0.1", ""},
		{"127.0.0.1", "", ""},
		{"no address", "127.0.0.1", ""},
		{"127.0.0.1", "127.0.0.1", NetworkSame},
		{"127.0.0.2", "::1", NetworkSame},
		{"192.0.2.1", "::ffff:192.0.2.1", NetworkSame},
		{"fe80::1%eth0", "fe80::1", NetworkSame},
		{"192.0.2.1", "192.0.2.2", NetworkOther},
		{"2001:db8::1", "192.0.2.2", NetworkUnclear},
	} {
		if got := CompareNetworks(c.browser, c.device); got != c.want {
			t.Errorf("%s and %s: %q; want %q", c.browser, c.device, got, c.want)
		}
	}
}

func TestCheckPushToken(t *testing.T) {
	for token, ok := range map[string]bool{
		"pushToken": true, "fcm:APA91b-_:x y": true, strings.Repeat("x", MaxPushToken): true,
		"": false, strings.Repeat("x", MaxPushToken+1): false, "a\nb": false, "a\x00": false, "a\u202eb": false, "\xff": false,
	} {
		err := CheckPushToken(SecretString(token))
		if (err == nil) != ok || !ok && CodeOf(err) != CodeIllegalArgument {
			t.Errorf("%.20q: %v", token, err)
		}
		if err != nil && len(token) > 1 && strings.Contains(err.Error(), token) {
			t.Errorf("the error repeats it: %v", err)
		}
	}
}
