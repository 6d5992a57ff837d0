-- Orders one by one instead of sums, every limit there is, trading states, and one record for all changes
-- that are asked of this service.
--
-- The mirrors are emptied and the position goes back to 0: they are rebuilt from the engine's first
-- sequence on, since sums do not tell which orders they are of.

DO $$
BEGIN
  IF to_regclass('risk.follower_position') IS NOT NULL THEN
    EXECUTE 'UPDATE risk.follower_position SET sequence = 0';
  END IF;
END
$$;

TRUNCATE instruments, assets, limits;
DROP TABLE exposures;

-- What turns integers into decimals, and when it last changed.
ALTER TABLE instruments
  DROP COLUMN quantity_min_lots,
  DROP COLUMN quantity_max_lots,
  DROP COLUMN notional_min_units,
  DROP COLUMN notional_max_units,
  DROP COLUMN maker_fee_ppm,
  DROP COLUMN taker_fee_ppm,
  ADD COLUMN changed_sequence bigint NOT NULL DEFAULT 0;  -- 0: as created.

ALTER TABLE limits
  ADD COLUMN position_max_lots  bigint NOT NULL,
  ADD COLUMN exposure_max_units bigint NOT NULL;  -- Minor units of quote.

-- Mirror: what holds for an account everywhere. 0 means no limit.
CREATE TABLE account_settings (
  account_id           bigint  PRIMARY KEY,
  fee_tier             bigint  NOT NULL,
  trade_group          numeric(20) NOT NULL,  -- Any 64 bits; 0: alone.
  open_orders_max      bigint  NOT NULL,
  order_rate_max       bigint  NOT NULL,  -- Orders taken per window.
  order_rate_window_ns bigint  NOT NULL,
  duplicate_window_ns  bigint  NOT NULL,
  set_sequence         bigint  NOT NULL,
  set_time_ns          bigint  NOT NULL
);

-- Mirror: what an account, or everyone (account 0), may do: 1 active, 2 reducing, 3 halted.
CREATE TABLE trading_states (
  account_id   bigint  PRIMARY KEY,
  state        integer NOT NULL,
  set_sequence bigint  NOT NULL,
  set_time_ns  bigint  NOT NULL
);

-- Mirror: every open order that can outlive its command.
CREATE TABLE open_orders (
  order_id       bigint  PRIMARY KEY,
  account_id     bigint  NOT NULL,
  instrument_id  integer NOT NULL,
  side           integer NOT NULL CHECK (side IN (1, 2)),  -- 1 buy, 2 sell.
  price_ticks    bigint  NOT NULL CHECK (price_ticks >= 0),  -- Where it rests; 0: in no book.
  remaining_lots bigint  NOT NULL CHECK (remaining_lots > 0)
);

CREATE INDEX open_orders_by_account ON open_orders (account_id, instrument_id);

-- Not a mirror: what was asked of this service, why, and what the engine said. A row is written
-- before the engine is asked; 'unknown' stays where no answer came or could be written.
ALTER TABLE limit_changes RENAME TO changes;
ALTER INDEX limit_changes_by_account RENAME TO changes_by_account;
ALTER TABLE changes
  ADD COLUMN kind  text  NOT NULL DEFAULT 'limits'
             CHECK (kind IN ('limits', 'settings', 'trading_state', 'halt')),
  ADD COLUMN asked jsonb;  -- The request to the engine.
UPDATE changes SET asked = jsonb_build_object(
  'account_id', account_id, 'instrument', instrument,
  'order_quantity_max', order_quantity_max, 'order_notional_max', order_notional_max);
ALTER TABLE changes
  ALTER COLUMN kind DROP DEFAULT,
  ALTER COLUMN asked SET NOT NULL,
  DROP COLUMN instrument,
  DROP COLUMN order_quantity_max,
  DROP COLUMN order_notional_max;
