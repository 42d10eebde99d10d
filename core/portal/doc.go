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
// Server. It asks while a page waits, at most every [Config.PollInterval], and at
// once when a callback arrives. A callback is no more than that reason to ask: it
// must be signed, be less than five minutes old and come for the first time.
//
// # Sessions
//
// An attempt belongs to the browser session that started it; for every other one it
// does not exist (404). Sessions begin with the first attempt: a visit makes none.
// The id is new at the start of a login, at its end and at logout, so nobody can
// plant one that becomes worth something later. Only the SHA-256 of an id is kept.
// Sessions live in memory and end after half an hour without use, or eight hours.
//
// # Routes
//
//	GET  /               the login page, or the code of the attempt under way
//	POST /               starts a login; also "Get a new code"
//	POST /finish         an accepted login becomes a logged-in session
//	POST /cancel         drops the attempt
//	GET  /home           who is logged in
//	POST /logout
//	GET  /transfer       the form, the code, or the result
//	POST /transfer       amount, recipient: starts the second factor
//	POST /transfer/again the same transfer with a new code
//	POST /transfer/clear back to the empty form
//	GET  /qr.png?a=ID    the attempt's QR code
//	GET  /status?a=ID    its state as JSON
//	GET  /status/events?a=ID  the same as server-sent events, until a final state
//	POST /callback       from the Token Server
//
// GET changes nothing. The pages work without JavaScript: they then renew
// themselves, which a link on them stops, and the last step of a login is a button.
//
// # Limits
//
// 10,000 sessions, of which those without a login make way for new ones; 5 event
// streams a session, 1,000 in all; bodies of 64 KiB. The address that the portal
// tells the Token Server about the browser is the connection's: behind a proxy it is
// the proxy's, as headers that name another one can be made up.
package portal
