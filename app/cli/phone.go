package cli

import (
	"runtime"
	"strings"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// journalName is the history's name in the data directory.
const journalName = "history"

// phone is the person's device, opened.
type phone struct {
	device  *device.Device
	client  *mobileauth.Client
	journal *journal.Journal
	files   *safefile.Dir
}

func (p *phone) close() { _ = p.files.Close() }

// files opens the data directory.
func (p *program) files() (*safefile.Dir, error) {
	if p.dataDir == "" {
		return nil, usage("HOME is not set, so there is no place for profiles; name one with --data-dir")
	}
	files, err := safefile.Open(p.dataDir)
	if err != nil {
		return nil, err
	}
	if files.Repaired() {
		p.say(words.T("Note: other users could read {folder}. It is closed to them now.", "folder", files.Path()))
	}
	return files, nil
}

// phone opens the device with the vault that was chosen, and with no other.
func (p *program) phone() (*phone, error) {
	files, err := p.files()
	if err != nil {
		return nil, err
	}
	opened, err := p.openPhone(files, p.vault(files))
	if err != nil {
		_ = files.Close()
		return nil, err
	}
	return opened, nil
}

func (p *program) openPhone(files *safefile.Dir, store vault.Vault) (*phone, error) {
	d, err := device.Open(device.Options{
		Vault: store, Files: files, HTTP: p.env.HTTP, Now: p.env.Now, AppVersion: p.env.Version, OS: runtime.GOOS, Kind: wire.KindDesktop,
	})
	if err != nil {
		return nil, err
	}
	j, err := journal.Open(files, journalName)
	if err != nil {
		return nil, err
	}
	return &phone{device: d, client: mobileauth.New(d, j), journal: j, files: files}, nil
}

// vault is the one that was chosen. Nothing is opened yet, and nobody asked for
// a passphrase, before something in it is needed.
func (p *program) vault(files *safefile.Dir) vault.Vault {
	switch {
	case p.env.Vault != nil:
		return p.env.Vault
	case p.vaultKind == string(vault.KindFile):
		return &fileVault{program: p, files: files}
	}
	return vault.NewKeyring("understudy")
}

// phoneOf opens the phone and finds the profile that a person named; errors are
// about that profile from then on. The caller closes the phone.
func (p *program) phoneOf(name string) (*phone, device.Profile, error) {
	phone, err := p.phone()
	if err != nil {
		return nil, device.Profile{}, err
	}
	profile, err := p.profile(phone.device.Profiles(), name)
	if err != nil {
		phone.close()
		return nil, device.Profile{}, err
	}
	p.about = words.About{Profile: profile.Name(), Server: profile.Server}
	return phone, profile, nil
}

// profile finds the profile that a person named, by id or name. Without a name
// the only one is meant.
func (p *program) profile(profiles []device.Profile, name string) (device.Profile, error) {
	var found []device.Profile
	for _, q := range profiles {
		if name == "" || strings.EqualFold(q.ID, name) || strings.EqualFold(q.Name(), name) || strings.EqualFold(q.UserID, name) {
			found = append(found, q)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(profiles) == 0:
		p.sayTitled(words.NoProfiles())
		return device.Profile{}, &exit{code: exitError, told: wire.Errorf(wire.CodeProfileNotRegistered, "register first")}
	case len(found) == 0:
		return device.Profile{}, wire.Errorf(wire.CodeProfileNotRegistered, "")
	}
	return device.Profile{}, usage("several profiles could be meant; name one: %s", names(found))
}

func names(profiles []device.Profile) string {
	var list []string
	for _, q := range profiles {
		list = append(list, q.ID+" ("+q.Name()+", "+q.Server.Host()+")")
	}
	return strings.Join(list, ", ")
}
