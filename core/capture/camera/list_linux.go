//go:build amd64 || arm64 || riscv64 || loong64

package camera

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

func list() ([]Device, error) { return listIn(os.DirFS("/sys/class/video4linux")) }

// listIn reads what the kernel tells of its video devices. Of a camera's, the one
// with the index 0 has the pictures.
func listIn(sys fs.FS) ([]Device, error) {
	entries, err := fs.ReadDir(sys, ".")
	if errors.Is(err, fs.ErrNotExist) { // no driver of a camera is there
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the cameras cannot be listed: %w", err)
	}
	type numbered struct {
		n int
		Device
	}
	var found []numbered
	for _, e := range entries {
		number, ok := strings.CutPrefix(e.Name(), "video")
		n, err := strconv.Atoi(number)
		if !ok || err != nil {
			continue
		}
		// Of a camera that is pulled out just now nothing can be read.
		name, _ := fs.ReadFile(sys, e.Name()+"/name")
		index, err := fs.ReadFile(sys, e.Name()+"/index")
		if err != nil || strings.TrimSpace(string(index)) != "0" {
			continue
		}
		at, _ := fs.ReadLink(sys, e.Name()+"/device")
		found = append(found, numbered{n, newDevice(string(name), filepath.Base(at), "/dev/"+e.Name())})
	}
	slices.SortFunc(found, func(a, b numbered) int { return cmp.Compare(a.n, b.n) })
	devices := make([]Device, len(found))
	for i, f := range found {
		devices[i] = f.Device
	}
	return devices, nil
}
