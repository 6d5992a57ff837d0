-- The trades of an instrument, newest first, whoever made them: without it one that trades seldom is
-- searched for in all that was ever traded.
CREATE INDEX trades_by_instrument ON trades (instrument_id, sequence);

-- Those that did not agree are counted every time somebody asks, and there should be none; of those
-- that did there is one every few seconds.
CREATE INDEX checkpoints_mismatched ON checkpoints (sequence)
  WHERE wrong_buckets <> '{}' OR wrong_assets <> '{}';
