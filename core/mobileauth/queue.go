package mobileauth

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

// Method is how a pushed request is answered, for those who register a receiver.
type Method string

// The methods. A request of MethodFingerprint that falls back to the PIN goes on
// as one of MethodPIN.
const (
	MethodConfirmation Method = "confirmation"
	MethodPIN          Method = "pin"
	MethodFingerprint  Method = "fingerprint"
)

// methodOf is the method of wire's name; "" where there is none.
func methodOf(name string) Method {
	return map[string]Method{wire.MethodPush: MethodConfirmation, wire.MethodPushPIN: MethodPIN, wire.MethodPushFingerprint: MethodFingerprint}[name]
}

// Receiver takes the requests of one method.
type Receiver struct {
	// Ask puts a request. Its context ends as well when the receiver is removed.
	Ask Ask
	// Done hears how a request ended that this receiver was the last to be asked
	// for; may be nil. The queue goes on when it returns.
	Done func(Result, error)
}

// maxLine is how many requests may wait in a queue.
const maxLine = 100

// errGone ends the question of a receiver that was removed.
var errGone = errors.New("whoever was asked is gone")

// registration is a receiver that is registered; gone is closed when it is not any
// more.
type registration struct {
	Receiver
	gone chan struct{}
}

// Queue has pushed requests answered one at a time, in the order in which they
// came. Each waits until a receiver for its method is registered, and the later ones
// wait with it; it is opened at the server only then. Whoever is asked and goes away
// leaves the request to the next receiver. Its methods may be called by any number
// of goroutines.
type Queue struct {
	client *Client

	mu        sync.Mutex
	receivers map[Method]*registration
	came      chan struct{}   // closed when a receiver is registered
	line      []chan struct{} // a channel is closed when its turn comes; the first has its turn
	taken     map[string]bool // transactions that Take has seen
}

// NewQueue makes a queue without receivers.
func (c *Client) NewQueue() *Queue {
	return &Queue{client: c, receivers: map[Method]*registration{}, came: make(chan struct{}), taken: map[string]bool{}}
}

// Register registers the receiver of a method, in place of an earlier one. Remove
// ends that; it may be called more than once. 8010 for a method that there is not.
func (q *Queue) Register(m Method, r Receiver) (remove func(), err error) {
	if !slices.Contains([]Method{MethodConfirmation, MethodPIN, MethodFingerprint}, m) || r.Ask == nil {
		return nil, wire.Errorf(wire.CodeInvalidMethod, "a receiver is for %s, %s or %s", MethodConfirmation, MethodPIN, MethodFingerprint)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if before := q.receivers[m]; before != nil {
		close(before.gone)
	}
	own := &registration{r, make(chan struct{})}
	q.receivers[m] = own
	close(q.came)
	q.came = make(chan struct{})
	return func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		if q.receivers[m] == own {
			delete(q.receivers, m)
			close(own.gone)
		}
	}, nil
}

// receiver waits for a receiver of a method; nil where ctx ends before.
func (q *Queue) receiver(ctx context.Context, m Method) *registration {
	for {
		q.mu.Lock()
		r, came := q.receivers[m], q.came
		q.mu.Unlock()
		if r != nil {
			return r
		}
		select {
		case <-came:
		case <-ctx.Done():
			return nil
		}
	}
}

// Handle has a waiting request answered when its turn has come and there is a
// receiver. Results and errors are those of HandlePending; 10101 where it expires
// before that, 9006 where ctx ends, 9007 where a hundred requests are before it. A
// profile that has another request open, of a code, has that one answered first.
func (q *Queue) Handle(ctx context.Context, w Waiting, notify func(Sending)) (Result, error) {
	m := methodOf(w.Method)
	if m == "" {
		return Result{}, wire.Errorf(wire.CodeInvalidMethod, "no receiver takes %q", wire.CleanText(w.Method, 40))
	}
	q.mu.Lock()
	place := q.join()
	q.mu.Unlock()
	if place == nil {
		return Result{}, wire.Errorf(wire.CodeInProgress, "too many requests wait to be answered")
	}
	return q.handle(ctx, w, place, notify, false)
}

// handle is Handle for who has a place in the line. With patience a server that
// cannot be reached is tried again until the request expires.
func (q *Queue) handle(ctx context.Context, w Waiting, place chan struct{}, notify func(Sending), patience bool) (Result, error) {
	defer q.leave(place)
	living, cancel := q.client.untilExpiry(ctx, Request{ExpiresAt: w.ExpiresAt}, &moreTime{})
	defer cancel()
	select {
	case <-place:
	case <-living.Done():
		return Result{}, ended(living)
	}
	for {
		if q.receiver(living, methodOf(w.Method)) == nil || !q.client.free(living, w.Profile.ID) {
			return Result{}, ended(living)
		}
		var last *registration
		result, err := q.client.HandlePending(ctx, w.Profile.ID, w.TransactionID, notify, q.ask(&last))
		if errors.Is(err, errBusy) {
			continue
		}
		if code := wire.CodeOf(err); patience && last == nil && (code == wire.CodeServerNotReachable || code == wire.CodeNoNetwork) {
			select {
			case <-living.Done():
				return Result{}, ended(living)
			case <-time.After(q.client.retryEvery):
				continue
			}
		}
		if last != nil && last.Done != nil {
			last.Done(result, err)
		}
		return result, err
	}
}

// ended is the documented error of a wait that came to nothing: 10101, or 9006.
func ended(living context.Context) error {
	if err := context.Cause(living); wire.CodeOf(err) != 0 {
		return err
	}
	return wire.Errorf(wire.CodeCanceled, "%w", context.Cause(living))
}

// join takes the last place in the line, a channel that is closed when its turn
// has come; nil where the line is too long. The caller holds q.mu.
func (q *Queue) join() chan struct{} {
	if len(q.line) == maxLine {
		return nil
	}
	place := make(chan struct{})
	if q.line = append(q.line, place); len(q.line) == 1 {
		close(place)
	}
	return place
}

// leave gives a place up, and the turn to the next.
func (q *Queue) leave(place chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.line, place)
	q.line = slices.Delete(q.line, i, i+1)
	if i == 0 && len(q.line) > 0 {
		close(q.line[0])
	}
}

// HandlePush is Handle for what a push message is about: see Client.HandlePush.
func (q *Queue) HandlePush(ctx context.Context, m PushMessage, notify func(Sending)) (Result, error) {
	w, err := q.client.pushed(ctx, m)
	if err != nil {
		return Result{}, err
	}
	return q.Handle(ctx, w, notify)
}

// Take has a Watcher's news handled: each request once, without those that are
// quiet. It does not block. One that cannot be opened as the server is out of reach
// is tried again: nobody else would tell of it a second time. The requests that it began to handle end with ctx; how
// they end, their receivers hear.
func (q *Queue) Take(ctx context.Context, list []Waiting) {
	q.mu.Lock()
	defer q.mu.Unlock()
	taken := map[string]bool{}
	for _, w := range list {
		key := w.Profile.ID + " " + w.TransactionID
		if taken[key] = q.taken[key]; taken[key] || w.Quiet || methodOf(w.Method) == "" {
			continue
		}
		place := q.join()
		if taken[key] = place != nil; taken[key] {
			go func() { _, _ = q.handle(ctx, w, place, nil, true) }()
		}
	}
	q.taken = taken // what is not on the list any more has ended
}

// ask asks the receiver of a request's method, and the next one where that is
// gone. Last is who was asked last.
func (q *Queue) ask(last **registration) Ask {
	return func(ctx context.Context, r Request) (Decision, error) {
		for {
			to := q.receiver(ctx, methodOf(r.Method))
			if to == nil {
				return "", context.Cause(ctx)
			}
			*last = to
			asking, stop := context.WithCancelCause(ctx)
			go func() {
				select {
				case <-to.gone:
					stop(errGone)
				case <-asking.Done():
				}
			}()
			decision, err := to.Ask(asking, r)
			gone := errors.Is(context.Cause(asking), errGone)
			stop(nil)
			if err == nil || !gone || ctx.Err() != nil {
				return decision, err
			}
		}
	}
}
