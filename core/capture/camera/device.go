package camera

import (
	"strings"

	"github.com/understudy-auth/understudy/core/wire"
)

// Device is a camera of this computer.
type Device struct {
	// ID stays the same while the camera is in the same socket, also when it was
	// unplugged and is called by another path. Good for settings.
	ID string
	// Name is what the camera calls itself, for people.
	Name string
	// Path is its file. It means nothing beyond now.
	Path string
}

// newDevice makes a device of what the system tells. at is where it is plugged in.
func newDevice(name, at, path string) Device {
	name = shorter(wire.CleanText(strings.TrimSpace(name), 100))
	if name == "" {
		name = "Camera"
	}
	return Device{ID: name + "@" + wire.CleanText(at, 100), Name: name, Path: path}
}

// shorter undoes what makes the name of many cameras too long: "X: X", the second
// one cut at 31 characters.
func shorter(name string) string {
	first, second, ok := strings.Cut(name, ": ")
	if ok && second != "" && strings.HasPrefix(first, second) {
		return first
	}
	return name
}

// Find chooses among devices as Options.Device says.
func Find(devices []Device, want string) (Device, error) {
	if len(devices) == 0 {
		return Device{}, ErrNone
	}
	if want == "" {
		return devices[0], nil
	}
	// An ID whose socket is no longer in use still tells the name.
	name, _, _ := strings.Cut(want, "@")
	for _, is := range []func(Device) bool{
		func(d Device) bool { return d.ID == want },
		func(d Device) bool { return d.Path == want },
		func(d Device) bool { return d.Name == want },
		func(d Device) bool { return d.Name == name },
		func(d Device) bool { return strings.Contains(strings.ToLower(d.Name), strings.ToLower(want)) },
	} {
		var found []Device
		for _, d := range devices {
			if is(d) {
				found = append(found, d)
			}
		}
		switch len(found) {
		case 0:
		case 1:
			return found[0], nil
		default:
			return Device{}, ErrSeveral
		}
	}
	return Device{}, ErrNoSuch
}
