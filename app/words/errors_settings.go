package words

import (
	"errors"
	"strings"

	"github.com/understudy-auth/understudy/core/settings"
	"github.com/understudy-auth/understudy/core/wire"
)

// settingsError has the words for settings that cannot be read or saved.
func settingsError(err error) (title string, sentences []string) {
	if e, ok := errors.AsType[*settings.NotSavedError](err); ok {
		title, next := notSaved(e)
		return title, []string{T("It holds until Understudy closes."), next}
	}
	if e, ok := errors.AsType[*settings.BrokenError](err); ok {
		return brokenSettings(e)
	}
	if errors.Is(err, settings.ErrNewerVersion) {
		return T("The settings are of a newer version"), []string{T("A newer version of Understudy wrote them. They were left alone."), T("Update this program.")}
	}
	return "", nil
}

// notSaved says why, and what to do next.
func notSaved(e *settings.NotSavedError) (title, next string) {
	switch e.Reason {
	case settings.ReasonFull:
		return T("This setting could not be saved: the disk is full"), T("Make room, then change it again.")
	case settings.ReasonProtected:
		return T("This setting could not be saved: its folder may not be written"), T("Change the rights of {file} and its folder, then change it again.", "file", e.Path)
	case settings.ReasonLink:
		return T("This setting could not be saved: its file or its folder is a link"), T("Edit the file that {file} leads to.", "file", e.Path)
	case settings.ReasonBroken:
		return T("This setting could not be saved: the file of settings cannot be used"), T("Correct {file}, or let Understudy write a new one.", "file", e.Path)
	case settings.ReasonNewer:
		return T("This setting could not be saved: a newer version of Understudy wrote the settings"), T("They were left alone. Update this program.")
	case settings.ReasonBusy:
		return T("This setting could not be saved: another program uses the settings"), T("End it or wait for it, then change it again.")
	case settings.ReasonNoFolder:
		return T("This setting could not be saved: there is no folder for settings"), T("Set HOME to a folder of your own, then start Understudy again.")
	}
	return T("This setting could not be saved"), T("Look whether {file} and its folder can be written, then change it again.", "file", e.Path)
}

// brokenSettings says what is wrong, and where.
func brokenSettings(e *settings.BrokenError) (title string, sentences []string) {
	if e.Fault == settings.FaultUnreadable {
		return T("The settings cannot be read"), []string{
			T("File: {file}.", "file", e.Path),
			T("It is no file, is far too large, or this account has no right to it. It was left alone."),
			T("Change that, or move it away: then every setting has its default."),
		}
	}
	where := T("File: {file}.", "file", e.Path)
	if e.Line > 0 {
		where = T("File: {file}, line {line}.", "file", e.Path, "line", e.Line)
	}
	return T("The settings cannot be used"), []string{
		where, wrongSetting(e),
		T("Correct it, or move the file away: then every setting has its default. It was left alone."),
	}
}

func wrongSetting(e *settings.BrokenError) string {
	allowed := strings.Join(e.Allowed, ", ")
	switch {
	case e.Fault == settings.FaultUnknown:
		return T(`There is no setting "{key}". There are: {allowed}.`, "key", wire.CleanText(e.Key, 60), "allowed", allowed)
	case e.Fault == settings.FaultSyntax:
		return T("A line has the form: name = value. Text stands between double quotes, a path with backslashes between single ones.")
	case allowed == "":
		return T("The setting {key} is a path between quotes.", "key", e.Key)
	}
	return T("The setting {key} is one of: {allowed}.", "key", e.Key, "allowed", allowed)
}
