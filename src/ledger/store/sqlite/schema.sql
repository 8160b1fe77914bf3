-- Form 1 of the ledger. Amounts are thousandths of a unit, times are seconds since 1970.
CREATE TABLE form (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL) STRICT;
INSERT INTO form VALUES (1, 1);

CREATE TABLE intents (
  external_id TEXT PRIMARY KEY,
  quote TEXT NOT NULL UNIQUE,
  principal TEXT NOT NULL,
  account TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  digest TEXT NOT NULL,
  units INTEGER NOT NULL CHECK (units >= 0),
  final_units INTEGER CHECK (final_units >= 0),
  state TEXT NOT NULL,
  consent TEXT NOT NULL,
  drift TEXT NOT NULL,
  owner TEXT NOT NULL,
  reserved_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  task_id TEXT,
  http_status INTEGER,
  service_code INTEGER,
  request_id TEXT,
  CHECK ((state = 'settled') = (final_units IS NOT NULL))
) STRICT;
CREATE INDEX intents_by_account ON intents (account, reserved_at);
CREATE INDEX intents_by_request ON intents (digest, reserved_at);
CREATE INDEX intents_unfinished ON intents (reserved_at) WHERE state NOT IN ('rejected', 'rejected_by_reconcile', 'settled');
CREATE INDEX intents_drifting ON intents (reserved_at) WHERE drift = 'open';

CREATE TABLE quotes (
  id TEXT PRIMARY KEY,
  principal TEXT NOT NULL,
  account TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  digest TEXT NOT NULL,
  units INTEGER NOT NULL CHECK (units >= 0),
  made INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  intent TEXT REFERENCES intents (external_id)
) STRICT;
CREATE INDEX quotes_unused ON quotes (expires) WHERE intent IS NULL;

CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  intent TEXT NOT NULL REFERENCES intents (external_id),
  kind TEXT NOT NULL,
  "row" TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN SELECT raise(ABORT, 'entries are never changed'); END;
CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
BEGIN SELECT raise(ABORT, 'entries are never deleted'); END;
CREATE TRIGGER intents_are_never_deleted BEFORE DELETE ON intents
BEGIN SELECT raise(ABORT, 'intents are never deleted'); END;
CREATE TRIGGER terms_of_intents_are_never_changed
BEFORE UPDATE OF external_id, quote, principal, account, endpoint, digest, units, consent, owner, reserved_at ON intents
BEGIN SELECT raise(ABORT, 'the terms of an intent are never changed'); END;
CREATE TRIGGER final_amounts_are_written_once BEFORE UPDATE OF final_units ON intents
WHEN old.final_units IS NOT NULL AND new.final_units IS NOT old.final_units
BEGIN SELECT raise(ABORT, 'a final amount is written once'); END;
CREATE TRIGGER used_quotes_are_never_deleted BEFORE DELETE ON quotes WHEN old.intent IS NOT NULL
BEGIN SELECT raise(ABORT, 'used quotes are never deleted'); END;
CREATE TRIGGER terms_of_quotes_are_never_changed
BEFORE UPDATE OF id, principal, account, endpoint, digest, units, made, expires ON quotes
BEGIN SELECT raise(ABORT, 'the terms of a quote are never changed'); END;
CREATE TRIGGER quotes_are_used_once BEFORE UPDATE OF intent ON quotes WHEN old.intent IS NOT NULL
BEGIN SELECT raise(ABORT, 'a quote is used once'); END;
