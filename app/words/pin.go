package words

import (
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// AskPIN is what is said before a PIN is asked for, and the prompt itself.
func AskPIN(r device.PINRequest) (before []string, prompt string) {
	name := r.Profile.Name()
	switch {
	case wire.CodeOf(r.Err) == wire.CodePINChallenge:
		before = append(before, T("The PIN could not be checked, as the server did not answer in time. Enter it again."))
		if r.Failures > 0 {
			before = append(before, TriesLeft(name, r.Remaining())...)
		}
	case r.Err != nil:
		before = append(before, T("This PIN is not right."))
		before = append(before, TriesLeft(name, r.Remaining())...)
	case r.Failures > 0:
		before = append(before, TriesLeft(name, r.Remaining())...)
	}
	return before, T("PIN for {profile}:", "profile", name)
}

// PINNeeded is said with a request that takes the PIN; BackToQuestion with its
// prompt in a terminal.
func PINNeeded() string { return T("The PIN is needed to accept, not to deny.") }

// BackToQuestion is described at PINNeeded.
func BackToQuestion() string {
	return T("An empty line goes back to the request. Nothing is answered by it.")
}

// TriesLeft says how many PINs may still be tried.
func TriesLeft(profile string, n int) []string {
	if n > 1 {
		return []string{T("{n} tries left.", "n", n)}
	}
	return []string{
		T("1 try left."),
		T("If it is wrong again, {profile} is removed from this computer and must be registered again.", "profile", profile),
	}
}

// NewPIN is what is said before a new PIN is made, and the two prompts.
func NewPIN(r device.NewPINRequest) (before []string, first, second string) {
	if r.Err == nil {
		before = append(before,
			T("Create a PIN for {profile}. You use it to unlock this profile.", "profile", r.Profile.Name()))
		if !r.Policy.AllowSequences {
			before = append(before, T("Digits in a row, such as 12345, are not allowed."))
		}
		if r.Policy.MaxSimilar > 0 {
			before = append(before, N(r.Policy.MaxSimilar,
				"No digit may occur twice.", "No digit may occur more than {n} times."))
		}
	} else {
		_, before = Error(r.Err, About{Profile: r.Profile.Name()})
	}
	return before,
		T("New PIN, {n} digits:", "n", r.Policy.Length),
		T("The same PIN once more:")
}

// EntriesDiffer tells that the two entries of a new secret are not the same.
func EntriesDiffer() string { return T("Both entries must be the same. Once more.") }

// EnrollStep is a step of an enrollment in words.
func EnrollStep(s mobileauth.Step) string {
	switch s {
	case mobileauth.StepMakingKey:
		return T("Making the key.")
	case mobileauth.StepSendingKey:
		return T("Sending the public half to the server.")
	case mobileauth.StepChecking:
		return T("Checking the answer.")
	}
	return string(s)
}

// EnrollNotice says once, before an enrollment, what it makes of this computer.
func EnrollNotice(profile string, storage string) []string {
	lines := []string{T("Enroll this computer. This lets {profile} answer login requests here.", "profile", profile)}
	switch storage {
	case "keyring":
		lines = append(lines, T("A key is made and kept in the keyring of this computer."))
	case "file":
		lines = append(lines, T("A key is made and kept in the encrypted file."))
	default:
		lines = append(lines, T("A key is made and kept in memory only. It is gone when the program ends."))
	}
	return append(lines, T("This computer becomes the second factor. Anyone who controls it while you are logged in can approve logins. A separate phone or security key is stronger."))
}

// Enrolled ends an enrollment.
func Enrolled(p device.Profile) (title string, sentences []string) {
	sentences = []string{T("{profile} can now answer login requests.", "profile", p.Name())}
	if key, err := wire.ParsePublicKey(p.ServerKey); err == nil {
		sentences = append(sentences,
			T("Fingerprint of this computer's key: {key}.", "key", p.OwnKey),
			T("Fingerprint of the server's key: {key}.", "key", key.Fingerprint()))
	}
	return T("Ready"), sentences
}

// ConfirmServer shows where a registration link leads.
func ConfirmServer(server wire.Origin) []string {
	return []string{
		T("The link registers this computer at this server:"), server.String(),
		T("Nothing was sent there yet. Go on only if you know this server and expected the link."),
	}
}
