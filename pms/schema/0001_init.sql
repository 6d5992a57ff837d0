-- Positions by average cost. Quantities are minor units of base, amounts minor units of quote.

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

-- One row per account and instrument that it ever traded, flat ones included.
CREATE TABLE positions (
  account_id     bigint      NOT NULL,
  instrument_id  integer     NOT NULL,
  quantity_units numeric(39) NOT NULL,  -- Above 0 long, below 0 short.
  cost_units     numeric(39) NOT NULL CHECK (cost_units >= 0),
  realised_units numeric(39) NOT NULL,  -- Before fees.
  fee_units      numeric(39) NOT NULL,
  fill_count     bigint      NOT NULL CHECK (fill_count > 0),
  PRIMARY KEY (account_id, instrument_id),
  CHECK (quantity_units <> 0 OR cost_units = 0)
);

-- The last trade of each instrument: what open quantities are valued at.
CREATE TABLE marks (
  instrument_id integer PRIMARY KEY,
  price_ticks   bigint NOT NULL,
  trade_id      bigint NOT NULL,
  timestamp_ns  bigint NOT NULL
);
