// What an engine answered, in the words of a scenario; see scenario.h for the language.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/command.h"
#include "engine/core/event.h"
#include "engine/sim/scenario_names.h"

namespace rialto::engine {

class ScenarioTeller {
 public:
  explicit ScenarioTeller(const ScenarioNames& names) : names_(names) {}

  // Learns which orders are pegged and what their limits are.
  void Learn(const Event& event);
  std::string Tell(const Command& command, const Outcome& outcome, const Events& events);

 private:
  struct Known {
    bool is_pegged = false;
    Price limit;
  };

  std::string TellRefusal(const Command& command, const Outcome& outcome) const;
  std::string TellNumber(const Command& command, const Outcome& outcome, int64_t number) const;
  AssetId AssetOf(const Command& command, const Outcome& outcome) const;
  void FindMany(const Events& events);

  std::string TellEvent(const Event& event);
  std::string TellTrade(const Trade& trade);
  std::string TellRested(const OrderRested& event);
  std::string TellMoved(const OrderMoved& event);
  std::string TellState(const InstrumentStateChanged& event);
  std::string TellOfInstrument(const Event& event);
  std::string TellOfTransfer(const Event& event) const;

  // "S1 ", and nothing for the order the command is about.
  std::string Whose(OrderId id) const;
  std::string Size(InstrumentId id, Quantity lots) const;
  std::string At(InstrumentId id, Price price) const;

  const ScenarioNames& names_;
  std::map<OrderId, Known> known_;
  // Of the command at hand.
  OrderId own_;
  // What is told in place of many events, by their kind.
  std::map<std::string_view, std::string> many_;
  std::vector<std::string> phrases_;
};

}  // namespace rialto::engine
