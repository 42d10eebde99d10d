package bridge

import (
	"context"
	"slices"
	"sync"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// inbox puts the pushed requests of a device to its pages. The queue has one
// open at a time; it goes to the page that registered last for its method, and to
// the one before when that page goes away.
type inbox struct {
	queue *mobileauth.Queue

	mu        sync.Mutex // guards what follows
	receivers []*receiver
	reply     *call // the latest answer to the open request, which gets the result
}

// receiver is what a page has for the requests of a method.
type receiver struct {
	inbox  *inbox
	page   *page
	method mobileauth.Method
	remove func() // from the queue

	mu   sync.Mutex // guards what follows
	call *call      // its callback gets the requests
	at   *flow      // the latest question of the open request
}

// register has the call's callback get the requests of a method, in place of the
// one that the page registered before: a question that is open stays so.
func (in *inbox) register(method mobileauth.Method, c *call) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	r := in.latestLocked(method)
	if r != nil && r.page == c.page {
		r.use(c)
		return nil
	}
	r = &receiver{inbox: in, page: c.page, method: method, call: c}
	if err := r.enlist(); err != nil {
		return err
	}
	in.receivers = slices.DeleteFunc(in.receivers, func(before *receiver) bool {
		replaced := before.method == method && before.page == c.page
		if replaced {
			before.use(c)
		}
		return replaced
	})
	in.receivers = append(in.receivers, r)
	return nil
}

// use changes the call whose callback gets the requests; the one before gets
// nothing any more.
func (r *receiver) use(c *call) {
	r.mu.Lock()
	before := r.call
	r.call = c
	r.mu.Unlock()
	before.send(answer{ID: before.ID, Done: true})
}

// latestLocked is the receiver that the queue asks.
func (in *inbox) latestLocked(method mobileauth.Method) *receiver {
	for _, r := range slices.Backward(in.receivers) {
		if r.method == method {
			return r
		}
	}
	return nil
}

// enlist makes the queue ask this receiver and no other.
func (r *receiver) enlist() (err error) {
	r.remove, err = r.inbox.queue.Register(r.method, mobileauth.Receiver{Ask: r.ask, Done: r.inbox.ended})
	return err
}

// leave forgets a page. The one before takes the requests that were its own.
func (in *inbox) leave(p *page) {
	in.mu.Lock()
	defer in.mu.Unlock()
	asked := map[mobileauth.Method]bool{}
	for _, r := range in.receivers {
		asked[r.method] = r.page == p // the latest counts
	}
	in.receivers = slices.DeleteFunc(in.receivers, func(r *receiver) bool {
		if r.page == p {
			r.remove()
		}
		return r.page == p
	})
	for method, was := range asked {
		if r := in.latestLocked(method); was && r != nil {
			_ = r.enlist() // the method was right before
		}
	}
}

// take takes in what waits at the server. An app gets each request, also after
// others were denied: that is for it to decide.
func (in *inbox) take(ctx context.Context, list []mobileauth.Waiting) {
	for i := range list {
		list[i].Quiet = false
	}
	in.queue.Take(ctx, list)
}

// ended tells the app what became of the open request.
func (in *inbox) ended(result mobileauth.Result, err error) {
	in.mu.Lock()
	reply := in.reply
	in.reply = nil
	for _, r := range in.receivers {
		r.mu.Lock()
		r.at = nil
		r.mu.Unlock()
	}
	in.mu.Unlock()
	switch err = denied(result, err); {
	case reply == nil:
	case err != nil:
		reply.fail(err)
	default:
		reply.send(answer{ID: reply.ID, OK: true})
	}
}

// answered notes who gets the result; the answer before gets nothing.
func (in *inbox) answered(c *call) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.reply != nil {
		in.reply.send(answer{ID: in.reply.ID, Done: true})
	}
	in.reply = c
}

// answer takes an app's answer; it reports whether a question of the page waits
// for it.
func (in *inbox) answer(c *call) bool {
	in.mu.Lock()
	receivers := slices.Clone(in.receivers)
	in.mu.Unlock()
	for _, r := range slices.Backward(receivers) {
		if r.page == c.page && r.take(c) {
			return true
		}
	}
	return false
}

// ask implements mobileauth.Ask.
func (r *receiver) ask(ctx context.Context, request mobileauth.Request) (mobileauth.Decision, error) {
	r.mu.Lock()
	q := &flow{at: r.call, answers: make(chan *call, 1)}
	r.at = q
	r.mu.Unlock()
	name, e := "onConfirmationRequest", requestEvent(request.Method, request)
	switch {
	case request.PIN != nil:
		name = "onPinRequest"
		for key, value := range pinEvent(request.PIN.PINRequest) {
			e[key] = value
		}
	case request.Fingerprint != nil:
		name = "onFingerprintRequest"
	}
	reply, err := q.ask(ctx, name, e, "replyToChallenge")
	if err != nil {
		return "", err
	}
	r.inbox.answered(reply)
	choice, err := decision(reply)
	switch {
	case err != nil || choice != wire.Accept:
	case request.PIN != nil:
		var pin wire.Secret
		pin, err = reply.pin()
		request.PIN.Give(pin)
	case request.Fingerprint != nil:
		request.Fingerprint.Give(func(_ context.Context, f device.FingerprintRequest) (device.FingerprintAnswer, error) {
			q.tellFingerprint(f, e)
			return device.FingerprintAccept, nil
		})
	}
	return choice, err
}

// take takes an app's answer. While the sensor waits for a finger, a denial still
// counts.
func (r *receiver) take(c *call) bool {
	r.mu.Lock()
	q := r.at
	r.mu.Unlock()
	if q == nil {
		return false
	}
	if q.takeAside(c) {
		return true
	}
	q.mu.Lock()
	change := q.change
	q.mu.Unlock()
	var a acceptArg
	if err := c.arg(0, &a); err != nil || a.Accept || change == nil {
		return false
	}
	r.inbox.answered(c)
	change(device.FingerprintDeny)
	return true
}
