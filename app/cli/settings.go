package cli

import (
	"cmp"
	"errors"
	"path/filepath"
	"strconv"

	"github.com/spf13/pflag"

	"github.com/understudy-auth/understudy/core/settings"
)

// options are the flags that every command has.
type options struct {
	dataDir, vaultKind string
	passphrase         secretSource
	json, verbose      bool
}

func (p *program) addOptions(f *pflag.FlagSet) {
	f.StringVar(&p.vaultKind, "vault", "", "where keys lie: keyring or file (default keyring; UNDERSTUDY_VAULT)")
	f.StringVar(&p.dataDir, "data-dir", "", "folder for profiles and history (UNDERSTUDY_DATA_DIR)")
	addSecretFlags(f, &p.passphrase, "passphrase", "the passphrase of the encrypted file")
	f.BoolVar(&p.json, "json", false, "print data as JSON")
	f.BoolVar(&p.NoInput, "no-input", false, "never ask; fail where an answer is needed")
	f.BoolVar(&p.verbose, "verbose", false, "add technical details to errors")
}

// readSettings fills in what no flag gave: from the environment, then from the
// settings file, then with defaults. A window shows itself what is wrong with the
// file, and goes on with the defaults.
func (p *program) readSettings(flags *pflag.FlagSet, windowed bool) error {
	p.store = settings.Open(p.xdg("XDG_CONFIG_HOME", ".config"))
	if p.storeProblem = p.store.Load(); p.storeProblem != nil && !windowed {
		return brokenSettings(p.storeProblem)
	}
	saved := p.store.Current()
	pick := func(flag, variable, otherwise string, into *string) {
		if !flags.Changed(flag) {
			*into = cmp.Or(p.env.Getenv(variable), otherwise)
		}
	}
	pick("vault", "UNDERSTUDY_VAULT", string(saved.Vault), &p.vaultKind)
	pick("data-dir", "UNDERSTUDY_DATA_DIR", cmp.Or(saved.DataDir, p.xdg("XDG_DATA_HOME", ".local/share")), &p.dataDir)
	for flag, into := range map[string]*bool{"json": &p.json, "no-input": &p.NoInput, "verbose": &p.verbose} {
		name := map[string]string{"json": "UNDERSTUDY_JSON", "no-input": "UNDERSTUDY_NO_INPUT", "verbose": "UNDERSTUDY_VERBOSE"}[flag]
		if text := p.env.Getenv(name); text != "" && !flags.Changed(flag) {
			value, err := strconv.ParseBool(text)
			if err != nil {
				return usage("%s is true or false, not %q", name, text)
			}
			*into = value
		}
	}
	if p.vaultKind != "keyring" && p.vaultKind != "file" {
		return usage("there is no vault %q; it is keyring or file", p.vaultKind)
	}
	return nil
}

// brokenSettings is a mistake of the one who wrote them, unless nobody could read
// them.
func brokenSettings(err error) error {
	if broken, ok := errors.AsType[*settings.BrokenError](err); ok && broken.Fault != settings.FaultUnreadable {
		return &exit{code: exitUsage, cause: err}
	}
	return err
}

// xdg is our folder below the one that a variable of the XDG base directory
// specification names, or below the home directory; "" where neither is known: a
// relative path would put keys into whatever folder the program was started in.
func (p *program) xdg(variable, otherwise string) string {
	base, home := p.env.Getenv(variable), cmp.Or(p.env.Getenv("HOME"), p.env.Getenv("USERPROFILE"))
	switch {
	case filepath.IsAbs(base):
	case filepath.IsAbs(home):
		base = filepath.Join(home, otherwise)
	default:
		return ""
	}
	return filepath.Join(base, "understudy")
}
