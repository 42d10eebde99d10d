package words

import (
	"errors"

	"github.com/understudy-auth/understudy/core/capture/camera"
)

// cameraError has the words for a camera that gives no pictures.
func cameraError(err error) (title string, sentences []string) {
	switch {
	case errors.Is(err, camera.ErrUnsupported):
		return T("Cameras cannot be used on this system yet"), []string{T("Use a picture of the code instead, or copy the code.")}
	case errors.Is(err, camera.ErrNone):
		return T("No camera found"), []string{T("Plug one in, or use a picture of the code instead.")}
	case errors.Is(err, camera.ErrNoSuch):
		return T("There is no such camera"), []string{T("It is not plugged in, or is called something else."), T("Choose one of the cameras that are there.")}
	case errors.Is(err, camera.ErrSeveral):
		return T("Several cameras are called that"), []string{T("Name one of them by its id.")}
	case errors.Is(err, camera.ErrBusy):
		return T("Another program uses the camera"), []string{T("Only one program at a time can."), T("Close the other one, then try again.")}
	case errors.Is(err, camera.ErrDenied):
		return T("This account may not use the camera"), []string{
			T("On Linux, those may who belong to the group “video”."),
			T("Have this account added to it (sudo usermod -aG video NAME), then log out and in again."),
		}
	case errors.Is(err, camera.ErrUnplugged):
		return T("The camera was unplugged"), []string{T("Plug it in again.")}
	case errors.Is(err, camera.ErrFrozen):
		return T("The camera stopped sending pictures"), []string{T("Unplug it and plug it in again.")}
	case errors.Is(err, camera.ErrDamaged):
		return T("The camera's pictures arrive damaged"), []string{T("Try another cable or another socket.")}
	case errors.Is(err, camera.ErrFormat):
		return T("This camera's pictures cannot be read"), []string{T("It sends them in a way that Understudy does not know."), T("Use another camera, or a picture of the code.")}
	case errors.Is(err, camera.ErrFailed):
		return T("The camera does not work"), []string{T("Unplug it and plug it in again.")}
	case errors.Is(err, camera.ErrNoFrames):
		return T("There are no pictures in it"), []string{T("Name a folder of pictures, or a file of MJPEG.")}
	}
	return "", nil
}
