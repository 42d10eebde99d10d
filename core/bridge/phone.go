package bridge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// phoneKey is whose a device is.
type phoneKey struct{ origin, name string }

// sharedOrigin stands for the origin of shared devices; no page's is like it.
const sharedOrigin = "*"

// id is a name for the device's places of storage. It tells nothing and holds
// no foreign character.
func (k phoneKey) id() string {
	sum := sha256.Sum256([]byte(k.origin + "\n" + k.name))
	return hex.EncodeToString(sum[:8])
}

// phone is one device with all that its pages share.
type phone struct {
	b      *Bridge
	key    phoneKey
	device *device.Device
	client *mobileauth.Client
	files  *safefile.Dir

	inbox   *inbox
	watcher *mobileauth.Watcher

	airplane atomic.Bool

	mu     sync.Mutex // guards what follows
	user   string     // the profile that is logged in
	waits  []string   // the events whose answers are waited for
	pages  int
	linger *time.Timer // logs out, while there is no page
}

// key is whose device a visitor gets.
func (b *Bridge) key(v visitor) phoneKey {
	if slices.Contains(b.gate.share, v.device) {
		return phoneKey{sharedOrigin, v.device}
	}
	return phoneKey{v.origin, v.device}
}

// room tells whether there is room for one more page, and for its device.
func (b *Bridge) room(key phoneKey) *refusal {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.roomLocked(key)
}

func (b *Bridge) roomLocked(key phoneKey) *refusal {
	if b.ctx.Err() != nil {
		return refused(http.StatusServiceUnavailable, "the bridge is ending")
	}
	if b.pages >= MaxPages {
		return refused(http.StatusServiceUnavailable, "%d pages are connected, which is all that the bridge takes; close some", MaxPages)
	}
	own := 0
	for other := range b.phones {
		if other.origin == key.origin {
			own++
		}
	}
	if _, there := b.phones[key]; !there && own >= MaxDevices {
		return refused(http.StatusServiceUnavailable, "there are %d devices of this origin, which is all that it may have; use one of them, or start the bridge again", MaxDevices)
	}
	return nil
}

// enter gives a visitor its device and counts its page.
func (b *Bridge) enter(v visitor) (*phone, *refusal) {
	p, no := b.seat(b.key(v))
	if no == nil {
		p.enter()
	}
	return p, no
}

func (b *Bridge) seat(key phoneKey) (*phone, *refusal) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if no := b.roomLocked(key); no != nil {
		return nil, no
	}
	p := b.phones[key]
	if p == nil {
		var err error
		if p, err = b.newPhone(key); err != nil {
			b.opt.Log.Error("a device could not be opened", "error", err)
			return nil, refused(http.StatusInternalServerError, "the device could not be opened; the bridge's log says why")
		}
		b.phones[key] = p
	}
	b.pages++
	b.gone.Add(1)
	return p, nil
}

func (b *Bridge) leave(p *phone) {
	b.mu.Lock()
	b.pages--
	b.mu.Unlock()
	p.leave()
	b.gone.Done()
}

func (b *Bridge) newPhone(key phoneKey) (*phone, error) {
	p := &phone{b: b, key: key}
	secrets, history := vault.Vault(vault.NewMemory()), journal.NewMemory()
	if b.opt.Store != nil {
		var err error
		if secrets, p.files, err = b.opt.Store(key.id()); err != nil {
			return nil, err
		}
		if history, err = journal.Open(p.files, "history"); err != nil {
			p.close()
			return nil, err
		}
	}
	var err error
	p.device, err = device.Open(device.Options{
		Vault: secrets, Files: p.files, HTTP: p.http(), Now: b.opt.Now, Log: b.opt.Log, Kind: wire.KindBridge, AppVersion: b.opt.AppVersion,
		Sensor: b.opt.Phone.Sensor(p.info()),
	})
	if err != nil {
		p.close() // a page tries again and again
		return nil, err
	}
	p.client = mobileauth.New(p.device, history)
	p.inbox = &inbox{queue: p.client.NewQueue()}
	p.watcher = p.client.NewWatcher(func(list []mobileauth.Waiting) { p.inbox.take(b.ctx, list) })
	b.gone.Go(func() { p.watcher.Run(b.ctx) })
	return p, nil
}

// http reaches the server, unless the device is in airplane mode.
func (p *phone) http() *http.Client {
	client := p.b.opt.HTTP
	if client == nil {
		client = netsafe.Client(netsafe.ClientOptions{Timeout: 90 * time.Second, AllowPrivate: func(string) bool { return true }})
	}
	own := *client
	own.Transport = radio{p, client.Transport}
	return &own
}

// radio is the phone's way to the network.
type radio struct {
	phone *phone
	next  http.RoundTripper
}

func (r radio) RoundTrip(req *http.Request) (*http.Response, error) {
	if r.phone.airplane.Load() {
		return nil, fmt.Errorf("airplane mode: %w", syscall.ENETUNREACH)
	}
	if r.next == nil {
		return http.DefaultTransport.RoundTrip(req)
	}
	return r.next.RoundTrip(req)
}

func (p *phone) enter() {
	p.mu.Lock()
	p.pages++
	if p.linger != nil {
		p.linger.Stop()
		p.linger = nil
	}
	p.mu.Unlock()
	p.changed()
}

func (p *phone) leave() {
	p.mu.Lock()
	p.pages--
	if p.pages == 0 {
		p.linger = time.AfterFunc(p.b.opt.Linger, p.closeApp)
	}
	p.mu.Unlock()
	p.changed()
}

// closeApp logs the user out, when no page has been there for a while.
func (p *phone) closeApp() {
	p.mu.Lock()
	user := ""
	if p.pages == 0 {
		user, p.user = p.user, ""
	}
	p.mu.Unlock()
	if user == "" {
		return
	}
	p.changed()
	ctx, cancel := context.WithTimeout(p.b.ctx, writeTime)
	defer cancel()
	if err := p.device.Logout(ctx, user); err != nil {
		p.b.opt.Log.Info("a logout did not reach the server", "error", err)
	}
}

func (p *phone) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.linger != nil {
		p.linger.Stop()
	}
	if p.files != nil {
		_ = p.files.Close()
	}
}

// userID is the profile that is logged in; 8005 where nobody is.
func (p *phone) userID() (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.user == "" || !p.device.LoggedIn(p.user) {
		return "", wire.Errorf(wire.CodeNoUserAuthenticated, "")
	}
	return p.user, nil
}

// loggedIn notes who is logged in from now on, and sends what was answered when
// the bridge ended. The plugin knows one user at a time; the one before is logged
// out.
func (p *phone) loggedIn(ctx context.Context, profileID string) {
	if _, err := p.client.Resume(ctx, profileID); err != nil {
		p.b.opt.Log.Warn("an answer that was kept could not be sent", "error", err)
	}
	p.mu.Lock()
	before := p.user
	p.user = profileID
	p.mu.Unlock()
	p.watcher.Poke()
	p.changed()
	if before == "" || before == profileID || !p.device.LoggedIn(before) {
		return
	}
	if err := p.device.Logout(ctx, before); err != nil {
		p.b.opt.Log.Info("a logout did not reach the server", "error", err)
	}
}
