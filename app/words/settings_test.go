package words_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/settings"
	"github.com/understudy-auth/understudy/core/vault"
)

const settingsFile = "/home/ada/.config/understudy/config.toml"

func TestSettingsErrors(t *testing.T) {
	broken := func(fault settings.Fault, line int, key string, allowed ...string) error {
		return &settings.BrokenError{Path: settingsFile, Fault: fault, Line: line, Key: key, Allowed: allowed, Err: fs.ErrPermission}
	}
	for name, c := range map[string]struct {
		err         error
		title, says string
	}{
		"newer":      {fmt.Errorf("x: %w", settings.ErrNewerVersion), "The settings are of a newer version", "They were left alone."},
		"unreadable": {broken(settings.FaultUnreadable, 0, ""), "The settings cannot be read", "File: " + settingsFile + "."},
		"syntax":     {broken(settings.FaultSyntax, 3, ""), "The settings cannot be used", "File: " + settingsFile + ", line 3."},
		"unknown": {
			broken(settings.FaultUnknown, 0, "p\x1b\u202ein", "look", "text"), "The settings cannot be used",
			"File: " + settingsFile + `. There is no setting "p`,
		},
		"value":  {broken(settings.FaultValue, 3, "text", "100", "125"), "The settings cannot be used", "The setting text is one of: 100, 125."},
		"a path": {broken(settings.FaultValue, 3, "data_dir"), "The settings cannot be used", "The setting data_dir is a path between quotes."},
	} {
		t.Run(name, func(t *testing.T) {
			title, sentences := words.Error(c.err, words.About{})
			checkSaid(t, name, title, sentences)
			if all := strings.Join(sentences, " "); title != c.title || !strings.Contains(all, c.says) || strings.ContainsAny(all, "\x1b\u202e") {
				t.Errorf("%q, %q; want %q, %q", title, all, c.title, c.says)
			}
		})
	}
}

// Every reason has words of its own, whatever the cause would say by itself, and
// the person learns that the change holds all the same.
func TestSettingNotSaved(t *testing.T) {
	said := map[string]bool{}
	cause := errors.Join(syscall.ENOSPC, fs.ErrPermission, safefile.ErrSymlink, vault.ErrLocked, &settings.BrokenError{Err: fs.ErrNotExist})
	for reason := settings.ReasonOther; reason <= settings.ReasonNoFolder; reason++ {
		err := &settings.NotSavedError{Path: settingsFile, Reason: reason, Err: cause}
		title, sentences := words.Error(fmt.Errorf("x: %w", err), words.About{})
		checkSaid(t, title, title, sentences)
		if !strings.HasPrefix(title, "This setting could not be saved") || said[title] || sentences[0] != "It holds until Understudy closes." || len(sentences) != 2 {
			t.Errorf("%d: %q, %q", reason, title, sentences)
		}
		said[title] = true
	}
	title, sentences := words.Error(&settings.NotSavedError{Reason: settings.ReasonFull, Err: cause}, words.About{})
	if got := title + ". " + sentences[0]; got != "This setting could not be saved: the disk is full. It holds until Understudy closes." {
		t.Error(got)
	}
}
