// Package authenticators is what a Token Server knows of the authenticators
// beside the PIN: a public key (Ed25519) for each, whose private half a device
// uses when its sensor has seen the right finger. What the sensor saw, the server
// has to believe; that it was this device, it knows.
//
//	PIN proved for a new key -> registered -> signs challenges: a login, an answer
//	                                       -> removed by its device, or with the profile
//
// A key is registered with a proof of the PIN that is for this key alone, so that
// an access token is not enough to add a way to log in. A login signs a challenge
// of the server, which is used up by it, right or wrong. Whatever else takes the
// authenticator has a challenge of its own and binds the signature to what it is
// for (wire.AuthenticatorMessage).
//
// Wrong signatures are not counted: nobody guesses a key.
package authenticators
