package netsafe

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"
)

// ErrAddress is the cause of every connection that was refused because of
// where it would lead.
var ErrAddress = errors.New("refused address")

// ClientOptions are the choices of a Client.
type ClientOptions struct {
	// Timeout of a whole call; 10 seconds by default.
	Timeout time.Duration
	// IdlePerHost is how many connections to a host are kept; 2 by default.
	IdlePerHost int
	// Strict is for addresses that come from others, such as callbacks: even a
	// literal link-local or metadata address is refused.
	Strict bool
	// Resolver is used in place of the system's.
	Resolver *net.Resolver
	// RootCAs and so on; MinVersion is set in any case.
	TLS *tls.Config
}

// Client is an http.Client that follows no redirects (a redirect would carry
// a body or token elsewhere), speaks TLS 1.2 or newer, takes no compressed
// answers, and does not connect to an inner address that a public name leads
// to. An inner address that is written out, or "localhost", was meant.
func Client(opt ClientOptions) *http.Client {
	if opt.Timeout == 0 {
		opt.Timeout = 10 * time.Second
	}
	config := &tls.Config{}
	if opt.TLS != nil {
		config = opt.TLS.Clone()
	}
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	return &http.Client{
		Timeout:       opt.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext:            opt.dial,
			TLSClientConfig:        config,
			TLSHandshakeTimeout:    5 * time.Second,
			ResponseHeaderTimeout:  opt.Timeout,
			MaxResponseHeaderBytes: 64 << 10,
			MaxIdleConnsPerHost:    max(opt.IdlePerHost, 2),
			IdleConnTimeout:        60 * time.Second,
			DisableCompression:     true,
			ForceAttemptHTTP2:      true,
		},
	}
}

func (opt ClientOptions) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	_, literalErr := netip.ParseAddr(host)
	meant := literalErr == nil || strings.EqualFold(host, "localhost")
	d := net.Dialer{
		Timeout:  5 * time.Second,
		Resolver: opt.Resolver,
		ControlContext: func(_ context.Context, _, resolved string, _ syscall.RawConn) error {
			a, err := netip.ParseAddrPort(resolved)
			if err != nil {
				return fmt.Errorf("%w: %s", ErrAddress, resolved)
			}
			ip := a.Addr().Unmap()
			switch {
			case opt.Strict && never(ip):
				return fmt.Errorf("%w: %s is not for callers from outside", ErrAddress, ip)
			case !meant && inner(ip):
				return fmt.Errorf("%w: the name %s leads to %s, an address inside this network", ErrAddress, host, ip)
			}
			return nil
		},
	}
	return d.DialContext(ctx, network, addr)
}

// never lists what nobody from outside may make this program call: link-local
// addresses, where clouds keep their metadata, and what is no single host.
func never(ip netip.Addr) bool {
	return ip.IsLinkLocalUnicast() || ip.IsMulticast() || ip.IsUnspecified() || ip == netip.MustParseAddr("fd00:ec2::254")
}

// innerRanges are those that netip has no method for: carriers' NAT, the
// benchmarking range, NAT64 and the old site-local range.
var innerRanges = []netip.Prefix{
	netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("fec0::/10"),
	netip.MustParsePrefix("0.0.0.0/8"),
}

func inner(ip netip.Addr) bool {
	if never(ip) || ip.IsLoopback() || ip.IsPrivate() {
		return true
	}
	for _, p := range innerRanges {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}
