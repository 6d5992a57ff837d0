#include "common/catalog/catalog.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/decimal.h"
#include "common/base/status_macros.h"

namespace rialto {
namespace {

constexpr int kTickScale = 12;
constexpr int64_t kNsPerMs = 1'000'000;

// Decimals a multiple of `step` (at `scale`) needs.
int DecimalsOf(int64_t step, int scale) {
  while (scale > 0 && step % 10 == 0) {
    step /= 10;
    --scale;
  }
  return scale;
}

std::string FormatSteps(absl::int128 steps, int64_t step, int scale) {
  const int decimals = DecimalsOf(step, scale);
  return FormatDecimal(steps * (step / PowerOfTen(scale - decimals)), decimals);
}

struct Grid {
  int64_t step;
  int scale;
  const char* off_grid;  // The reason code.
  const char* what;
};

absl::StatusOr<int64_t> ParseSteps(std::string_view text, const Grid& grid) {
  const int decimals = DecimalsOf(grid.step, grid.scale);
  const int64_t step = grid.step / PowerOfTen(grid.scale - decimals);
  ASSIGN_OR_RETURN(const int64_t value, ParseDecimal(text, decimals));
  if (value % step != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(grid.off_grid, ": ", grid.what, " ", FormatDecimal(value, decimals),
                     " is not a multiple of ", FormatDecimal(step, decimals)));
  }
  return value / step;
}

// A bound that may be left out.
absl::StatusOr<int64_t> ParseOptional(const std::string& text, const Grid& grid) {
  if (text.empty()) return 0;
  return ParseSteps(text, grid);
}

absl::StatusOr<int64_t> ToNanoseconds(const char* field, int64_t milliseconds) {
  if (milliseconds >= INT64_MIN / kNsPerMs && milliseconds <= INT64_MAX / kNsPerMs) {
    return milliseconds * kNsPerMs;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("OUT_OF_RANGE: ", field, " is ", milliseconds, ", beyond every duration"));
}

absl::StatusOr<uint32_t> ToModeBits(const common::v1::InstrumentView& view) {
  uint32_t bits = 0;
  for (const int mode : view.self_trade_modes()) {
    if (mode == common::v1::SELF_TRADE_MODE_UNSPECIFIED ||
        !common::v1::SelfTradeMode_IsValid(mode)) {
      return absl::InvalidArgumentError(
          "INVALID_DEFINITION: self_trade_modes may hold ALLOW, EXPIRE_TAKER, EXPIRE_MAKER, "
          "EXPIRE_BOTH and DECREMENT");
    }
    bits |= 1U << mode;
  }
  return bits;
}

}  // namespace

bool Catalog::Apply(const engine::v1::Event& event) {
  if (event.has_asset_created()) {
    const engine::v1::AssetCreated& created = event.asset_created();
    const size_t count = assets_.size();
    Add(Asset{AssetId(created.asset_id()), created.symbol(), static_cast<int>(created.scale())});
    return assets_.size() > count;
  }
  if (event.has_instrument_created()) {
    const size_t count = instruments_.size();
    Add(event.instrument_created());
    return instruments_.size() > count;
  }
  if (event.has_instrument_changed()) {
    Instrument changed = ToInstrument(event.instrument_changed().definition());
    CHECK(FindInstrument(changed.id) != nullptr);
    instruments_[changed.id.value() - 1] = std::move(changed);
    return true;
  }
  return false;
}

void Catalog::Add(Asset asset) {
  if (FindAsset(asset.id) != nullptr) return;
  CHECK(asset.id.value() == assets_.size() + 1);
  asset_ids_[asset.symbol] = asset.id;
  assets_.push_back(std::move(asset));
}

void Catalog::Add(const engine::v1::InstrumentCreated& definition) {
  Instrument instrument = ToInstrument(definition);
  if (FindInstrument(instrument.id) != nullptr) return;
  CHECK(instrument.id.value() == instruments_.size() + 1);
  instrument_ids_[instrument.symbol] = instrument.id;
  instruments_.push_back(std::move(instrument));
}

Instrument Catalog::ToInstrument(const engine::v1::InstrumentCreated& definition) const {
  const Asset* base = FindAsset(AssetId(definition.base_asset_id()));
  const Asset* quote = FindAsset(AssetId(definition.quote_asset_id()));
  CHECK(base != nullptr && quote != nullptr);
  return Instrument{.id = InstrumentId(definition.instrument_id()),
                    .symbol = definition.symbol(),
                    .base = *base,
                    .quote = *quote,
                    .tick_size_e12 = definition.tick_size_e12(),
                    .lot_size_units = definition.lot_size_units(),
                    .definition = definition};
}

const Asset* Catalog::FindAsset(AssetId id) const {
  return id.value() >= 1 && id.value() <= assets_.size() ? &assets_[id.value() - 1] : nullptr;
}

const Asset* Catalog::FindAsset(std::string_view symbol) const {
  const auto found = asset_ids_.find(std::string(symbol));
  return found == asset_ids_.end() ? nullptr : FindAsset(found->second);
}

const Instrument* Catalog::FindInstrument(InstrumentId id) const {
  return id.value() >= 1 && id.value() <= instruments_.size() ? &instruments_[id.value() - 1]
                                                              : nullptr;
}

const Instrument* Catalog::FindInstrument(std::string_view symbol) const {
  const auto found = instrument_ids_.find(std::string(symbol));
  return found == instrument_ids_.end() ? nullptr : FindInstrument(found->second);
}

absl::StatusOr<Price> ParsePrice(const Instrument& instrument, std::string_view text) {
  ASSIGN_OR_RETURN(const int64_t ticks, ParseSteps(text, {instrument.tick_size_e12, kTickScale,
                                                          "PRICE_OFF_TICK", "price"}));
  return Price(ticks);
}

absl::StatusOr<Quantity> ParseQuantity(const Instrument& instrument, std::string_view text) {
  ASSIGN_OR_RETURN(const int64_t lots,
                   ParseSteps(text, {instrument.lot_size_units, instrument.base.scale,
                                     "QUANTITY_OFF_LOT", "quantity"}));
  return Quantity(lots);
}

absl::StatusOr<Amount> ParseAmount(const Asset& asset, std::string_view text) {
  ASSIGN_OR_RETURN(const int64_t units, ParseDecimal(text, asset.scale));
  return Amount(units);
}

std::string FormatPrice(const Instrument& instrument, Price price) {
  return FormatSteps(price.value(), instrument.tick_size_e12, kTickScale);
}

std::string FormatQuantity(const Instrument& instrument, Quantity quantity) {
  return FormatQuantity(instrument, absl::int128(quantity.value()));
}

std::string FormatQuantity(const Instrument& instrument, absl::int128 lots) {
  return FormatSteps(lots, instrument.lot_size_units, instrument.base.scale);
}

std::string FormatAmount(const Asset& asset, Amount amount) {
  return FormatDecimal(amount.value(), asset.scale);
}

absl::StatusOr<engine::v1::InstrumentCreated> ToDefinition(const Catalog& catalog,
                                                           const common::v1::InstrumentView& view) {
  const Asset* base = catalog.FindAsset(view.base_asset());
  const Asset* quote = catalog.FindAsset(view.quote_asset());
  if (base == nullptr || quote == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("UNKNOWN_ASSET: no asset \"",
                     base == nullptr ? view.base_asset() : view.quote_asset(), "\""));
  }
  ASSIGN_OR_RETURN(const int64_t tick_size, ParseDecimal(view.tick_size(), kTickScale));
  ASSIGN_OR_RETURN(const int64_t lot_size, ParseDecimal(view.lot_size(), base->scale));
  if (tick_size <= 0 || lot_size <= 0) {
    return absl::InvalidArgumentError("INVALID_DEFINITION: tick_size and lot_size must be above 0");
  }
  if (!common::v1::SelfTradeMode_IsValid(view.self_trade_default())) {
    return absl::InvalidArgumentError("INVALID_DEFINITION: self_trade_default is no mode");
  }
  const Grid lots{lot_size, base->scale, "QUANTITY_OFF_LOT", "quantity"};
  const Grid ticks{tick_size, kTickScale, "PRICE_OFF_TICK", "price"};
  const Grid units{1, quote->scale, "", "notional"};
  ASSIGN_OR_RETURN(const int64_t quantity_min, ParseSteps(view.quantity_min(), lots));
  ASSIGN_OR_RETURN(const int64_t quantity_max, ParseSteps(view.quantity_max(), lots));
  ASSIGN_OR_RETURN(const int64_t notional_min, ParseOptional(view.notional_min(), units));
  ASSIGN_OR_RETURN(const int64_t notional_max, ParseOptional(view.notional_max(), units));
  ASSIGN_OR_RETURN(const int64_t price_min, ParseOptional(view.price_min(), ticks));
  ASSIGN_OR_RETURN(const int64_t price_max, ParseOptional(view.price_max(), ticks));
  ASSIGN_OR_RETURN(const int64_t window_ns,
                   ToNanoseconds("volatility_window_ms", view.volatility_window_ms()));
  ASSIGN_OR_RETURN(const int64_t auction_ns,
                   ToNanoseconds("volatility_auction_ms", view.volatility_auction_ms()));
  ASSIGN_OR_RETURN(const uint32_t self_trade_modes, ToModeBits(view));

  engine::v1::InstrumentCreated definition;
  definition.set_instrument_id(view.instrument_id());
  definition.set_symbol(view.symbol());
  definition.set_base_asset_id(base->id.value());
  definition.set_quote_asset_id(quote->id.value());
  definition.set_tick_size_e12(tick_size);
  definition.set_lot_size_units(lot_size);
  definition.set_quantity_min_lots(quantity_min);
  definition.set_quantity_max_lots(quantity_max);
  definition.set_notional_min_units(notional_min);
  definition.set_notional_max_units(notional_max);
  definition.set_maker_fee_ppm(view.maker_fee_ppm());
  definition.set_taker_fee_ppm(view.taker_fee_ppm());
  definition.set_price_min_ticks(price_min);
  definition.set_price_max_ticks(price_max);
  definition.set_market_collar_ppm(view.market_collar_ppm());
  definition.set_limit_collar_ppm(view.limit_collar_ppm());
  definition.set_price_band_ppm(view.price_band_ppm());
  definition.set_volatility_ppm(view.volatility_ppm());
  definition.set_volatility_window_ns(window_ns);
  definition.set_volatility_auction_ns(auction_ns);
  definition.set_open_orders_max(view.open_orders_max());
  definition.set_pending_orders_max(view.pending_orders_max());
  definition.set_iceberg_parts_max(view.iceberg_parts_max());
  definition.set_self_trade_default(view.self_trade_default());
  definition.set_self_trade_modes(self_trade_modes);
  return definition;
}

common::v1::InstrumentView ToView(const Instrument& instrument) {
  const engine::v1::InstrumentCreated& definition = instrument.definition;
  const auto price = [&](int64_t ticks) {
    return ticks == 0 ? std::string() : FormatPrice(instrument, Price(ticks));
  };
  common::v1::InstrumentView view;
  view.set_instrument_id(instrument.id.value());
  view.set_symbol(instrument.symbol);
  view.set_base_asset(instrument.base.symbol);
  view.set_quote_asset(instrument.quote.symbol);
  view.set_tick_size(FormatPrice(instrument, Price(1)));
  view.set_lot_size(FormatQuantity(instrument, Quantity(1)));
  view.set_quantity_min(FormatQuantity(instrument, Quantity(definition.quantity_min_lots())));
  view.set_quantity_max(FormatQuantity(instrument, Quantity(definition.quantity_max_lots())));
  view.set_notional_min(FormatAmount(instrument.quote, Amount(definition.notional_min_units())));
  view.set_notional_max(FormatAmount(instrument.quote, Amount(definition.notional_max_units())));
  view.set_maker_fee_ppm(definition.maker_fee_ppm());
  view.set_taker_fee_ppm(definition.taker_fee_ppm());
  view.set_price_min(price(definition.price_min_ticks()));
  view.set_price_max(price(definition.price_max_ticks()));
  view.set_market_collar_ppm(definition.market_collar_ppm());
  view.set_limit_collar_ppm(definition.limit_collar_ppm());
  view.set_price_band_ppm(definition.price_band_ppm());
  view.set_volatility_ppm(definition.volatility_ppm());
  view.set_volatility_window_ms(definition.volatility_window_ns() / kNsPerMs);
  view.set_volatility_auction_ms(definition.volatility_auction_ns() / kNsPerMs);
  view.set_open_orders_max(definition.open_orders_max());
  view.set_pending_orders_max(definition.pending_orders_max());
  view.set_iceberg_parts_max(definition.iceberg_parts_max());
  view.set_self_trade_default(definition.self_trade_default());
  for (int mode = common::v1::SelfTradeMode_MIN; mode <= common::v1::SelfTradeMode_MAX; ++mode) {
    if ((definition.self_trade_modes() >> mode & 1U) == 0) continue;
    view.add_self_trade_modes(static_cast<common::v1::SelfTradeMode>(mode));
  }
  return view;
}

common::v1::AssetView ToView(const Asset& asset) {
  common::v1::AssetView view;
  view.set_asset_id(asset.id.value());
  view.set_symbol(asset.symbol);
  view.set_scale(static_cast<uint32_t>(asset.scale));
  return view;
}

absl::Status AddViews(const common::v1::AssetView& view, Catalog& catalog) {
  if (view.scale() > kScaleMax) {
    return absl::InvalidArgumentError(absl::StrCat("asset ", view.symbol(), ": bad scale"));
  }
  catalog.Add(Asset{AssetId(view.asset_id()), view.symbol(), static_cast<int>(view.scale())});
  return absl::OkStatus();
}

absl::Status AddViews(const common::v1::InstrumentView& view, Catalog& catalog) {
  ASSIGN_OR_RETURN(const engine::v1::InstrumentCreated definition, ToDefinition(catalog, view));
  catalog.Add(definition);
  return absl::OkStatus();
}

}  // namespace rialto
