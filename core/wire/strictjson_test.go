package wire

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

type strictInner struct {
	Count int      `json:"count"`
	Names []string `json:"names,omitempty"`
}

type strictEmbedded struct {
	Promoted string         `json:"promoted"`
	Hidden   map[string]any `json:"one"` // by strictMessage.One
}

type strictMessage struct {
	strictEmbedded
	Text    string                  `json:"text"`
	Plain   string                  // "Plain"
	Ignored strictInner             `json:"-"`
	One     *strictInner            `json:"one"`
	Many    []strictInner           `json:"many"`
	ByName  map[string]*strictInner `json:"by_name"`
	Any     any                     `json:"any"`
	Raw     json.RawMessage         `json:"raw"`
	Server  Origin                  `json:"server"`
	Secret  Sent                    `json:"secret"`
}

func TestStrictUnmarshalTakes(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want strictMessage
	}{
		{`{}`, strictMessage{}},
		{" \n{\"text\":\"a\"}\t", strictMessage{Text: "a"}},
		{`{"text":"a","unknown":{"Text":1},"Unknown2":2}`, strictMessage{Text: "a"}},
		{`{"promoted":"p","Plain":"q"}`, strictMessage{strictEmbedded: strictEmbedded{Promoted: "p"}, Plain: "q"}},
		{`{"Ignored":"x","-":{"Count":1}}`, strictMessage{}},
		{`{"one":{"count":1,"names":["a","b"]}}`, strictMessage{One: &strictInner{1, []string{"a", "b"}}}},
		{`{"one":null,"many":[{"count":1},{"count":2}]}`, strictMessage{Many: []strictInner{{Count: 1}, {Count: 2}}}},
		{`{"by_name":{"Ada":{"count":1},"Bob":null}}`, strictMessage{ByName: map[string]*strictInner{"Ada": {Count: 1}, "Bob": nil}}},
		{`{"any":[[["four levels"]]]}`, strictMessage{Any: []any{[]any{[]any{"four levels"}}}}},
		{`{"raw":{"Text":1}}`, strictMessage{Raw: json.RawMessage(`{"Text":1}`)}},
		{`{"server":"https://id.example.com"}`, strictMessage{Server: origin(t, "https://id.example.com")}},
		{`{"secret":"s"}`, strictMessage{Secret: Sent{SecretString("s")}}},
		{`{"te\u0078t":"escaped key"}`, strictMessage{Text: "escaped key"}},
	} {
		var got strictMessage
		if err := StrictUnmarshal([]byte(tt.in), &got); err != nil {
			t.Errorf("%s: %v", tt.in, err)
		}
		if !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s\n got %+v\nwant %+v", tt.in, got, tt.want)
		}
	}
}

func TestStrictUnmarshalRefuses(t *testing.T) {
	for _, tt := range []struct{ name, in, says string }{
		{"nothing", ``, "not one JSON value"},
		{"half", `{"text":"a"`, "not one JSON value"},
		{"trailing value", `{"text":"a"} {}`, "not one JSON value"},
		{"trailing text", `{"text":"a"}x`, "not one JSON value"},
		{"trailing comma", `{"many":[{},]}`, "not one JSON value"},
		{"comment", `{/**/}`, "not one JSON value"},
		{"byte order mark", "\ufeff{}", "not one JSON value"},
		{"null", ` null `, "is null"},
		{"not UTF-8", "{\"text\":\"\xff\"}", "not UTF-8"},
		{"twice", `{"text":"a","text":"b"}`, "twice"},
		{"twice with another between", `{"text":"a","x":1,"text":"a"}`, "twice"},
		{"twice, escaped", `{"text":"a","te\u0078t":"b"}`, "twice"},
		{"twice in two cases", `{"text":"a","TEXT":"b"}`, "twice"},
		{"unknown key twice", `{"x":1,"x":2}`, "twice"},
		{"unknown key in two cases", `{"x":1,"X":2}`, "twice"},
		{"twice inside", `{"one":{"count":1,"count":2}}`, "twice"},
		{"twice in an unknown object", `{"x":{"a":1,"a":2}}`, "twice"},
		{"twice in an array", `{"many":[{},{"count":1,"count":2}]}`, "twice"},
		{"twice in a map", `{"by_name":{"Ada":{},"ada":{}}}`, "twice"},
		{"wrong case", `{"Text":"a"}`, `"text" in another case`},
		{"wrong case, untagged", `{"plain":"a"}`, `"Plain" in another case`},
		{"wrong case, embedded", `{"Promoted":"a"}`, `"promoted" in another case`},
		{"wrong case behind a pointer", `{"one":{"Count":1}}`, `"count" in another case`},
		{"wrong case in an array", `{"many":[{"COUNT":1}]}`, `"count" in another case`},
		{"wrong case in a map", `{"by_name":{"a":{"counT":1}}}`, `"count" in another case`},
		{"long s", `{"ſecret":"a"}`, `"secret" in another case`},
		{"five levels", `{"any":[[[[]]]]}`, "deeper than 4"},
		{"five levels where nobody looks", `{"x":{"x":{"x":{"x":{}}}}}`, "deeper than 4"},
		{"very deep", strings.Repeat("[", 9000) + strings.Repeat("]", 9000), "deeper than 4"},
		{"wrong type", `{"one":{"count":"x"}}`, "wrong type"},
		{"wrong type at the top", `[]`, "wrong type"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got strictMessage
			if err := StrictUnmarshal([]byte(tt.in), &got); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%.60s: %v, want %q", tt.in, err, tt.says)
			}
		})
	}
}

func TestStrictUnmarshalErrorShowsNoValue(t *testing.T) {
	for _, in := range []string{`{"one":{"count":12345.5}}`, `{"text":12345}`, `{"server":"https://12345/"}`, `{"text":"12345","text":"12345"}`} {
		var got strictMessage
		err := StrictUnmarshal([]byte(in), &got)
		if err == nil || strings.Contains(err.Error(), "12345") {
			t.Errorf("%s: %v", in, err)
		}
	}
}

func TestStrictUnmarshalTarget(t *testing.T) {
	for _, v := range []any{nil, strictMessage{}, (*strictMessage)(nil)} {
		if err := StrictUnmarshal([]byte(`{"text":"a"}`), v); err == nil {
			t.Errorf("%T was taken", v)
		}
	}
	var m map[string]int
	if err := StrictUnmarshal([]byte(`{"a":1,"B":2}`), &m); err != nil || m["a"] != 1 || m["B"] != 2 {
		t.Errorf("map: %v, %v", m, err)
	}
}

func FuzzStrictUnmarshal(f *testing.F) {
	for _, s := range []string{
		`{"text":"a","one":{"count":1}}`, `{"text":"a","TEXT":"b"}`, `{"Text":"a"}`, `null`, `[[[[[]]]]]`, `{} {}`,
		`{"ſecret":1}`, `{"text":"a","te\u0078t":"b"}`, `{"x":1,"x":2}`, "{\"text\":\"\xff\"}", `{"promoted":"p","by_name":{"a":{"names":["x"]}}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var strict, loose strictMessage
		if err := StrictUnmarshal(data, &strict); err != nil {
			return
		}
		if err := json.Unmarshal(data, &loose); err != nil {
			t.Fatalf("%q: json.Unmarshal refuses it: %v", data, err)
		}
		if !reflect.DeepEqual(strict, loose) {
			t.Fatalf("%q: %+v, json.Unmarshal %+v", data, strict, loose)
		}
		// A reader that takes keys letter by letter must see the same.
		var exact map[string]any
		if err := json.Unmarshal(data, &exact); err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		for key, got := range map[string]string{
			"text": strict.Text, "Plain": strict.Plain, "promoted": strict.Promoted, "secret": string(strict.Secret.Bytes()),
		} {
			if want, _ := exact[key].(string); got != want {
				t.Errorf("%q: %s is %q here and %q there", data, key, got, want)
			}
		}
	})
}
