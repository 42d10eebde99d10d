package words

import (
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/mobileauth"
)

// Source says how a code reached us, for lists and details.
func Source(s intake.Source) string {
	switch s {
	case intake.SourceScreen:
		return T("read from your screen")
	case intake.SourceCamera:
		return T("read from the camera")
	case intake.SourceFile:
		return T("read from the picture you gave")
	case intake.SourcePaste:
		return T("pasted")
	case intake.SourceDrop:
		return T("dropped on the window")
	case intake.SourceLink:
		return T("sent by a link from another program")
	case intake.SourceServer:
		return T("sent by the server")
	}
	return T("from an unknown place")
}

// Came is the first line of a question: what it is and how it came.
func Came(r mobileauth.Request) string {
	if !IsLogin(r) {
		return cameRequest(r.Source)
	}
	switch r.Source {
	case intake.SourceScreen:
		return T("Login request, read from your screen just now.")
	case intake.SourceCamera:
		return T("Login request, read from the camera.")
	case intake.SourceFile:
		return T("Login request, read from the picture you gave.")
	case intake.SourcePaste:
		return T("Login request, pasted.")
	case intake.SourceDrop:
		return T("Login request, dropped on the window.")
	case intake.SourceLink:
		return T("Login request, sent by a link from another program.")
	case intake.SourceServer:
		return T("Login request, sent by the server. You did not scan anything.")
	}
	return T("Login request, from an unknown place.")
}

func cameRequest(s intake.Source) string {
	switch s {
	case intake.SourceScreen:
		return T("Request, read from your screen just now.")
	case intake.SourceCamera:
		return T("Request, read from the camera.")
	case intake.SourceFile:
		return T("Request, read from the picture you gave.")
	case intake.SourcePaste:
		return T("Request, pasted.")
	case intake.SourceDrop:
		return T("Request, dropped on the window.")
	case intake.SourceLink:
		return T("Request, sent by a link from another program.")
	case intake.SourceServer:
		return T("Request, sent by the server. You did not scan anything.")
	}
	return T("Request, from an unknown place.")
}
