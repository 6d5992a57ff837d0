-- What the engine said its balances added up to, and what they add up to here at the same sequence.
CREATE TABLE checkpoints (
  sequence        bigint      PRIMARY KEY,
  state_hash      bytea       NOT NULL,  -- The engine's, of its whole state.
  wrong_buckets   integer[]   NOT NULL,  -- Remainders of account ids by 256 whose digests differ; empty: equal.
  wrong_assets    integer[]   NOT NULL,  -- Whose totals differ.
  compared_at     timestamptz NOT NULL DEFAULT now()
);
