package config

import (
	"slices"
	"strconv"
	"strings"
)

// TakesVersion reports whether an app of this version may call.
func (d DeviceConfig) TakesVersion(version string) bool {
	return d.MinimumAppVersion == "" || !older(version, d.MinimumAppVersion)
}

// TakesOS reports whether devices with this system may call.
func (d DeviceConfig) TakesOS(os string) bool {
	return !slices.ContainsFunc(d.RefusedOS, func(refused string) bool { return os == refused || strings.HasPrefix(os, refused+".") })
}

// older compares versions such as 1.2.3 number by number. A part that is missing
// is 0; one that is no number is the oldest.
func older(version, least string) bool {
	have, want := strings.Split(version, "."), strings.Split(least, ".")
	for i := range want {
		a, b := versionPart(have, i), versionPart(want, i)
		if a != b {
			return a < b
		}
	}
	return false
}

func versionPart(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	n, err := strconv.Atoi(parts[i])
	if err != nil {
		return -1
	}
	return n
}
