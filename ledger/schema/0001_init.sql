-- The double-entry mirror. Amounts are minor units of their asset.

CREATE TABLE assets (
  asset_id integer PRIMARY KEY,
  symbol   text NOT NULL UNIQUE,
  scale    integer NOT NULL  -- Decimals of the minor unit.
);

CREATE TABLE instruments (
  instrument_id  integer PRIMARY KEY,
  symbol         text NOT NULL UNIQUE,
  base_asset_id  integer NOT NULL,
  quote_asset_id integer NOT NULL
);

CREATE TABLE accounts (
  account_id      bigint PRIMARY KEY,
  name            text NOT NULL,
  opened_sequence bigint NOT NULL  -- 0: there from the beginning.
);

INSERT INTO accounts VALUES
  (1, 'external', 0), (2, 'fees', 0), (3, 'insurance', 0), (4, 'rounding', 0), (5, 'in transit', 0);

CREATE TABLE balances (
  account_id bigint  NOT NULL,
  asset_id   integer NOT NULL,
  available  bigint  NOT NULL,
  held       bigint  NOT NULL,
  sequence   bigint  NOT NULL,  -- Of the command that changed it last.
  PRIMARY KEY (account_id, asset_id)
);

CREATE TYPE entry_kind AS ENUM ('deposit', 'withdrawal', 'trade', 'fee', 'rounding');

CREATE TABLE entries (
  sequence       bigint     NOT NULL,
  leg            integer    NOT NULL,
  account_id     bigint     NOT NULL,
  asset_id       integer    NOT NULL,
  amount         bigint     NOT NULL CHECK (amount <> 0),  -- Positive: the account received.
  kind           entry_kind NOT NULL,
  trade_id       bigint,  -- Of a trade, fee or rounding.
  order_id       bigint,  -- The account's own order in that trade.
  transaction_id text,    -- Of a deposit or withdrawal.
  timestamp_ns   bigint     NOT NULL,
  PRIMARY KEY (sequence, leg)
);

CREATE INDEX entries_by_account ON entries (account_id, sequence, leg);

-- Every statement that inserts entries must hold whole commands: then each of them can be proved.
CREATE FUNCTION refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wrong record;
BEGIN
  SELECT sequence, asset_id, sum(amount) AS total INTO wrong
    FROM inserted GROUP BY sequence, asset_id HAVING sum(amount) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'entries of sequence % do not balance: asset % sums to %',
      wrong.sequence, wrong.asset_id, wrong.total;
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER entries_balance AFTER INSERT ON entries
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_unbalanced();

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'entries are append-only: % refused', TG_OP;
END
$$;

CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Where the entries of a batch and the engine's own balances did not agree. Must stay empty.
CREATE TABLE drift (
  sequence   bigint  NOT NULL,  -- The last of the batch.
  account_id bigint  NOT NULL,
  asset_id   integer NOT NULL,
  expected   bigint  NOT NULL,  -- available + held before the batch, plus its entries.
  actual     bigint  NOT NULL,  -- available + held as the engine says.
  found_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (sequence, account_id, asset_id)
);

-- Entries as people read them.
CREATE VIEW statement AS
  SELECT entries.sequence, entries.leg,
         to_timestamp(entries.timestamp_ns / 1e9) AS time,
         accounts.name AS account, entries.account_id,
         trim_scale(entries.amount::numeric / 10::numeric ^ assets.scale) AS amount,
         assets.symbol AS asset, entries.kind,
         coalesce(entries.transaction_id, 'trade ' || entries.trade_id) AS reference
    FROM entries
    JOIN assets USING (asset_id)
    LEFT JOIN accounts USING (account_id)
   ORDER BY entries.sequence, entries.leg;
