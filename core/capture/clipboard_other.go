//go:build !unix || darwin || ios

package capture

import "context"

// openClipboard: only the desktop's own libraries give pictures here.
func openClipboard(context.Context) (clipboard, error) { return nil, ErrClipboardUnsupported }
