//go:build unix

package main

import "golang.org/x/sys/unix"

// noCoreDumps keeps a crash from writing the memory, secrets and all, to disk.
func noCoreDumps() { _ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) }
