package tokenserver

import "crypto/rand"

// profileAlphabet leaves out what looks alike: 0 and O, 1, I and L.
const profileAlphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"

// NewProfileID makes a random profile id of the documented form, such as
// W8DUJ2. It is no secret; a Store refuses one that is taken.
func NewProfileID() string {
	id := make([]byte, 0, 6)
	for len(id) < cap(id) {
		var b [1]byte
		_, _ = rand.Read(b[:])                             // never fails
		if n := int(b[0]) & 31; n < len(profileAlphabet) { // no digit more likely than another
			id = append(id, profileAlphabet[n])
		}
	}
	return string(id)
}
