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

func TestUnfinishedLine(t *testing.T) {
	whole, err := encode(entry(2, Denied))
	if err != nil {
		t.Fatal(err)
	}
	for _, length := range []int{1, len(whole) / 2, len(whole) - 1} {
		t.Run(fmt.Sprint(length), func(t *testing.T) {
			dir := tempDir(t)
			running := open(t, dir)
			add(t, running, entry(0, Accepted), entry(1, Accepted))
			if err := dir.Append("history.jsonl", whole[:length]); err != nil {
				t.Fatal(err)
			}
			before, err := os.ReadFile(path(dir))
			if err != nil {
				t.Fatal(err)
			}
			restarted := open(t, dir)
			for _, j := range []*Journal{running, restarted} {
				want(t, j, Filter{}, 1, 0)
			}
			if after, _ := os.ReadFile(path(dir)); !bytes.Equal(before, after) {
				t.Error("reading changed the file: another process may be writing that line")
			}
			add(t, restarted, entry(3, Accepted))
			for _, j := range []*Journal{running, restarted, open(t, dir)} {
				want(t, j, Filter{}, 3, 1, 0)
				if n := j.Damaged(); n != 0 {
					t.Errorf("%d damaged lines after the repair", n)
				}
			}
		})
	}
}

func TestDamagedLines(t *testing.T) {
	dir := tempDir(t)
	j := open(t, dir)
	add(t, j, entry(0, Accepted))
	for _, line := range []string{"", "rubbish", "null", "[]", `{"v":1}`, `{"v":0,"result":"accepted"}`, `{"v":"1","result":"accepted"}`, "\x00\x00\x00"} {
		if err := dir.Append("history.jsonl", []byte(line+"\n")); err != nil {
			t.Fatal(err)
		}
	}
	add(t, j, entry(1, Accepted))
	for _, j := range []*Journal{j, open(t, dir)} {
		want(t, j, Filter{}, 1, 0)
		if n := j.Damaged(); n != 8 {
			t.Errorf("%d damaged lines, want 8", n)
		}
	}
	if _, err := j.Prune(t.Context(), entry(1, "").At); err != nil {
		t.Fatal(err)
	}
	if j = open(t, dir); j.Damaged() != 0 {
		t.Errorf("%d damaged lines after the file was rewritten", j.Damaged())
	}
	want(t, j, Filter{}, 1)
}

func TestNewerVersionIsRefused(t *testing.T) {
	for name, line := range map[string]string{
		"same members": `{"v":2,"at":"2026-05-04T14:32:07Z","result":"accepted"}`,
		"other result": `{"v":2,"at":"2026-05-04T14:32:07Z","result":"delegated"}`,
		"other types":  `{"v":2,"at":17,"result":{"kind":"accepted"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := tempDir(t)
			running := open(t, dir)
			add(t, running, entry(0, Accepted))
			if err := dir.Append("history.jsonl", []byte(line+"\n")); err != nil {
				t.Fatal(err)
			}
			before, err := os.ReadFile(path(dir))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Open(dir, "history"); !errors.Is(err, ErrNewerVersion) {
				t.Errorf("Open: %v, want ErrNewerVersion", err)
			}
			if err := running.Add(t.Context(), entry(1, Accepted)); !errors.Is(err, ErrNewerVersion) {
				t.Errorf("Add: %v, want ErrNewerVersion", err)
			}
			if _, err := running.Prune(t.Context(), entry(9, "").At); !errors.Is(err, ErrNewerVersion) {
				t.Errorf("Prune: %v, want ErrNewerVersion", err)
			}
			if after, _ := os.ReadFile(path(dir)); !bytes.Equal(before, after) {
				t.Error("the newer file was changed")
			}
		})
	}
}

func TestPrune(t *testing.T) {
	bothKinds(t, func(t *testing.T, j *Journal) {
		add(t, j, entry(1, Accepted), entry(2, Accepted), entry(3, Accepted))
		for _, step := range []struct {
			before  time.Time
			dropped int
			left    []int
		}{
			{entry(1, "").At, 0, []int{3, 2, 1}},
			{entry(2, "").At.Add(1), 2, []int{3}},
			{entry(9, "").At, 1, nil},
			{entry(9, "").At, 0, nil},
		} {
			n, err := j.Prune(t.Context(), step.before)
			if n != step.dropped || err != nil {
				t.Errorf("Prune dropped %d, %v; want %d", n, err, step.dropped)
			}
			want(t, j, Filter{}, step.left...)
		}
		add(t, j, entry(4, Denied))
		want(t, j, Filter{}, 4)
	})
}

func TestOldestGoWhenFull(t *testing.T) {
	bothKinds(t, func(t *testing.T, j *Journal) {
		j.limit = 20
		for i := range 22 {
			add(t, j, entry(i, Accepted))
		}
		if got, _ := j.Entries(t.Context(), Filter{}); len(got) != 22 {
			t.Errorf("%d entries before the limit, want 22", len(got))
		}
		add(t, j, entry(22, Accepted))
		got, err := j.Entries(t.Context(), Filter{})
		if err != nil || len(got) != 20 || got[0].TransactionID != "transaction-22" || got[19].TransactionID != "transaction-3" {
			t.Errorf("%d entries, %v; want the 20 newest", len(got), err)
		}
	})
}

func TestForeignFileIsRefused(t *testing.T) {
	dir := tempDir(t)
	if err := os.WriteFile(path(dir), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path(dir), 2*maxBytes+1); err != nil { // takes no room on the disk
		t.Fatal(err)
	}
	if _, err := Open(dir, "history"); !errors.Is(err, ErrTooLarge) {
		t.Errorf("%v, want ErrTooLarge", err)
	}
}

func TestHistoryIsNoLink(t *testing.T) {
	dir := tempDir(t)
	if err := os.Symlink(filepath.Join(t.TempDir(), "elsewhere"), path(dir)); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	if _, err := Open(dir, "history"); !errors.Is(err, safefile.ErrSymlink) {
		t.Errorf("%v, want ErrSymlink", err)
	}
}

func BenchmarkOpen10000(b *testing.B) {
	dir := tempDir(b)
	var text bytes.Buffer
	for i := range 10_000 {
		line, err := encode(entry(i, Accepted).normal())
		if err != nil {
			b.Fatal(err)
		}
		text.Write(line)
	}
	if err := dir.WriteFile("history.jsonl", text.Bytes()); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if j := open(b, dir); len(j.entries) != 10_000 {
			b.Fatal(len(j.entries))
		}
	}
}
