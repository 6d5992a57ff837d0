-- Comparisons of all balances with the engine's own, and what they found.
CREATE TABLE comparisons (
  comparison_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cause         text        NOT NULL,  -- "schedule" or "checkpoint".
  sequence      bigint      NOT NULL,  -- The engine's when its last page was taken.
  balances      bigint      NOT NULL,  -- Compared.
  undecided     bigint      NOT NULL,  -- Changed too often to be seen at one sequence on both sides.
  differences   bigint      NOT NULL,
  started_at    timestamptz NOT NULL,
  finished_at   timestamptz NOT NULL DEFAULT now()
);

-- The first thousand of each.
CREATE TABLE differences (
  comparison_id    bigint  NOT NULL REFERENCES comparisons ON DELETE CASCADE,
  account_id       bigint  NOT NULL,
  asset_id         integer NOT NULL,
  bucket           integer NOT NULL,  -- Of the account, in checkpoints.
  sequence         bigint  NOT NULL,  -- At which both were seen.
  engine_available bigint  NOT NULL,
  engine_held      bigint  NOT NULL,
  ledger_available bigint  NOT NULL,
  ledger_held      bigint  NOT NULL,
  PRIMARY KEY (comparison_id, account_id, asset_id)
);
