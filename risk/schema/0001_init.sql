-- Limits in force, what is at stake in open orders, and the record of who changed limits and why.

CREATE TABLE assets (
  asset_id integer PRIMARY KEY,
  symbol   text NOT NULL UNIQUE,
  scale    integer NOT NULL
);

CREATE TABLE instruments (
  instrument_id      integer PRIMARY KEY,
  symbol             text NOT NULL UNIQUE,
  base_asset_id      integer NOT NULL REFERENCES assets,
  quote_asset_id     integer NOT NULL REFERENCES assets,
  tick_size_e12      bigint NOT NULL,
  lot_size_units     bigint NOT NULL,
  quantity_min_lots  bigint NOT NULL,
  quantity_max_lots  bigint NOT NULL,
  notional_min_units bigint NOT NULL,
  notional_max_units bigint NOT NULL,
  maker_fee_ppm      integer NOT NULL,
  taker_fee_ppm      integer NOT NULL
);

-- Mirror: what the engine enforces. 0 means no limit.
CREATE TABLE limits (
  account_id               bigint  NOT NULL,
  instrument_id            integer NOT NULL,
  order_quantity_max_lots  bigint  NOT NULL,
  order_notional_max_units bigint  NOT NULL,  -- Minor units of quote.
  set_sequence             bigint  NOT NULL,  -- Of the command that set them.
  set_time_ns              bigint  NOT NULL,
  PRIMARY KEY (account_id, instrument_id)
);

-- Mirror: resting orders per account, instrument and side. Notional is the sum of price ticks x lots.
CREATE TABLE exposures (
  account_id              bigint      NOT NULL,
  instrument_id           integer     NOT NULL,
  buy_order_count         bigint      NOT NULL CHECK (buy_order_count >= 0),
  buy_quantity_lots       numeric(39) NOT NULL CHECK (buy_quantity_lots >= 0),
  buy_notional_tick_lots  numeric(39) NOT NULL CHECK (buy_notional_tick_lots >= 0),
  sell_order_count        bigint      NOT NULL CHECK (sell_order_count >= 0),
  sell_quantity_lots      numeric(39) NOT NULL CHECK (sell_quantity_lots >= 0),
  sell_notional_tick_lots numeric(39) NOT NULL CHECK (sell_notional_tick_lots >= 0),
  PRIMARY KEY (account_id, instrument_id)
);

-- Not a mirror: what was asked of this service, why, and what the engine said. A row is written
-- before the engine is asked; 'unknown' stays where no answer came or could be written.
CREATE TABLE limit_changes (
  change_id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  requested_at       timestamptz NOT NULL DEFAULT now(),
  peer               text        NOT NULL,  -- The caller's network address.
  reason             text        NOT NULL,
  account_id         bigint      NOT NULL,
  instrument         text        NOT NULL,
  order_quantity_max text        NOT NULL,  -- As decided on: decimals.
  order_notional_max text        NOT NULL,
  outcome            text        NOT NULL DEFAULT 'unknown'
                     CHECK (outcome IN ('unknown', 'set', 'refused', 'failed')),
  answer             text,                  -- The engine's words when it was refused or failed.
  sequence           bigint                 -- Of the engine's decision.
);

CREATE INDEX limit_changes_by_account ON limit_changes (account_id, change_id);
