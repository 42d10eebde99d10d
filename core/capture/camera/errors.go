package camera

import "errors"

// Why there are no frames. The errors that are returned wrap one of these, and
// the system's own where there is one.
var (
	ErrUnsupported = errors.New("cameras cannot be used on this system yet; use the screen or a picture")
	ErrNone        = errors.New("there is no camera; plug one in")
	ErrNoSuch      = errors.New("there is no such camera; choose one of those that are there")
	ErrSeveral     = errors.New("several cameras are called that; name one by its id")
	ErrBusy        = errors.New("another program uses the camera; close that program")
	ErrDenied      = errors.New("this account may not use the camera; add it to the group video and log in again")
	ErrUnplugged   = errors.New("the camera was unplugged; plug it in again")
	ErrFrozen      = errors.New("the camera stopped sending pictures; unplug it and plug it in again")
	ErrDamaged     = errors.New("all pictures of the camera arrive damaged; try another cable or socket")
	ErrFormat      = errors.New("the camera sends pictures in no format that can be read (MJPEG, YUYV); use another one")
	ErrFailed      = errors.New("the camera does not work; unplug it and plug it in again")
)

// Why files in place of a camera give no frames.
var (
	ErrNoFrames = errors.New("there are no frames in it; name a folder of pictures or a file of MJPEG")
)
