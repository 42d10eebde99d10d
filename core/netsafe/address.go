package netsafe

import (
	"fmt"
	"net/netip"
)

// Class says where an address leads.
type Class string

// The classes of addresses, each as it stands in a sentence.
const (
	Public    Class = "an address of the internet"
	Private   Class = "an address of an inner network"
	Loopback  Class = "an address of this computer"
	LinkLocal Class = "a link-local or metadata address"
	Unusable  Class = "not the address of one computer" // unspecified, multicast, broadcast, reserved
)

// BlockedError says that no connection was made, as the host's name led to an
// address where it should not.
type BlockedError struct {
	Host    string
	Address netip.Addr
	Class   Class
}

func (e *BlockedError) Error() string {
	return fmt.Sprintf("not connected to %s: it leads to %s, %s", e.Host, e.Address, e.Class)
}

// special lists what netip's own predicates miss, after the IANA registries of
// special-purpose addresses (RFC 6890).
var special = []struct {
	prefix netip.Prefix
	class  Class
}{
	{netip.MustParsePrefix("100.100.100.200/32"), LinkLocal}, // a cloud's metadata service
	{netip.MustParsePrefix("fd00:ec2::254/128"), LinkLocal},  // another one
	{netip.MustParsePrefix("0.0.0.0/8"), Unusable},           // "this network"; Linux takes it for itself
	{netip.MustParsePrefix("100.64.0.0/10"), Private},        // shared by a provider's customers (RFC 6598)
	{netip.MustParsePrefix("192.0.0.0/24"), Private},
	{netip.MustParsePrefix("198.18.0.0/15"), Private},   // benchmarks (RFC 2544)
	{netip.MustParsePrefix("240.0.0.0/4"), Unusable},    // reserved, and the broadcast address
	{netip.MustParsePrefix("64:ff9b:1::/48"), Private},  // translation inside a network (RFC 8215)
	{netip.MustParsePrefix("fec0::/10"), Private},       // site-local, deprecated
	{netip.MustParsePrefix("::/96"), Unusable},          // IPv4-compatible, deprecated
	{netip.MustParsePrefix("2001::/32"), Private},       // Teredo: a tunnel to an address inside
	{netip.MustParsePrefix("3fff::/20"), Private},       // documentation
	{netip.MustParsePrefix("100::/64"), Unusable},       // discarded
	{netip.MustParsePrefix("2001:db8::/32"), Private},   // documentation
	{netip.MustParsePrefix("::ffff:0:0:0/96"), Private}, // IPv4-translated (SIIT)
}

// translated are the prefixes in which an IPv6 address stands for an IPv4 one, and
// the byte at which that begins: NAT64 (RFC 6052) and 6to4 (RFC 3056).
var translated = map[netip.Prefix]int{
	netip.MustParsePrefix("64:ff9b::/96"): 12,
	netip.MustParsePrefix("2002::/16"):    2,
}

// classify finds the class of an address. An IPv6 address that stands for an IPv4
// one is judged, and returned, as the latter: a network with NAT64 reaches all of
// the internet so, and its own inner addresses too.
func classify(a netip.Addr) (netip.Addr, Class) {
	a = a.Unmap().WithZone("")
	for prefix, at := range translated {
		if prefix.Contains(a) {
			b := a.As16()
			return classify(netip.AddrFrom4([4]byte(b[at : at+4])))
		}
	}
	switch {
	case a.IsLoopback():
		return a, Loopback
	case a.IsLinkLocalUnicast():
		return a, LinkLocal
	case a.IsUnspecified(), a.IsMulticast():
		return a, Unusable
	}
	for _, s := range special {
		if s.prefix.Contains(a) {
			return a, s.class
		}
	}
	if a.IsPrivate() {
		return a, Private
	}
	return a, Public
}
