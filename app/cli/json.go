package cli

import (
	"encoding/json"
	"errors"

	"github.com/understudy-auth/understudy/app/sight"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// schema is the version of all that --json prints.
const schema = 1

// failure is what --json prints of a command that failed before it had any
// data.
type failure struct {
	Schema int       `json:"schema"`
	Result string    `json:"result"`
	Error  *failCode `json:"error"`
}

// failCode is an error for programs: a documented code, or 0, and a stable
// name.
type failCode struct {
	Code int    `json:"code"`
	Name string `json:"name"`
}

func failureOf(code int, err error) *failCode {
	e, coded := errors.AsType[*wire.Error](err)
	switch {
	case errors.Is(err, vault.ErrLocked):
		return &failCode{0, "keyring_locked"}
	case errors.Is(err, vault.ErrUnavailable):
		return &failCode{0, "keyring_unavailable"}
	case code == exitInterrupted:
		return &failCode{0, "interrupted"}
	case code == exitUsage:
		return &failCode{0, "usage"}
	case errors.Is(err, errNothingWaits):
		return &failCode{0, "no_request_waiting"}
	case code == exitNoCode:
		return &failCode{0, "no_code_found"}
	case errors.Is(err, errNoProfileThere):
		return &failCode{0, "no_profile_for_server"}
	case sight.ErrorName(err) != "":
		return &failCode{0, sight.ErrorName(err)}
	case coded:
		return &failCode{e.Code, e.Name}
	}
	if name := screenErrorName(err); name != "" {
		return &failCode{0, name}
	}
	return &failCode{0, "error"}
}

// printJSON prints one object on a line of its own.
func (p *program) printJSON(v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	p.print(string(data))
	return nil
}
