#include "engine/sim/scenario.h"

#include <algorithm>
#include <optional>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "engine/sim/print.h"
#include "engine/sim/scenario_audit.h"
#include "engine/sim/scenario_names.h"
#include "engine/sim/scenario_parser.h"
#include "engine/sim/scenario_tell.h"

namespace rialto::engine {
namespace {

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// `...` at the end of what is expected: whatever else.
bool Fits(const std::string& actual, const std::string& expected) {
  if (!absl::EndsWith(expected, "...")) return actual == expected;
  return absl::StartsWith(actual + ", ", expected.substr(0, expected.size() - 3));
}

class Scenario {
 public:
  explicit Scenario(ScenarioEngine& engine)
      : engine_(engine), parser_(names_), teller_(names_), audit_(engine) {}

  std::string Run(std::string_view text) {
    int line_number = 0;
    while (!text.empty()) {
      const size_t end = text.find('\n');
      const std::string_view line = Trim(text.substr(0, end));
      text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
      ++line_number;
      if (line.empty() || line.substr(0, 2) == "//") continue;
      const std::string failure = RunLine(std::string(line));
      if (!failure.empty()) return absl::StrCat("line ", line_number, ": ", failure);
      engine_.Validate();
      const std::string wrong_book = audit_.CheckBooks();
      if (!wrong_book.empty()) return absl::StrCat("line ", line_number, ": ", wrong_book);
    }
    return "";
  }

 private:
  std::string RunLine(const std::string& line) {
    Words words(line);
    if (!words.TakeIf("repeat")) return RunRow(line);
    int times = 0;
    const std::string count = words.Take();
    if (!absl::SimpleAtoi(count, &times)) return absl::StrCat("how often is '", count, "'?");
    const std::string row = line.substr(line.find(count) + count.size());
    for (int i = 1; i <= times; ++i) {
      std::string failure = RunRow(absl::StrReplaceAll(row, {{"*", absl::StrCat(i)}}));
      if (!failure.empty()) return failure;
    }
    return "";
  }

  std::string RunRow(const std::string& row) {
    const size_t arrow = row.find("->");
    const std::string left(Trim(std::string_view(row).substr(0, arrow)));
    std::optional<std::string> expected;
    if (arrow != std::string::npos) {
      expected = std::string(Trim(std::string_view(row).substr(arrow + 2)));
    }
    problem_.clear();
    Words words(left);
    std::string actual = TakeTime(words);
    const std::string verb = words.Take();
    if (!actual.empty()) return absl::StrCat(left, "\n  ", actual);
    if (!TellState(verb, words, actual)) {
      do {
        const Timestamp now(std::max(now_.value() + 1, next_.value()));
        if (verb == "tick" && !words.empty()) TakeTime(words);
        const std::optional<Command> command = parser_.Parse(verb, words, now);
        const std::string problem = parser_.TakeProblem();
        if (!command) return absl::StrCat(left, "\n  what is '", verb, "'?");
        if (!problem.empty()) return absl::StrCat(left, "\n  ", problem);
        actual = ApplyAndTell(*command);
        if (!expected && is_taken_) actual.clear();
      } while (verb == "open" && !words.empty() && actual == expected.value_or(""));
      if (!words.empty()) return absl::StrCat(left, "\n  what is '", words.Take(), "'?");
    }
    if (!problem_.empty()) return absl::StrCat(left, "\n", problem_);
    if (Fits(actual, expected.value_or(""))) return "";
    return absl::StrCat(left, "\n  expected: ", expected.value_or("ok"), "\n  actual:   ", actual);
  }

  // "at 12:00" or "+5s" before a row, or after a tick; says what is wrong with it.
  std::string TakeTime(Words& words) {
    std::string text;
    if (words.TakeIf("at")) {
      text = words.Take();
    } else if (words.Peek().substr(0, 1) == "+") {
      text = words.Take();
    } else {
      return "";
    }
    if (!ScenarioNames::ParseTime(text, now_, &next_)) return absl::StrCat("bad time: ", text);
    return next_ > now_ ? "" : "time does not go back";
  }

  std::string ApplyAndTell(const Command& command) {
    now_ = Timestamp(std::max(now_.value() + 1, next_.value()));
    const CommandHeader header{Sequence(++sequence_), now_};
    events_.clear();
    const std::optional<Outcome> foreseen = Foresee(command);
    const Outcome outcome = engine_.Apply(header, command, events_);
    for (const Event& event : events_) {
      names_.Learn(event);
      teller_.Learn(event);
    }
    problem_ = audit_.Check(header, command, outcome, events_);
    if (foreseen && (foreseen->reason != outcome.reason || foreseen->need != outcome.need ||
                     foreseen->have != outcome.have || foreseen->repeated != outcome.repeated)) {
      problem_ = absl::StrCat("it should have been foreseen, not: ", ToText(*foreseen));
    }
    if (!problem_.empty()) {
      problem_ = absl::StrCat("  ", problem_, "\n  ", ToText(outcome), "\n", ToText(events_));
    }
    is_taken_ = outcome.accepted() && !outcome.repeated;
    return teller_.Tell(command, outcome, events_);
  }

  // What an order would hear at its time, when nothing happens by itself before.
  std::optional<Outcome> Foresee(const Command& command) const {
    const auto* order = std::get_if<PlaceOrder>(&command);
    const Timestamp due = engine_.NextDue();
    if (order == nullptr || (due != Timestamp(0) && due <= now_)) return std::nullopt;
    return engine_.Foresee(*order, now_);
  }

  // What a query says; false: the verb is a command's.
  bool TellState(const std::string& verb, Words& words, std::string& told) {
    if (verb == "balance") {
      told = TellBalance(words);
    } else if (verb == "book") {
      told = TellBook(words);
    } else if (verb == "order") {
      told = TellOrder(words);
    } else if (verb == "totals") {
      told = TellTotals(words);
    } else if (verb == "auction") {
      told = TellAuction(words);
    } else if (verb == "due") {
      told = TellDue();
    } else {
      return false;
    }
    return true;
  }

  std::string TellOrder(Words& words) {
    words.Take();  // Its owner, for the reader: orders are known by their names.
    const OrderId id = names_.Order(words.Take());
    const ScenarioAudit::AuditedOrder* order = audit_.Find(id);
    if (order == nullptr) return "unknown";
    const auto size = [&](Quantity lots) {
      return ScenarioNames::FormatQuantity(names_.MarketOf(id), lots.value());
    };
    std::string text = absl::AsciiStrToLower(std::string(Name(order->status)));
    if (order->cancel_reason != CancelReason::kNone) {
      absl::StrAppend(&text, " ", std::string(Name(order->cancel_reason)));
    }
    return absl::StrCat(text, " ", size(order->Remaining()), ", executed ", size(order->executed),
                        ", prevented ", size(order->prevented));
  }

  std::string TellTotals(Words& words) {
    const ScenarioMarket market = names_.Market(words.Take());
    const auto size = [&](Quantity lots) {
      return ScenarioNames::FormatQuantity(market, lots.value());
    };
    const auto in_book = [&](const ScenarioAudit::Totals& t) {
      return absl::StrCat(t.resting, " of ", size(t.resting_lots), " shows ",
                          size(t.displayed_lots));
    };
    const auto buys = audit_.TotalsOf(market.id, Side::kBuy);
    const auto sells = audit_.TotalsOf(market.id, Side::kSell);
    return absl::StrCat("bids ", in_book(buys), ", asks ", in_book(sells), ", waiting ",
                        buys.waiting, " buy of ", size(buys.waiting_lots), ", ", sells.waiting,
                        " sell of ", size(sells.waiting_lots));
  }

  std::string TellDue() const {
    const Timestamp due = engine_.NextDue();
    if (due == Timestamp(0)) return "never";
    return due <= now_ ? "now" : ScenarioNames::FormatTime(due.value());
  }

  std::string TellAuction(Words& words) {
    const ScenarioMarket market = names_.Market(words.Take());
    const auto auction = engine_.IndicativeAuction(market.id);
    if (auction.price == Price(0)) return "nothing";
    return absl::StrCat(ScenarioNames::FormatQuantity(market, auction.volume.value()), " @ ",
                        ScenarioNames::FormatPrice(market, auction.price.value()));
  }

  std::string TellBalance(Words& words) {
    const AccountId account_id = names_.Account(words.Take());
    const AssetId asset_id = names_.AssetOf(words.Take());
    const auto balance = engine_.BalanceOf(account_id, asset_id);
    const uint32_t scale = names_.ScaleOf(asset_id);
    return absl::StrCat("available ", ScenarioNames::Format(balance.available, scale), " held ",
                        ScenarioNames::Format(balance.held, scale));
  }

  std::string TellBook(Words& words) {
    const ScenarioMarket market = names_.Market(words.Take());
    std::vector<std::string> levels;
    for (const Side side : {Side::kSell, Side::kBuy}) {
      for (const ScenarioEngine::Level& level : engine_.Levels(market.id, side)) {
        levels.push_back(absl::StrCat(side == Side::kSell ? "ask " : "bid ",
                                      ScenarioNames::FormatQuantity(market, level.lots), " @ ",
                                      ScenarioNames::FormatPrice(market, level.price.value())));
      }
    }
    return levels.empty() ? "empty" : absl::StrJoin(levels, ", ");
  }

  ScenarioEngine& engine_;
  ScenarioNames names_;
  ScenarioParser parser_;
  ScenarioTeller teller_;
  ScenarioAudit audit_;
  uint64_t sequence_ = 0;
  Timestamp now_;   // Of the last command.
  Timestamp next_;  // The earliest the next command may come.
  Events events_;
  bool is_taken_ = false;
  // Not empty: what is wrong with this row whatever it expects.
  std::string problem_;
};

}  // namespace

std::string RunScenario(std::string_view text, ScenarioEngine& engine) {
  return Scenario(engine).Run(text);
}

}  // namespace rialto::engine
