package gui

import (
	"context"

	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/phone"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/wire"
)

// askPassphrase puts the encrypted file's passphrase to the person.
func (d *desk) askPassphrase(ctx context.Context, r phone.PassphraseRequest) (wire.Secret, error) {
	return prompt(ctx, d, func(answer reply[wire.Secret]) *screen { return d.passphraseScreen(r, answer) })
}

func (d *desk) passphraseScreen(r phone.PassphraseRequest, answer reply[wire.Secret]) *screen {
	page := words.Page{
		Title:     words.T("Passphrase of the encrypted file"),
		Sentences: []string{words.T("Your keys lie in a file that it opens.")},
	}
	label := words.T("Passphrase")
	if r.First {
		page.Title = words.T("Choose a passphrase")
		page.Sentences = []string{
			words.T("It protects the keys of this computer, and is asked for each time Understudy starts. At least {n} characters.", "n", phone.MinPassphrase),
			words.T("Nobody can find it out for you. If it is lost, register again."),
		}
	}
	if r.Err != nil {
		_, sentences := words.Error(r.Err, words.About{})
		page.Sentences = sentences
	}
	first := kit.NewPassword(label)
	second := kit.NewPassword(words.T("The same passphrase once more"))
	fields := kit.Flow(8, 0, kit.Text(kit.Bold, label), first)
	problem := kit.Text(kit.Body, "")
	problem.SetColor(look.Bad)
	problem.Hide()
	if r.First {
		fields.Add(kit.Text(kit.Bold, words.T("The same passphrase once more")))
		fields.Add(second)
	}
	fields.Add(problem)
	var s *screen
	send := func() {
		secret := wire.SecretString(first.Text)
		refuse := func(text string) {
			problem.SetText(text)
			problem.Show()
			s.Content.Refresh() // makes room
			secret.Clear()
		}
		switch {
		case secret.IsZero():
			return
		case r.First && phone.CheckPassphrase(secret) != nil:
			refuse(words.T("This passphrase is too short. Choose one of at least {n} characters.", "n", phone.MinPassphrase))
		case r.First && first.Text != second.Text:
			refuse(words.EntriesDiffer())
		default:
			answer(secret, nil)
		}
	}
	first.OnSubmitted = func(string) {
		if !r.First {
			send()
		}
	}
	second.OnSubmitted = func(string) { send() }
	s = d.pageWith(page, fields, action{Word: words.T("Open"), Icon: look.Key, Main: true, Do: send},
		action{Word: words.T("Cancel"), Do: func() { answer(wire.Secret{}, errBack()) }})
	s.Focus = first
	s.Back = func() { answer(wire.Secret{}, errBack()) }
	s.Closed = func() {
		answer(wire.Secret{}, errBack())
		first.SetText("")
		second.SetText("")
	}
	return s
}
