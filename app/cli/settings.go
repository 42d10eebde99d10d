package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/BurntSushi/toml"
	"github.com/spf13/pflag"
)

// settings are the flags that every command has.
type settings struct {
	dataDir, vaultKind     string
	passphrase             secretSource
	json, noInput, verbose bool
}

// settingsFile is what the settings file may hold.
type settingsFile struct {
	Vault   string `toml:"vault"`
	DataDir string `toml:"data_dir"`
}

func (p *program) addSettings(f *pflag.FlagSet) {
	f.StringVar(&p.vaultKind, "vault", "", "where keys lie: keyring or file (default keyring; UNDERSTUDY_VAULT)")
	f.StringVar(&p.dataDir, "data-dir", "", "folder for profiles and history (UNDERSTUDY_DATA_DIR)")
	addSecretFlags(f, &p.passphrase, "passphrase", "the passphrase of the encrypted file")
	f.BoolVar(&p.json, "json", false, "print data as JSON")
	f.BoolVar(&p.noInput, "no-input", false, "never ask; fail where an answer is needed")
	f.BoolVar(&p.verbose, "verbose", false, "add technical details to errors")
}

// readSettings fills in what no flag gave: from the environment, then from the
// settings file, then with defaults.
func (p *program) readSettings(flags *pflag.FlagSet) error {
	file, err := p.readSettingsFile()
	if err != nil {
		return err
	}
	pick := func(flag, variable, fromFile, otherwise string, into *string) {
		if flags.Changed(flag) {
			return
		}
		for _, v := range []string{p.env.Getenv(variable), fromFile, otherwise} {
			if v != "" {
				*into = v
				return
			}
		}
	}
	pick("vault", "UNDERSTUDY_VAULT", file.Vault, "keyring", &p.vaultKind)
	pick("data-dir", "UNDERSTUDY_DATA_DIR", file.DataDir, p.xdg("XDG_DATA_HOME", ".local/share"), &p.dataDir)
	for flag, into := range map[string]*bool{"json": &p.json, "no-input": &p.noInput, "verbose": &p.verbose} {
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

func (p *program) readSettingsFile() (settingsFile, error) {
	folder := p.xdg("XDG_CONFIG_HOME", ".config")
	if folder == "" {
		return settingsFile{}, nil
	}
	path := filepath.Join(folder, "config.toml")
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return settingsFile{}, nil
	}
	if err != nil {
		return settingsFile{}, fmt.Errorf("the settings cannot be read: %w", err)
	}
	var file settingsFile
	meta, err := toml.Decode(string(data), &file)
	if err != nil {
		return settingsFile{}, usage("the settings in %s cannot be understood: %w", path, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return settingsFile{}, usage("the settings in %s have an unknown one, %q; known are vault and data_dir", path, unknown[0].String())
	}
	return file, nil
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
