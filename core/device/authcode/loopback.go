package authcode

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

// RegisteredRedirect is the address that a device registers for its redirects: an
// attempt adds the port that is free and a random element (RFC 8252, 7.3).
const RegisteredRedirect = "http://127.0.0.1" + redirectPath

const redirectPath = "/cb"

// ByBrowser obtains a code by way of a browser, which open shows the login page.
// Where open fails, so does this, with its error as the cause.
func (c Client) ByBrowser(ctx context.Context, scope string, open func(ctx context.Context, url string) error) (url.Values, error) {
	back, err := c.listen()
	if err != nil {
		return nil, err
	}
	defer back.listener.Close()
	opened := make(chan error, 1)
	waiting, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() { // the browser may come back before the opener returns
		err := open(waiting, back.page(scope))
		if err != nil {
			cancel(err)
		}
		opened <- err
	}()
	form, err := back.wait(waiting)
	if err != nil {
		if cause := context.Cause(waiting); cause != nil && ctx.Err() == nil && wire.CodeOf(err) == wire.CodeCanceled && cause != context.Canceled {
			return nil, wire.Errorf(wire.CodeInternal, "the browser could not be opened: %w", <-opened)
		}
		return nil, err
	}
	return form, nil
}

// redirect waits on loopback for the browser that comes back from the server's
// login page (RFC 8252, 7.3). It listens before the browser opens, on 127.0.0.1
// by number, takes one answer, and only with the state of this attempt.
type redirect struct {
	attempt
	listener net.Listener
	path     string
	got      chan url.Values
}

func (c Client) listen() (*redirect, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, wire.Errorf(wire.CodeIO, "this computer lets no program listen on 127.0.0.1, where the browser has to come back to: %w", err)
	}
	path := redirectPath + "/" + rand.Text()
	return &redirect{
		attempt:  c.attempt("http://" + listener.Addr().String() + path),
		listener: listener,
		path:     path,
		got:      make(chan url.Values, 1),
	}, nil
}

// wait serves until an answer has come or ctx ends, and returns what is
// exchanged for tokens.
func (r *redirect) wait(ctx context.Context) (url.Values, error) {
	server := netsafe.NewServer(netsafe.PageHeaders()(http.HandlerFunc(r.serve)), r.Log)
	go func() { _ = server.Serve(r.listener) }()
	defer func() {
		shut, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		_ = server.Shutdown(shut) // lets the browser finish reading its page
	}()
	select {
	case <-ctx.Done():
		return nil, wire.Errorf(wire.CodeCanceled, "%w", context.Cause(ctx))
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
