package words

import (
	"errors"
	"io/fs"

	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/vault"
)

// vaultError has the words for what goes wrong where the keys lie.
func vaultError(err error) (title string, sentences []string) {
	switch {
	case errors.Is(err, vault.ErrLocked):
		return T("The keyring is locked"), []string{
			T("Your keys lie in this computer's keyring, and it is locked or does not answer. Nothing is lost."),
			T("Unlock the keyring and try again. It may wait behind another window."),
			T("Or use an encrypted file instead (--vault file). It needs a passphrase each time Understudy starts."),
		}
	case errors.Is(err, vault.ErrUnavailable):
		return T("No keyring found"), []string{
			T("This computer has no keyring, or it is not running."),
			T("Start the keyring, unlock it and try again."),
			T("Or use an encrypted file instead (--vault file). It needs a passphrase each time Understudy starts."),
		}
	case errors.Is(err, vault.ErrWrongPassphrase):
		return T("This passphrase is not right"), []string{T("The encrypted file stays locked. Nothing was changed."), T("Try again.")}
	case errors.Is(err, vault.ErrWeakPassphrase):
		return T("This passphrase is too short"), []string{T("Choose one of at least 8 characters.")}
	case errors.Is(err, vault.ErrDamaged):
		return T("The stored keys are damaged"), []string{T("They cannot be read."), T("Restore them from a backup, or remove the profile and register again.")}
	case errors.Is(err, vault.ErrNewerVersion), errors.Is(err, journal.ErrNewerVersion):
		return T("The data is of a newer version"), []string{T("A newer version of Understudy wrote it. It was left alone."), T("Update this program.")}
	case errors.Is(err, vault.ErrFull):
		return T("The encrypted file is full"), []string{T("No more keys fit into it."), T("Remove profiles that are no longer used.")}
	}
	return "", nil
}

// fileError has the words for files and folders.
func fileError(err error) (title string, sentences []string) {
	switch {
	case errors.Is(err, safefile.ErrSymlink):
		return T("The data folder is a link"), []string{T("Understudy keeps its data in a real folder of your own."), T("Name that folder with --data-dir.")}
	case errors.Is(err, safefile.ErrNotOwned):
		return T("The data folder belongs to another user"), []string{T("Understudy keeps its data in a folder of your own."), T("Name one with --data-dir.")}
	case errors.Is(err, journal.ErrDamaged):
		return T("The file of unsent answers is damaged"), []string{T("The requests in it run out by themselves."), T("Remove the file history-unsent.json from the data folder, then try again.")}
	case errors.Is(err, fs.ErrNotExist):
		return T("There is no such file"), []string{T("Check its name and its folder, then try again.")}
	case errors.Is(err, fs.ErrPermission):
		return T("This file may not be read or written"), []string{T("This account has no right to it."), T("Change its rights, or name another one.")}
	}
	return "", nil
}

// WrongPassphrase is said before the passphrase is asked for again.
func WrongPassphrase() string { return T("This passphrase is not right. Try again.") }
