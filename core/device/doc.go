// Package device is the phone that Understudy stands in for: it registers
// itself and users at Token Servers, logs users in with their PIN or their
// fingerprint and keeps their access tokens fresh. What a logged-in user does
// with login requests is in package mobileauth.
//
// The calls are those of the platform's SDK in Go's manner: they block, take a
// context, return errors with the documented codes (wire.Error), and ask through
// the functions that they are given. Canceling the context or returning an error
// from such a function ends a flow with 9006 and leaves nothing half done.
//
//	d, err := device.Open(device.Options{Vault: vault.NewKeyring("understudy"), Files: files})
//	p, err := d.Register(ctx, device.Registration{Server: server, OpenBrowser: open, CreatePIN: create})
//	err = d.Login(ctx, p.ID, askPIN)
//
// # Life of a profile
//
//	            Register                     Login
//	(unknown) ───────────> registered ───────────────> logged in
//	    ^                   │   ^  │                     │   │
//	    │    Deregister,    │   │  └ wrong PIN: 8012     │   │ ChangePIN, token renewal
//	    └───────────────────┘   └────────────────────────┘   │
//	    ^    9002, 9003                Logout, 9010          │
//	    └────────────────────────────────────────────────────┘
//
// 9002 (the server forgot this device) removes all profiles of that server,
// 9003 (too many wrong PINs) removes the one. Several profiles on several servers
// may be logged in at once.
//
// # Registration
//
// The user logs in on the server's page, in a browser ([Registration].OpenBrowser)
// or where an app shows it (Authorize); by a code that was scanned (Code); or by a
// custom identity provider (Provider), which asks for a text or two (Custom).
//
// # Authenticators
//
//	PIN          always registered, preferred at first
//	Fingerprint  registered with the PIN, where there is a [Sensor]
//
//	LoginWith ─> asked ─> sensor reads ─> match: logged in
//	               │ deny    │ no match: told, reads again
//	               │ 9006    │ fifth one, too many, removed: deregistered ─┐
//	               └─────────┴─────── the PIN instead ────────────────> Login
//
// Package sensor has simulated sensors. A fingerprint is a key pair: the private
// half lies in the vault and signs a challenge of the server when the sensor saw
// the right finger. Where the key is gone, here or at the server, the fingerprint
// is deregistered and the PIN serves.
//
// # Where things lie
//
// The vault holds, for each server, this device's credentials and a device
// secret that goes into every PIN proof; for each enrolled profile its private
// key, and for each fingerprint its own. The index (profiles.json) holds what is
// no secret, the server's pinned public key among it. Tokens live in memory only:
// a program that ends has logged out.
//
// A change of the PIN writes the new salt down before it tells the server, so
// that after a crash at any moment one of the two salts is the one that the
// server names in its next challenge.
package device
