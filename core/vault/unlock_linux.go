package vault

import (
	"context"
	"errors"

	"github.com/godbus/dbus/v5"
)

// CanUnlock reports whether Keyring.Unlock has something to call on this system.
const CanUnlock = true

const (
	unlockMethod    = "org.freedesktop.Secret.Service.Unlock"
	promptInterface = "org.freedesktop.Secret.Prompt"
	noPrompt        = dbus.ObjectPath("/")
)

// unlock has the service unlock the collection that go-keyring uses.
func (systemKeyring) unlock(ctx context.Context) error {
	conn, err := sessionBus(ctx)
	if err != nil {
		return contextFirst(ctx, err)
	}
	defer conn.Close()
	collection, err := collectionInUse(ctx, conn)
	if err == nil {
		err = isOpen(ctx, conn, collection)
	}
	if !errors.Is(err, ErrLocked) { // open already, or not there
		return err
	}
	var unlocked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	err = conn.Object(secretsName, secretsPath).
		CallWithContext(ctx, unlockMethod, 0, []dbus.ObjectPath{collection}).Store(&unlocked, &prompt)
	if err != nil {
		return contextFirst(ctx, err)
	}
	if prompt != noPrompt {
		if err := waitForPrompt(ctx, conn, prompt); err != nil {
			return err
		}
	}
	// What the answer says of itself is not needed: a prompt that was dismissed
	// leaves the collection locked.
	return isOpen(ctx, conn, collection)
}

// waitForPrompt shows the desktop's prompt and waits until it was answered, in
// whatever way. One that nobody answers stays: Dismiss, which should take it back,
// ends gnome-keyring 42 by a failed assertion, and with it what is open in it.
func waitForPrompt(ctx context.Context, conn *dbus.Conn, prompt dbus.ObjectPath) error {
	signals := make(chan *dbus.Signal, 10)
	conn.Signal(signals)
	err := conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(secretsName), dbus.WithMatchObjectPath(prompt),
		dbus.WithMatchInterface(promptInterface), dbus.WithMatchMember("Completed"))
	if err == nil {
		err = conn.AddMatchSignalContext(ctx, dbus.WithMatchSender("org.freedesktop.DBus"),
			dbus.WithMatchInterface("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, secretsName))
	}
	if err == nil {
		err = conn.Object(secretsName, prompt).CallWithContext(ctx, promptInterface+".Prompt", 0, "").Err
	}
	for err == nil {
		select {
		case <-ctx.Done():
			err = ctx.Err()
		case s, connected := <-signals:
			switch {
			case !connected:
				err = errors.New("the session bus went away")
			case s.Name == "org.freedesktop.DBus.NameOwnerChanged":
				err = errors.New("the keyring went away") // one that came back knows nothing of the prompt
			case s.Name == promptInterface+".Completed" && s.Path == prompt:
				return nil
			}
		}
	}
	return contextFirst(ctx, err)
}

// contextFirst is the context's error once it has ended, whatever that led to.
func contextFirst(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
