package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/understudy-auth/understudy/app/phone"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

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
func (p *program) phone() (*phone.Phone, error) {
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

func (p *program) openPhone(files *safefile.Dir, store vault.Vault) (*phone.Phone, error) {
	return phone.Open(phone.Options{Files: files, Vault: store, HTTP: p.env.HTTP, Now: p.env.Now, Version: p.env.Version})
}

func (p *program) vault(files *safefile.Dir) vault.Vault {
	if p.env.Vault != nil {
		return p.env.Vault
	}
	return phone.Vault(vault.Kind(p.vaultKind), files, p.askPassphrase())
}

// passphraseTries is how often a person at a terminal may type it.
const passphraseTries = 3

// askPassphrase asks at the terminal, or reads the passphrase from where it was
// said to be.
func (p *program) askPassphrase() phone.AskPassphrase {
	tries := 0
	return func(ctx context.Context, r phone.PassphraseRequest) (wire.Secret, error) {
		from := p.passphrase
		tries++
		_, onTerminal := p.Terminal()
		switch {
		case r.Err != nil && (from.given() || !onTerminal || tries > passphraseTries || !errors.Is(r.Err, vault.ErrWrongPassphrase)):
			return wire.Secret{}, r.Err
		case from.given():
			return from.read(p)
		}
		if r.Err != nil {
			p.Show(words.WrongPassphrase())
		}
		if !r.First {
			return p.Prompt(ctx, words.T("Passphrase of the encrypted file:"))
		}
		return p.PromptTwice(ctx, words.T("New passphrase for the encrypted file, at least {n} characters:", "n", phone.MinPassphrase),
			words.T("The same passphrase once more:"), phone.CheckPassphrase)
	}
}

// phoneOf opens the phone and finds the profile that a person named; errors are
// about that profile from then on. The caller closes the phone.
func (p *program) phoneOf(name string) (*phone.Phone, device.Profile, error) {
	phone, err := p.phone()
	if err != nil {
		return nil, device.Profile{}, err
	}
	profile, err := p.profile(phone.Device.Profiles(), name)
	if err != nil {
		phone.Close()
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
