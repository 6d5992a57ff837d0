// The venue's assets and instruments by id and by symbol, and their decimals.
//
// A plain value: whoever owns one guards it. Ids are dense from 1; symbol, base and quote never
// change, every other parameter may.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "common/base/ids.h"
#include "common/base/money.h"
#include "rialto/common/v1/market.pb.h"
#include "rialto/engine/v1/event.pb.h"

namespace rialto {

struct Asset {
  AssetId id;
  std::string symbol;
  int scale = 0;  // Decimals of its minor unit.
};

struct Instrument {
  InstrumentId id;
  std::string symbol;
  Asset base;
  Asset quote;
  int64_t tick_size_e12 = 0;   // Units of 10^-12 quote per base.
  int64_t lot_size_units = 0;  // Minor units of base.
  // Every parameter, these included, in the engine's units.
  engine::v1::InstrumentCreated definition;
};

class Catalog {
 public:
  // Takes up AssetCreated, InstrumentCreated and InstrumentChanged; ignores every other event. What
  // was created already is not created again. True: something changed.
  bool Apply(const engine::v1::Event& event);
  void Add(Asset asset);
  // REQUIRES: the catalog has the definition's assets.
  void Add(const engine::v1::InstrumentCreated& definition);

  // nullptr when there is none. Valid until the next Apply or Add.
  const Asset* FindAsset(AssetId id) const;
  const Asset* FindAsset(std::string_view symbol) const;
  const Instrument* FindInstrument(InstrumentId id) const;
  const Instrument* FindInstrument(std::string_view symbol) const;

  // By id.
  const std::vector<Asset>& assets() const { return assets_; }
  const std::vector<Instrument>& instruments() const { return instruments_; }

 private:
  Instrument ToInstrument(const engine::v1::InstrumentCreated& definition) const;

  std::vector<Asset> assets_;
  std::vector<Instrument> instruments_;
  absl::flat_hash_map<std::string, AssetId> asset_ids_;
  absl::flat_hash_map<std::string, InstrumentId> instrument_ids_;
};

// Decimal strings to engine units. InvalidArgument starting with BAD_DECIMAL, BAD_PRECISION,
// OUT_OF_RANGE, PRICE_OFF_TICK or QUANTITY_OFF_LOT. Signs pass: what is too small is the engine's
// to say.
absl::StatusOr<Price> ParsePrice(const Instrument& instrument, std::string_view text);
absl::StatusOr<Quantity> ParseQuantity(const Instrument& instrument, std::string_view text);
absl::StatusOr<Amount> ParseAmount(const Asset& asset, std::string_view text);

// Engine units to canonical decimal strings: as many decimals as the tick, the lot or the asset
// has.
std::string FormatPrice(const Instrument& instrument, Price price);
std::string FormatQuantity(const Instrument& instrument, Quantity quantity);
std::string FormatQuantity(const Instrument& instrument, absl::int128 lots);
std::string FormatAmount(const Asset& asset, Amount amount);

// The definition of an instrument in engine units. InvalidArgument: UNKNOWN_ASSET or a decimal that
// does not parse. Bounds are the engine's to check.
absl::StatusOr<engine::v1::InstrumentCreated> ToDefinition(const Catalog& catalog,
                                                           const common::v1::InstrumentView& view);
common::v1::InstrumentView ToView(const Instrument& instrument);
common::v1::AssetView ToView(const Asset& asset);

// From the views of MarketDataService, for processes that do not follow the feed from its start.
// InvalidArgument when a view does not parse.
absl::Status AddViews(const common::v1::AssetView& view, Catalog& catalog);
absl::Status AddViews(const common::v1::InstrumentView& view, Catalog& catalog);

}  // namespace rialto
