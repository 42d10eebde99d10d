package intake

// Source is how a code or a request reached this program. It is told to the
// person who decides, and kept in the history.
type Source string

// The sources.
const (
	SourceScreen Source = "screen" // a picture of the screen
	SourceCamera Source = "camera"
	SourceFile   Source = "file"   // a picture file, or a picture on standard input
	SourcePaste  Source = "paste"  // text or a picture from the clipboard, or typed in
	SourceDrop   Source = "drop"   // dropped on the window
	SourceLink   Source = "link"   // a link that another program opened
	SourceServer Source = "server" // pushed or pending: nobody scanned anything
)
