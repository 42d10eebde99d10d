package bridge

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/wire"
)

// event is what a flow tells the app: pluginEvent and what belongs to it.
type event map[string]any

// flow is a call that asks the app on its way.
type flow struct {
	cancel context.CancelCauseFunc

	mu      sync.Mutex // guards what follows
	at      *call      // whose callbacks get the next event
	before  []*call    // whose got the earlier ones
	wants   []string   // the actions that it waits for
	ended   bool
	change  func(device.FingerprintAnswer) // takes an answer back while the sensor waits
	answers chan *call
}

var errCanceledByApp = errors.New("the app canceled")

// asFlow is the action that starts a flow. Its last event is onSuccess, with what
// do returns.
func asFlow(do func(ctx context.Context, c *call, f *flow) (event, error)) action {
	return func(ctx context.Context, c *call) (any, error) {
		ctx, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		f := &flow{cancel: cancel, at: c, answers: make(chan *call, 1)}
		p := c.page
		p.mu.Lock()
		_, busy := p.flows[c.Service]
		if !busy {
			p.flows[c.Service] = f
		}
		p.mu.Unlock()
		if busy {
			return nil, wire.Errorf(wire.CodeInProgress, "")
		}
		result, err := do(ctx, c, f)
		p.mu.Lock()
		delete(p.flows, c.Service)
		p.mu.Unlock()
		f.end(result, err)
		return nil, errAnsweredElsewhere
	}
}

// tell sends an event that takes no answer.
func (f *flow) tell(name string, e event) {
	f.mu.Lock()
	at := f.at
	f.mu.Unlock()
	at.event(name, e)
}

// event sends an event of a flow; more may come.
func (c *call) event(name string, e event) {
	c.send(answer{ID: c.ID, OK: true, Keep: true, Value: named(name, e)})
}

func named(name string, e event) event {
	out := event{"pluginEvent": name}
	for key, value := range e {
		out[key] = value
	}
	return out
}

// ask sends an event and waits for one of the actions.
func (f *flow) ask(ctx context.Context, name string, e event, actions ...string) (*call, error) {
	f.expect(actions...)
	f.mu.Lock()
	p := f.at.page.phone
	f.mu.Unlock()
	defer p.waitsFor(name)()
	f.tell(name, e)
	return f.wait(ctx)
}

// expect says which actions are taken from now on.
func (f *flow) expect(actions ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.wants = actions
	select {
	case <-f.answers: // one that came too late for the question before
	default:
	}
}

// wait waits for one of the expected actions.
func (f *flow) wait(ctx context.Context) (*call, error) {
	select {
	case <-ctx.Done():
		f.expect()
		return nil, wire.Errorf(wire.CodeCanceled, "%w", context.Cause(ctx))
	case c := <-f.answers:
		return c, nil
	}
}

// take hands an action to the flow, whose events go to this call from now on; it
// reports whether the flow waits for it.
func (f *flow) take(c *call) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.takeLocked(c) {
		return false
	}
	f.moveTo(c)
	return true
}

// takeAside is take for an action whose callbacks get no events.
func (f *flow) takeAside(c *call) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.takeLocked(c)
}

func (f *flow) takeLocked(c *call) bool {
	if !slices.Contains(f.wants, c.Action) {
		return false
	}
	f.wants = nil
	f.answers <- c // there is room: expect made it
	return true
}

func (f *flow) moveTo(c *call) {
	f.before = append(f.before, f.at)
	f.at = c
}

// end sends the last event to the latest callback and lets go of the others.
func (f *flow) end(result event, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.wants, f.ended = nil, true
	if err != nil {
		f.at.fail(err)
	} else {
		f.at.send(answer{ID: f.at.ID, OK: true, Value: named("onSuccess", result)})
	}
	for _, c := range f.before {
		c.send(answer{ID: c.ID, Done: true})
	}
}

// toFlow is an action that a flow of the same service waits for. Where none does,
// it fails with code.
func toFlow(code int) action {
	return func(_ context.Context, c *call) (any, error) {
		if f := c.page.flow(c.Service); f != nil && f.take(c) {
			return nil, errAnsweredElsewhere
		}
		return nil, wire.Errorf(code, "")
	}
}

// cancelFlow cancels the service's flow wherever it is; the flow answers the call.
func cancelFlow(code int) action {
	return func(_ context.Context, c *call) (any, error) {
		f := c.page.flow(c.Service)
		if f == nil {
			return nil, wire.Errorf(code, "")
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.ended {
			return nil, wire.Errorf(code, "")
		}
		f.moveTo(c)
		f.cancel(errCanceledByApp)
		return nil, errAnsweredElsewhere
	}
}

func (p *page) flow(service string) *flow {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.flows[service]
}
