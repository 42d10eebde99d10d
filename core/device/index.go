package device

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"slices"

	"github.com/understudy-auth/understudy/core/wire"
)

const (
	indexName    = "profiles.json"
	indexVersion = 1
	maxIndex     = 16 << 20 // bytes; a profile takes about one kilobyte
)

// index is what the device knows that is no secret.
type index struct {
	Version  int       `json:"version"`
	Servers  []server  `json:"servers"`
	Profiles []Profile `json:"profiles"`
}

// server is one registration of this device.
type server struct {
	Origin   wire.Origin `json:"origin"`
	Name     string      `json:"name"`
	DeviceID string      `json:"device_id"`
}

func (ix *index) server(origin wire.Origin) *server {
	if i := slices.IndexFunc(ix.Servers, func(s server) bool { return s.Origin == origin }); i >= 0 {
		return &ix.Servers[i]
	}
	return nil
}

func (ix *index) profile(id string) *Profile {
	if i := slices.IndexFunc(ix.Profiles, func(p Profile) bool { return p.ID == id }); i >= 0 {
		return &ix.Profiles[i]
	}
	return nil
}

// clone keeps readers apart from writers.
func (ix index) clone() index {
	ix.Servers = slices.Clone(ix.Servers)
	ix.Profiles = slices.Clone(ix.Profiles)
	return ix
}

// readIndex reads the file; without one the device is new.
func (d *Device) readIndex() (index, error) {
	empty := index{Version: indexVersion}
	if d.opt.Files == nil {
		return empty, nil
	}
	data, err := d.opt.Files.ReadFile(indexName, maxIndex)
	if errors.Is(err, fs.ErrNotExist) {
		return empty, nil
	}
	if err != nil {
		return index{}, wire.Errorf(wire.CodeIO, "the list of profiles cannot be read: %w", err)
	}
	var ix index
	if err := json.Unmarshal(data, &ix); err != nil {
		return index{}, wire.Errorf(wire.CodeIO, "the list of profiles %s in %s is damaged; move it away and register again, or restore it from a backup", indexName, d.opt.Files.Path())
	}
	if ix.Version != indexVersion {
		return index{}, wire.Errorf(wire.CodeIO, "the list of profiles was written by another version of Understudy (format %d, this program knows %d); update this program", ix.Version, indexVersion)
	}
	return ix, nil
}

// change applies a change to the index and saves it, all or nothing. Another
// process may have changed the file meanwhile: it is read again under a lock.
func (d *Device) change(ctx context.Context, apply func(*index) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.opt.Files == nil {
		next := d.index.clone()
		if err := apply(&next); err != nil {
			return err
		}
		d.index = next
		return nil
	}
	unlock, err := d.opt.Files.Lock(ctx)
	if err != nil {
		return wire.Errorf(wire.CodeIO, "the data directory is busy: %w", err)
	}
	defer unlock()
	next, err := d.readIndex()
	if err != nil {
		return err
	}
	if err := apply(&next); err != nil {
		return err
	}
	data, err := json.MarshalIndent(next, "", "\t")
	if err != nil {
		return wire.Errorf(wire.CodeInternal, "encode the list of profiles: %w", err)
	}
	if err := d.opt.Files.WriteFile(indexName, data); err != nil {
		return wire.Errorf(wire.CodeIO, "the list of profiles could not be saved, nothing was changed; make room or check the rights of %s: %w", d.opt.Files.Path(), err)
	}
	d.index = next
	return nil
}
