// Both engines as scenarios see them: the same tables run on the core and on the model.
#pragma once

#include <optional>
#include <vector>

#include "engine/core/engine.h"
#include "engine/sim/naive_engine.h"
#include "engine/sim/scenario.h"

namespace rialto::engine {

class CoreScenarioEngine : public ScenarioEngine {
 public:
  Outcome Apply(const CommandHeader& header, const Command& command, Events& events) override {
    return engine_.Apply(header, command, events);
  }
  std::optional<Outcome> Foresee(const PlaceOrder& order, Timestamp now) const override {
    return engine_.Check(order, now);
  }
  Balance BalanceOf(AccountId account_id, AssetId asset_id) const override {
    const auto balance = engine_.accounts().Get(account_id, asset_id);
    return {balance.available.value(), balance.held.value()};
  }
  std::vector<Level> Levels(InstrumentId instrument_id, Side side) const override {
    std::vector<Level> levels;
    const Market* market = engine_.FindMarket(instrument_id);
    if (market == nullptr) return levels;
    market->book.ForEachLevel(side, [&](const LevelView& level) {
      levels.push_back({level.price, level.total});
      return true;
    });
    return levels;
  }
  Indication IndicativeAuction(InstrumentId instrument_id) const override {
    const auto auction = engine_.IndicativeAuction(instrument_id);
    return {auction.price, auction.volume};
  }
  Timestamp NextDue() const override { return engine_.NextDue(); }
  void Validate() const override { engine_.Validate(); }

 private:
  Engine engine_;
};

class NaiveScenarioEngine : public ScenarioEngine {
 public:
  Outcome Apply(const CommandHeader& header, const Command& command, Events& events) override {
    return engine_.Apply(header, command, events);
  }
  Balance BalanceOf(AccountId account_id, AssetId asset_id) const override {
    const auto balance = engine_.BalanceOf(account_id, asset_id);
    return {balance.available, balance.held};
  }
  std::vector<Level> Levels(InstrumentId instrument_id, Side side) const override {
    std::vector<Level> levels;
    for (const auto& level : engine_.Levels(instrument_id, side)) {
      levels.push_back({level.price, level.lots});
    }
    return levels;
  }
  Indication IndicativeAuction(InstrumentId instrument_id) const override {
    const auto auction = engine_.IndicativePrice(instrument_id);
    return {auction.price, auction.volume};
  }
  Timestamp NextDue() const override { return engine_.NextDue(); }
  void Validate() const override { engine_.Validate(); }

 private:
  NaiveEngine engine_;
};

}  // namespace rialto::engine
