package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

const (
	maxIntents = 100
	// maxSealed is in bytes, what a sealed message may have.
	maxSealed = 64 << 10
	// maxUnsentFile is in bytes: all intents at their largest, as JSON.
	maxUnsentFile = 16 << 20
)

// What goes wrong with unsent answers.
var (
	ErrIntent  = errors.New("answer cannot be kept until it is sent")
	ErrFull    = fmt.Errorf("%d answers are waiting to be sent: connect to their servers first", maxIntents)
	ErrDamaged = errors.New("the file of unsent answers is damaged: remove it; the requests in it will expire")
)

// Intent is an answer that was decided and sealed but perhaps not yet
// delivered. Sending the same sealed bytes twice does no harm, deciding twice
// would.
type Intent struct {
	ProfileID     string    `json:"profile_id"`
	Server        string    `json:"server"`
	TransactionID string    `json:"transaction_id"`
	Decision      string    `json:"decision"`
	Challenge     string    `json:"challenge"` // the server's, which its confirmation repeats
	Sealed        []byte    `json:"sealed"`
	ExpiresAt     time.Time `json:"expires_at"`
	Entry         Entry     `json:"entry"` // for the history once it is sent; its result may be open
}

// unsentFile is the file's content.
type unsentFile struct {
	Version int      `json:"version"`
	Intents []Intent `json:"intents"`
}

// SaveIntent keeps an answer until RemoveIntent, in place of an older one of
// the same transaction. When it returns nil, it is on disk. The transaction id
// must not be that of another server's waiting answer.
func (j *Journal) SaveIntent(ctx context.Context, in Intent) error {
	if err := in.check(); err != nil {
		return err
	}
	in.Entry, in.Sealed, in.ExpiresAt = in.Entry.normal(), slices.Clone(in.Sealed), in.ExpiresAt.UTC().Round(0)
	return j.changeIntents(ctx, func(all []Intent) ([]Intent, error) {
		i := slices.IndexFunc(all, in.sameTransaction)
		if i < 0 {
			if len(all) >= maxIntents {
				return nil, ErrFull
			}
			return append(all, in), nil
		}
		if all[i].Server != in.Server || all[i].ProfileID != in.ProfileID {
			return nil, fmt.Errorf("%w: another server's answer with this transaction id is waiting", ErrIntent)
		}
		all[i] = in
		return all, nil
	})
}

// Intents returns the answers that are kept, oldest first, also those that
// have expired: whoever sends them tells the person about these.
func (j *Journal) Intents(ctx context.Context) ([]Intent, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.readIntents()
}

// RemoveIntent forgets the answer of a transaction. One that is not there is
// no error.
func (j *Journal) RemoveIntent(ctx context.Context, transactionID string) error {
	return j.changeIntents(ctx, func(all []Intent) ([]Intent, error) {
		return slices.DeleteFunc(all, Intent{TransactionID: transactionID}.sameTransaction), nil
	})
}

// check refuses what would not come back from the file as it went in, and what
// would let the file grow beyond its limit.
func (in Intent) check() error {
	if in.TransactionID == "" || len(in.Sealed) == 0 || len(in.Sealed) > maxSealed {
		return fmt.Errorf("%w: it needs a transaction id, and 1 to %d sealed bytes", ErrIntent, maxSealed)
	}
	for _, text := range []string{in.ProfileID, in.Server, in.TransactionID, in.Decision, in.Challenge} {
		if text != wire.CleanText(text, maxText) {
			return fmt.Errorf("%w: its fields may have %d printable characters", ErrIntent, maxText)
		}
	}
	if in.Entry.Result != "" && !in.Entry.Result.known() {
		return ErrEntry
	}
	return nil
}

func (in Intent) sameTransaction(other Intent) bool { return in.TransactionID == other.TransactionID }

// changeIntents reads the intents, changes them, and writes them, under the lock.
func (j *Journal) changeIntents(ctx context.Context, change func([]Intent) ([]Intent, error)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if j.dir != nil {
		unlock, err := j.dir.LockName(ctx, j.name)
		if err != nil {
			return fmt.Errorf("unsent answers: %w", err)
		}
		defer unlock()
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	all, err := j.readIntents()
	if err != nil {
		return err
	}
	before := len(all)
	if all, err = change(all); err != nil {
		return err
	}
	if len(all) == 0 && before == 0 {
		return nil
	}
	return j.writeIntents(all)
}

// readIntents gives a slice of the caller's own.
func (j *Journal) readIntents() ([]Intent, error) {
	if j.dir == nil {
		return slices.Clone(j.unsent), nil
	}
	text, err := j.dir.ReadFile(j.unsentName(), maxUnsentFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("unsent answers: %w", err)
	}
	var file unsentFile
	if err := json.Unmarshal(text, &file); err != nil || file.Version < 1 {
		return nil, fmt.Errorf("%s in %s: %w", j.unsentName(), j.dir.Path(), ErrDamaged)
	}
	if file.Version > version {
		return nil, fmt.Errorf("%s in %s: %w (version %d)", j.unsentName(), j.dir.Path(), ErrNewerVersion, file.Version)
	}
	return file.Intents, nil
}

func (j *Journal) writeIntents(all []Intent) error {
	if j.dir == nil {
		j.unsent = all
		return nil
	}
	if len(all) == 0 {
		return j.dir.Remove(j.unsentName())
	}
	text, err := json.Marshal(unsentFile{Version: version, Intents: all})
	if err != nil {
		return fmt.Errorf("unsent answers: %w", err)
	}
	if err := j.dir.WriteFile(j.unsentName(), text); err != nil {
		return fmt.Errorf("unsent answers: %w", err)
	}
	return nil
}

func (j *Journal) unsentName() string { return j.name + "-unsent.json" }
