-- What turns integers into decimals, and when it last changed; an instrument's other parameters are
-- the engine's to tell.

ALTER TABLE instruments
  DROP COLUMN quantity_min_lots,
  DROP COLUMN quantity_max_lots,
  DROP COLUMN notional_min_units,
  DROP COLUMN notional_max_units,
  DROP COLUMN maker_fee_ppm,
  DROP COLUMN taker_fee_ppm,
  ADD COLUMN changed_sequence bigint NOT NULL DEFAULT 0;  -- 0: as created.
