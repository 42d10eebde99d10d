//go:build unix && !linux

package safefile

import "fmt"

// diskFullChild has no private file system to fill here.
func diskFullChild(string) int { fmt.Println("Linux only"); return 1 }
