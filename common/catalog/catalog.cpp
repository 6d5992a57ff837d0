#include "common/catalog/catalog.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/decimal.h"
#include "common/base/status_macros.h"

namespace rialto {
namespace {

constexpr int kTickScale = 12;

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
absl::StatusOr<int64_t> ParseOptional(const std::string& text, int scale) {
  if (text.empty()) return 0;
  return ParseDecimal(text, scale);
}

}  // namespace

void Catalog::Apply(const engine::v1::Event& event) {
  if (event.has_asset_created()) {
    const engine::v1::AssetCreated& created = event.asset_created();
    Add(Asset{AssetId(created.asset_id()), created.symbol(), static_cast<int>(created.scale())});
  } else if (event.has_instrument_created()) {
    const engine::v1::InstrumentCreated& created = event.instrument_created();
    const Asset* base = FindAsset(AssetId(created.base_asset_id()));
    const Asset* quote = FindAsset(AssetId(created.quote_asset_id()));
    CHECK(base != nullptr && quote != nullptr);
    Add(Instrument{.id = InstrumentId(created.instrument_id()),
                   .symbol = created.symbol(),
                   .base = *base,
                   .quote = *quote,
                   .tick_size_e12 = created.tick_size_e12(),
                   .lot_size_units = created.lot_size_units(),
                   .quantity_min = Quantity(created.quantity_min_lots()),
                   .quantity_max = Quantity(created.quantity_max_lots()),
                   .notional_min = Amount(created.notional_min_units()),
                   .notional_max = Amount(created.notional_max_units()),
                   .maker_fee_ppm = created.maker_fee_ppm(),
                   .taker_fee_ppm = created.taker_fee_ppm()});
  }
}

void Catalog::Add(Asset asset) {
  if (FindAsset(asset.id) != nullptr) return;
  CHECK(asset.id.value() == assets_.size() + 1);
  asset_ids_[asset.symbol] = asset.id;
  assets_.push_back(std::move(asset));
}

void Catalog::Add(Instrument instrument) {
  if (FindInstrument(instrument.id) != nullptr) return;
  CHECK(instrument.id.value() == instruments_.size() + 1);
  instrument_ids_[instrument.symbol] = instrument.id;
  instruments_.push_back(std::move(instrument));
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
  engine::v1::InstrumentCreated definition;
  definition.set_instrument_id(view.instrument_id());
  definition.set_symbol(view.symbol());
  definition.set_base_asset_id(base->id.value());
  definition.set_quote_asset_id(quote->id.value());
  ASSIGN_OR_RETURN(const int64_t tick_size, ParseDecimal(view.tick_size(), kTickScale));
  ASSIGN_OR_RETURN(const int64_t lot_size, ParseDecimal(view.lot_size(), base->scale));
  if (tick_size <= 0 || lot_size <= 0) {
    return absl::InvalidArgumentError("INVALID_DEFINITION: tick_size and lot_size must be above 0");
  }
  const Instrument grid{.base = *base, .tick_size_e12 = tick_size, .lot_size_units = lot_size};
  ASSIGN_OR_RETURN(const Quantity quantity_min, ParseQuantity(grid, view.quantity_min()));
  ASSIGN_OR_RETURN(const Quantity quantity_max, ParseQuantity(grid, view.quantity_max()));
  ASSIGN_OR_RETURN(const int64_t notional_min, ParseOptional(view.notional_min(), quote->scale));
  ASSIGN_OR_RETURN(const int64_t notional_max, ParseOptional(view.notional_max(), quote->scale));
  definition.set_tick_size_e12(tick_size);
  definition.set_lot_size_units(lot_size);
  definition.set_quantity_min_lots(quantity_min.value());
  definition.set_quantity_max_lots(quantity_max.value());
  definition.set_notional_min_units(notional_min);
  definition.set_notional_max_units(notional_max);
  definition.set_maker_fee_ppm(view.maker_fee_ppm());
  definition.set_taker_fee_ppm(view.taker_fee_ppm());
  return definition;
}

common::v1::InstrumentView ToView(const Instrument& instrument) {
  common::v1::InstrumentView view;
  view.set_instrument_id(instrument.id.value());
  view.set_symbol(instrument.symbol);
  view.set_base_asset(instrument.base.symbol);
  view.set_quote_asset(instrument.quote.symbol);
  view.set_tick_size(FormatPrice(instrument, Price(1)));
  view.set_lot_size(FormatQuantity(instrument, Quantity(1)));
  view.set_quantity_min(FormatQuantity(instrument, instrument.quantity_min));
  view.set_quantity_max(FormatQuantity(instrument, instrument.quantity_max));
  view.set_notional_min(FormatAmount(instrument.quote, instrument.notional_min));
  view.set_notional_max(FormatAmount(instrument.quote, instrument.notional_max));
  view.set_maker_fee_ppm(instrument.maker_fee_ppm);
  view.set_taker_fee_ppm(instrument.taker_fee_ppm);
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
  engine::v1::Event event;
  ASSIGN_OR_RETURN(*event.mutable_instrument_created(), ToDefinition(catalog, view));
  catalog.Apply(event);
  return absl::OkStatus();
}

}  // namespace rialto
