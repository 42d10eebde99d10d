// Package netsafe holds what every listener and every outgoing connection of the
// program has in common: limits that net/http leaves off, and checks without
// which a web page in somebody's browser could reach what only listens on this
// computer.
//
// # Serving
//
// [Listen] opens a listener, on loopback unless told otherwise. [NewServer] makes
// a server with limits on time and size. [Guard] is the outermost handler: it
// refuses requests whose Host or Origin is not ours, so neither DNS rebinding nor
// another site's page gets through. [PageHeaders] sets the headers of a page, and
// [ReadBody] and [ReadForm] read a body of bounded size and known type, and
// [Tries] bounds how often passwords and other secrets can be guessed.
//
//	ln, err := netsafe.Listen(ctx, "")
//	origin := "http://" + ln.Addr().String()
//	server := netsafe.NewServer(netsafe.Guard([]string{origin}, handler), log)
//	err = server.Serve(ln)
//
// A stream that lives longer than the server's write limit moves it before each
// write, with [ExtendWriteDeadline].
//
// # Calling
//
// [Client] makes an HTTP client that follows no redirect, never waits for ever,
// and refuses to connect when a name that looks public turns out to be an address
// of this computer or of an inner network: the address in a scanned code is
// chosen by whoever made the code.
package netsafe
