//go:build !linux

package vault

import (
	"context"
	"errors"
	"os/exec"
)

// check knows nothing here: Windows has no locked state of its own, and macOS
// offers none to ask for. The deadline covers a prompt that nobody answers.
func (systemKeyring) check(context.Context) error { return nil }

// CanUnlock reports whether Keyring.Unlock has something to call on this system.
const CanUnlock = false

func (systemKeyring) unlock(context.Context) error { return ErrLocked }

// macInteraction is the exit code of macOS's security command when the
// Keychain is locked and may not ask (errSecInteractionNotAllowed).
const macInteraction = 36

func saysLocked(err error) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit) && exit.ExitCode() == macInteraction
}

// Windows keeps bytes, and for macOS go-keyring encodes values itself. Another
// layer of base64 would exceed what either holds.
func encodeValue(value []byte) string { return string(value) }

func decodeValue(text string) ([]byte, error) { return []byte(text), nil }
