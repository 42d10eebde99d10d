package gui

import (
	"context"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/phone"
	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// keyring is a vault that may be locked, absent or silent.
type brokenKeyring struct {
	vault.Vault
	trouble atomic.Pointer[error]
}

func (k *brokenKeyring) in(err error) {
	k.trouble.Store(nil)
	if err != nil {
		k.trouble.Store(&err)
	}
}

// Get implements vault.Vault.
func (k *brokenKeyring) Get(ctx context.Context, name string) (wire.Secret, error) {
	if err := k.trouble.Load(); err != nil {
		return wire.Secret{}, *err
	}
	return k.Vault.Get(ctx, name)
}

// Put implements vault.Vault.
func (k *brokenKeyring) Put(ctx context.Context, name string, value wire.Secret) error {
	if err := k.trouble.Load(); err != nil {
		return *err
	}
	return k.Vault.Put(ctx, name, value)
}

// A keyring that is locked or absent is told; once it opens, all is as before.
func TestKeyringInTrouble(t *testing.T) {
	for title, err := range map[string]error{"The keyring is locked": vault.ErrLocked, "No keyring found": vault.ErrUnavailable} {
		t.Run(title, func(t *testing.T) {
			p := sit(t)
			k := &brokenKeyring{Vault: p.vault}
			p.vault = k
			p.registered(true)
			p.start()
			p.looks("Home")
			k.in(err)
			p.chooses("Unlock, Anna Example, " + p.bed.Origin.Host())
			p.looks(title)
			k.in(nil)
			p.press(fyne.KeyReturn) // Try again
			p.looks(annaPIN)
		})
	}
}

// The encrypted file is used where the person wants it, asks for a passphrase and
// says what is wrong with one.
func TestEncryptedFileInstead(t *testing.T) {
	p := sit(t)
	k := &brokenKeyring{Vault: p.vault}
	k.in(vault.ErrUnavailable)
	p.vault = k
	p.edit = func(o *Options) {
		open := o.Open
		o.Open = func(kind vault.Kind, ask phone.AskPassphrase) (*phone.Phone, error) {
			if kind != vault.KindFile {
				return open(kind, ask)
			}
			files, err := safefile.Open(filepath.Join(p.dir, "data"))
			if err != nil {
				return nil, err
			}
			return phone.Open(phone.Options{Files: files, Vault: phone.Vault(kind, files, ask), Now: p.clock.Now, Version: "1.2.3"})
		}
	}
	p.start()
	p.looks("Welcome. Whom do you want to log in with?")
	p.registersWithACode()
	p.looks("No keyring found")
	p.chooses("Use an encrypted file")
	p.looks("Welcome. Whom do you want to log in with?")
	if got := p.w.opt.Settings.Current().Vault; got != vault.KindFile {
		t.Errorf("the settings say %q", got)
	}
	p.registersWithACode()
	p.looks("Choose a passphrase")
	p.types("short")
	p.chooses("Open")
	p.tabTo("Passphrase, 5 characters typed")
	p.types(" no more")
	p.tabTo("The same passphrase once more, empty")
	p.types("something else")
	p.press(fyne.KeyReturn)
	p.settles()
	p.tabTo("The same passphrase once more, 14 characters typed")
	for range 14 {
		p.press(fyne.KeyBackspace)
	}
	p.types("short no more")
	p.press(fyne.KeyReturn)
	p.createsPIN(testPIN)
	p.looks("Enroll this computer")
}

// registersWithACode begins to register Anna, up to her PIN.
func (p *person) registersWithACode() {
	p.t.Helper()
	p.w.addProfile(registration{server: p.bed.Origin, code: p.bed.RegistrationCode(p.bed.Config.Users[0].ID)})
	p.looks("Register at this server?")
	p.chooses("Register")
}

// Data that cannot be read is told at the start; once it can, the window goes on.
func TestDataThatCannotBeRead(t *testing.T) {
	for name, file := range map[string]string{"damaged": "{", "newer": `{"version":99}`} {
		t.Run(name, func(t *testing.T) {
			p := adasComputer(t)
			good, err := os.ReadFile(filepath.Join(p.dir, "data", "profiles.json"))
			if err != nil {
				t.Fatal(err)
			}
			p.writes("profiles.json", []byte(file))
			p.start()
			p.looks("This computer could not save or read its data")
			p.chooses("Technical details")
			p.ctrl(fyne.Key2) // nothing to show
			p.looks("This computer could not save or read its data")
			p.writes("profiles.json", good)
			p.chooses("Try again")
			p.looks("Home")
		})
	}
}

// Data that cannot be written is told, and nothing is half done.
func TestDataThatCannotBeWritten(t *testing.T) {
	p := unlocked(t)
	index := filepath.Join(p.dir, "data", "profiles.json")
	if err := os.Rename(index, index+".away"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(index, 0o700); err != nil {
		t.Fatal(err)
	}
	profile := p.w.phone.Device.Profiles()[0]
	p.w.enroll(profile)
	p.looks("Enroll this computer")
	p.chooses("Enroll")
	p.looks("This computer could not save or read its data")
	if err := os.Remove(index); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(index+".away", index); err != nil {
		t.Fatal(err)
	}
	p.chooses("Try again")
	p.looks("Enroll this computer")
	p.chooses("Enroll")
	p.looks("Ready")
}

// A history that cannot be written does not hold up an answer, which is told.
func TestHistoryThatCannotBeWritten(t *testing.T) {
	p := sit(t)
	state := p.question()
	history := filepath.Join(p.dir, "data", "history.jsonl")
	if err := os.RemoveAll(history); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(history, 0o700); err != nil {
		t.Fatal(err)
	}
	p.readable()
	p.alt(fyne.KeyD)
	s := p.looks("Denied")
	if got := state(); got != wire.StateDenied {
		t.Errorf("the request is %s", got)
	}
	if n := len(s.Page.Sentences); n != 3 {
		t.Errorf("a reader tells %q", s.Lines())
	}
}

// What is dropped or pasted and is no picture of a code is told as what it is.
func TestDropsAndPastes(t *testing.T) {
	p := adasComputer(t).start()
	p.looks("Home")
	folder := t.TempDir()
	file := func(name, content string) string {
		name = filepath.Join(folder, name)
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	p.w.drop(nil)
	p.looks("Home")
	for _, c := range []struct{ dropped, title string }{
		{"/https:/shop.example", "This is not a file"},
		{folder, "This did not work"},
		{file("text.png", "no picture"), "This file is not a picture"},
		{file("empty.png", ""), "This file is not a picture"},
		{file("cut.png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "This picture is cut off"},
		{file("\u202egnp.exe", "x"), "This file is not a picture"},
	} {
		p.w.drop([]string{c.dropped})
		p.looks(c.title)
		p.checkLines()
		p.press(fyne.KeyEscape)
		p.looks("Home")
	}
	for _, err := range []error{capture.ErrClipboardEmpty, capture.ErrClipboardTime, capture.ErrClipboardSilent, capture.ErrNoClipboard} {
		p.w.opt.Clipboard = func(context.Context) (capture.Clip, error) { return capture.Clip{}, err }
		p.ctrl(fyne.KeyV)
		p.waits("what is wrong", func() bool { return p.now().Place == "" })
		p.checkLines()
		p.press(fyne.KeyEscape)
		p.looks("Home")
	}
}

// A clipboard that never answers can be left.
func TestSilentClipboard(t *testing.T) {
	p := adasComputer(t)
	p.edit = func(o *Options) {
		o.Clipboard = func(ctx context.Context) (capture.Clip, error) {
			<-ctx.Done()
			return capture.Clip{}, context.Cause(ctx)
		}
	}
	p.start()
	p.looks("Home")
	p.ctrl(fyne.KeyV)
	p.press(fyne.KeyEscape)
	p.waits("the flow to end", func() bool { return !p.w.busy() })
	p.looks("Home")
	p.ctrl(fyne.KeyV)
	p.looks("This takes a moment")
	p.chooses("Cancel")
	p.waits("the flow to end", func() bool { return !p.w.busy() })
	p.looks("Home")
}
