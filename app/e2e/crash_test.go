//go:build e2e

package e2e

import "testing"

// The Token Server is killed while the question is open, and comes back after
// the person has answered: the answer was kept, is sent then, and counts once.
func TestServerKilledBetweenQuestionAndAnswer(t *testing.T) {
	w, b := newWorld(t, "2m"), newBrowser(t)
	w.register(b)
	w.askForCode(b)
	p := w.respond(b.picture("crash-1-code"))
	p.waitFor("Type accept, deny, details or later:")
	w.kill()
	for p.typeLine("accept"); p.waitFor("does not answer", "ignored") == "ignored"; {
		p.waitFor("Type accept, deny, details or later:")
		p.typeLine("accept")
	}
	b.picture("crash-2-server-gone")
	w.startServer(w.server.Host())
	p.waitFor("Accepted")
	if code := p.leave(); code != 0 {
		t.Errorf("exit code %d:\n%s", code, p.screen())
	}
	b.waitText("You are logged in as ada")
	b.picture("crash-3-logged-in")
}
