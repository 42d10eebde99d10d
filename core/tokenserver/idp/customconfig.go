package idp

import (
	"errors"
	"fmt"

	"github.com/understudy-auth/understudy/core/wire"
)

// Custom is a custom identity provider: an app registers a user with it by
// itself, without a browser.
type Custom struct {
	ID   string            `toml:"id"`
	Name string            `toml:"name"` // shown to the user; the id if empty
	Kind wire.ProviderKind `toml:"kind"`
	// Answers are what each user has to answer, by the user's id, and no two the
	// same: alone where the provider has one step, and after the user's id where it
	// has two. A scanned code (wire.ProviderQRCode) needs none: it is one of the
	// registration page's.
	Answers map[string]wire.ConfigSecret `toml:"answers"`
	// Challenge is what the app is told after the first of two steps, Result what
	// it is told when the user is registered. Both may be zero.
	Challenge Info `toml:"challenge"`
	Result    Info `toml:"result"`
}

// Info is a wire.CustomInfo in a configuration.
type Info struct {
	Status int    `toml:"status"`
	Data   string `toml:"data"`
}

// ShownName is the provider's name, or the id where there is none.
func (c Custom) ShownName() string {
	if c.Name != "" {
		return c.Name
	}
	return c.ID
}

// CheckCustom finds identity providers that cannot work and says what is wrong
// with them, in the words of the configuration file.
func CheckCustom(list []Custom, users []User) error {
	if len(list) > wire.MaxProviders {
		return fmt.Errorf("[[identity_provider]]: there can be %d at most", wire.MaxProviders)
	}
	seen, known := map[string]bool{}, map[string]bool{}
	for _, u := range users {
		known[u.ID] = true
	}
	for _, c := range list {
		if !wire.ValidProviderID(c.ID) || seen[c.ID] {
			return fmt.Errorf("[[identity_provider]] %q: every one needs an id of its own, of 1 to 64 letters, digits, dots, hyphens and underscores", c.ID)
		}
		if err := c.check(known); err != nil {
			return fmt.Errorf("[[identity_provider]] %q: %w", c.ID, err)
		}
		seen[c.ID] = true
	}
	return nil
}

func (c Custom) check(known map[string]bool) error {
	switch {
	case !c.Kind.Known():
		return fmt.Errorf("the kinds are %q, %q and %q, not %q", wire.ProviderOneStep, wire.ProviderTwoStep, wire.ProviderQRCode, c.Kind)
	case (c.Kind == wire.ProviderQRCode) != (len(c.Answers) == 0):
		return errors.New("give answers, but for a qr_code, which has none")
	case c.Kind != wire.ProviderTwoStep && c.Challenge != Info{}:
		return errors.New("a challenge belongs to a two_step only")
	case len(c.Challenge.Data) > wire.MaxCustomData || len(c.Result.Data) > wire.MaxCustomData:
		return fmt.Errorf("data has %d bytes at most", wire.MaxCustomData)
	}
	seen := map[string]bool{}
	for user, answer := range c.Answers {
		text := string(answer.Bytes())
		switch {
		case !known[user]:
			return fmt.Errorf("answers names %q, who is no user", user)
		case text == "" || len(text) > wire.MaxCustomData || seen[text]:
			return errors.New("every user needs an answer, and none the same as another")
		}
		seen[text] = true
	}
	return nil
}
