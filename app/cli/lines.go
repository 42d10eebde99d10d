package cli

import (
	"bufio"
	"context"
	"io"
	"strings"
)

// lineReader reads lines so that waiting for one can be given up. A line that
// comes after that is the next one.
type lineReader struct {
	in    *bufio.Reader
	next  chan line
	asked bool
}

type line struct {
	text string
	err  error
}

// maxLine is far above what anybody types or pastes here.
const maxLine = 64 << 10

func newLineReader(in io.Reader) *lineReader {
	return &lineReader{in: bufio.NewReaderSize(in, maxLine), next: make(chan line, 1)}
}

// start begins to wait for a line, unless that was begun before. Whoever takes
// the line off the channel calls taken.
func (l *lineReader) start() <-chan line {
	if !l.asked {
		l.asked = true
		go func() {
			text, err := l.in.ReadSlice('\n')
			if err == bufio.ErrBufferFull {
				for err == bufio.ErrBufferFull { // the rest of an endless line
					_, err = l.in.ReadSlice('\n')
				}
				text = nil
			}
			if len(text) > 0 && err == io.EOF {
				err = nil // the last line may lack its end
			}
			l.next <- line{strings.TrimSpace(string(text)), err}
		}()
	}
	return l.next
}

func (l *lineReader) taken() { l.asked = false }

// read waits for a line; io.EOF at the end of the input.
func (l *lineReader) read(ctx context.Context) (string, error) {
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case got := <-l.start():
		l.taken()
		return got.text, got.err
	}
}

// drop forgets what was buffered.
func (l *lineReader) drop() {
	if !l.asked {
		_, _ = l.in.Discard(l.in.Buffered())
	}
}
