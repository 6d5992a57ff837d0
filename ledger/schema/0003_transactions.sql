-- Transactions, postings, orders and trades in place of entries. The mirror is made again from the
-- beginning of the feed: the engine has all of it, and a table of other rows can not be migrated into
-- one whose rows are chained by hashes.
--
-- Everything that grows is partitioned by sequence, 5,000,000 commands a partition, and the mirror
-- copies into the partition itself: indexes in which accounts come in any order stay as small as one
-- partition, and a hundred million postings cost an insert no more than the first million.

DROP VIEW statement;
DROP TABLE entries, drift, checkpoints, balances, accounts, instruments, assets;
DROP TABLE IF EXISTS follower_position;  -- The follower makes it, at 0.
DROP TYPE entry_kind;
DROP FUNCTION refuse_unbalanced(), refuse_change();

CREATE TABLE assets (
  asset_id integer PRIMARY KEY,
  symbol   text NOT NULL UNIQUE,
  scale    integer NOT NULL  -- Decimals of the minor unit.
);

CREATE TABLE instruments (
  instrument_id    integer PRIMARY KEY,
  symbol           text NOT NULL UNIQUE,
  base_asset_id    integer NOT NULL REFERENCES assets,
  quote_asset_id   integer NOT NULL REFERENCES assets,
  tick_size_e12    bigint NOT NULL,
  lot_size_units   bigint NOT NULL,
  changed_sequence bigint NOT NULL DEFAULT 0  -- Of the last change of tick or lot; 0: as created.
);

CREATE TABLE accounts (
  account_id      bigint PRIMARY KEY,
  name            text NOT NULL,
  opened_sequence bigint NOT NULL  -- 0: there from the beginning.
);

INSERT INTO accounts VALUES
  (1, 'external', 0), (2, 'fees', 0), (3, 'insurance', 0), (4, 'rounding', 0), (5, 'in transit', 0);

-- Half empty pages: a balance changes in place, without touching the index.
CREATE TABLE balances (
  account_id bigint  NOT NULL,
  asset_id   integer NOT NULL,
  available  bigint  NOT NULL,
  held       bigint  NOT NULL,
  sequence   bigint  NOT NULL,  -- Of the command that changed it last.
  PRIMARY KEY (account_id, asset_id)
) WITH (fillfactor = 50);

-- What the numbers in transactions.type and postings.kind mean; the follower fills it.
CREATE TABLE entry_kinds (
  kind smallint PRIMARY KEY,
  name text NOT NULL
);

-- One for each command that moved money.
CREATE TABLE transactions (
  sequence     bigint   NOT NULL,  -- Of the command.
  type         smallint NOT NULL,  -- The kind of its first posting.
  effective_ns bigint   NOT NULL,  -- When the engine took the command up.
  booked_ns    bigint   NOT NULL,  -- When it was written here.
  digest       bigint   NOT NULL,  -- First 8 bytes of the SHA-256 of its rows; see ledger.batches.
  request_id   text,  -- The caller's: transaction_id of a transfer, client_order_id of an order.
  PRIMARY KEY (sequence)
) PARTITION BY RANGE (sequence);

CREATE TABLE postings (
  sequence       bigint   NOT NULL,
  account_id     bigint   NOT NULL,
  amount         bigint   NOT NULL CHECK (amount <> 0),  -- Positive: the account received.
  owned          bigint   NOT NULL,  -- What the account owns of the asset after it, held included.
  trade_id       bigint,             -- Of a trade, fee or rounding.
  order_id       bigint,             -- The account's own order in that trade.
  asset_id       integer  NOT NULL,
  leg            integer  NOT NULL,  -- From 0 within the sequence.
  kind           smallint NOT NULL,
  transaction_id text                -- Of a transfer.
) PARTITION BY RANGE (sequence);

CREATE INDEX postings_by_sequence ON postings (sequence);
-- For statements, and for what was owned at a sequence: the `owned` of the last posting before it.
CREATE INDEX postings_by_account ON postings (account_id, asset_id, sequence);

CREATE TABLE trades (
  trade_id         bigint   NOT NULL,
  sequence         bigint   NOT NULL,
  timestamp_ns     bigint   NOT NULL,
  price_ticks      bigint   NOT NULL,
  quantity_lots    bigint   NOT NULL,
  quote_units      bigint   NOT NULL,  -- Paid by the buyer before fees.
  taker_order_id   bigint   NOT NULL,
  taker_account_id bigint   NOT NULL,
  maker_order_id   bigint   NOT NULL,
  maker_account_id bigint   NOT NULL,
  taker_fee_units  bigint   NOT NULL,
  maker_fee_units  bigint   NOT NULL,
  instrument_id    integer  NOT NULL,
  taker_side       smallint NOT NULL,
  PRIMARY KEY (sequence, trade_id)
) PARTITION BY RANGE (sequence);

CREATE INDEX trades_by_taker ON trades (taker_account_id, sequence);
CREATE INDEX trades_by_maker ON trades (maker_account_id, sequence);

-- One row per order, as it is at the mirror's position; refused ones, too.
CREATE TABLE orders (
  sequence        bigint   NOT NULL,  -- Of the command that placed it.
  order_id        bigint   NOT NULL,
  account_id      bigint   NOT NULL,
  last_sequence   bigint   NOT NULL,  -- Of the command that changed it last.
  placed_ns       bigint   NOT NULL,
  changed_ns      bigint   NOT NULL,
  price_ticks     bigint   NOT NULL,
  quantity_lots   bigint   NOT NULL,  -- In total, as it is now.
  quote_units     bigint   NOT NULL,  -- MARKET by amount; else 0.
  executed_lots   bigint   NOT NULL,
  executed_units  bigint   NOT NULL,  -- In quote, before fees.
  prevented_lots  bigint   NOT NULL,  -- Not traded because of self-trade prevention.
  list_id         bigint   NOT NULL,
  instrument_id   integer  NOT NULL,
  side            smallint NOT NULL,
  type            smallint NOT NULL,
  time_in_force   smallint NOT NULL,
  list_kind       smallint NOT NULL,
  status          smallint NOT NULL,  -- rialto.common.v1.OrderStatus; 0: refused.
  reason          smallint NOT NULL,  -- Why it was canceled or, status 0, refused; else 0.
  post_only       boolean  NOT NULL,
  client_order_id text     NOT NULL,
  terms           bytea,              -- rialto.engine.v1.OrderTerms, where not all are empty.
  PRIMARY KEY (sequence, order_id)
) PARTITION BY RANGE (sequence);

CREATE INDEX orders_by_account ON orders (account_id, sequence);
CREATE INDEX orders_by_client_order_id ON orders (account_id, client_order_id);

-- The chain of hashes: one link for each batch that moved money. Lies wholly over
-- first_sequence..last_sequence, and follows directly on the one before.
CREATE TABLE batches (
  last_sequence     bigint  PRIMARY KEY,
  first_sequence    bigint  NOT NULL,
  transaction_count bigint  NOT NULL,
  posting_count     bigint  NOT NULL,
  previous_hash     bytea   NOT NULL,
  hash              bytea   NOT NULL  -- SHA-256; ledger/digest.h says of what.
);

-- Every statement that inserts postings must hold whole commands: then each of them can be proved,
-- once for all its rows. A deferred constraint would do the same work row by row.
CREATE FUNCTION refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wrong record;
BEGIN
  SELECT sequence, asset_id, sum(amount) AS total INTO wrong
    FROM inserted GROUP BY sequence, asset_id HAVING sum(amount) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'postings of sequence % do not balance: asset % sums to %',
      wrong.sequence, wrong.asset_id, wrong.total;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% are append-only: % refused', TG_ARGV[0], TG_OP;
END
$$;

-- What keeps a table append-only: a trigger that fires in every mode, and no right to do otherwise,
-- not even for its owner.
CREATE FUNCTION seal(target regclass, what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %s'
                 ' FOR EACH STATEMENT EXECUTE FUNCTION %I.refuse_change(%L)',
                 target, current_schema(), what);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only', target);
  EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM CURRENT_USER', target);
  IF what = 'postings' THEN
    EXECUTE format('CREATE TRIGGER balanced AFTER INSERT ON %s REFERENCING NEW TABLE AS inserted'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION %I.refuse_unbalanced()',
                   target, current_schema());
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER balanced', target);
  END IF;
END
$$;

SELECT seal('transactions', 'transactions'), seal('postings', 'postings'), seal('trades', 'trades'),
       seal('batches', 'batches');

-- Makes the tables for sequences number * 5,000,000 and on, where they are missing. Attached after
-- they are made: that lets readers read on.
CREATE FUNCTION open_partition(number bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  width constant bigint := 5000000;
  parent text;
  leaf text;
BEGIN
  FOREACH parent IN ARRAY ARRAY['transactions', 'postings', 'trades', 'orders'] LOOP
    leaf := parent || '_' || number;
    CONTINUE WHEN to_regclass(leaf) IS NOT NULL;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', leaf, parent);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
                   parent, leaf, number * width, (number + 1) * width);
    IF parent = 'orders' THEN
      EXECUTE format('ALTER TABLE %I SET (fillfactor = 80)', leaf);
    ELSE
      PERFORM seal(leaf::regclass, parent);
    END IF;
  END LOOP;
END
$$;

SELECT open_partition(0);

-- Where a command's postings and the engine's own balances did not agree, or a balance here was not
-- what the mirror had written. Must stay empty.
CREATE TABLE drift (
  sequence   bigint  NOT NULL,  -- Of the command, or of the last of the batch that found it.
  account_id bigint  NOT NULL,
  asset_id   integer NOT NULL,
  expected   bigint  NOT NULL,  -- available + held before it, plus its postings.
  actual     bigint  NOT NULL,  -- available + held as the engine says, or as the row was.
  found_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (sequence, account_id, asset_id)
);

-- What the engine said its balances added up to, and what they add up to here at the same sequence.
CREATE TABLE checkpoints (
  sequence        bigint      PRIMARY KEY,
  state_hash      bytea       NOT NULL,  -- The engine's, of its whole state.
  wrong_buckets   integer[]   NOT NULL,  -- Remainders of account ids by 256 whose digests differ; empty: equal.
  wrong_assets    integer[]   NOT NULL,  -- Whose totals differ.
  compared_at     timestamptz NOT NULL DEFAULT now()
);

-- Postings as people read them.
CREATE VIEW statement AS
  SELECT postings.sequence, postings.leg,
         to_timestamp(transactions.effective_ns / 1e9) AS time,
         accounts.name AS account, postings.account_id,
         trim_scale(postings.amount::numeric / 10::numeric ^ assets.scale) AS amount,
         assets.symbol AS asset, entry_kinds.name AS kind,
         coalesce(postings.transaction_id, 'trade ' || postings.trade_id) AS reference
    FROM postings
    JOIN transactions USING (sequence)
    JOIN assets USING (asset_id)
    LEFT JOIN entry_kinds USING (kind)
    LEFT JOIN accounts USING (account_id)
   ORDER BY postings.sequence, postings.leg;

-- Who may read everything and change nothing: made here where the follower may make roles, else by
-- whoever made the cluster.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rialto_auditor')
     AND (SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    BEGIN
      CREATE ROLE rialto_auditor NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;  -- Another database's follower was first.
    END;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rialto_auditor') THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO rialto_auditor', current_schema());
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO rialto_auditor', current_schema());
  END IF;
END
$$;
