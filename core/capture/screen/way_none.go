//go:build !windows && !(darwin && cgo) && (!unix || darwin || ios)

package screen

import "context"

func findWay(context.Context) (way, error) { return nil, ErrUnsupported }
