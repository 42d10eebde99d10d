package journal

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func manyLines(t *testing.T, n int) []byte {
	t.Helper()
	var text bytes.Buffer
	for i := range n {
		line, err := encode(entry(i, Denied).normal())
		if err != nil {
			t.Fatal(err)
		}
		text.Write(line)
		if i%100 == 0 {
			text.WriteString("rubbish\n")
		}
	}
	return text.Bytes()
}

// Read in parts by several goroutines or in one go, a history is the same.
func TestDecodeInParts(t *testing.T) {
	const n = 4000 // enough text for several parts
	text := manyLines(t, n)
	if len(text) < 4*minPart {
		t.Fatalf("%d bytes are too few to show anything", len(text))
	}
	got, want := decode(text), decodePart(text)
	if diff := cmp.Diff(want.entries, got.entries); diff != "" || len(got.entries) != n {
		t.Errorf("%d entries (-want +got):\n%s", len(got.entries), diff)
	}
	if got.damaged != n/100 || want.damaged != n/100 {
		t.Errorf("damaged: %d and %d, want %d", got.damaged, want.damaged, n/100)
	}
	for _, at := range []int{0, len(text) / 2, len(text)} {
		cut := bytes.LastIndexByte(text[:at], '\n') + 1
		newer := append(bytes.Clone(text[:cut]), "{\"v\":2}\n"...)
		if found := decode(append(newer, text[cut:]...)); !errors.Is(found.err, ErrNewerVersion) {
			t.Errorf("newer line at %d: %v", cut, found.err)
		}
	}
}

func TestSplit(t *testing.T) {
	for _, text := range []string{"", "\n", "a\n", "a\nb\n", "a\nbbbbbbbbbbbbbbbbbbbbbb\n", "aaaaaaaaaaaaaaaaaaaaaaaa\nb\n", "a\nb\nc\nd\ne\nf\ng\n", "no line break"} {
		for n := range 6 {
			parts := split([]byte(text), n)
			if whole := string(bytes.Join(parts, nil)); whole != text || len(parts) > max(n, 1) {
				t.Errorf("%q in %d parts became %q", text, n, parts)
			}
			for _, part := range parts[:len(parts)-1] {
				if !bytes.HasSuffix(part, []byte("\n")) {
					t.Errorf("%q in %d parts: %q ends in the middle of a line", text, n, part)
				}
			}
		}
	}
}
