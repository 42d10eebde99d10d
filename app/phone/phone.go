// Package phone opens the person's device as every face of the program uses it:
// the commands, the window, the pages. What lies where is settled here once.
package phone

import (
	"net/http"
	"runtime"
	"time"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// journalName is the history's name in the data directory, service the name
// under which a keyring lists our entries.
const (
	journalName = "history"
	service     = "understudy"
)

// Phone is the device with all that belongs to it.
type Phone struct {
	Device  *device.Device
	Client  *mobileauth.Client
	Journal *journal.Journal
	Files   *safefile.Dir
}

// Options is what a phone is made of.
type Options struct {
	Files *safefile.Dir // the data directory; Close closes it
	Vault vault.Vault
	HTTP  *http.Client // nil: the device's own
	Now   func() time.Time
	// Version is the program's, as it is told to servers.
	Version string
}

// Open opens the device. Nothing in the vault is touched yet, and nobody asked
// for a passphrase, before something in it is needed.
func Open(o Options) (*Phone, error) {
	d, err := device.Open(device.Options{
		Vault: o.Vault, Files: o.Files, HTTP: o.HTTP, Now: o.Now, AppVersion: o.Version, OS: runtime.GOOS, Kind: wire.KindDesktop,
	})
	if err != nil {
		return nil, err
	}
	j, err := OpenJournal(o.Files)
	if err != nil {
		return nil, err
	}
	return &Phone{Device: d, Client: mobileauth.New(d, j), Journal: j, Files: o.Files}, nil
}

// OpenJournal opens the history alone: it takes no device and no vault.
func OpenJournal(files *safefile.Dir) (*journal.Journal, error) {
	return journal.Open(files, journalName)
}

// Close lets go of the data directory.
func (p *Phone) Close() { _ = p.Files.Close() }

// Vault is the one of that kind and never another: keyring or file. ask is put
// when the file is first needed.
func Vault(kind vault.Kind, files *safefile.Dir, ask AskPassphrase) vault.Vault {
	if kind == vault.KindFile {
		return &fileVault{files: files, ask: ask}
	}
	return Keyring()
}

// Keyring is the keyring of the operating system, with this program's entries.
func Keyring() *vault.Keyring { return vault.NewKeyring(service) }
