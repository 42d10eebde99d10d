// Package portal is a demo web application that logs people in with mobile
// authentication: it shows a QR code, waits for the answer that is given in the
// authenticator, and logs the browser in. A second page asks for the same as a
// second factor for a transfer. It is an ordinary API client of a Token Server and
// knows nothing of devices.
//
//	p, err := portal.New(portal.Config{Title: "Example Bank", PublicURL: origin, Server: server, …})
//	err = netsafe.NewServer(p.Handler(), log).Serve(ln)
//
// # An attempt
//
// Each code that is shown belongs to one attempt, of a login or of a transfer:
//
//	waiting ──> confirming ──> accepted | denied | expired | failed
//	   └──────────────────────────────────> expired | failed
//
// waiting is the Token Server's state initialized, confirming its claimed; failed
// also stands for a request that the server no longer knows. A server that does not
// answer leaves the state as it is and makes the status unreachable, until it answers
// again or the code's time is over.
//
// The only source of an attempt's state is the portal's own question to the Token
// Server. It asks while a page waits, at most once every [Config.PollInterval], and at
// once when a callback arrives. A callback is no more than that reason to ask: it
// must be signed, be less than five minutes old and come for the first time.
//
// # Sessions
//
// An attempt belongs to the browser session that started it; for every other one it
// does not exist (404). Sessions begin with the first attempt: a visit makes none.
// The id is new at the start of a login, at its end and at logout, so nobody can
// plant one that becomes worth something later. Only the SHA-256 of an id is kept.
// Sessions live in memory and end after an hour without use, or eight hours.
//
// # Routes
//
//	GET  /                  the page with the button "Log in with a QR code"
//	POST /login             starts a login; also "Get a new code"
//	GET  /login             the code, or what became of it
//	POST /cancel            drops the login's attempt
//	GET  /home              who is logged in
//	POST /logout
//	GET  /transfer          the form
//	POST /transfer          amount, recipient: starts the second factor
//	GET  /transfer/confirm  its code, or what became of it
//	POST /transfer/again    the same transfer with a new code
//	POST /transfer/cancel   drops the transfer
//	GET  /qr.png            the QR code
//	GET  /status            the state: {"state", "sentence", "seconds_left", …}
//	GET  /status/events     the same as server-sent events, until a final state
//	POST /callback          from the Token Server
//
// The three about a code take its id as ?a=ID, so that an old page notices that there
// is a newer one; without it they mean the session's own.
//
// GET changes nothing, with one exception: the first page that a browser asks for
// after its login was accepted completes it. So the pages work without JavaScript:
// they then renew themselves every three seconds, which a link on them stops.
//
// # Limits
//
// 10,000 sessions, of which those without a login make way for new ones; 5 event
// streams a session, 1,000 in all; bodies of 64 KiB. The address that the portal
// tells the Token Server about the browser is the connection's: behind a proxy it is
// the proxy's, as headers that name another one can be made up.
package portal
