package settings

import "golang.org/x/sys/windows"

// What the system calls a full disk, and one that may not be written.
var (
	full      = []error{windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL}
	protected = []error{windows.ERROR_WRITE_PROTECT}
)
