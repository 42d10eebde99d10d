package netsafe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"syscall"
)

// wsaAddressInUse is Windows' number for a taken port; syscall.EADDRINUSE is
// an invented one there.
const wsaAddressInUse = syscall.Errno(10048)

// portTries bounds the search for a port that is free on both loopback addresses.
const portTries = 8

// Listen opens a TCP listener on addr, a host and port such as "0.0.0.0:8700".
// "" stands for 127.0.0.1 and any free port. For the name localhost it listens on
// 127.0.0.1 and [::1] both, as otherwise another program could take the address
// that a browser tries first; where the computer has no IPv6 the former is enough.
//
// A port that is taken is an error that says so. Listen never moves to another
// port by itself: whoever was told the old one would talk to a stranger.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("%q is not an address to listen on: it needs a host and a port, such as 127.0.0.1:8700", addr)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != port {
		return nil, fmt.Errorf("%q is not an address to listen on: the port must be a number from 0 (any free one) to 65535", addr)
	}
	if host != "localhost" {
		return listen(ctx, "tcp", addr)
	}
	for try := 1; ; try++ {
		four, err := listen(ctx, "tcp4", net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			return nil, err
		}
		_, chosen, _ := net.SplitHostPort(four.Addr().String())
		six, err := listen(ctx, "tcp6", net.JoinHostPort("::1", chosen))
		switch {
		case err == nil:
			return joinListeners(four, six), nil
		case !isInUse(err):
			return four, nil // no IPv6 here
		}
		_ = four.Close()
		if port != "0" || try == portTries {
			return nil, err
		}
	}
}

func listen(ctx context.Context, network, addr string) (net.Listener, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, network, addr)
	_, port, _ := net.SplitHostPort(addr)
	switch {
	case err == nil:
		return ln, nil
	case isInUse(err):
		return nil, fmt.Errorf("port %s is in use; choose another with --listen: %w", port, err)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("this account may not listen on port %s; choose one above 1023 with --listen: %w", port, err)
	}
	return nil, fmt.Errorf("cannot listen on %s; choose another address with --listen: %w", addr, err)
}

func isInUse(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, wsaAddressInUse)
}

// IsLoopback reports whether addr, as Listen takes it, is reachable from this
// computer only: "", localhost, or an IP address of loopback.
func IsLoopback(addr string) bool {
	if addr == "" {
		return true
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

// joined is two listeners that look like the first one.
type joined struct {
	net.Listener
	second net.Listener
	conns  chan net.Conn
	errs   chan error
	done   chan struct{}
	once   sync.Once
}

func joinListeners(first, second net.Listener) net.Listener {
	j := &joined{Listener: first, second: second, conns: make(chan net.Conn), errs: make(chan error, 2), done: make(chan struct{})}
	for _, ln := range []net.Listener{first, second} {
		go j.accept(ln)
	}
	return j
}

// accept hands connections on until ln fails for good; server loops treat a
// temporary error themselves, here it would end only one of the two.
func (j *joined) accept(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			select {
			case j.errs <- err:
			case <-j.done:
				return
			}
			if errors.Is(err, net.ErrClosed) {
				return
			}
			continue
		}
		select {
		case j.conns <- conn:
		case <-j.done:
			_ = conn.Close()
			return
		}
	}
}

func (j *joined) Accept() (net.Conn, error) {
	select {
	case conn := <-j.conns:
		return conn, nil
	case err := <-j.errs:
		return nil, err
	case <-j.done:
		return nil, net.ErrClosed
	}
}

func (j *joined) Close() error {
	err := net.ErrClosed
	j.once.Do(func() {
		close(j.done)
		err = errors.Join(j.Listener.Close(), j.second.Close())
	})
	return err
}
