package device

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
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
	listener net.Listener
	path     string
	state    string
	issuer   string
	answer   chan url.Values
}

func listenForRedirect(issuer wire.Origin) (*redirect, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, wire.Errorf(wire.CodeIO, "this computer lets no program listen on 127.0.0.1, where the browser has to come back to: %w", err)
	}
	return &redirect{
		listener: listener,
		path:     redirectPath + "/" + rand.Text(),
		state:    rand.Text(),
		issuer:   issuer.String(),
		answer:   make(chan url.Values, 1),
	}, nil
}

func (r *redirect) uri() string { return "http://" + r.listener.Addr().String() + r.path }

// wait serves until an answer has come or ctx ends, and returns the
// authorization code.
func (r *redirect) wait(ctx context.Context, d *Device) (wire.Secret, error) {
	origin := "http://" + r.listener.Addr().String()
	server := netsafe.NewServer(netsafe.PageHeaders()(http.HandlerFunc(r.serve(origin))), d.opt.Log)
	go func() { _ = server.Serve(r.listener) }()
	defer func() {
		shut, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		_ = server.Shutdown(shut) // lets the browser finish reading its page
	}()
	select {
	case <-ctx.Done():
		return wire.Secret{}, asked(ctx, ctx.Err())
	case answer := <-r.answer:
		if problem := answer.Get("error"); problem == "access_denied" {
			return wire.Secret{}, wire.Errorf(wire.CodeCanceled, "the login page was canceled")
		} else if problem != "" {
			return wire.Secret{}, wire.Errorf(wire.CodeInternal, "the server did not register you; it said: %s %s",
				wire.CleanText(problem, 60), wire.CleanText(answer.Get("error_description"), 200))
		}
		return wire.SecretString(answer.Get("code")), nil
	}
}

// serve takes the answer of this attempt. Anything else, such as another
// page's request with a foreign state, is refused and does not end the waiting.
func (r *redirect) serve(origin string) http.HandlerFunc {
	host := origin[len("http://"):]
	return func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		q, err := url.ParseQuery(req.URL.RawQuery)
		single := err == nil
		for _, values := range q {
			single = single && len(values) == 1
		}
		switch {
		case req.Host != host || req.URL.Path != r.path || req.Method != http.MethodGet:
			http.Error(w, "Nothing is here.", http.StatusNotFound)
		case !single || subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(r.state)) != 1 || q.Get("iss") != r.issuer ||
			(q.Get("code") == "") == (q.Get("error") == ""):
			http.Error(w, "This answer does not belong to the registration that Understudy waits for. It was ignored.", http.StatusBadRequest)
		default:
			select {
			case r.answer <- q:
				_, _ = w.Write([]byte("You can close this page and go back to Understudy.\n"))
			default:
				http.Error(w, "This registration was answered already.", http.StatusConflict)
			}
		}
	}
}
