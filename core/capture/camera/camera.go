package camera

import (
	"context"
	"errors"
	"sync"
)

// Camera is the source that New makes.
type Camera struct {
	options Options

	mu   sync.Mutex
	last string // the ID of the camera that was found last
}

// New makes a source of a camera. It is looked for when the source is opened.
func New(o Options) *Camera { return &Camera{options: o} }

// List lists the cameras in the order of their numbers. It opens none of them,
// so it needs no permission and wakes nothing. None is no error.
func List() ([]Device, error) { return list() }

// Modes are the ways in which a camera sends frames, also those that are not
// understood here. It opens the camera, but its light stays out.
func Modes(d Device) ([]Mode, error) { return modes(d) }

// Open opens the camera and starts it. What was opened before is found again by
// its ID, as its path may have changed. Opening and closing take the time of the
// driver, which does not look at the context.
func (c *Camera) Open(ctx context.Context) (Stream, error) {
	devices, err := List()
	if err != nil {
		return nil, err
	}
	return c.open(ctx, devices, start)
}

// open starts one of the devices. The first one is the first that speaks a format
// of ours: a camera for the dark, or a chip that decodes video, may come before it.
func (c *Camera) open(ctx context.Context, devices []Device, start func(Device, Options) (Stream, error)) (Stream, error) {
	device, err := c.find(devices)
	if err != nil {
		return nil, err
	}
	candidates := []Device{device}
	if c.options.Device == "" {
		candidates = devices
	}
	var stream Stream
	for _, d := range candidates {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if stream, err = start(d, c.options); !errors.Is(err, ErrFormat) {
			break
		}
	}
	return stream, err
}

func (c *Camera) find(devices []Device) (Device, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.options.Device != "" && c.last != "" {
		if d, err := Find(devices, c.last); err == nil {
			return d, nil
		}
	}
	d, err := Find(devices, c.options.Device)
	if err == nil {
		c.last = d.ID
	}
	return d, err
}
