package portal

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/understudy-auth/understudy/core/wire"
)

const (
	maxCents     = 1_000_000_00
	maxAmount    = 12 // runes of what is typed
	maxRecipient = 60 // runes
)

// transfer is what a second factor confirms. Nothing is moved: it is a demo.
type transfer struct {
	user      string // whose session asked
	cents     int64
	recipient string // cleaned
}

// Amount is "25.00 EUR".
func (t transfer) Amount() string { return t.number() + " EUR" }

func (t transfer) number() string { return fmt.Sprintf("%d.%02d", t.cents/100, t.cents%100) }

// Recipient is who gets it.
func (t transfer) Recipient() string { return t.recipient }

// message is what the person reads in the authenticator.
func (t transfer) message() string { return "Transfer " + t.Amount() + " to " + t.recipient }

var amountForm = regexp.MustCompile(`^([0-9]{1,9})(?:[.,]([0-9]{1,2}))?$`)

// parseTransfer reads the form. The problem is a sentence for the person, the
// field its name in the form.
func parseTransfer(user, amount, recipient string) (t transfer, field, problem string) {
	t = transfer{user: user, recipient: wire.CleanText(recipient, 0)}
	m := amountForm.FindStringSubmatch(strings.TrimSpace(amount))
	if m == nil {
		return t, "amount", "This is not an amount. Write it like 25 or 25.00."
	}
	whole, _ := strconv.ParseInt(m[1], 10, 64) // nine digits at most
	part, _ := strconv.ParseInt((m[2] + "00")[:2], 10, 64)
	switch t.cents = whole*100 + part; {
	case t.cents == 0:
		return t, "amount", "The amount must be more than 0."
	case t.cents > maxCents:
		return t, "amount", "The amount must be at most 1000000.00 EUR."
	case t.recipient == "":
		return t, "recipient", "Write who gets the money."
	case utf8.RuneCountInString(t.recipient) > maxRecipient:
		return t, "recipient", "The recipient must have at most 60 characters."
	}
	return t, "", ""
}
