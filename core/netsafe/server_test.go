package netsafe

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener inside the process: with it, testing/synctest can move the
// time that deadlines go by.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial() net.Conn {
	client, server := net.Pipe()
	p.conns <- server
	return client
}

// serve starts a server and returns how to connect to it.
func serve(t *testing.T, h http.HandlerFunc) func() net.Conn {
	ln := newPipes()
	server := NewServer(h, nil)
	go func() { _ = server.Serve(ln) }()
	t.Cleanup(func() { _ = server.Close() })
	return ln.dial
}

func TestServerCutsSlowClients(t *testing.T) {
	for _, tt := range []struct {
		name, request string
		after         time.Duration
	}{
		{"silent", "", readHeaderTimeout},
		{"half a header", "GET / HTTP/1.1\r\nHost: a\r\nX-Ha", readHeaderTimeout},
		{"half a body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf", readTimeout},
		{"idle after a request", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", idleTimeout},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dial := serve(t, func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.Copy(io.Discard, r.Body)
					_, _ = io.WriteString(w, "done")
				})
				conn := dial()
				defer conn.Close()
				start := time.Now()
				go func() { _, _ = io.WriteString(conn, tt.request) }()
				_, _ = io.Copy(io.Discard, conn) // ends when the server hangs up
				// After an early end the server lingers for a moment, so that the
				// client gets the answer.
				if took := time.Since(start); took < tt.after || took > tt.after+time.Second {
					t.Errorf("cut after %v, want %v", took, tt.after)
				}
			})
		})
	}
}

func TestServerCutsByteByByte(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dial := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the request came through") })
		conn := dial()
		defer conn.Close()
		start := time.Now()
		sent := make(chan struct{})
		go func() {
			defer close(sent)
			for _, b := range []byte("GET / HTTP/1.1\r\nHost: a\r\n\r\n") {
				if _, err := conn.Write([]byte{b}); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		}()
		_, _ = io.Copy(io.Discard, conn)
		<-sent
		if took := time.Since(start); took > readHeaderTimeout+time.Second {
			t.Errorf("cut after %v", took)
		}
	})
}

func TestServerHeaderSize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dial := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the request came through") })
		conn := dial()
		defer conn.Close()
		go func() {
			_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: a\r\nX: "+strings.Repeat("x", 32<<10)+"\r\n\r\n")
		}()
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("got %v, %v", resp, err)
		}
		_, _ = io.Copy(io.Discard, conn) // the server lingers for a moment
	})
}

// What is refused is answered at once, not after the rest of the body.
func TestRefusedBodyIsAnsweredAtOnce(t *testing.T) {
	for _, head := range []string{
		"Content-Type: text/x\r\nContent-Length: 1000\r\n\r\nhalf",
		"Content-Type: text/y\r\nContent-Length: 10\r\n\r\nhalf",
	} {
		synctest.Test(t, func(t *testing.T) {
			dial := serve(t, func(w http.ResponseWriter, r *http.Request) {
				_, err := ReadBody(w, r, 100, "text/x")
				w.WriteHeader(StatusOf(err))
			})
			conn := dial()
			defer conn.Close()
			start := time.Now()
			go func() { _, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: a\r\n"+head) }()
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil || resp.StatusCode/100 != 4 || time.Since(start) != 0 {
				t.Errorf("got %v, %v after %v", resp, err, time.Since(start))
			}
			_, _ = io.Copy(io.Discard, conn)
		})
	}
}

// A stream outlives the server's limits when it moves the one on writing, and
// neither its connection nor its context ends.
func TestExtendWriteDeadline(t *testing.T) {
	const events = 6
	for _, extend := range []bool{true, false} {
		t.Run(fmt.Sprintf("extend=%v", extend), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dial := serve(t, func(w http.ResponseWriter, r *http.Request) {
					for range events {
						if extend {
							if err := ExtendWriteDeadline(w, 20*time.Second); err != nil {
								t.Error(err)
							}
						}
						if _, err := io.WriteString(w, "event\n"); err != nil {
							return
						}
						_ = http.NewResponseController(w).Flush()
						select {
						case <-r.Context().Done():
							return
						case <-time.After(10 * time.Second):
						}
					}
				})
				conn := dial()
				defer conn.Close()
				go func() { _, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") }()
				resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
				if err != nil {
					t.Fatal(err)
				}
				body, _ := io.ReadAll(resp.Body)
				got := strings.Count(string(body), "event")
				if extend != (got == events) {
					t.Errorf("%d of %d events came", got, events)
				}
			})
		})
	}
}
