package netsafe

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
)

func TestListen(t *testing.T) {
	ln, err := Listen(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	addr := ln.Addr().String()
	if !strings.HasPrefix(addr, "127.0.0.1:") {
		t.Errorf("the default listens on %s", addr)
	}

	_, port, _ := net.SplitHostPort(addr)
	for _, taken := range []string{addr, "localhost:" + port} {
		second, err := Listen(t.Context(), taken)
		if err == nil {
			second.Close()
		}
		if want := "port " + port + " is in use; choose another with --listen"; err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", taken, err, want)
		}
	}

	for _, bad := range []string{"127.0.0.1", "127.0.0.1:http", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:080", "127.0.0.1:", "[::1", "localhost:x"} {
		if ln, err := Listen(t.Context(), bad); err == nil {
			ln.Close()
			t.Errorf("%q was taken", bad)
		}
	}
}

// Another program that took [::1] must be noticed, not shared a port with.
func TestListenLocalhost(t *testing.T) {
	ln, err := Listen(t.Context(), "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	if _, ok := ln.(*joined); !ok {
		t.Skip("no IPv6 on this computer")
	}
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, "hello")
			_ = conn.Close()
		}
	}()
	for _, host := range []string{"127.0.0.1", "::1"} {
		conn, err := net.Dial("tcp", net.JoinHostPort(host, port))
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := io.ReadAll(conn); string(got) != "hello" {
			t.Errorf("%s: got %q", host, got)
		}
		_ = conn.Close()
	}
	if err := ln.Close(); err != nil {
		t.Error(err)
	}
	if err := ln.Close(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("second close: %v", err)
	}
	if _, err := ln.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("accept after close: %v", err)
	}

	squatter, err := net.Listen("tcp6", "[::1]:"+port)
	if err != nil {
		t.Fatal(err)
	}
	defer squatter.Close()
	if ln, err := Listen(t.Context(), "localhost:"+port); err == nil {
		ln.Close()
		t.Error("shares its port with another program on [::1]")
	}
}

func TestIsLoopback(t *testing.T) {
	for addr, want := range map[string]bool{
		"": true, "127.0.0.1:0": true, "127.8.8.8:1": true, "[::1]:1": true, "localhost:1": true, "[::ffff:127.0.0.1]:1": true,
		":8700": false, "0.0.0.0:1": false, "[::]:1": false, "192.168.0.1:1": false, "x.localhost:1": false, "127.0.0.1": false, "localhost.evil.example:1": false,
	} {
		if got := IsLoopback(addr); got != want {
			t.Errorf("IsLoopback(%q) = %v", addr, got)
		}
	}
}
