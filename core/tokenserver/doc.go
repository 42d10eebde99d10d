// Package tokenserver is a Token Server: the server side of a mobile
// authentication. It registers devices and their users, checks PINs, exchanges
// keys, and hands a portal's requests to the person who holds the device. Its
// behaviour towards portals is the documented one of the platform, letter by
// letter; towards devices it speaks package wire.
//
// # Use
//
//	config := tokenserver.DefaultConfig() // or config.Load("server.toml")
//	config.PublicURL = origin
//	store, err := sqlstore.OpenMemory()   // or sqlstore.Open(config.Database)
//	server, err := tokenserver.New(tokenserver.Options{
//		Config: config, Store: store, Sealer: sealer.Random(), // or sealer.Load(ctx, config.KeyFile)
//	})
//	go server.Run(ctx)
//	netsafe.NewServer(server.Handler(), logger).Serve(listener)
//
// Handler answers without Run as well; only callbacks and the removal of old
// records need it. An open transaction past its expiry counts as expired from
// that millisecond on, swept or not. All times come from Options.Clock, so a test
// can move them.
//
// # For devices
//
//	GET  /.well-known/oauth-authorization-server   what the server is and asks for (RFC 8414)
//	POST /oauth/register                           a new device (RFC 7591)
//	GET, POST /oauth/authorize                     login page, authorization code (RFC 6749, 7636, 8252, 9207)
//	GET, POST /oauth/registration                  login page, then a code to scan
//	POST /oauth/device/registration/init           the first of a custom registration's two steps
//	POST /oauth/token                              code, registration code, answer to a custom identity provider,
//	                                               PIN, authenticator, refresh token -> tokens
//	POST /oauth/revoke                             (RFC 7009)
//	POST /oauth/device/pin/challenge, /oauth/device/pin
//	POST /oauth/device/authenticator               a key for logins beside the PIN, with a proof of the PIN
//	POST /oauth/device/authenticator/challenge, /oauth/device/authenticator/remove
//	POST /oauth/device/enroll, /oauth/device/enroll/proof
//	POST /oauth/device/pending, /oauth/device/redeem, /oauth/device/extend, /oauth/device/answer   sealed both ways
//	POST /oauth/device/push                        a push token, sealed both ways
//	POST /oauth/device/deregister
//
// Where people log in before that, in a browser or by way of an app, is package
// idp. The authenticators beside the PIN are package authenticators.
//
// # For portals
//
//	POST /oauth/api/{v2,v3,v4}/authenticate/user                        start: transaction_id, otp (not of a push), expires_in
//	GET  /oauth/api/{v2,v3,v4}/authenticate/user/{user}/enabled         types that the user can use
//	GET  /oauth/api/{v2,v3,v4}/authenticate/user/{user}/enabled/{type}  {"enabled": true}
//	GET  /oauth/api/v4/authenticate/transactions/{id}                   state and result, ours
//
// A portal authenticates by HTTP Basic or by client_id and client_secret in the
// form, not both. It learns how a transaction ended by asking, or by a callback
// to one of its configured addresses: POST of {"transaction_id", "state",
// "user_id"}, signed after Standard Webhooks with the portal's own key, repeated
// with growing pauses up to ten times, and with the same webhook-id each time.
// The optional form fields initiator_address and initiator_agent describe the
// waiting browser to the person who is asked.
//
// # Methods
//
// A type's method says how its requests reach a person, and what accepting takes:
//
//	otp            a code that the portal shows; whoever scans it is the user
//	push           user_id names the user; all enrolled devices of that user see
//	               the request as pending, or the one that device_id names (v4)
//	push_with_pin  the same, and accepting takes the PIN
//	push_with_fingerprint  the same, and accepting takes the fingerprint, or the PIN
//
// No push service takes part: devices ask. A device's question for what waits is
// held back until that is something else than the device knows (package delivery),
// so that a connected device knows of a request at once; it is told how long it will
// be held, and devices that do not want that ask again and again. Push tokens are
// stored and not used; with PushConfig.EnrolledOnly only devices that gave one are
// asked. app_id (v3) is taken and makes no difference, as there is one app. A user is
// asked by push only so often ([PushConfig]); beyond that a portal gets 429 with
// Retry-After. One who is unknown or has no enrolled device that may answer is refused
// with 400.
//
// The PIN of an answer is proved like that of a login and counts in the same
// counter. It is looked at when everything else about the answer is right, so that
// only a wrong PIN counts as one; the request stays open then. One wrong PIN too
// many removes the profile, and the request fails. A fingerprint's signature is for
// the challenge and the details of this one answer, and is not counted. Denying takes
// neither.
//
// A type may give more time: the device that has claimed a request gets it once,
// when it asks.
//
// # A transaction's states
//
//	initialized -> claimed -> accepted | denied | failed
//	initialized, claimed -> expired
//
// The first enrolled device that has the OTP, or opens the pending request,
// claims it; that device may ask for the details again as long as it is open. It fails when the profile that holds
// it is removed.
//
// # A profile's life
//
//	login in the browser, a scanned code, or a custom identity provider
//	  -> profile with tokens, without a PIN     gone after [NoPINTime]
//	  -> PIN created                            logs in with a proof of it
//	  -> fingerprint registered with the PIN    logs in with a signature too
//	  -> key sent -> key proved                 enrolled: may redeem and answer
//	  -> enrolled again                         the key before it is revoked
//	  -> deregistered by its device, or by one wrong PIN too many
//
// With the profile go its tokens, challenges, PIN, authenticators and keys, and what it has
// claimed fails. A right PIN starts the count of wrong ones anew. A device
// without profiles is forgotten after [IdleDeviceTime], an ended transaction
// after [RetentionTime].
//
// # What is kept, and how
//
// [Store] is the interface to whatever keeps the records, package sqlstore the
// implementation, package storetest the test of any. Each of its methods is one
// atomic step that is conditional on the state before: races have one winner, a
// PIN's try is counted before it is checked, and a callback is queued by the step
// that causes it. Every table has a cap ([Limits]).
//
// Tokens, codes, challenges and device secrets are stored as SHA-256; they are
// random and have at least 128 bits. PIN keys and private OpenPGP keys are stored
// encrypted by a [sealer.Sealer], whose key lies in a file apart from the database.
//
// # Configuration
//
// One TOML file: package config.
package tokenserver
