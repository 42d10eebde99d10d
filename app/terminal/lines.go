// Package terminal reads what a person types at a terminal: lines that waiting for
// can be given up, and secrets that are not shown.
package terminal

import (
	"bufio"
	"bytes"
	"context"
	"io"

	"github.com/understudy-auth/understudy/core/wire"
)

// Lines reads lines so that waiting for one can be given up. A line that
// comes after that is the next one.
type Lines struct {
	In    *bufio.Reader // what comes before and between the lines, for those who read data
	next  chan Line
	asked bool
}

// Line is what was typed, or why nothing was.
type Line struct {
	text []byte // without its end
	Err  error
}

// Trimmed is the line without the space around it.
func (l Line) Trimmed() string { return string(bytes.TrimSpace(l.text)) }

// maxLine is far above what anybody types or pastes here.
const maxLine = 64 << 10

// NewLines makes a reader of in.
func NewLines(in io.Reader) *Lines {
	return &Lines{In: bufio.NewReaderSize(in, maxLine), next: make(chan Line, 1)}
}

// Start begins to wait for a line, unless that was begun before. Whoever takes
// the line off the channel calls Taken.
func (l *Lines) Start() <-chan Line {
	if !l.asked {
		l.asked = true
		go func() {
			text, err := l.In.ReadSlice('\n')
			if err == bufio.ErrBufferFull {
				for err == bufio.ErrBufferFull { // the rest of an endless line
					_, err = l.In.ReadSlice('\n')
				}
				text = nil
			}
			if len(text) > 0 && err == io.EOF {
				err = nil // the last line may lack its end
			}
			got := Line{bytes.Clone(bytes.TrimRight(text, "\r\n")), err}
			clear(text) // it may be a secret
			l.next <- got
		}()
	}
	return l.next
}

// Taken is described at Start.
func (l *Lines) Taken() { l.asked = false }

// Read waits for a line and takes the space around it away; io.EOF at the end
// of the input.
func (l *Lines) Read(ctx context.Context) (string, error) {
	got, err := l.wait(ctx)
	return got.Trimmed(), err
}

// ReadSecret waits for a line as it is.
func (l *Lines) ReadSecret(ctx context.Context) (wire.Secret, error) {
	got, err := l.wait(ctx)
	return wire.NewSecret(got.text), err
}

func (l *Lines) wait(ctx context.Context) (Line, error) {
	select {
	case <-ctx.Done():
		return Line{}, context.Cause(ctx)
	case got := <-l.Start():
		l.Taken()
		return got, got.Err
	}
}

// Drop forgets what was buffered.
func (l *Lines) Drop() {
	if !l.asked {
		_, _ = l.In.Discard(l.In.Buffered())
	}
}
