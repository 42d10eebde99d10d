package journal

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWriteCSV(t *testing.T) {
	failed := entry(2, Failed)
	failed.Code = 10107
	failed.Message = `say "no", please`
	var out bytes.Buffer
	if err := WriteCSV(&out, []Entry{entry(1, Accepted), failed}); err != nil {
		t.Fatal(err)
	}
	const want = `at,result,code,profile,server,portal,message,source,level,took_ms,profile_id,transaction_id
2026-05-04T14:32:07Z,accepted,,Ada,https://id.example.com,Example Bank,"Transfer 1
to Bob",screen,calm,9120,h7zk2,transaction-1
2026-05-04T14:33:07Z,failed,10107,Ada,https://id.example.com,Example Bank,"say ""no"", please",screen,calm,9120,h7zk2,transaction-2
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNoCellIsAFormula(t *testing.T) {
	for _, text := range []string{
		`=HYPERLINK("https://evil.example","x")`, "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "＝1", "＠x", "'=1", "plain", "",
	} {
		e := entry(1, Accepted)
		e.Portal, e.Message, e.Profile, e.Server, e.TransactionID = text, text, text, text, text
		var out bytes.Buffer
		if err := WriteCSV(&out, []Entry{e}); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&out).ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%q: %d rows, %v", text, len(rows), err)
		}
		for i, got := range rows[1] {
			if got != "" && strings.ContainsAny(got[:1], "=+-@\t\r\n") || strings.HasPrefix(got, "＝") || strings.HasPrefix(got, "＠") {
				t.Errorf("%q: column %s is the formula %q", text, rows[0][i], got)
			}
			if rows[0][i] == "portal" && !strings.HasSuffix(got, strings.TrimSpace(text)) {
				t.Errorf("%q became %q", text, got)
			}
		}
	}
	for _, text := range []string{"plain", "'=1", "a=1", "Ä"} {
		if got := cell(text); got != text {
			t.Errorf("%q was changed to %q", text, got)
		}
	}
	for _, text := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＋", "－"} {
		if got := cell(text); got != "'"+text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestExportsAreClean(t *testing.T) {
	e := entry(1, Accepted)
	e.Portal, e.Message = "Bank\u202e\x1b[31m", "one\ntwo\u009b\x00" // a file changed by hand
	for name, write := range map[string]func(*bytes.Buffer) error{
		"CSV":  func(out *bytes.Buffer) error { return WriteCSV(out, []Entry{e}) },
		"JSON": func(out *bytes.Buffer) error { return WriteJSON(out, []Entry{e}) },
	} {
		var out bytes.Buffer
		if err := write(&out); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(out.String(), "\u202e\x1b\u009b\x00") || strings.Contains(out.String(), `\u001b`) {
			t.Errorf("%s holds control characters: %q", name, out.String())
		}
	}
	if e.Portal != "Bank\u202e\x1b[31m" {
		t.Error("the caller's entry was changed")
	}
}

func TestWriteJSON(t *testing.T) {
	var out bytes.Buffer
	first := entry(1, Accepted)
	first.Version = version
	if err := WriteJSON(&out, []Entry{first}); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Version int
		Entries []Entry
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Entry{first}, got.Entries); diff != "" || got.Version != 1 {
		t.Errorf("version %d (-want +got):\n%s", got.Version, diff)
	}
	out.Reset()
	if err := WriteJSON(&out, nil); err != nil || out.String() != "{\n  \"version\": 1,\n  \"entries\": []\n}\n" {
		t.Errorf("no entries: %q, %v", out.String(), err)
	}
}

type fullDisk struct{}

var errFull = errors.New("full")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestExportTellsOfErrors(t *testing.T) {
	if err := WriteCSV(fullDisk{}, []Entry{entry(1, Accepted)}); !errors.Is(err, errFull) {
		t.Errorf("CSV: %v", err)
	}
	if err := WriteJSON(fullDisk{}, nil); !errors.Is(err, errFull) {
		t.Errorf("JSON: %v", err)
	}
}
