package netsafe

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// Limits of a client where its options name none.
const (
	clientTimeout   = 10 * time.Second
	connectTimeout  = 5 * time.Second
	idleConnTimeout = 90 * time.Second
	idleConns       = 100
	answerHeaders   = 16 << 10 // bytes
)

// ClientOptions changes what Client makes. The zero value suits calls to servers
// on the internet and to literal addresses.
type ClientOptions struct {
	// Timeout of a whole call, reading the answer's body included; 0 is 10 s.
	Timeout time.Duration
	// ResponseHeaderTimeout, from the request's end to the answer's header; 0 is
	// Timeout.
	ResponseHeaderTimeout time.Duration
	// MaxIdleConnsPerHost is net/http's; 0 is its default of 2. Load tests need
	// as many as they make calls at a time.
	MaxIdleConnsPerHost int

	// AllowPrivate and AllowLoopback say for which names ("id.example.com:443",
	// lower case, always with the port) an address of an inner network, or of this
	// computer, is meant to be so. nil allows none. An allowed loopback does not
	// allow an inner network.
	AllowPrivate, AllowLoopback func(host string) bool
	// Strict also refuses link-local addresses, where clouds keep their metadata
	// services, when they are given literally or allowed. For calls to an address
	// that somebody else configured, such as a callback.
	Strict bool

	// TLS adds to the settings, such as RootCAs; nil adds nothing. At least TLS
	// 1.2 is spoken in any case.
	TLS *tls.Config
	// Resolver of names; nil is the system's.
	Resolver *net.Resolver
}

// Client makes a client with a transport of its own: it follows no redirect (the
// answer to the caller is the redirect itself), unpacks no compressed answer, uses
// no proxy, keeps no cookies, and ends every call in time. The caller still has to
// read answers through an [io.LimitReader].
//
// Before each connection the resolved address is looked at. If a name resolves to
// an address that is not of the internet, and the options do not allow it, the
// call fails with a *BlockedError in its chain. The name localhost and literal
// addresses mean what they say and are fine, but for the unspecified, multicast
// and broadcast ones.
func Client(opt ClientOptions) *http.Client {
	if opt.Timeout <= 0 {
		opt.Timeout = clientTimeout
	}
	if opt.ResponseHeaderTimeout <= 0 {
		opt.ResponseHeaderTimeout = opt.Timeout
	}
	settings := &tls.Config{}
	if opt.TLS != nil {
		settings = opt.TLS.Clone()
	}
	settings.MinVersion = max(settings.MinVersion, tls.VersionTLS12)
	return &http.Client{
		Timeout:       opt.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext:            opt.dial,
			TLSClientConfig:        settings,
			TLSHandshakeTimeout:    connectTimeout,
			ResponseHeaderTimeout:  opt.ResponseHeaderTimeout,
			DisableCompression:     true,
			ForceAttemptHTTP2:      true, // a DialContext of our own would turn it off
			MaxIdleConns:           max(idleConns, opt.MaxIdleConnsPerHost),
			MaxIdleConnsPerHost:    opt.MaxIdleConnsPerHost,
			IdleConnTimeout:        idleConnTimeout,
			MaxResponseHeaderBytes: answerHeaders,
		},
	}
}

func (opt *ClientOptions) dial(ctx context.Context, network, asked string) (net.Conn, error) {
	d := net.Dialer{
		Timeout:  connectTimeout,
		Resolver: opt.Resolver,
		ControlContext: func(_ context.Context, _, resolved string, _ syscall.RawConn) error {
			return opt.check(asked, resolved)
		},
	}
	return d.DialContext(ctx, network, asked)
}

// check decides on one resolved address; both have a port.
func (opt *ClientOptions) check(asked, resolved string) error {
	host, _, err := net.SplitHostPort(asked)
	if err != nil {
		return err
	}
	to, err := netip.ParseAddrPort(resolved)
	if err != nil {
		return err
	}
	_, notName := netip.ParseAddr(host)
	literal := notName == nil
	addr, class := classify(to.Addr())
	blocked := &BlockedError{Host: host, Address: addr, Class: class}
	switch class {
	case Public:
		if host == "localhost" {
			return blocked
		}
		return nil
	case Loopback:
		if literal || host == "localhost" || opt.AllowLoopback != nil && opt.AllowLoopback(asked) {
			return nil
		}
	case Private:
		if literal || opt.AllowPrivate != nil && opt.AllowPrivate(asked) {
			return nil
		}
	case LinkLocal:
		if literal && !opt.Strict {
			return nil
		}
	}
	return blocked
}
