package cli

import (
	"bufio"
	"bytes"
	"context"
	"io"

	"github.com/understudy-auth/understudy/core/wire"
)

// lineReader reads lines so that waiting for one can be given up. A line that
// comes after that is the next one.
type lineReader struct {
	in    *bufio.Reader
	next  chan line
	asked bool
}

type line struct {
	text []byte // without its end
	err  error
}

func (l line) trimmed() string { return string(bytes.TrimSpace(l.text)) }

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
			got := line{bytes.Clone(bytes.TrimRight(text, "\r\n")), err}
			clear(text) // it may be a secret
			l.next <- got
		}()
	}
	return l.next
}

func (l *lineReader) taken() { l.asked = false }

// read waits for a line and takes the space around it away; io.EOF at the end
// of the input.
func (l *lineReader) read(ctx context.Context) (string, error) {
	got, err := l.wait(ctx)
	return got.trimmed(), err
}

// readSecret waits for a line as it is.
func (l *lineReader) readSecret(ctx context.Context) (wire.Secret, error) {
	got, err := l.wait(ctx)
	return wire.NewSecret(got.text), err
}

func (l *lineReader) wait(ctx context.Context) (line, error) {
	select {
	case <-ctx.Done():
		return line{}, context.Cause(ctx)
	case got := <-l.start():
		l.taken()
		return got, got.err
	}
}

// drop forgets what was buffered.
func (l *lineReader) drop() {
	if !l.asked {
		_, _ = l.in.Discard(l.in.Buffered())
	}
}
