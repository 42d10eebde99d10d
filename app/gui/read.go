package gui

import (
	"context"
	"errors"
	"image"
	"io/fs"
	"os"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/scan"
)

// found is what a picture or a text turned out to hold.
type found struct {
	items   []intake.Item
	codes   []scan.Code // of a picture, as many as items
	picture image.Image
	source  intake.Source
}

// seen is the surroundings of an item's code.
func (f found) seen(item intake.Item) image.Image {
	for n, i := range f.items {
		if n < len(f.codes) && i.OTP == item.OTP && i.Server == item.Server {
			return capture.Around(f.picture, f.codes[n].Corners)
		}
	}
	return nil
}

// place says where in the picture an item's code is.
func (f found) place(item intake.Item) string {
	for n, i := range f.items {
		if n < len(f.codes) && i.OTP == item.OTP && i.Server == item.Server {
			return words.Place(f.codes[n].Corners, f.picture.Bounds())
		}
	}
	return ""
}

// openImage lets the person choose a picture.
func (d *desk) openImage() {
	if !d.busy() {
		d.frame.OpenFile(func(name string) { d.readFile(name, intake.SourceFile) })
	}
}

func (d *desk) readFile(name string, source intake.Source) {
	d.read(func(ctx context.Context) (found, error) {
		picture, err := capture.File(ctx, name)
		if err != nil {
			return found{}, err
		}
		return scanned(ctx, picture, source)
	}, nil)
}

// drop reads what was dropped on the window. A dropped web address arrives as
// the name of a file that is not there.
func (d *desk) drop(names []string) {
	if d.busy() || d.locked || len(names) == 0 {
		return
	}
	if _, err := os.Lstat(names[0]); errors.Is(err, fs.ErrNotExist) {
		d.show(d.say(words.Page{
			Title: words.T("This is not a file"),
			Sentences: []string{
				words.T("The dropped item is a web address, not a file."),
				words.T("Save the picture first, then drop it here."),
			},
		}, d.otherWays()...)())
		return
	}
	d.readFile(names[0], intake.SourceDrop)
}

// paste reads the clipboard.
func (d *desk) paste() {
	d.read(func(ctx context.Context) (found, error) {
		clip, err := d.opt.Clipboard(ctx)
		switch {
		case err != nil:
			return found{}, err
		case clip.Picture != nil:
			return scanned(ctx, clip.Picture, intake.SourcePaste)
		}
		return found{items: []intake.Item{intake.Parse(clip.Text)}, source: intake.SourcePaste}, nil
	}, d.paste)
}

func scanned(ctx context.Context, picture image.Image, source intake.Source) (found, error) {
	result, err := scan.New().Read(ctx, picture)
	if err != nil {
		return found{}, err
	}
	f := found{codes: result.Codes, picture: picture, source: source}
	for _, c := range result.Codes {
		f.items = append(f.items, intake.Parse(c.Text))
	}
	return f, nil
}

// read gets a code from somewhere and goes on with it.
func (d *desk) read(get func(context.Context) (found, error), again func()) {
	if d.locked {
		return
	}
	d.start(func(ctx context.Context) last {
		f, err := get(ctx)
		if ctx.Err() != nil {
			return nothing
		}
		if err != nil {
			return d.unread(err, again)
		}
		return d.useCode(ctx, f)
	})
}

// unread is the screen for a picture, file or clipboard that could not be read.
func (d *desk) unread(err error, again func()) last {
	title, sentences := words.Error(err, words.About{})
	actions := d.otherWays()
	if again != nil {
		actions[0] = action{Word: words.T("Try again"), Do: again, Main: true}
	}
	return d.say(words.Page{Title: title, Sentences: sentences}, actions...)
}

// useCode goes on with what was read: answers, registers, or says what it is.
func (d *desk) useCode(ctx context.Context, f found) last {
	candidates := intake.Candidates(f.items)
	switch len(candidates) {
	case 0:
		return d.noLoginCode(f)
	case 1:
		return d.useItem(ctx, f, candidates[0])
	}
	item, err := prompt(ctx, d, func(answer reply[intake.Item]) *screen { return d.chooserScreen(f, candidates, answer) })
	if err != nil {
		return d.failed(err, words.About{}, nil)
	}
	return d.useItem(ctx, f, item)
}

func (d *desk) useItem(ctx context.Context, f found, item intake.Item) last {
	// By then the clipboard may hold something else: the keyring's password, say.
	d.begins(func(ctx context.Context) last { return d.useItem(ctx, f, item) })
	if item.Kind == intake.KindRegistrationLink {
		return d.registerWith(ctx, registration{server: item.Server, code: item.Code})
	}
	return d.answerCode(ctx, f, item)
}

// noLoginCode tells what was seen in place of a login code.
func (d *desk) noLoginCode(f found) last {
	if len(f.items) == 0 {
		title, sentences := words.NoCode()
		return d.say(words.Page{Title: title, Sentences: sentences}, d.otherWays()...)
	}
	page := words.Page{Title: words.NotLogin(len(f.items))}
	text := ""
	for _, i := range f.items {
		page.Sentences = append(page.Sentences, words.Code(i))
		if text == "" {
			text = i.Text
		}
	}
	actions := d.otherWays()
	if text != "" {
		actions = append(actions, action{Word: words.T("Copy text"), Do: func() { d.frame.Copy(text) }})
	}
	return d.say(page, actions...)
}
