package words

// Keys lists the keys of the window and what they do.
func Keys() []Fact {
	return []Fact{
		{T("Ctrl+Shift+S"), T("look for a code on the screen")},
		{T("Ctrl+Shift+C"), T("look for a code through the camera")},
		{T("Ctrl+O"), T("choose a picture with a code")},
		{T("Ctrl+V"), T("read a code from the clipboard")},
		{T("Ctrl+1, 2, 3"), T("Home, History, Settings")},
		{T("Ctrl+F"), T("search")},
		{T("Ctrl+N"), T("add a profile")},
		{T("Ctrl+L"), T("lock")},
		{T("Tab, Shift+Tab"), T("next, previous control")},
		{T("Space or Return"), T("press the focused button")},
		{T("Alt+D, Alt+A"), T("deny, accept the request that is shown")},
		{T("Escape"), T("go back; it never answers")},
		{T("F1"), T("this list")},
	}
}
