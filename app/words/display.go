package words

// NoDisplay is said where a window was wanted and cannot be shown: no display is
// named, or the one that is named does not answer.
func NoDisplay(none bool) []string {
	first := T("Understudy cannot open a window: the display does not answer.")
	if none {
		first = T("Understudy cannot open a window: no display was found.")
	}
	return []string{
		first,
		T("To answer one code: understudy respond IMAGE"),
		T("To see what else there is: understudy --help"),
	}
}
