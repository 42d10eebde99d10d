package config

import (
	"io"
	"time"

	_ "embed"

	"github.com/understudy-auth/understudy/core/wire"
)

//go:embed example.toml
var example []byte

// WriteExample writes a configuration file with every setting and what it
// means. Load takes it as it is.
func WriteExample(w io.Writer) error {
	_, err := w.Write(example)
	return err
}

// Base holds what a configuration file may leave out.
func Base() Config {
	return Config{
		Name:       "Understudy Token Server",
		Listen:     "127.0.0.1:0",
		Push:       PushConfig{Hold: 25 * time.Second, MaxOpen: 3, AfterDenial: 30 * time.Second, Denials: 3, DenialsWithin: 10 * time.Minute, Quiet: 15 * time.Minute},
		Enrollment: EnrollmentConfig{Enabled: true, Override: true},
		PIN:        PINConfig{Length: 5, MaxFailures: 3, MaxSimilarDigits: 3},
		KDF:        KDFConfig{Time: wire.DefaultKDF.Time, MemoryKiB: wire.DefaultKDF.MemoryKiB, Threads: wire.DefaultKDF.Threads},
		Tokens:     TokenConfig{Access: 10 * time.Minute, Refresh: 24 * time.Hour},
	}
}
