-- What providers told, and withdrawals on their way. Not a mirror: it can not be rebuilt from the feed.
-- Money moves in the engine only; these rows remember which of its idempotent commands are still to be sent.

CREATE TABLE events (
  event_id       text PRIMARY KEY,       -- The provider's.
  kind           text NOT NULL CHECK (kind IN ('deposit', 'withdrawal_confirmed', 'withdrawal_failed')),
  account_id     bigint NOT NULL,        -- Of a deposit, as are the next two.
  asset          text NOT NULL,
  amount         text NOT NULL,
  withdrawal_id  text NOT NULL,          -- Of the others.
  reference      text NOT NULL,
  transaction_id text NOT NULL,          -- The engine's, of a deposit.
  state          text NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'done', 'refused')),
  sequence       bigint NOT NULL DEFAULT 0,
  reason         text NOT NULL DEFAULT '',
  received_at    timestamptz NOT NULL DEFAULT now(),
  decided_at     timestamptz
);
CREATE INDEX events_open ON events (received_at) WHERE state = 'received';

CREATE TABLE withdrawals (
  number             bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  withdrawal_id      text PRIMARY KEY,   -- The caller's.
  account_id         bigint NOT NULL,
  asset              text NOT NULL,
  amount             text NOT NULL,
  address            text NOT NULL,
  operators_needed   integer NOT NULL CHECK (operators_needed > 0),
  state              text NOT NULL DEFAULT 'requested' CHECK (state IN (
                       'requested', 'refused', 'held', 'approved', 'sending', 'sent', 'settling', 'settled',
                       'releasing', 'released', 'stuck')),
  waiting_for        text NOT NULL DEFAULT '',
  reason             text NOT NULL DEFAULT '',
  hold_sequence      bigint NOT NULL DEFAULT 0,
  end_sequence       bigint NOT NULL DEFAULT 0,
  provider_reference text NOT NULL DEFAULT ''
);
CREATE INDEX withdrawals_open ON withdrawals (number)
  WHERE state IN ('requested', 'approved', 'sending', 'settling', 'releasing');
CREATE INDEX withdrawals_by_account ON withdrawals (account_id, number);

CREATE TABLE approvals (
  withdrawal_id text NOT NULL REFERENCES withdrawals,
  operator      text NOT NULL,
  approved_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (withdrawal_id, operator)
);

-- Every state a withdrawal ever had, since when and why. Never changed.
CREATE TABLE withdrawal_changes (
  change_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  withdrawal_id text NOT NULL REFERENCES withdrawals,
  state         text NOT NULL,
  reason        text NOT NULL,
  changed_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX withdrawal_changes_by_withdrawal ON withdrawal_changes (withdrawal_id, change_id);

CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('INSERT INTO %I.withdrawal_changes (withdrawal_id, state, reason) VALUES ($1, $2, $3)',
                 TG_TABLE_SCHEMA) USING NEW.withdrawal_id, NEW.state, NEW.reason;
  RETURN NULL;
END
$$;
CREATE TRIGGER withdrawals_requested AFTER INSERT ON withdrawals
  FOR EACH ROW EXECUTE FUNCTION note_change();
CREATE TRIGGER withdrawals_changed AFTER UPDATE OF state ON withdrawals
  FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION note_change();

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP;
END
$$;
CREATE TRIGGER withdrawal_changes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON withdrawal_changes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
