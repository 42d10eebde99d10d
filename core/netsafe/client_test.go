package netsafe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// resolver answers from a table: a DNS server on loopback, so that names take the
// same way through net as they always do.
func resolver(t *testing.T, names map[string]string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		buf := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			m.Header = dnsmessage.Header{ID: m.ID, Response: true, Authoritative: true}
			m.Additionals = nil
			ip, known := netip.Addr{}, false
			if text, ok := names[strings.TrimSuffix(q.Name.String(), ".")]; ok {
				ip, known = netip.MustParseAddr(text), true
			}
			head := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}
			switch {
			case !known:
				m.RCode = dnsmessage.RCodeNameError
			case ip.Is4() && q.Type == dnsmessage.TypeA:
				m.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AResource{A: ip.As4()}}}
			case ip.Is6() && q.Type == dnsmessage.TypeAAAA:
				m.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AAAAResource{AAAA: ip.As16()}}}
			}
			if out, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(out, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func TestClassify(t *testing.T) {
	for addr, want := range map[string]Class{
		"8.8.8.8": Public, "2606:4700::1111": Public, "100.63.255.255": Public, "198.20.0.1": Public,
		"127.0.0.1": Loopback, "127.9.9.9": Loopback, "::1": Loopback, "::ffff:127.0.0.1": Loopback,
		"10.1.2.3": Private, "172.16.0.1": Private, "192.168.1.1": Private, "fd12::1": Private, "::ffff:10.0.0.1": Private,
		"100.64.0.1": Private, "100.127.255.255": Private, "198.18.0.1": Private, "198.19.255.255": Private, "fec0::1": Private, "64:ff9b:1::1": Private,
		"169.254.169.254": LinkLocal, "fe80::1": LinkLocal, "fe80::1%eth0": LinkLocal, "fd00:ec2::254": LinkLocal, "100.100.100.200": LinkLocal,
		"0.0.0.0": Unusable, "0.1.2.3": Unusable, "::": Unusable, "224.0.0.1": Unusable, "ff02::1": Unusable, "255.255.255.255": Unusable, "240.0.0.1": Unusable, "::127.0.0.1": Unusable,
		"64:ff9b::7f00:1": Loopback, "64:ff9b::a9fe:a9fe": LinkLocal, "64:ff9b::a00:1": Private, "64:ff9b::808:808": Public, "2002:7f00:1::1": Loopback,
	} {
		if _, got := classify(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s is %q, want %q", addr, got, want)
		}
	}
}

func TestClientWatchesWhereItConnects(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "reached")
	}))
	defer server.Close()
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	names := resolver(t, map[string]string{
		"evil.example": "127.0.0.1", "mapped.example": "::ffff:127.0.0.1", "inner.example": "10.0.0.1", "cgnat.example": "100.64.0.1",
		"bench.example": "198.18.0.1", "meta.example": "169.254.169.254", "nat64.example": "64:ff9b::7f00:1", "site.example": "fec0::1",
		"zero.example": "0.0.0.0", "x.localhost": "127.0.0.1", "multi.example": "224.0.0.1",
	})
	all := func(string) bool { return true }

	for _, tt := range []struct {
		name, host string
		opt        ClientOptions
		class      Class // "" is connected, or at least tried
	}{
		{"literal loopback", "127.0.0.1", ClientOptions{}, ""},
		{"literal loopback, strict", "127.0.0.1", ClientOptions{Strict: true}, ""},
		{"another loopback address", "[::ffff:127.0.0.1]", ClientOptions{}, ""},
		{"localhost", "localhost", ClientOptions{}, ""},
		{"a name that is allowed loopback", "evil.example", ClientOptions{AllowLoopback: func(h string) bool { return h == "evil.example:"+port }}, ""},

		{"a name for loopback", "evil.example", ClientOptions{}, Loopback},
		{"a name for loopback, another one allowed", "evil.example", ClientOptions{AllowLoopback: func(h string) bool { return h == "other.example:"+port }}, Loopback},
		{"a name for loopback, inner networks allowed", "evil.example", ClientOptions{AllowPrivate: all}, Loopback},
		{"a name below localhost", "x.localhost", ClientOptions{}, Loopback},
		{"mapped", "mapped.example", ClientOptions{}, Loopback},
		{"translated", "nat64.example", ClientOptions{}, Loopback},
		{"inner network", "inner.example", ClientOptions{AllowLoopback: all}, Private},
		{"carrier-grade NAT", "cgnat.example", ClientOptions{}, Private},
		{"benchmark network", "bench.example", ClientOptions{}, Private},
		{"site-local", "site.example", ClientOptions{}, Private},
		{"metadata", "meta.example", ClientOptions{AllowLoopback: all, AllowPrivate: all}, LinkLocal},
		{"unspecified", "zero.example", ClientOptions{AllowLoopback: all, AllowPrivate: all}, Unusable},
		{"multicast", "multi.example", ClientOptions{AllowLoopback: all, AllowPrivate: all}, Unusable},
		{"literal unspecified", "0.0.0.0", ClientOptions{}, Unusable},
		{"literal metadata, strict", "169.254.169.254", ClientOptions{Strict: true}, LinkLocal},
		{"literal cloud metadata, strict", "100.100.100.200", ClientOptions{Strict: true}, LinkLocal},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.opt.Resolver = names
			c := Client(tt.opt)
			defer c.CloseIdleConnections()
			resp, err := c.Get("http://" + tt.host + ":" + port + "/")
			if err == nil {
				resp.Body.Close()
			}
			if tt.class == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			blocked, ok := errors.AsType[*BlockedError](err)
			if !ok || blocked.Class != tt.class || !strings.Contains(err.Error(), "leads to "+blocked.Address.String()) {
				t.Errorf("got %v, want %q", err, tt.class)
			}
		})
	}
}

func TestClientAllowsWhatWasGiven(t *testing.T) {
	// Without connecting: nothing answers at these addresses.
	for _, tt := range []struct {
		asked, resolved string
		opt             ClientOptions
		fine            bool
	}{
		{"10.0.0.1:443", "10.0.0.1:443", ClientOptions{Strict: true}, true},
		{"169.254.1.1:80", "169.254.1.1:80", ClientOptions{}, true},
		{"a.example:443", "8.8.8.8:443", ClientOptions{Strict: true}, true},
		{"a.example:443", "10.0.0.1:443", ClientOptions{AllowPrivate: func(h string) bool { return h == "a.example:443" }}, true},
		{"localhost:80", "8.8.8.8:80", ClientOptions{}, false},
		{"localhost:80", "10.0.0.1:80", ClientOptions{}, false},
	} {
		if err := tt.opt.check(tt.asked, tt.resolved); (err == nil) != tt.fine {
			t.Errorf("%s at %s: %v", tt.asked, tt.resolved, err)
		}
	}
}

func TestClientFollowsNoRedirect(t *testing.T) {
	calls := 0
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls++
		if r.Header.Get("Accept-Encoding") != "" {
			t.Errorf("asks for compression: %q", r.Header.Get("Accept-Encoding"))
		}
		http.Redirect(w, r, server.URL+"/elsewhere", http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	resp, err := Client(ClientOptions{}).PostForm(server.URL, url.Values{"secret": {"x"}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusTemporaryRedirect || calls != 1 {
		t.Errorf("status %d after %d calls", resp.StatusCode, calls)
	}
}

func TestClientTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	_, err := Client(ClientOptions{TLS: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS10}}).Get(server.URL)
	if err == nil || !strings.Contains(err.Error(), "protocol version") {
		t.Errorf("TLS 1.1: %v", err)
	}

	server = httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	if _, err := Client(ClientOptions{}).Get(server.URL); err == nil {
		t.Error("a certificate of nobody's was taken")
	}
	roots.AddCert(server.Certificate())
	c := Client(ClientOptions{TLS: &tls.Config{RootCAs: roots}})
	resp, err := c.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	c.CloseIdleConnections()
}

func TestClientEndsInTime(t *testing.T) {
	held := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-held }))
	defer server.Close()
	defer close(held)
	_, err := Client(ClientOptions{Timeout: 20 * time.Millisecond}).Get(server.URL)
	if e, ok := errors.AsType[*url.Error](err); !ok || !e.Timeout() {
		t.Errorf("got %v", err)
	}
	if got := Client(ClientOptions{}); got.Timeout != 10*time.Second || got.Transport.(*http.Transport).ResponseHeaderTimeout != 10*time.Second {
		t.Error("no limits by default")
	}
}
