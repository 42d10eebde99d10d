package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-auth/understudy/core/safefile"
)

var start = time.Date(2026, 5, 4, 14, 31, 7, 250_000_000, time.UTC)

func tempDir(t testing.TB) *safefile.Dir {
	t.Helper()
	d, err := safefile.Open(filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func open(t testing.TB, dir *safefile.Dir) *Journal {
	t.Helper()
	j, err := Open(dir, "history")
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// entry is the i-th of a series, one a minute.
func entry(i int, result Result) Entry {
	return Entry{
		At: start.Add(time.Duration(i) * time.Minute), ProfileID: "h7zk2", Profile: "Ada",
		Server: "https://id.example.com", Portal: "Example Bank", Message: fmt.Sprintf("Transfer %d\nto Bob", i),
		Source: "screen", TransactionID: fmt.Sprintf("transaction-%d", i), Level: "calm", Result: result, Took: 9120 * time.Millisecond,
	}
}

func add(t testing.TB, j *Journal, entries ...Entry) {
	t.Helper()
	for _, e := range entries {
		if err := j.Add(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

// want compares the whole history, newest first, by transaction.
func want(t *testing.T, j *Journal, f Filter, numbers ...int) {
	t.Helper()
	got, err := j.Entries(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	gotIDs, wantIDs := []string{}, []string{}
	for _, e := range got {
		gotIDs = append(gotIDs, e.TransactionID)
	}
	for _, n := range numbers {
		wantIDs = append(wantIDs, fmt.Sprintf("transaction-%d", n))
	}
	if diff := cmp.Diff(wantIDs, gotIDs); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

// bothKinds runs a test on a journal in a file and one in memory.
func bothKinds(t *testing.T, test func(*testing.T, *Journal)) {
	t.Run("file", func(t *testing.T) { test(t, open(t, tempDir(t))) })
	t.Run("memory", func(t *testing.T) { test(t, NewMemory()) })
}

func path(dir *safefile.Dir) string { return filepath.Join(dir.Path(), "history.jsonl") }

func TestAddAndRead(t *testing.T) {
	bothKinds(t, func(t *testing.T, j *Journal) {
		want(t, j, Filter{})
		failed := entry(2, Failed)
		failed.Code = 10107
		failed.Took = 1500*time.Millisecond + 999*time.Microsecond
		failed.At = failed.At.In(time.FixedZone("", 7200))
		add(t, j, entry(1, Accepted), failed)
		got, err := j.Entries(t.Context(), Filter{})
		if err != nil {
			t.Fatal(err)
		}
		first := entry(1, Accepted)
		first.Version = 1
		failed.Version, failed.Took, failed.At = 1, 1500*time.Millisecond, failed.At.UTC()
		if diff := cmp.Diff([]Entry{failed, first}, got); diff != "" {
			t.Errorf("entries (-want +got):\n%s", diff)
		}
	})
}

func TestLineIsAsDocumented(t *testing.T) {
	dir := tempDir(t)
	add(t, open(t, dir), entry(1, Denied))
	got, err := os.ReadFile(path(dir))
	if err != nil {
		t.Fatal(err)
	}
	const line = `{"v":1,"at":"2026-05-04T14:32:07.25Z","profile_id":"h7zk2","profile":"Ada",` +
		`"server":"https://id.example.com","portal":"Example Bank","message":"Transfer 1\nto Bob","source":"screen",` +
		`"transaction_id":"transaction-1","level":"calm","result":"denied","took_ms":9120}` + "\n"
	if string(got) != line {
		t.Errorf("got  %s\nwant %s", got, line)
	}
}

func TestAddRefuses(t *testing.T) {
	bothKinds(t, func(t *testing.T, j *Journal) {
		for name, e := range map[string]Entry{
			"no time": {Result: Accepted}, "no result": {At: start}, "unknown result": {At: start, Result: "maybe"},
		} {
			if err := j.Add(t.Context(), e); !errors.Is(err, ErrEntry) {
				t.Errorf("%s: %v, want ErrEntry", name, err)
			}
		}
		ended, end := context.WithCancel(t.Context())
		end()
		if err := j.Add(ended, entry(1, Accepted)); !errors.Is(err, context.Canceled) {
			t.Errorf("ended context: %v", err)
		}
		want(t, j, Filter{})
	})
}

func TestAddCleansForeignText(t *testing.T) {
	bothKinds(t, func(t *testing.T, j *Journal) {
		e := entry(1, Accepted)
		e.Portal = "Bank\u202e\x1b]52;c;eA==\a" + strings.Repeat("x", 10_000)
		e.Message = "one\r\ntwo\x00" + strings.Repeat("\u0301", 50)
		add(t, j, e)
		got, err := j.Entries(t.Context(), Filter{Portal: e.Portal})
		if err != nil || len(got) != 1 {
			t.Fatalf("%d entries for the portal's raw name, %v", len(got), err)
		}
		if strings.ContainsAny(got[0].Portal+got[0].Message, "\u202e\x1b\a\x00\r") || len(got[0].Portal) > 4*maxText {
			t.Errorf("not cleaned: %q, %q", got[0].Portal, got[0].Message)
		}
		if !strings.HasPrefix(got[0].Message, "one\ntwo") {
			t.Errorf("the message lost its lines: %q", got[0].Message)
		}
	})
}

func TestAddTwiceIsOnce(t *testing.T) {
	bothKinds(t, func(t *testing.T, j *Journal) {
		later := entry(1, Accepted)
		later.At = later.At.Add(time.Nanosecond)
		add(t, j, entry(0, Denied), entry(1, Accepted), entry(2, Denied), entry(1, Accepted), entry(1, Denied), later)
		want(t, j, Filter{}, 2, 1, 1, 1, 0)
	})
}

func TestOrderIsThatOfTime(t *testing.T) {
	bothKinds(t, func(t *testing.T, j *Journal) {
		add(t, j, entry(3, Accepted), entry(1, Accepted))
		j.entries = slices.Grow(j.entries, 10) // room for more in the same array
		before, err := j.snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		held := slices.Clone(before)
		add(t, j, entry(2, Accepted))
		want(t, j, Filter{}, 3, 2, 1)
		if diff := cmp.Diff(held, before); diff != "" {
			t.Errorf("a list that was handed out changed:\n%s", diff)
		}
	})
}

func TestTwoProcesses(t *testing.T) {
	dir := tempDir(t)
	one, two := open(t, dir), open(t, dir)
	add(t, one, entry(1, Accepted))
	want(t, two, Filter{}, 1)
	add(t, two, entry(2, Denied))
	want(t, one, Filter{}, 2, 1)
	if n, err := one.Prune(t.Context(), entry(2, "").At); n != 1 || err != nil {
		t.Fatalf("Prune: %d, %v", n, err)
	}
	want(t, two, Filter{}, 2)
	add(t, two, entry(3, Accepted))
	want(t, one, Filter{}, 3, 2)
	if err := dir.Remove("history.jsonl"); err != nil {
		t.Fatal(err)
	}
	want(t, one, Filter{})
	add(t, two, entry(4, Accepted))
	want(t, one, Filter{}, 4)
}

// A file that was rewritten can be longer than before and have the same inode.
func TestReplacedInPlace(t *testing.T) {
	dir := tempDir(t)
	add(t, open(t, dir), entry(1, Accepted))
	j := open(t, dir)
	var text bytes.Buffer
	for i := range 5 {
		line, err := encode(record{Version: 1, At: start, TransactionID: fmt.Sprintf("transaction-1%d", i), Result: Denied, Portal: strings.Repeat("p", 50)}.entry())
		if err != nil {
			t.Fatal(err)
		}
		text.Write(line)
	}
	if err := os.WriteFile(path(dir), text.Bytes(), 0o600); err != nil { // keeps the inode
		t.Fatal(err)
	}
	want(t, j, Filter{}, 14, 13, 12, 11, 10)
	if n := j.Damaged(); n != 0 {
		t.Errorf("%d lines counted as damaged", n)
	}
}

func TestManyWriters(t *testing.T) {
	dir := tempDir(t)
	var all sync.WaitGroup
	journals := []*Journal{open(t, dir), open(t, dir)}
	const each = 10
	for i := range 4 {
		all.Go(func() {
			for n := range each {
				add(t, journals[i%2], entry(i*each+n, Accepted))
			}
		})
	}
	all.Wait()
	for _, j := range append(journals, open(t, dir)) {
		got, err := j.Entries(t.Context(), Filter{})
		if err != nil || len(got) != 4*each || j.Damaged() != 0 {
			t.Errorf("%d entries, %d damaged, %v; want %d", len(got), j.Damaged(), err, 4*each)
		}
	}
}

// An entry that is added while another process rewrites the file must not get
// lost with the old file.
func TestPruneLosesNothingNew(t *testing.T) {
	dir := tempDir(t)
	adding, pruning := open(t, dir), open(t, dir)
	const n = 50
	var all sync.WaitGroup
	all.Go(func() {
		for i := range n {
			add(t, adding, entry(100+i, Accepted))
		}
	})
	all.Go(func() {
		for i := range n {
			add(t, pruning, entry(i, Denied))
			if _, err := pruning.Prune(t.Context(), entry(100, "").At); err != nil {
				t.Error(err)
			}
		}
	})
	all.Wait()
	got, err := open(t, dir).Entries(t.Context(), Filter{})
	if err != nil || len(got) != n {
		t.Errorf("%d entries, %v; want %d", len(got), err, n)
	}
}
