package bridge

import (
	"encoding/json"
	"errors"

	"github.com/understudy-auth/understudy/core/wire"
)

// text is a string; an app may give a number in its place, as to a phone.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*t = text(s)
		return nil
	}
	var n json.Number
	if json.Unmarshal(data, &n) != nil {
		return errors.New("neither a text nor a number")
	}
	*t = text(n)
	return nil
}

// pinArg is a PIN that an app gives.
type pinArg struct {
	PIN text `json:"pin"`
}

func (c *call) pin() (wire.Secret, error) {
	var a pinArg
	err := c.arg(0, &a)
	return wire.SecretString(string(a.PIN)), err
}

// profileArg names a profile.
type profileArg struct {
	ProfileID string   `json:"profileId"`
	Scopes    []string `json:"scopes"`
}

// authenticatorArg names an authenticator. What is no text names none.
type authenticatorArg struct {
	Type text `json:"authenticatorType"`
	ID   text `json:"authenticatorId"`
}

// acceptArg answers a question.
type acceptArg struct {
	Accept bool   `json:"accept"`
	Data   string `json:"data"`
	PIN    text   `json:"pin"`
}
