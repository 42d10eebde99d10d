package tokenserver

import (
	"slices"
	"strings"

	"github.com/understudy-auth/understudy/core/wire"
)

var errScope = refuse(wire.CodeIllegalArgument, "invalid_scope", "A scope is not known here, or not for tokens of this kind.")

// pick gives the scopes that are asked for, each of which has to be allowed, and
// all that are allowed where none is asked for.
func pick(asked string, allowed []string) (string, bool) {
	scopes := strings.Fields(asked)
	if len(scopes) == 0 {
		return strings.Join(allowed, " "), true
	}
	for _, s := range scopes {
		if !slices.Contains(allowed, s) {
			return "", false
		}
	}
	slices.Sort(scopes)
	return strings.Join(slices.Compact(scopes), " "), true
}

// userScope says what a registration gets that asks for these scopes. Mobile
// authentication is granted in any case, and asking for it alone is asking for
// nothing in particular.
func (s *Server) userScope(asked string) (string, bool) {
	others := slices.DeleteFunc(strings.Fields(asked), func(scope string) bool { return scope == wire.ScopeMobileAuth })
	granted, ok := pick(strings.Join(others, " "), s.config.Scopes.User)
	return strings.TrimSpace(wire.ScopeMobileAuth + " " + granted), ok
}

// granted is what a profile has of the scopes that there are by now.
func (s *Server) granted(p Profile) []string {
	return slices.DeleteFunc(strings.Fields(p.Scope), func(scope string) bool { return !slices.Contains(s.config.Scopes.User, scope) })
}

// loginScope is the scope of a token that a login gives.
func (s *Server) loginScope(p Profile) string {
	return strings.Join(append([]string{wire.ScopeMobileAuth}, s.granted(p)...), " ")
}
