// Package wire is what device and Token Server agree on: the words they
// exchange, the OpenPGP envelope around the ones that matter, and the rules for
// text, addresses and secrets that come from outside. Both sides import it, and
// nothing else of each other.
//
// The public documentation of the platform says what happens between a device
// and its server, but not in which bytes. This package decides that, in one
// place:
//
//   - Device and user registration, tokens and logout are OAuth 2: RFC 7591,
//     6749, 7636 (S256), 8252, 8414, 9207, 7009; see [Metadata],
//     [DeviceRegistration], [TokenResponse].
//   - A PIN never leaves the device. Its key is Argon2id over an HMAC with a
//     secret of the device ([PINKey]); a login proves that key for a challenge
//     ([PINProof]), and the server counts the failures. The server sets the cost
//     of Argon2id within bounds ([KDFCost]).
//   - Users can be registered by custom identity providers as well: an app sends a
//     text or two ([IdentityProvider], [GrantCustom]).
//   - A fingerprint's key signs a challenge ([AuthenticatorMessage]); its public half
//     is registered with a proof of the PIN ([RegisterAuthenticator]).
//   - Enrollment exchanges OpenPGP keys ([EnrollRequest], [EnrollProof]).
//   - Everything about a transaction travels sealed: signed by its sender and
//     encrypted to its receiver ([Seal], [Open]), with a [Context] that binds it to
//     its kind, direction, server, device and transaction. An [Answer] repeats the
//     server's challenge and the hash of the [Details] that were shown.
//   - Requests that were pushed wait at the server: a device asks for the list
//     ([Pending], [PendingList]) and claims one by its id. A question may say which
//     list the device has, and be held back until there is another one: that is how
//     a device learns of a push at once. Where accepting takes the PIN, the answer
//     proves it, bound to that answer ([Answer.Binding]).
//   - Push enrollment is a step on top of enrollment: it brings a push token to the
//     server ([PushEnroll]).
//   - Where a request's type allows it, who is asked may ask for more time, once
//     ([Extend]).
//   - The portal hears the result by a callback signed after the Standard
//     Webhooks scheme ([SignWebhook]).
//
// # The OTP
//
// What the platform calls an OTP is base64 of a JSON object with the
// transaction's id and a code of at least 128 random bits: [ParseOTP]. It is used
// once and dies with its transaction. A bare OTP does not say whose it is; a link
// does ([OTPLink]): understudy://otp?server=…&otp=….
//
// # Errors
//
// [Error] carries the documented codes. Codes 10100 to 10199 are ours, where
// the documents name none. Every refused call has an [ErrorResponse] as its body.
//
// # Versions
//
// Every body says which version it is ([Version]); another one is refused by
// name.
package wire
