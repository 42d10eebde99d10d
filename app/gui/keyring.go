package gui

import (
	"context"
	"errors"
	"time"

	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/settings"
	"github.com/understudy-auth/understudy/core/vault"
)

// answersWithin is how long a keyring takes that shows its password window at once.
const answersWithin = 2 * time.Second

// vaultTrouble is the screen for keys that cannot be reached; nil where the error
// is of another kind. Again is what was wanted; nil: the flow that ends here. The
// encrypted file is offered and never chosen by itself.
func (d *desk) vaultTrouble(err error, again func()) *screen {
	if again == nil {
		d.flow.Lock()
		run := d.flow.again
		d.flow.Unlock()
		again = func() { d.start(run) }
	}
	try := action{Word: words.T("Try again"), Main: true, Do: again}
	page := words.Page{
		Title:     words.T("The keyring is locked"),
		Sentences: []string{words.T("Your keys lie in this computer's keyring, and it is locked or does not answer. Nothing is lost.")},
	}
	switch {
	case errors.Is(err, vault.ErrUnavailable):
		page = words.Page{
			Title: words.T("No keyring found"),
			Sentences: []string{
				words.T("This computer has no keyring, or it is not running."),
				words.T("Start the keyring, unlock it and try again."),
			},
		}
	case !errors.Is(err, vault.ErrLocked):
		return nil
	case d.opt.UnlockKeyring != nil:
		try = action{Word: words.T("Unlock the keyring"), Icon: look.Key, Main: true, Do: func() { d.unlockKeyring(again) }}
	default:
		page.Sentences = append(page.Sentences, words.T("Unlock the keyring and try again. It may wait behind another window."))
	}
	page.Sentences = append(page.Sentences, words.T("An encrypted file can hold the keys instead. It needs a passphrase each time Understudy starts."))
	return d.pageScreen(page, try,
		action{Word: words.T("Use an encrypted file"), Icon: look.Padlock, Do: d.useFile},
		d.backAction())
}

// unlockKeyring has the desktop ask for the keyring's password, and goes on with
// what was wanted.
func (d *desk) unlockKeyring(again func()) {
	d.start(func(ctx context.Context) last {
		asking, cancel := context.WithCancel(ctx)
		defer cancel()
		d.do(func() { d.show(d.askedByDesktop(cancel)) })
		err := d.opt.UnlockKeyring(asking)
		switch {
		case ctx.Err() != nil: // Understudy itself was locked meanwhile, or is closing
			return nothing
		case err == nil:
			return func() *screen {
				d.goTo(d.at)
				again()
				return d.frame.Current()
			}
		case asking.Err() != nil:
			err = vault.ErrLocked // as before
		}
		return d.failed(err, words.About{}, again)
	})
}

// askedByDesktop is shown while the desktop asks for the keyring's password.
func (d *desk) askedByDesktop(cancel func()) *screen {
	silent := kit.Text(kit.Body, words.T("The keyring does not answer. It may wait behind another window."))
	silent.Hide()
	s := d.pageWith(words.Page{
		Title:     words.T("Unlock the keyring"),
		Sentences: []string{words.T("Waiting for the desktop's password window.")},
	}, silent, action{Word: words.T("Cancel"), Do: cancel})
	s.Back = cancel
	began := d.now()
	s.Tick = func(now time.Time) {
		if silent.Hidden && now.Sub(began) >= answersWithin {
			silent.Show()
			s.Content.Refresh() // makes room
			s.Page.Sentences = append(s.Page.Sentences, silent.String())
		}
	}
	return s
}

// useFile keeps the keys in the encrypted file from now on.
func (d *desk) useFile() {
	d.start(func(context.Context) last {
		ctx, cancel := d.limited()
		defer cancel()
		err := d.opt.Settings.Save(ctx, func(s *settings.Settings) { s.Vault = vault.KindFile })
		opened, openErr := d.opt.Open(vault.KindFile, d.askPassphrase)
		if openErr != nil {
			return d.failed(openErr, words.About{}, nil)
		}
		return func() *screen {
			d.phone = opened
			d.watch()
			if err != nil {
				return d.errorScreen(err, words.About{}, nil)
			}
			return nil
		}
	})
}
