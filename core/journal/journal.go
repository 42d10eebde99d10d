package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/understudy-auth/understudy/core/safefile"
)

const (
	// MaxEntries is how many entries a file keeps. It may hold a tenth more
	// before the oldest are dropped, so that it is not rewritten each time.
	MaxEntries = 20_000
	// MaxMemoryEntries is how many a journal in memory keeps.
	MaxMemoryEntries = 1_000

	// maxBytes is the size at which half of the entries are dropped; a larger
	// file than twice that was not written by us.
	maxBytes = 32 << 20
	// overlap is how much of what was read is compared before reading on.
	overlap = 256
)

// What goes wrong with a journal beyond the file system.
var (
	ErrNewerVersion = errors.New("the history was written by a newer version of Understudy: update this one, or move the file away")
	ErrTooLarge     = errors.New("the history file is larger than Understudy writes: move it away")
)

// Journal is a history. Its methods may be called by several goroutines. Use
// Open or NewMemory.
type Journal struct {
	dir   *safefile.Dir // nil in memory
	name  string
	limit int

	mu      sync.Mutex
	entries []Entry // by time, oldest first
	damaged int
	at      position
	unsent  []Intent // in memory only
}

// position says how far the file has been read.
type position struct {
	offset int64  // behind the last complete line
	tail   []byte // the last bytes before offset
	torn   bool   // an unfinished line follows
}

// Open opens the history name in dir; the files are NAME.jsonl and
// NAME-unsent.json. Missing ones are an empty history. It reads, and writes
// nothing.
func Open(dir *safefile.Dir, name string) (*Journal, error) {
	j := &Journal{dir: dir, name: name, limit: MaxEntries}
	if err := j.refresh(); err != nil {
		return nil, err
	}
	return j, nil
}

// NewMemory returns an empty history that ends with the program and keeps the
// last MaxMemoryEntries entries: for virtual devices and tests.
func NewMemory() *Journal { return &Journal{limit: MaxMemoryEntries} }

// Add appends an entry. When it returns nil, the entry is on disk. The entry's
// texts are cleaned, its Version is set. Adding the very same entry again, its
// time included, changes nothing: after a crash the entry of an unsent answer may
// be added without a look at whether it was before.
func (j *Journal) Add(ctx context.Context, e Entry) error {
	if err := e.check(); err != nil {
		return err
	}
	e = e.normal()
	return j.locked(ctx, func() error {
		if j.has(e) {
			return nil
		}
		if j.dir == nil {
			j.insert([]Entry{e})
		} else if err := j.append(e); err != nil {
			return err
		}
		return j.shrink()
	})
}

// Prune drops the entries of before that time and says how many they were.
func (j *Journal) Prune(ctx context.Context, before time.Time) (dropped int, err error) {
	err = j.locked(ctx, func() error {
		first, _ := slices.BinarySearchFunc(j.entries, before, atOrder)
		dropped = first
		return j.keep(j.entries[first:])
	})
	return dropped, err
}

// Damaged is the number of lines that could not be read and were passed over.
func (j *Journal) Damaged() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.damaged
}

// locked runs do with the lock of the files and all of the history read.
func (j *Journal) locked(ctx context.Context, do func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if j.dir != nil {
		unlock, err := j.dir.LockName(ctx, j.name)
		if err != nil {
			return fmt.Errorf("history: %w", err)
		}
		defer unlock()
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.refresh(); err != nil {
		return err
	}
	return do()
}

// append writes one line, and what was unfinished before it goes.
func (j *Journal) append(e Entry) error {
	if j.at.torn {
		if err := j.repair(); err != nil {
			return err
		}
	}
	line, err := encode(e)
	if err != nil {
		return err
	}
	if err := j.dir.Append(j.file(), line); err != nil {
		return fmt.Errorf("history: %w", err)
	}
	return j.refresh()
}

// repair cuts the unfinished line off.
func (j *Journal) repair() error {
	whole, err := j.dir.ReadFile(j.file(), 2*maxBytes)
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	if err := j.dir.WriteFile(j.file(), whole[:j.at.offset]); err != nil {
		return fmt.Errorf("history: %w", err)
	}
	return nil
}

// shrink drops the oldest entries of a history that has grown too large.
func (j *Journal) shrink() error {
	n := len(j.entries)
	switch {
	case j.at.offset > maxBytes:
		return j.keep(j.entries[n/2:])
	case n > j.limit+j.limit/10:
		return j.keep(j.entries[n-j.limit:])
	}
	return nil
}

// keep makes entries, a part of the history, all of it.
func (j *Journal) keep(entries []Entry) error {
	if len(entries) == len(j.entries) {
		return nil
	}
	entries = slices.Clone(entries) // lets go of the rest
	if j.dir == nil {
		j.entries = entries
		return nil
	}
	var text bytes.Buffer
	for _, e := range entries {
		line, err := encode(e)
		if err != nil {
			return err
		}
		text.Write(line)
	}
	if err := j.dir.WriteFile(j.file(), text.Bytes()); err != nil {
		return fmt.Errorf("history: %w", err)
	}
	return j.refresh()
}

// refresh reads what was written since the last time, by whomever. In memory
// there is nothing to read.
func (j *Journal) refresh() error {
	if j.dir == nil {
		return nil
	}
	f, err := j.dir.Reader(j.file())
	if errors.Is(err, fs.ErrNotExist) {
		j.entries, j.damaged, j.at = nil, 0, position{}
		return nil
	}
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	if info.Size() > 2*maxBytes {
		return fmt.Errorf("%s: %w", f.Name(), ErrTooLarge)
	}
	if !j.at.continues(f) {
		j.entries, j.damaged, j.at = nil, 0, position{}
	}
	if err := j.read(f, info.Size()); err != nil {
		return fmt.Errorf("%s: %w", f.Name(), err)
	}
	return nil
}

// continues reports whether f holds what was read before, perhaps with more at
// its end. What was read last tells: a file that was rewritten has something
// else at that place, while it may well have the old one's inode.
func (p position) continues(f *os.File) bool {
	tail := make([]byte, len(p.tail))
	_, err := f.ReadAt(tail, p.offset-int64(len(tail)))
	return err == nil && bytes.Equal(tail, p.tail)
}

// read takes in the complete lines behind the position.
func (j *Journal) read(f *os.File, size int64) error {
	fresh := make([]byte, size-j.at.offset)
	n, err := f.ReadAt(fresh, j.at.offset)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	fresh = fresh[:n]
	end := bytes.LastIndexByte(fresh, '\n') + 1
	found := decode(fresh[:end])
	if found.err != nil {
		return found.err
	}
	j.insert(found.entries)
	j.damaged += found.damaged
	tail := append(j.at.tail, fresh[:end]...)
	j.at = position{
		offset: j.at.offset + int64(end),
		tail:   bytes.Clone(tail[max(0, len(tail)-overlap):]),
		torn:   end < len(fresh),
	}
	return nil
}

// insert adds entries and keeps the order of time, which two processes or a
// changed clock can have mixed up.
func (j *Journal) insert(entries []Entry) {
	j.entries = append(j.entries, entries...)
	byTime := func(a, b Entry) int { return a.At.Compare(b.At) }
	if !slices.IsSortedFunc(j.entries, byTime) {
		j.entries = slices.Clone(j.entries) // a snapshot may be in use
		slices.SortStableFunc(j.entries, byTime)
	}
}

// has reports whether the very same entry is there.
func (j *Journal) has(e Entry) bool {
	i, _ := slices.BinarySearchFunc(j.entries, e.At, atOrder)
	for ; i < len(j.entries) && j.entries[i].At.Equal(e.At); i++ {
		if j.entries[i] == e {
			return true
		}
	}
	return false
}

// atOrder compares an entry's time, for searching.
func atOrder(e Entry, at time.Time) int { return e.At.Compare(at) }

func (j *Journal) file() string { return j.name + ".jsonl" }
