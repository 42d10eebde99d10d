package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"runtime"
	"sync"
)

// minPart is the least text, in bytes, that is worth a goroutine.
const minPart = 128 << 10

// encode gives an entry's line.
func encode(e Entry) ([]byte, error) {
	line, err := json.Marshal(e.record())
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	return append(line, '\n'), nil
}

// lines is what decode found.
type lines struct {
	entries []Entry
	damaged int // lines that it could not read
	err     error
}

// decode reads complete lines. JSON takes its time, and the history is read
// while the person waits for the window, so all processors read a part each.
func decode(text []byte) lines {
	parts := split(text, min(runtime.GOMAXPROCS(0), 1+len(text)/minPart))
	found := make([]lines, len(parts))
	var all sync.WaitGroup
	for i, part := range parts {
		all.Go(func() { found[i] = decodePart(part) })
	}
	all.Wait()
	whole := lines{entries: make([]Entry, 0, bytes.Count(text, []byte{'\n'}))}
	for _, part := range found {
		if part.err != nil {
			return part
		}
		whole.entries = append(whole.entries, part.entries...)
		whole.damaged += part.damaged
	}
	return whole
}

// split cuts text behind line breaks into at most n parts of about one size.
func split(text []byte, n int) [][]byte {
	var parts [][]byte
	for ; n > 1; n-- {
		end := bytes.IndexByte(text[len(text)/n:], '\n')
		if end < 0 {
			break
		}
		end += len(text)/n + 1
		parts = append(parts, text[:end])
		text = text[end:]
	}
	return append(parts, text)
}

func decodePart(text []byte) lines {
	found := lines{entries: make([]Entry, 0, bytes.Count(text, []byte{'\n'}))}
	for line := range bytes.Lines(text) {
		var r record
		err := json.Unmarshal(line, &r) // on a mismatch of types it fills in the rest
		switch {
		case r.Version > version:
			return lines{err: fmt.Errorf("%w (version %d)", ErrNewerVersion, r.Version)}
		case err != nil || r.Version < 1 || !r.Result.known():
			found.damaged++
		default:
			found.entries = append(found.entries, r.entry())
		}
	}
	return found
}
