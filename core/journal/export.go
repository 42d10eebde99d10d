package journal

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"
)

// columns are the CSV file's header.
var columns = []string{
	"at", "result", "code", "profile", "server", "portal", "message", "source", "level", "took_ms", "profile_id", "transaction_id",
}

// WriteCSV writes the entries as CSV (RFC 4180) with a header. Times are UTC,
// as RFC 3339 has them. Texts that a spreadsheet would take for a formula get a
// leading apostrophe.
func WriteCSV(w io.Writer, entries []Entry) error {
	out := csv.NewWriter(w)
	if err := out.Write(columns); err != nil {
		return err
	}
	for _, e := range entries {
		e = e.cleanText()
		code := ""
		if e.Code != 0 {
			code = strconv.Itoa(e.Code)
		}
		row := []string{
			e.At.UTC().Format(time.RFC3339), string(e.Result), code, e.Profile, e.Server, e.Portal, e.Message, e.Source, e.Level,
			strconv.FormatInt(e.Took.Milliseconds(), 10), e.ProfileID, e.TransactionID,
		}
		for i := range row {
			row[i] = cell(row[i])
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// formulaStarts are the characters that OWASP's page on CSV injection lists,
// and the full-width forms which some spreadsheets take for them.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// cell makes a text that could start a formula a plain text.
func cell(text string) string {
	if text != "" && strings.ContainsAny(firstRune(text), formulaStarts) {
		return "'" + text
	}
	return text
}

func firstRune(text string) string {
	for _, r := range text {
		return string(r)
	}
	return ""
}

// WriteJSON writes the entries as one indented JSON object with a version:
// {"version": 1, "entries": [...]}. Entries are as in the history's own lines.
func WriteJSON(w io.Writer, entries []Entry) error {
	cleaned := make([]Entry, len(entries))
	for i, e := range entries {
		cleaned[i] = e.cleanText()
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(struct {
		Version int     `json:"version"`
		Entries []Entry `json:"entries"`
	}{version, cleaned})
}
