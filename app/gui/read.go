package gui

import (
	"context"
	"image"

	"github.com/understudy-auth/understudy/app/gui/reading"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/intake"
)

// openImage lets the person choose a picture.
func (d *desk) openImage() {
	if !d.busy() {
		d.frame.OpenFile(d.readFile)
	}
}

func (d *desk) readFile(name string) { d.readPicture(capture.File, name, intake.SourceFile) }

// drop reads what was dropped on the window: a file, or a picture of a page.
func (d *desk) drop(names []string) {
	if d.busy() || d.locked || len(names) == 0 {
		return
	}
	d.readPicture(capture.Dropped, names[0], intake.SourceDrop)
}

func (d *desk) readPicture(open func(context.Context, string) (image.Image, error), name string, source intake.Source) {
	d.read(func(ctx context.Context) (reading.Found, error) {
		picture, err := open(ctx, name)
		if err != nil {
			return reading.Found{}, err
		}
		return reading.Picture(ctx, source, picture)
	}, nil)
}

// paste reads the clipboard.
func (d *desk) paste() {
	d.read(func(ctx context.Context) (reading.Found, error) {
		clip, err := d.opt.Clipboard(ctx)
		switch {
		case err != nil:
			return reading.Found{}, err
		case clip.Picture != nil:
			return reading.Picture(ctx, intake.SourcePaste, clip.Picture)
		}
		return reading.Text(clip.Text, intake.SourcePaste), nil
	}, d.paste)
}

// read gets a code from somewhere and goes on with it.
func (d *desk) read(get func(context.Context) (reading.Found, error), again func()) {
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
		actions[0].Main = false
		actions = append([]action{{Word: words.T("Try again"), Do: again, Main: true}}, actions...)
	}
	return d.say(words.Page{Title: title, Sentences: sentences}, actions...)
}

// useCode goes on with what was read: answers, registers, or says what it is.
func (d *desk) useCode(ctx context.Context, f reading.Found) last {
	candidates := intake.Candidates(f.Items())
	if len(candidates) > 0 {
		d.do(func() { d.missed = 0 })
	}
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

func (d *desk) useItem(ctx context.Context, f reading.Found, item intake.Item) last {
	// By then the clipboard may hold something else: the keyring's password, say.
	d.begins(func(ctx context.Context) last { return d.useItem(ctx, f, item) })
	if item.Kind == intake.KindRegistrationLink {
		return d.registerWith(ctx, registration{server: item.Server, code: item.Code})
	}
	return d.answerCode(ctx, f, item)
}

// noLoginCode tells what was seen in place of a login code.
func (d *desk) noLoginCode(f reading.Found) last {
	if len(f.Codes) == 0 && len(f.Missed) > 0 {
		return d.missedCode(f)
	}
	if f.Source == intake.SourceScreen && len(f.Codes) == 0 {
		return d.nothingOnScreen(f)
	}
	if len(f.Codes) == 0 {
		title, sentences := words.NoCode()
		return d.say(words.Page{Title: title, Sentences: sentences}, d.otherWays()...)
	}
	page := words.Page{Title: words.NotLogin(len(f.Codes))}
	text := ""
	for _, i := range f.Items() {
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
