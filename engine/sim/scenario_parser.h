// The words of a scenario's row as a command; see scenario.h for the language.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
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
  std::string Peek() const { return empty() ? std::string() : words_[next_]; }
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

  // The command of a row without its verb, given at `now`; nullopt when there is no such verb.
  std::optional<Command> Parse(const std::string& verb, Words& words, Timestamp now);

  // What was wrong since the last call; empty when nothing was.
  std::string TakeProblem();

 private:
  Command ToAsset(Words& words);
  Command ToInstrument(Words& words);
  Command ToChange(Words& words);
  void TakeParameters(Words& words, CreateInstrument& definition);
  void TakeBound(const std::string& word, Words& words, CreateInstrument& definition);
  Command ToLimits(Words& words);
  Command ToSettings(Words& words);
  Command ToTier(Words& words);
  Command ToTradingState(Words& words);
  Command ToState(Words& words);
  Command ToSchedule(Words& words);
  Command ToMark(Words& words);
  Command ToOutside(const std::string& verb, Words& words);

  // scenario_transfer_parser.cpp
  std::optional<Command> ParseTransfers(const std::string& verb, Words& words);
  std::optional<Transfer> TakeTransfer(const std::string& verb, Words& words);
  void TakeTransferWords(Transfer& transfer, Words& words);

  Command ToMassCancel(Words& words);
  Command ToDeadMan(Words& words);
  std::optional<Command> ParseDefinition(const std::string& verb, Words& words);

  // scenario_order_parser.cpp
  std::optional<Command> ParseOrder(const std::string& verb, Words& words);
  Command ToPlace(Words& words);
  Command ToList(ListKind kind, Words& words);
  PlaceOrder TakeOrder(PlaceOrder order, Words& words);
  bool TakeNumberWord(const std::string& word, Words& words, PlaceOrder& order);
  bool TakeTriggerWord(const std::string& word, Words& words, PlaceOrder& order);
  bool TakePlainWord(const std::string& word, PlaceOrder& order);
  bool TakeField(const std::string& word, PlaceOrder& order);
  TriggerSource ToSource(const std::string& word);
  OrderReference ToReference(Words& words);
  ScenarioMarket MarketOf(const OrderReference& reference) const;
  Command ToCancel(Words& words);
  Command ToAmend(Words& words);
  Command ToReplace(Words& words);

  CallerId Id(const std::string& text);
  int64_t Decimal(const std::string& text, uint32_t scale);
  int64_t Integer(const std::string& text) { return Decimal(text, 0); }
  uint32_t Count(const std::string& text) { return static_cast<uint32_t>(Integer(text)); }
  Quantity Lots(const ScenarioMarket& market, const std::string& text);
  Price Ticks(const ScenarioMarket& market, const std::string& text);
  Timestamp Time(const std::string& text);
  int64_t Duration(const std::string& text);
  // Parts per million; may be below 0.
  int32_t Percent(std::string text);
  SelfTrade ToMode(const std::string& word);
  InstrumentState ToStateWord(const std::string& word);
  void Wrong(const std::string& what) { problem_ = what; }

  const ScenarioNames& names_;
  Timestamp now_;
  uint64_t transfers_ = 0;
  std::map<TransactionId, AssetId> held_;  // Of every `hold`.
  // A price was named in the order at hand, even 0.
  bool has_price_ = false;
  std::string problem_;
};

}  // namespace rialto::engine
