//go:build !unix

package camera

import "time"

func cpuTime() time.Duration { return 0 }
