package words

import (
	"slices"
	"strings"
	"time"

	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// Asked is a request as a window shows it. What it says is what Question says
// in lines; only the form is another one.
type Asked struct {
	Came    string // how it came
	Title   string
	Banners []Banner // the gravest first
	Rows    []Row
	Mind    []Span
	Boxes   []Confirmation // what has to be ticked before accepting
}

// Banner is a warning over the facts.
type Banner struct {
	Grave     bool // red rather than amber
	Title     string
	Addresses []Fact // stand one under the other, to be compared
	Sentences []string
}

// RowKind says how a row of facts is drawn.
type RowKind string

// The kinds of rows.
const (
	RowText    RowKind = "text"
	RowProfile RowKind = "profile"
	RowServer  RowKind = "server"
	RowMessage RowKind = "message"
	RowPicture RowKind = "picture"
)

// Row is one fact.
type Row struct {
	Kind  RowKind
	Label string
	Value string // the profile's name, the address, the message
	Chip  Standing
	Note  string
	Spans []Span
}

// Standing says how well a server is known.
type Standing string

// The standings.
const (
	StandingKnown    Standing = "known"
	StandingNew      Standing = "new"
	StandingComputer Standing = "this-computer"
)

// Name is the standing's word.
func (s Standing) Name() string {
	switch s {
	case StandingKnown:
		return T("Known")
	case StandingNew:
		return T("New")
	case StandingComputer:
		return T("This computer")
	}
	return ""
}

// AskedOf puts a request into the words of a window.
func AskedOf(r mobileauth.Request, now time.Time) Asked {
	return Asked{
		Came:    strings.TrimSuffix(Came(r), "."),
		Title:   Title(r),
		Banners: banners(r),
		Rows:    rows(r, now),
		Mind:    MindSpans(r),
		Boxes:   Confirmations(r),
	}
}

func banners(r mobileauth.Request) []Banner {
	var list []Banner
	has := func(reason mobileauth.Reason) bool { return slices.Contains(r.Reasons, reason) }
	if OtherServer(r) {
		list = append(list, serverBanner(r))
	}
	if has(mobileauth.ReasonNotEncrypted) {
		list = append(list, Banner{
			Title:     T("This connection is not encrypted"),
			Addresses: []Fact{{T("Address"), notEncrypted(r.Server).String()}},
			Sentences: []string{T("Others on the network can read and change this request.")},
		})
	}
	if has(mobileauth.ReasonThirdRequest) {
		list = append(list, Banner{
			Title: T("Many requests in a short time"),
			Sentences: []string{
				Recent(r.Before),
				T("Someone may hope that you accept one to have peace. If you did not start all of them, deny."),
			},
		})
	}
	if care := Reasons(r); len(care) > 0 && len(list) == 0 {
		list = append(list, Banner{Title: T("Take a second look"), Sentences: care})
	} else if len(care) > 0 {
		list[len(list)-1].Sentences = append(list[len(list)-1].Sentences, care...)
	}
	return list
}

func serverBanner(r mobileauth.Request) Banner {
	profile := r.Profile.Name()
	what, sentences := serverFinding(r)
	return Banner{
		Grave: true,
		Title: what,
		Addresses: []Fact{
			{T("{profile}'s server", "profile", profile), r.Server.Own.String()},
			{T("This request"), r.Server.Claimed.String()},
		},
		Sentences: sentences,
	}
}

func rows(r mobileauth.Request, now time.Time) []Row {
	var who []Row
	if OtherServer(r) {
		who = append(who, Row{Kind: RowText, Label: T("Portal"), Spans: []Span{{Text: r.Portal, Bold: true}}})
	}
	who = append(who, Row{Kind: RowProfile, Label: T("Profile"), Value: r.Profile.Name()})
	if !OtherServer(r) {
		who = append(who, serverRow(r, now))
	}
	message := Row{Kind: RowMessage, Label: T("Message"), Value: r.Message}
	var list []Row
	if IsLogin(r) {
		list = append(who, message)
	} else { // what is accepted comes before who asks
		list = append([]Row{message}, who...)
	}
	list = append(list, seenRow(r))
	if waiting := waitingSpans(r); waiting != nil {
		list = append(list, Row{Kind: RowText, Label: T("Waiting page"), Spans: waiting})
	}
	return append(list, Row{Kind: RowText, Label: T("Before"), Spans: beforeSpans(r, now)})
}

func serverRow(r mobileauth.Request, now time.Time) Row {
	row := Row{Kind: RowServer, Label: T("Server"), Value: r.Server.Own.String()}
	name := r.Profile.Name()
	switch {
	case r.Server.Own.IsLoopback():
		row.Chip, row.Note = StandingComputer, T("A test server on this computer.")
	case r.Server.New:
		row.Chip, row.Note = StandingNew, T("Enrolled {day}. This is its first request.", "day", Day(r.Server.EnrolledAt, now))
	default:
		row.Chip, row.Note = StandingKnown, T("You enrolled {profile} here {day}.", "profile", name, "day", Day(r.Server.EnrolledAt, now))
	}
	return row
}

// seenRow shows the picture around the code, or says why there is none.
func seenRow(r mobileauth.Request) Row {
	row := Row{Kind: RowText, Label: T("Seen here")}
	switch {
	case r.Picture != nil:
		row.Kind, row.Value = RowPicture, T("Is this the page that you opened?")
		row.Note = T("The picture stays on this computer and is not kept.")
	case r.Source == intake.SourceLink:
		row.Spans = Spans("No picture: the request came by a link. **You did not scan anything.**")
	case r.Source == intake.SourceServer:
		row.Spans = Spans("No picture: the server sent this request. **You did not scan anything.**")
	default:
		row.Spans = Spans("No picture: the code came as text.")
	}
	return row
}

func waitingSpans(r mobileauth.Request) []Span {
	other, same := r.Network == wire.NetworkOther, r.Network == wire.NetworkSame
	switch {
	case other && r.Agent != "":
		return Spans("{browser}, **on another network than this computer**", "browser", r.Agent)
	case other:
		return Spans("**On another network than this computer**")
	case same && r.Agent != "":
		return Spans("{browser}, on the same network as this computer", "browser", r.Agent)
	case same:
		return Spans("On the same network as this computer")
	case r.Agent != "":
		return Spans("{browser}", "browser", r.Agent)
	}
	return nil
}

func beforeSpans(r mobileauth.Request, now time.Time) []Span {
	b := r.Before
	var spans []Span
	switch {
	case b.First:
		return Spans("**First request from {portal}.**", "portal", r.Portal)
	case b.Accepted == 1:
		spans = []Span{{Text: T("You accepted {portal} once. ", "portal", r.Portal)}, {Text: T("That was {when}.", "when", When(b.LastAccepted, now)), Muted: true}}
	case b.Accepted > 1:
		spans = []Span{
			{Text: T("You accepted {portal} {n} times. ", "portal", r.Portal, "n", b.Accepted)},
			{Text: T("Last time: {when}.", "when", When(b.LastAccepted, now)), Muted: true},
		}
	case b.Denied == 0:
		spans = Spans("Asked, but never answered.")
	}
	if b.Denied > 0 {
		spans = append(spans, Span{Text: " " + N(b.Denied, "You denied it once.", "You denied it {n} times."), Bold: true})
	}
	return spans
}
