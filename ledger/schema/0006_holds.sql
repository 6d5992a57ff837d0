-- What was held of a balance, and when: with what was owned (ledger.postings), the balance as of any
-- sequence. One row for each batch of the mirror that changed it, however often it did.
CREATE TABLE holds (
  sequence       bigint  NOT NULL,  -- Of the last command of the batch that changed it.
  first_sequence bigint  NOT NULL,  -- Of the first one that did: from here to `sequence` it is not known.
  effective_ns   bigint  NOT NULL,  -- When the engine took up the last one.
  account_id     bigint  NOT NULL,
  held           bigint  NOT NULL,  -- From `sequence` on.
  asset_id       integer NOT NULL
) PARTITION BY RANGE (sequence);

CREATE INDEX holds_by_account ON holds (account_id, asset_id, sequence);
CREATE INDEX holds_by_sequence ON holds (sequence);

-- Holds are in the chain of hashes. NULL: the batch is older than they are. The first batch after
-- such a one has a row for every balance, from sequence 1 on: what was held before is not known.
ALTER TABLE batches ADD COLUMN hold_count bigint;

-- What a transfer was made with. In the chain of hashes where there is something.
ALTER TABLE postings ADD COLUMN reference text;              -- The caller's note: why.
ALTER TABLE postings ADD COLUMN target_transaction_id text;  -- What it moves back; else the pending transfer it posts.

-- What was moved back, and what became of a pending transfer, is found by its id.
CREATE INDEX postings_by_target ON postings (target_transaction_id)
  WHERE target_transaction_id IS NOT NULL;

CREATE OR REPLACE FUNCTION open_partition(number bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  width constant bigint := 5000000;
  parent text;
  leaf text;
BEGIN
  FOREACH parent IN ARRAY ARRAY['transactions', 'postings', 'trades', 'orders', 'holds'] LOOP
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

SELECT seal('holds', 'holds');
SELECT open_partition(substring(relname FROM '[0-9]+$')::bigint)
  FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
 WHERE inhparent = 'transactions'::regclass;

CREATE OR REPLACE VIEW statement AS
  SELECT postings.sequence, postings.leg,
         to_timestamp(transactions.effective_ns / 1e9) AS time,
         accounts.name AS account, postings.account_id,
         trim_scale(postings.amount::numeric / 10::numeric ^ assets.scale) AS amount,
         assets.symbol AS asset, entry_kinds.name AS kind,
         coalesce(postings.transaction_id, 'trade ' || postings.trade_id) AS reference,
         postings.reference AS note, postings.target_transaction_id
    FROM postings
    JOIN transactions USING (sequence)
    JOIN assets USING (asset_id)
    LEFT JOIN entry_kinds USING (kind)
    LEFT JOIN accounts USING (account_id)
   ORDER BY postings.sequence, postings.leg;

-- Tables made since the auditor was.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rialto_auditor') THEN
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO rialto_auditor', current_schema());
  END IF;
END
$$;
