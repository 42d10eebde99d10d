// Package facts draws what is known of a request: rows of facts, warnings, quotes.
package facts

import (
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// Labels stand beside their values where both have room.
const (
	LabelWidth = 132
	LeastValue = 300
)

// Rows draws the facts of a request, a line between each two.
func Rows(rows []words.Row, r mobileauth.Request, enlarge func()) fyne.CanvasObject {
	var parts []fyne.CanvasObject
	for i, fact := range rows {
		if i > 0 {
			parts = append(parts, kit.Divider())
		}
		parts = append(parts, kit.Pad(13, 0, kit.Pair(LabelWidth, LeastValue, kit.Text(kit.Muted, fact.Label), row(fact, r, enlarge))))
	}
	return kit.Pad(5, 20, kit.Flow(0, 0, parts...))
}

func row(row words.Row, r mobileauth.Request, enlarge func()) fyne.CanvasObject {
	switch row.Kind {
	case words.RowProfile:
		return kit.Beside(10, kit.Initial(row.Value, 26), kit.Text(kit.Bold, row.Value))
	case words.RowServer:
		kind, sign := standing(row.Chip)
		return kit.Flow(8, 0, kit.Text(kit.Address, row.Value),
			kit.Beside(10, kit.NewChip(kind, sign, row.Chip.Name()), kit.Text(kit.Caption, row.Note)))
	case words.RowMessage:
		style := kit.Body
		if !words.IsLogin(r) {
			style = kit.Message
		}
		return Quote(row.Value, style)
	case words.RowPicture:
		picture := kit.NewCodePicture(r.Picture, row.Label, enlarge)
		return kit.Pair(200, 200, picture, kit.Flow(4, 0, kit.Text(kit.Bold, row.Value), kit.Text(kit.Caption, row.Note)))
	}
	return kit.Rich(Styled(row.Spans)...)
}

func standing(s words.Standing) (kit.Kind, look.Icon) {
	if s == words.StandingKnown {
		return kit.KindOK, look.Check
	}
	return kit.KindInfo, look.InfoSign
}

// Quote shows a foreign text as such.
func Quote(text string, style kit.Style) fyne.CanvasObject {
	if text == "" {
		return kit.Text(kit.Muted, words.T("The request has no message."))
	}
	box := kit.Quote(style, text)
	if words.HasHidden(text) {
		return kit.Flow(6, 0, box, kit.Text(kit.Caption, words.T("This message contains hidden characters.")))
	}
	return box
}

// Banner draws a warning; it takes the first focus.
func Banner(b words.Banner, r mobileauth.Request) *kit.Banner {
	kind := kit.KindWarn
	if b.Grave {
		kind = kit.KindBad
	}
	var parts []fyne.CanvasObject
	for i, a := range b.Addresses {
		parts = append(parts, kit.Pair(110, 220, kit.Text(kit.Body, a.Label), address(a.Value, r, i == 0)))
	}
	if len(b.Sentences) > 0 {
		parts = append(parts, kit.Text(kit.Body, Joined(b.Sentences)))
	}
	reading := []string{words.T("Warning: {what}.", "what", b.Title)}
	for _, a := range b.Addresses {
		reading = append(reading, words.T("{label}: {value}.", "label", a.Label, "value", a.Value))
	}
	return kit.NewBanner(kind, b.Title, Joined(append(reading, b.Sentences...)), parts...)
}

// address marks the one character in which two addresses differ.
func address(text string, r mobileauth.Request, own bool) fyne.CanvasObject {
	difference := r.Server.Difference
	part, mark := difference.Other, kit.Boxed
	if own {
		part, mark = difference.Own, kit.Underlined
	}
	ours, theirs := r.Server.Own.String(), r.Server.Claimed.String()
	at := commonStart(ours, theirs)
	if r.Server.Relation != wire.RelationLookAlike || part == "" || !strings.HasPrefix(text[min(at, len(text)):], part) {
		return kit.Text(kit.Address, text)
	}
	return kit.Rich(
		kit.Span{Style: kit.Address, Text: text[:at]},
		kit.Span{Style: kit.Address, Text: part, Mark: mark},
		kit.Span{Style: kit.Address, Text: text[at+len(part):]},
	)
}

// commonStart is the length of what two texts begin with, in whole characters.
func commonStart(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(a) && !utf8.RuneStart(a[n]) {
		n--
	}
	return n
}

// Styled gives the spans of a sentence their styles.
func Styled(list []words.Span) []kit.Span {
	out := make([]kit.Span, len(list))
	for i, s := range list {
		out[i] = kit.Span{Style: kit.Body, Text: s.Text}
		switch {
		case s.Bold:
			out[i].Style = kit.Bold
		case s.Muted:
			out[i].Style = kit.Muted
		}
	}
	return out
}

// Came is the sign of how a request came.
func Came(s intake.Source) look.Icon {
	switch s {
	case intake.SourceCamera:
		return look.Camera
	case intake.SourceFile, intake.SourceDrop:
		return look.Image
	case intake.SourcePaste:
		return look.Paste
	case intake.SourceLink:
		return look.Link
	case intake.SourceServer:
		return look.Bell
	}
	return look.Scan
}

// Joined puts sentences one after the other.
func Joined(sentences []string) string { return strings.Join(sentences, " ") }

// KeyHints name the keys that answer from anywhere, where there is room for them.
func KeyHints() fyne.CanvasObject {
	return container.New(&roomy{least: 520}, kit.Row(20, kit.Spring(), kit.KeyHint(words.T("Alt + D"), words.T("Deny")),
		kit.KeyHint(words.T("Alt + A"), words.T("Accept")), kit.KeyHint(words.T("Esc"), words.T("Leave unanswered")), kit.Spring()))
}

// roomy shows its object in windows that are wide enough and have text of usual
// size.
type roomy struct{ least, width float32 }

func (r *roomy) hides() bool { return r.width > 0 && r.width < r.least || look.Current().Large() }

// MinSize implements fyne.Layout.
func (r *roomy) MinSize(o []fyne.CanvasObject) fyne.Size {
	if r.hides() {
		return fyne.Size{}
	}
	return fyne.NewSize(0, o[0].MinSize().Height)
}

// Layout implements fyne.Layout.
func (r *roomy) Layout(o []fyne.CanvasObject, size fyne.Size) {
	r.width = size.Width
	if r.hides() {
		o[0].Hide()
		return
	}
	o[0].Show()
	o[0].Resize(size)
}
