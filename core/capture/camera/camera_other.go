//go:build !linux || !(amd64 || arm64 || riscv64 || loong64)

package camera

func list() ([]Device, error) { return nil, ErrUnsupported }

func modes(Device) ([]Mode, error) { return nil, ErrUnsupported }

func start(Device, Options) (Stream, error) { return nil, ErrUnsupported }
