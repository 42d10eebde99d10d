package words

import (
	"image"

	"github.com/understudy-auth/understudy/core/scan"
	"github.com/understudy-auth/understudy/core/wire"
)

// NoCode is said of a picture without any code.
func NoCode() (title string, sentences []string) {
	return T("No login code found"), []string{
		T("Understudy looked at the picture and saw no QR code."),
		noCodeHelp(),
	}
}

func noCodeHelp() string {
	return T("What usually helps: make the page larger, scroll until all of the code is visible, and take the picture again.")
}

// Missed is said of a code that was seen and could not be read: why, and what
// helps.
func Missed(r scan.Reason) (title string, sentences []string) {
	switch r {
	case scan.TooSmall:
		return T("The code is too small to read"), []string{T("Make the page larger, then scan again.")}
	case scan.Cut:
		return T("Only part of a code is visible"), []string{T("Scroll until all of it is visible, or move the window that covers it. Then scan again.")}
	case scan.NoText:
		return T("This code holds no text"), []string{T("It was read, but what is in it is no text. It is not a login code.")}
	}
	return T("A code could not be read"), []string{T("It is covered, damaged or not sharp. Show it whole and larger, then scan again.")}
}

// MissedAt says where such a code is.
func MissedAt(r scan.Reason, place string) string {
	title, _ := Missed(r)
	return T("{what}: {place}", "what", title, "place", place)
}

// NotLogin is the title over the descriptions of codes that log nobody in.
func NotLogin(codes int) string {
	return N(codes, "This is not a login code", "None of these is a login code")
}

// WhichCode asks which of several codes is meant.
func WhichCode(n int) []string {
	first := T("{n} login codes found. Which one?", "n", n)
	if n == 2 {
		first = T("Two login codes found. Which one?")
	}
	return []string{first, T("Choosing does not accept anything. You see the details first.")}
}

// AlsoFound tells of codes that cannot be chosen.
func AlsoFound(n int) string {
	return N(n, "One more code was found. It is not a login code.", "{n} more codes were found. They are no login codes.")
}

// WhichProfile asks who is to answer.
func WhichProfile() []string {
	return []string{T("Several profiles could answer. Which one?"), T("Choosing does not accept anything. You see the details first.")}
}

// CodeChoice describes one of several codes: its server, the profile there if
// there is one, and where it is in the picture.
func CodeChoice(server wire.Origin, profile, place string) string {
	switch {
	case server.IsZero():
		return T("A code that does not name its server, {place}.", "place", place)
	case profile == "":
		return T("{server}, no profile here, {place}.", "server", server, "place", place)
	}
	return T("{server}, your profile {profile}, {place}.", "server", server, "profile", profile, "place", place)
}

// Place says where in a picture a code is.
func Place(corners [4]image.Point, picture image.Rectangle) string {
	var middle image.Point
	for _, c := range corners {
		middle = middle.Add(c)
	}
	middle = middle.Div(len(corners)).Sub(picture.Min)
	left, top := middle.X*2 < picture.Dx(), middle.Y*2 < picture.Dy()
	switch {
	case left && top:
		return T("top left")
	case top:
		return T("top right")
	case left:
		return T("bottom left")
	}
	return T("bottom right")
}

// NoProfile is said of a code of a server where there is no profile. The
// nearest one is told where its address looks like the code's.
func NoProfile(server wire.Origin) (title string, sentences []string) {
	return T("No profile for this server"), []string{
		T("The code belongs to this server:"), server.String(),
		T("You have no profile there. Nothing was sent."),
		T("Register there first, if you know this server."),
	}
}

// OnlyLooksAlike warns of a server where there is no profile but whose address
// looks like a profile's.
func OnlyLooksAlike(profile string, own, other wire.Origin) []string {
	lines := []string{
		T("Warning: This address only looks like {profile}'s server.", "profile", profile),
		T("{profile}'s server:", "profile", profile), own.String(),
		T("The code's server:"), other.String(),
	}
	if d := wire.Difference(own, other); !d.IsZero() {
		lines = append(lines, Difference(d))
	}
	return append(lines, T("Addresses that look alike are a common trick. Do not register there unless you know better."))
}
