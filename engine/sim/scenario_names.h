// What a scenario's words mean: names, decimals and times to the engine's ids and units, and back.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/numeric/int128.h"
#include "common/base/ids.h"
#include "engine/core/command.h"
#include "engine/core/event.h"

namespace rialto::engine {

struct ScenarioMarket {
  InstrumentId id{999};
  CreateInstrument definition;
  uint32_t base_scale = 0;
  uint32_t quote_scale = 0;
};

class ScenarioNames {
 public:
  ScenarioNames();

  // Learns the ids an event gives.
  void Learn(const Event& event);

  AccountId Account(const std::string& name) const;
  std::string AccountName(AccountId id) const;
  AssetId AssetOf(const std::string& symbol) const;
  uint32_t ScaleOf(AssetId id) const;
  ScenarioMarket Market(const std::string& symbol) const;
  ScenarioMarket Market(InstrumentId id) const;
  // By the owner's id; the youngest of that name.
  OrderId Order(const std::string& client_order_id) const;
  std::string OrderName(OrderId id) const;
  ScenarioMarket MarketOf(OrderId id) const;

  // A decimal at `scale`, in steps of `step`, or a raw number with a unit; false: it does not fit.
  static bool ParseNumber(std::string_view text, uint32_t scale, int64_t step, int64_t* number);
  bool ParsePrice(const ScenarioMarket& market, std::string_view text, Price* price) const;
  bool ParseQuantity(const ScenarioMarket& market, std::string_view text, Quantity* lots) const;
  // "90s", "5m", "3ns".
  static bool ParseDuration(std::string_view text, int64_t* nanoseconds);
  // "12:00", "12:00:00", "2d09:30": of the epoch's days; "+5m": after `now`; "3ns".
  static bool ParseTime(std::string_view text, Timestamp now, Timestamp* time);

  // Without zeros at the end.
  static std::string Format(absl::int128 units, uint32_t scale);
  static std::string FormatPrice(const ScenarioMarket& market, int64_t ticks);
  static std::string FormatQuantity(const ScenarioMarket& market, absl::int128 lots);
  static std::string FormatQuote(const ScenarioMarket& market, int64_t units);
  static std::string FormatDuration(int64_t nanoseconds);
  static std::string FormatTime(int64_t nanoseconds);

 private:
  std::map<std::string, AccountId> accounts_;
  std::map<AccountId, std::string> account_names_;
  std::map<std::string, AssetId> assets_;
  std::map<AssetId, uint32_t> scales_;
  std::map<std::string, InstrumentId> instruments_;
  std::map<InstrumentId, ScenarioMarket> markets_;
  std::map<std::string, OrderId> orders_;
  std::map<OrderId, std::string> order_names_;
  std::map<OrderId, InstrumentId> order_markets_;
};

}  // namespace rialto::engine
