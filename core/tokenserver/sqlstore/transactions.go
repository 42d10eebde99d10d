package sqlstore

import (
	"context"
	"errors"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/wire"
)

var insertTransaction = `INSERT INTO mobile_auth (id, client_id, type, method, message, user_id, otp_hash, callback_uri,
	initiator_address, initiator_agent, state, created, expires, for_device)
	SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'initialized', ?11, ?12, ?13
	WHERE (SELECT n FROM counter WHERE name = 'mobile_auth') < ?14
	AND coalesce((SELECT n FROM counter WHERE name = 'open ' || ?2), 0) < ?15`

// AddTransaction stores a new transaction.
func (s *Store) AddTransaction(ctx context.Context, t tokenserver.Transaction) error {
	return s.do(ctx, func(st step) error { return st.addTransaction(t) })
}

func (st step) addTransaction(t tokenserver.Transaction) error {
	limits := st.store.limits
	return st.insert(insertTransaction, t.ID, t.ClientID, t.Type, t.Method, t.Message, t.UserID, t.OTPHash[:], t.CallbackURI,
		t.InitiatorAddress, t.InitiatorAgent, ms(t.Created), ms(t.Expires), t.ForDevice, limits.Transactions, limits.OpenTransactions)
}

const selectTransaction = `SELECT id, client_id, type, method, message, user_id, for_device, otp_hash, callback_uri, initiator_address, initiator_agent,
	state, device_id, profile_id, device_kind, key_storage, created, expires, extended, ended FROM mobile_auth `

func transactionRow(t *tokenserver.Transaction) []any {
	return []any{
		&t.ID, &t.ClientID, &t.Type, &t.Method, &t.Message, &t.UserID, &t.ForDevice,
		hashColumn{&t.OTPHash},
		&t.CallbackURI,
		&t.InitiatorAddress, &t.InitiatorAgent, (*string)(&t.State), &t.DeviceID, &t.ProfileID,
		(*string)(&t.DeviceKind), &t.KeyStorage,
		timeColumn{&t.Created},
		timeColumn{&t.Expires},
		&t.Extended,
		timeColumn{&t.Ended},
	}
}

// Transaction finds a transaction.
func (s *Store) Transaction(ctx context.Context, id string) (t tokenserver.Transaction, err error) {
	err = s.do(ctx, func(st step) error {
		return st.row(selectTransaction+`WHERE id = ?`, []any{id}, transactionRow(&t)...)
	})
	return t, err
}

// Claim gives a transaction to a device.
func (s *Store) Claim(ctx context.Context, c tokenserver.Claim, now time.Time) (result tokenserver.ClaimResult, err error) {
	err = s.do(ctx, func(st step) error {
		n, err := st.exec(`UPDATE mobile_auth SET state = 'claimed', device_id = ?3, profile_id = ?4, user_id = ?5,
			device_kind = ?6, key_storage = ?7, challenge = ?8, details = ?9
			WHERE id = ?1 AND otp_hash = ?2 AND expires > ?10 AND user_id IN ('', ?5) AND for_device IN ('', ?3)
			AND (state = 'initialized' OR state = 'claimed' AND device_id = ?3 AND profile_id = ?4)
			AND EXISTS (SELECT 1 FROM enrollment WHERE profile_id = ?4 AND state = 'active')`,
			c.TransactionID, c.OTPHash[:], c.DeviceID, c.ProfileID, c.UserID, string(c.DeviceKind), c.KeyStorage,
			c.ChallengeHash[:], c.DetailsHash, ms(now))
		if err != nil || n == 1 {
			result = tokenserver.Claimed
			return err
		}
		// Not claimed. The connection is still ours: nothing has changed since.
		p, err := st.position(c.TransactionID, c.ProfileID)
		switch {
		case errors.Is(err, tokenserver.ErrNotFound) || err == nil && (p.otp != c.OTPHash || !p.isFor(c)):
			result = tokenserver.ClaimUnknown
		case err != nil:
			return err
		case p.expired(now):
			result = tokenserver.ClaimExpired
		case p.ended > 0:
			result = tokenserver.ClaimAnswered
		case p.state == wire.StateClaimed && (p.device != c.DeviceID || p.profile != c.ProfileID):
			result = tokenserver.ClaimElsewhere
		default:
			result = tokenserver.ClaimNotEnrolled
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return result, nil
}

var answerTransaction = `UPDATE mobile_auth SET state = ?6, ended = ?7
	WHERE id = ?1 AND state = 'claimed' AND device_id = ?2 AND profile_id = ?3 AND challenge = ?4 AND details = ?5 AND expires > ?7
	AND EXISTS (SELECT 1 FROM enrollment WHERE profile_id = ?3 AND state = 'active')
	AND (?8 OR ?6 = 'denied' OR method NOT IN ('` + wire.MethodPushPIN + `', '` + wire.MethodPushFingerprint + `') OR ?9 AND method = '` + wire.MethodPushFingerprint + `')`

// Answer ends a claimed transaction. The trigger mobile_auth_end queues the
// callback.
func (s *Store) Answer(ctx context.Context, a tokenserver.Answer, now time.Time) (result tokenserver.AnswerResult, err error) {
	state := wire.StateDenied
	if a.Decision == wire.Accept {
		state = wire.StateAccepted
	}
	run := s.do
	if a.PINProved {
		run = s.atomically
	}
	err = run(ctx, func(st step) error {
		if a.PINProved {
			if _, err := st.exec(`UPDATE profile SET failures = 0, failed = 0 WHERE id = ?`, a.ProfileID); err != nil {
				return err
			}
		}
		n, err := st.exec(answerTransaction,
			a.TransactionID, a.DeviceID, a.ProfileID, a.ChallengeHash[:], a.DetailsHash, string(state), ms(now), a.PINProved, a.FingerprintProved)
		if err != nil || n == 1 {
			result = tokenserver.Answered
			return err
		}
		p, err := st.position(a.TransactionID, a.ProfileID)
		if errors.Is(err, tokenserver.ErrNotFound) {
			result = tokenserver.AnswerUnknown
			return nil
		}
		if err != nil {
			return err
		}
		mine := p.device == a.DeviceID && p.profile == a.ProfileID
		same := p.challenge == a.ChallengeHash && p.details == a.DetailsHash
		result = p.refusal(mine, same, now)
		switch {
		case mine && same && p.state == state:
			result = tokenserver.AnswerRepeated
		case result == 0:
			result = tokenserver.AnswerNeedsProof
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return result, nil
}

// Extend gives a claimed transaction more time.
func (s *Store) Extend(ctx context.Context, e tokenserver.Extension, now time.Time) (expires time.Time, result tokenserver.AnswerResult, err error) {
	err = s.do(ctx, func(st step) error {
		n, err := st.exec(`UPDATE mobile_auth SET extended = 1, expires = max(expires, ?6)
			WHERE id = ?1 AND state = 'claimed' AND device_id = ?2 AND profile_id = ?3 AND challenge = ?4 AND expires > ?5 AND extended = 0
			AND EXISTS (SELECT 1 FROM enrollment WHERE profile_id = ?3 AND state = 'active')`,
			e.TransactionID, e.DeviceID, e.ProfileID, e.ChallengeHash[:], ms(now), ms(now.Add(e.By)))
		if err != nil {
			return err
		}
		p, err := st.position(e.TransactionID, e.ProfileID)
		switch {
		case errors.Is(err, tokenserver.ErrNotFound):
			result = tokenserver.AnswerUnknown
			return nil
		case err != nil:
			return err
		case n == 1:
			result = tokenserver.Answered
		default:
			result = p.refusal(p.device == e.DeviceID && p.profile == e.ProfileID, p.challenge == e.ChallengeHash, now)
		}
		if result == 0 { // nothing is wrong with it but that it was extended before
			result = tokenserver.AnswerRepeated
		}
		if result == tokenserver.Answered || result == tokenserver.AnswerRepeated {
			expires = fromMS(p.expires)
		}
		return nil
	})
	if err != nil {
		return time.Time{}, 0, err
	}
	return expires, result, nil
}

// position is what tells why a step was refused.
type position struct {
	state           wire.State
	user, forDevice string
	device, profile string
	otp, challenge  tokenserver.Hash
	details         string
	expires, ended  int64
	enrolled        bool // the profile that asks
}

func (st step) position(id, profileID string) (p position, err error) {
	err = st.row(`SELECT state, user_id, for_device, device_id, profile_id, otp_hash, challenge, coalesce(details, ''), expires, ended,
		EXISTS (SELECT 1 FROM enrollment WHERE profile_id = ?2 AND state = 'active') FROM mobile_auth WHERE id = ?1`,
		[]any{id, profileID}, (*string)(&p.state), &p.user, &p.forDevice, &p.device, &p.profile,
		hashColumn{&p.otp}, hashColumn{&p.challenge}, &p.details, &p.expires, &p.ended, &p.enrolled)
	return p, err
}

// refusal is why whoever holds it, or not, can do nothing with it; 0 where it can.
func (p position) refusal(mine, same bool, now time.Time) tokenserver.AnswerResult {
	switch {
	case p.device != "" && !mine:
		return tokenserver.AnswerElsewhere
	case p.expired(now):
		return tokenserver.AnswerExpired
	case p.ended > 0:
		return tokenserver.AnswerTooLate
	case p.state == wire.StateInitialized:
		return tokenserver.AnswerUnknown
	case !same:
		return tokenserver.AnswerMismatch
	case !p.enrolled:
		return tokenserver.AnswerNotEnrolled
	}
	return 0
}

// expired reports whether it ended by its expiry, swept or not.
func (p position) expired(now time.Time) bool {
	return p.state == wire.StateExpired || p.ended == 0 && p.expires <= ms(now)
}

// isFor reports whether a pushed transaction was pushed to who claims it. An OTP
// is for whoever has it.
func (p position) isFor(c tokenserver.Claim) bool {
	return p.otp != (tokenserver.Hash{}) || p.user == c.UserID && (p.forDevice == "" || p.forDevice == c.DeviceID)
}
