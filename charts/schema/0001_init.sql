-- Candles of the venue's trades. Prices are ticks, volumes lots of base and minor units of quote.

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

-- One row per minute with trades; a quiet minute has none.
CREATE TABLE candles (
  instrument_id         integer       NOT NULL,
  open_time_ns          bigint        NOT NULL CHECK (open_time_ns % 60000000000 = 0),
  open_ticks            bigint        NOT NULL,
  high_ticks            bigint        NOT NULL,
  low_ticks             bigint        NOT NULL,
  close_ticks           bigint        NOT NULL,
  base_volume_lots      numeric(39)   NOT NULL,  -- Sums of bigints: no number of trades overflows them.
  quote_volume_units    numeric(39)   NOT NULL,
  trade_count           bigint        NOT NULL CHECK (trade_count > 0),
  taker_buy_base_lots   numeric(39)   NOT NULL,
  taker_buy_quote_units numeric(39)   NOT NULL,
  first_trade_id        bigint        NOT NULL,
  last_trade_id         bigint        NOT NULL,
  revision              integer       NOT NULL,  -- Corrections after the close.
  PRIMARY KEY (instrument_id, open_time_ns),
  CHECK (low_ticks <= open_ticks AND open_ticks <= high_ticks),
  CHECK (low_ticks <= close_ticks AND close_ticks <= high_ticks)
);

-- The engine's time at the position reached: what is before it is closed.
CREATE TABLE engine_time (
  only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  timestamp_ns bigint  NOT NULL
);

INSERT INTO engine_time (timestamp_ns) VALUES (0);
