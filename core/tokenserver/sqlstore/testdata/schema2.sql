-- Schema 2; schema.go knows the way from earlier ones. Times are milliseconds
-- since 1970, 0 where there is none. Hashes are SHA-256, 32 bytes. Every table is
-- STRICT: a value of the wrong type is a fault of ours and is refused.

CREATE TABLE device (
  id               TEXT PRIMARY KEY,
  secret_hash      BLOB NOT NULL,
  kind             TEXT NOT NULL,
  client_name      TEXT NOT NULL,
  software_id      TEXT NOT NULL,
  software_version TEXT NOT NULL,
  os               TEXT NOT NULL,
  created          INTEGER NOT NULL,
  seen             INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX device_seen ON device(seen);

CREATE TABLE profile (
  id          TEXT PRIMARY KEY,
  device_id   TEXT NOT NULL REFERENCES device(id) ON DELETE CASCADE,
  user_id     TEXT NOT NULL,
  created     INTEGER NOT NULL,
  failures    INTEGER NOT NULL DEFAULT 0,
  failed      INTEGER NOT NULL DEFAULT 0, -- when the last failure was counted
  pin_key     BLOB, -- sealed; all pin_ columns are NULL together
  pin_salt    BLOB,
  pin_time    INTEGER,
  pin_memory  INTEGER,
  pin_threads INTEGER,
  pin_set     INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX profile_device ON profile(device_id, created);
CREATE INDEX profile_user ON profile(user_id);
CREATE INDEX profile_without_pin ON profile(created) WHERE pin_key IS NULL;

CREATE TABLE token (
  hash       BLOB PRIMARY KEY,
  kind       TEXT NOT NULL CHECK (kind IN ('access', 'refresh')),
  profile_id TEXT NOT NULL REFERENCES profile(id) ON DELETE CASCADE,
  device_id  TEXT NOT NULL,
  scope      TEXT NOT NULL,
  audience   TEXT NOT NULL,
  family     TEXT NOT NULL,
  parent     BLOB, -- refresh tokens that replaced another
  dead       INTEGER NOT NULL DEFAULT 0, -- a successor was used: presenting it revokes the family
  expires    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX token_profile ON token(profile_id);
CREATE INDEX token_family ON token(family);
CREATE INDEX token_parent ON token(parent) WHERE parent IS NOT NULL;
CREATE INDEX token_expires ON token(expires);

CREATE TABLE auth_code (
  hash         BLOB PRIMARY KEY,
  device_id    TEXT NOT NULL REFERENCES device(id) ON DELETE CASCADE,
  redirect_uri TEXT NOT NULL,
  challenge    TEXT NOT NULL,
  scope        TEXT NOT NULL,
  user_id      TEXT NOT NULL,
  family       TEXT NOT NULL,
  expires      INTEGER NOT NULL,
  used         INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX auth_code_device ON auth_code(device_id);
CREATE INDEX auth_code_expires ON auth_code(expires);

CREATE TABLE registration_code (
  hash    BLOB PRIMARY KEY,
  user_id TEXT NOT NULL,
  expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX registration_code_expires ON registration_code(expires);

CREATE TABLE pin_challenge (
  hash       BLOB PRIMARY KEY,
  profile_id TEXT NOT NULL REFERENCES profile(id) ON DELETE CASCADE,
  expires    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX pin_challenge_profile ON pin_challenge(profile_id);
CREATE INDEX pin_challenge_expires ON pin_challenge(expires);

CREATE TABLE enrollment (
  profile_id         TEXT NOT NULL REFERENCES profile(id) ON DELETE CASCADE,
  state              TEXT NOT NULL CHECK (state IN ('pending', 'active')),
  device_key         BLOB NOT NULL,
  device_fingerprint TEXT NOT NULL,
  server_key         BLOB, -- sealed; NULL: the shared one
  server_fingerprint TEXT NOT NULL,
  device_kind        TEXT NOT NULL,
  key_storage        TEXT NOT NULL,
  nonce              BLOB NOT NULL,
  created            INTEGER NOT NULL,
  expires            INTEGER NOT NULL,
  PRIMARY KEY (profile_id, state)
) STRICT, WITHOUT ROWID;
CREATE INDEX enrollment_pending ON enrollment(expires) WHERE state = 'pending';

CREATE TABLE server_key (
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  sealed BLOB NOT NULL
) STRICT;

CREATE TABLE mobile_auth (
  id                TEXT PRIMARY KEY,
  client_id         TEXT NOT NULL,
  type              TEXT NOT NULL,
  method            TEXT NOT NULL,
  message           TEXT NOT NULL,
  user_id           TEXT NOT NULL,
  otp_hash          BLOB NOT NULL, -- 32 zero bytes: pushed, without an OTP
  callback_uri      TEXT NOT NULL,
  initiator_address TEXT NOT NULL,
  initiator_agent   TEXT NOT NULL,
  state             TEXT NOT NULL CHECK (state IN ('initialized', 'claimed', 'accepted', 'denied', 'expired', 'failed')),
  device_id         TEXT NOT NULL DEFAULT '',
  profile_id        TEXT NOT NULL DEFAULT '',
  device_kind       TEXT NOT NULL DEFAULT '',
  key_storage       TEXT NOT NULL DEFAULT '',
  challenge         BLOB,
  details           TEXT, -- hash of what was shown
  created           INTEGER NOT NULL,
  expires           INTEGER NOT NULL,
  ended             INTEGER NOT NULL DEFAULT 0,
  for_device        TEXT NOT NULL DEFAULT '' -- of a pushed one: the only device that may have it
) STRICT, WITHOUT ROWID;
CREATE INDEX mobile_auth_time ON mobile_auth(ended, expires);
CREATE INDEX mobile_auth_pushed ON mobile_auth(user_id, ended, expires) WHERE method <> 'otp';

CREATE TABLE callback (
  id             INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice: a late delivery must not meet another one
  transaction_id TEXT NOT NULL,
  client_id      TEXT NOT NULL,
  uri            TEXT NOT NULL,
  state          TEXT NOT NULL,
  user_id        TEXT NOT NULL,
  attempts       INTEGER NOT NULL DEFAULT 0,
  next           INTEGER NOT NULL
) STRICT;
CREATE INDEX callback_next ON callback(next, client_id);

-- Whatever ends a transaction queues its callback in the same step: there is no
-- way to forget it. The state machine is kept here as well.
CREATE TRIGGER mobile_auth_steps BEFORE UPDATE OF state ON mobile_auth
WHEN old.ended > 0 OR (new.state IN ('accepted', 'denied') AND old.state <> 'claimed') OR new.state = 'initialized'
BEGIN
  SELECT RAISE(ABORT, 'no such step between the states of a transaction');
END;
CREATE TRIGGER mobile_auth_end AFTER UPDATE OF state ON mobile_auth
WHEN new.ended > 0
BEGIN
  UPDATE counter SET n = n - 1 WHERE name = 'open ' || new.client_id;
  INSERT INTO callback (transaction_id, client_id, uri, state, user_id, next)
    SELECT new.id, new.client_id, new.callback_uri, new.state, new.user_id, new.ended WHERE new.callback_uri <> '';
END;

-- How many rows the capped tables have, and how many open transactions each API
-- client (named 'open ' and its id): counting them anew for each insert would
-- take longer with every row.
CREATE TABLE counter (
  name TEXT PRIMARY KEY,
  n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER mobile_auth_more AFTER INSERT ON mobile_auth BEGIN
  UPDATE counter SET n = n + 1 WHERE name = 'mobile_auth';
  INSERT INTO counter VALUES ('open ' || new.client_id, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER mobile_auth_less AFTER DELETE ON mobile_auth BEGIN
  UPDATE counter SET n = n - 1 WHERE name = 'mobile_auth';
END;
