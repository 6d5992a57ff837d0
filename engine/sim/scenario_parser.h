// The words of a scenario's row as a command; see scenario.h for the language.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/command.h"
#include "engine/sim/scenario_names.h"

namespace rialto::engine {

// The words of a row, taken from the front.
class Words {
 public:
  explicit Words(const std::string& row) {
    std::istringstream stream(row);
    for (std::string word; stream >> word;) words_.push_back(word);
  }
  bool empty() const { return next_ == words_.size(); }
  std::string Take() { return empty() ? std::string() : words_[next_++]; }
  bool TakeIf(std::string_view word) {
    if (empty() || words_[next_] != word) return false;
    ++next_;
    return true;
  }

 private:
  std::vector<std::string> words_;
  size_t next_ = 0;
};

class ScenarioParser {
 public:
  explicit ScenarioParser(const ScenarioNames& names) : names_(names) {}

  // The command of a row without its verb; nullopt when there is no such verb.
  std::optional<Command> Parse(const std::string& verb, Words& words);
  CallerId Id(const std::string& text);

  // What was wrong since the last call; empty when nothing was.
  std::string TakeProblem();

 private:
  Command ToAsset(Words& words);
  Command ToInstrument(Words& words);
  Command ToLimits(Words& words);
  Command ToTransfer(const std::string& verb, Words& words);
  std::optional<Command> ToPlace(Words& words);
  void ApplyWord(const std::string& word, PlaceOrder& order);
  OrderReference ToReference(Words& words);
  Command ToAmend(Words& words);

  int64_t Decimal(const std::string& text, uint32_t scale);
  Quantity Lots(const ScenarioMarket& market, const std::string& text);
  // Parts per million.
  uint32_t Percent(std::string text);

  const ScenarioNames& names_;
  uint64_t transfers_ = 0;
  std::string problem_;
};

}  // namespace rialto::engine
