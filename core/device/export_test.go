package device

// FingerprintEntry names the vault entry of a fingerprint's key.
func FingerprintEntry(profileID string) string { return fingerprintEntry(profileID) }
