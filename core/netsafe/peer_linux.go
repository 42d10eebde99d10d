package netsafe

import (
	"bufio"
	"encoding/hex"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
)

// ownedByUs looks the peer's socket up in the kernel's tables. One that is not
// there has been closed already, and is not ours.
func ownedByUs(from, to netip.AddrPort) bool {
	for _, table := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		if uid, ok := socketOwner(table, from, to); ok {
			return uid == os.Getuid()
		}
	}
	return false
}

// socketOwner finds the socket whose own address is local and whose peer is
// remote; see proc_net_tcp.txt of the kernel.
func socketOwner(table string, local, remote netip.AddrPort) (uid int, found bool) {
	f, err := os.Open(table)
	if err != nil {
		return 0, false
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 8 || kernelAddr(fields[1]) != unmapped(local) || kernelAddr(fields[2]) != unmapped(remote) {
			continue
		}
		uid, err = strconv.Atoi(fields[7])
		return uid, err == nil
	}
	return 0, false
}

func unmapped(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// kernelAddr reads an address as the kernel prints it: words of 32 bits in the
// machine's own order, then the port. All systems that we build for are little
// endian; on another one nothing would be found, and everything refused.
func kernelAddr(s string) netip.AddrPort {
	address, port, _ := strings.Cut(s, ":")
	b, err := hex.DecodeString(address)
	n, err2 := strconv.ParseUint(port, 16, 16)
	if err != nil || err2 != nil || len(b)%4 != 0 {
		return netip.AddrPort{}
	}
	for i := 0; i < len(b); i += 4 {
		slices.Reverse(b[i : i+4])
	}
	ip, ok := netip.AddrFromSlice(b)
	if !ok {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(ip.Unmap(), uint16(n))
}
