package device

import (
	"context"
	"crypto/rand"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/wire"
)

// redirect waits on loopback for the browser that comes back from the server's
// login page (RFC 8252, 7.3). It listens before the browser opens, on 127.0.0.1
// by number, takes one answer, and only with the state of this attempt.
type redirect struct {
	authorization
	listener net.Listener
	path     string
	got      chan url.Values
}

func listenForRedirect(server wire.Origin) (*redirect, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, wire.Errorf(wire.CodeIO, "this computer lets no program listen on 127.0.0.1, where the browser has to come back to: %w", err)
	}
	path := redirectPath + "/" + rand.Text()
	return &redirect{
		authorization: newAuthorization(server, "http://"+listener.Addr().String()+path),
		listener:      listener,
		path:          path,
		got:           make(chan url.Values, 1),
	}, nil
}

// wait serves until an answer has come or ctx ends, and returns what is
// exchanged for tokens.
func (r *redirect) wait(ctx context.Context, d *Device) (url.Values, error) {
	server := netsafe.NewServer(netsafe.PageHeaders()(http.HandlerFunc(r.serve)), d.opt.Log)
	go func() { _ = server.Serve(r.listener) }()
	defer func() {
		shut, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		_ = server.Shutdown(shut) // lets the browser finish reading its page
	}()
	select {
	case <-ctx.Done():
		return nil, asked(ctx, ctx.Err())
	case answer := <-r.got:
		return r.grant(answer)
	}
}

// serve takes the answer of this attempt. Anything else, such as another
// page's request with a foreign state, is refused and does not end the waiting.
func (r *redirect) serve(w http.ResponseWriter, req *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	answer, own := r.answer(req.URL.RawQuery)
	switch {
	case req.Host != r.listener.Addr().String() || req.URL.Path != r.path || req.Method != http.MethodGet:
		http.Error(w, "Nothing is here.", http.StatusNotFound)
	case !own:
		http.Error(w, "This answer does not belong to the registration that Understudy waits for. It was ignored.", http.StatusBadRequest)
	default:
		select {
		case r.got <- answer:
			_, _ = w.Write([]byte("You can close this page and go back to Understudy.\n"))
		default:
			http.Error(w, "This registration was answered already.", http.StatusConflict)
		}
	}
}
