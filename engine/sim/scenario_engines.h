// Both engines as scenarios see them: the same tables run on the core and on the model.
#pragma once

#include <vector>

#include "common/base/check.h"
#include "engine/core/engine.h"
#include "engine/sim/naive_engine.h"
#include "engine/sim/scenario.h"

namespace rialto::engine {

class CoreScenarioEngine : public ScenarioEngine {
 public:
  Outcome Apply(const CommandHeader& header, const Command& command, Events& events) override {
    return engine_.Apply(header, command, events);
  }
  Balance BalanceOf(AccountId account_id, AssetId asset_id) const override {
    const auto balance = engine_.accounts().Get(account_id, asset_id);
    return {balance.available.value(), balance.held.value()};
  }
  std::vector<Level> Levels(InstrumentId instrument_id, Side side) const override {
    std::vector<Level> levels;
    const Market* market = engine_.FindMarket(instrument_id);
    if (market == nullptr) return levels;
    for (const auto& [price, level] : market->book.levels(side)) {
      const Level seen{price, level.total};
      levels.insert(side == Side::kBuy ? levels.begin() : levels.end(), seen);
    }
    return levels;
  }
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
  void Validate() const override {
    for (uint32_t id = 1; id <= engine_.asset_count(); ++id) {
      CHECK(engine_.Total(AssetId(id)) == 0);
    }
  }

 private:
  NaiveEngine engine_;
};

}  // namespace rialto::engine
