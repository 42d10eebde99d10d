// Package vault keeps the few small secrets of a device: private keys, device
// credentials, refresh tokens. Everything else about a profile is no secret
// and lies elsewhere.
//
// Three kinds are interchangeable, and one conformance suite ([vaulttest])
// runs over all of them:
//
//   - [Keyring]: the keyring of the operating system. The default.
//   - [File]: one file, encrypted with age to a passphrase. For containers, CI
//     and computers without a keyring.
//   - [Memory]: gone when the program ends. For tests and virtual devices.
//
// Nothing here ever falls back from one kind to another. A locked or missing
// keyring is an error that names the two ways out, and the person chooses.
//
// # Names and values
//
// A name is 1 to 128 characters of a-z 0-9 / _ - . ([ErrName]), such as
// "profile/h7zk2/key". A value is 1 to [MaxValue] bytes ([ErrEmpty],
// [ErrTooLarge]), any bytes. Get returns bytes of the caller's own, and Put
// keeps a copy: clearing a [wire.Secret] never reaches into a vault.
//
// # The keyring
//
// Keyrings ask the person to unlock them and answer when they have; the calls
// behind them know no deadline and may block for ever. So each call has two
// seconds once it is its turn, and one that has not come back by then ends with
// [ErrLocked] and is left behind. While it hangs, other calls fail at once, so that never more
// than one is left behind. A Put or Delete left behind still happens if the
// person unlocks the keyring later.
//
// On Linux the Secret Service is asked first, over a connection of our own,
// whether the keyring is locked, so that no prompt appears unasked. One appears
// when [Keyring.Unlock] is called, which waits for the person. Without a session
// bus none is started: a stray one would hold a keyring that nobody else sees.
// Values are base64 there, as some implementations of the service take them for
// text.
//
// Any program of the same user can read an unlocked keyring, and the library
// beneath sends values unencrypted over the session bus. A keyring protects
// against other users and stolen disks, not against malware.
//
// # The encrypted file
//
// The file is JSON with three members:
//
//	{"version": 1, "key": base64, "data": base64}
//
// Both base64 texts are ordinary age files (age-encryption.org/v1). "key" holds
// an X25519 identity, encrypted to the passphrase with scrypt's work factor
// 18; "data" holds the secrets, encrypted to that identity. So scrypt's 0.7
// seconds and 256 MiB are spent once, in [OpenFile], and each Put and Get costs
// less than a millisecond and the disk. One file, so that key and data can never
// be of different generations. The identity's public half is written nowhere;
// without the passphrase nobody can make a "data" that opens. Somebody who can
// write to the file can still bring back an older version of it.
//
// To look inside without this program:
//
//	jq -r .key vault.json | base64 -d | age -d > identity
//	jq -r .data vault.json | base64 -d | age -d -i identity
//
// Two processes may use the file at once. Each call reads it anew, and changes
// are made under a lock. A wrong passphrase ([ErrWrongPassphrase]) and a
// damaged file ([ErrDamaged]) are told apart as far as age can: damage in the
// few bytes that the passphrase protects looks like a wrong passphrase.
package vault
