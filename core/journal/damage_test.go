package journal

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/safefile"
)

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
