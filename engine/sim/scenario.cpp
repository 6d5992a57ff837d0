#include "engine/sim/scenario.h"

#include <map>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "engine/sim/print.h"
#include "engine/sim/scenario_names.h"
#include "engine/sim/scenario_parser.h"

namespace rialto::engine {
namespace {

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

class Scenario {
 public:
  explicit Scenario(ScenarioEngine& engine) : engine_(engine), parser_(names_) {}

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
    const std::string_view left = Trim(std::string_view(row).substr(0, arrow));
    const std::string expected(
        arrow == std::string::npos ? "ok" : Trim(std::string_view(row).substr(arrow + 2)));
    problem_.clear();
    Words words{std::string(left)};
    const std::string verb = words.Take();
    std::string actual;
    if (verb == "balance") {
      actual = TellBalance(words);
    } else if (verb == "book") {
      actual = TellBook(words);
    } else {
      do {
        const std::optional<Command> command = parser_.Parse(verb, words);
        const std::string problem = parser_.TakeProblem();
        if (!command || !problem.empty()) return absl::StrCat(row, "\n  ", problem);
        actual = ApplyAndTell(*command);
      } while (verb == "open" && !words.empty() && actual == expected);
      if (!words.empty()) return absl::StrCat(row, "\n  what is '", words.Take(), "'?");
    }
    if (!problem_.empty()) return absl::StrCat(std::string(left), "\n", problem_);
    if (actual == expected) return "";
    return absl::StrCat(std::string(left), "\n  expected: ", expected, "\n  actual:   ", actual);
  }

  // --- What the engine said, in words ---

  std::string ApplyAndTell(const Command& command) {
    events_.clear();
    const CommandHeader header{Sequence(++sequence_), Timestamp(static_cast<int64_t>(sequence_))};
    const Outcome outcome = engine_.Apply(header, command, events_);
    for (const Event& event : events_) names_.Learn(event);
    CheckAgreement(command, outcome);
    if (!problem_.empty()) {
      absl::StrAppend(&problem_, "\n  ", ToText(outcome), "\n", ToText(events_));
    }
    return Tell(command, outcome);
  }

  std::string Tell(const Command& command, const Outcome& outcome) {
    std::vector<std::string> phrases = {outcome.repeated ? "repeated " : ""};
    if (!outcome.accepted()) {
      phrases[0] += TellRefusal(command, outcome);
      return phrases[0];
    }
    const bool is_place = std::holds_alternative<PlaceOrder>(command);
    const bool is_change =
        std::holds_alternative<CancelOrder>(command) || std::holds_alternative<AmendOrder>(command);
    phrases[0] += is_place || is_change ? "accepted" : "ok";
    const std::string many_trades = TellManyTrades(outcome);
    if (!many_trades.empty()) phrases.push_back(many_trades);
    for (const Event& event : events_) {
      if (!many_trades.empty() && std::holds_alternative<Trade>(event)) continue;
      const auto* accepted = std::get_if<OrderAccepted>(&event);
      if (accepted != nullptr && accepted->order.quote_amount != Amount(0)) {
        absl::StrAppend(&phrases[0], " ", Size(outcome, accepted->order.quantity));
      }
      const std::string phrase = TellEvent(outcome, event);
      if (!phrase.empty()) phrases.push_back(phrase);
    }
    if (is_change && outcome.executed != Quantity(0)) {
      phrases.push_back(absl::StrCat("executed ", Size(outcome, outcome.executed), " for ",
                                     Money(outcome, outcome.executed_quote)));
    }
    return absl::StrJoin(phrases, ", ");
  }

  // More than ten trades are told as one.
  std::string TellManyTrades(const Outcome& outcome) {
    int trades = 0;
    Quantity lots;
    for (const Event& event : events_) {
      const auto* trade = std::get_if<Trade>(&event);
      if (trade == nullptr) continue;
      ++trades;
      lots += trade->quantity;
    }
    return trades <= 10 ? "" : absl::StrCat(trades, " trades of ", Size(outcome, lots));
  }

  std::string Size(const Outcome& outcome, Quantity lots) {
    return ScenarioNames::FormatQuantity(names_.Market(outcome.instrument_id), lots.value());
  }
  std::string Money(const Outcome& outcome, Amount amount) {
    return ScenarioNames::FormatQuote(names_.Market(outcome.instrument_id), amount.value());
  }

  std::string TellEvent(const Outcome& outcome, const Event& event) {
    if (const auto* trade = std::get_if<Trade>(&event)) {
      const ScenarioMarket market = names_.Market(trade->instrument_id);
      std::string text = absl::StrCat("trade ", names_.OrderName(trade->maker_order_id), " ",
                                      Size(outcome, trade->quantity), " @ ",
                                      ScenarioNames::FormatPrice(market, trade->price.value()));
      if (trade->buyer_fee + trade->seller_fee != Amount(0)) {
        absl::StrAppend(&text, " buyer fee ", Money(outcome, trade->buyer_fee), " seller fee ",
                        Money(outcome, trade->seller_fee));
      }
      return text;
    }
    if (const auto* rested = std::get_if<OrderRested>(&event)) {
      return absl::StrCat("rests ", Size(outcome, rested->remaining));
    }
    if (const auto* canceled = std::get_if<OrderCanceled>(&event)) {
      return absl::StrCat("canceled ", Size(outcome, canceled->canceled), " ",
                          std::string(Name(canceled->reason)));
    }
    if (const auto* reduced = std::get_if<OrderReduced>(&event)) {
      return absl::StrCat("reduced to ", Size(outcome, reduced->remaining));
    }
    return "";
  }

  // The reason with its numbers in the units it is about.
  std::string TellRefusal(const Command& command, const Outcome& outcome) {
    const ScenarioMarket market = names_.Market(outcome.instrument_id);
    AssetId asset_id =
        outcome.side == Side::kBuy ? market.definition.quote : market.definition.base;
    if (const auto* deposit = std::get_if<Deposit>(&command)) asset_id = deposit->asset_id;
    if (const auto* withdraw = std::get_if<Withdraw>(&command)) asset_id = withdraw->asset_id;
    const auto tell = [&](int64_t number) {
      switch (outcome.reason) {
        case RejectReason::kPriceOutOfRange:
        case RejectReason::kWouldTake:
          return ScenarioNames::FormatPrice(market, number);
        case RejectReason::kQuantityBelowMinimum:
        case RejectReason::kQuantityAboveMaximum:
        case RejectReason::kQuantityNotReduced:
        case RejectReason::kMaxOrderQuantity:
          return ScenarioNames::FormatQuantity(market, number);
        case RejectReason::kNotionalBelowMinimum:
        case RejectReason::kNotionalAboveMaximum:
        case RejectReason::kMaxOrderNotional:
          return ScenarioNames::FormatQuote(market, number);
        case RejectReason::kInvalidOrder:
        case RejectReason::kAmountOverflow:
        case RejectReason::kInsufficientFunds:
          return ScenarioNames::Format(number, names_.ScaleOf(asset_id));
        default:
          return absl::StrCat(number);
      }
    };
    std::string text(Name(outcome.reason));
    if (outcome.need == 0 && outcome.have == 0) return text;
    return absl::StrCat(text, " need ", tell(outcome.need), " have ", tell(outcome.have));
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

  // --- What no row shows ---

  void CheckAgreement(const Command& command, const Outcome& outcome) {
    CheckRepeat(command, outcome);
    if (outcome.repeated) return;
    if (outcome.sequence != Sequence(sequence_)) problem_ = "the sequence is not the command's";
    if (!outcome.accepted()) return CheckRefusal(command, outcome);
    Quantity executed;
    Amount executed_quote;
    OrderStatus status = OrderStatus::kFilled;
    Quantity resting;
    for (const Event& event : events_) {
      if (const auto* trade = std::get_if<Trade>(&event)) {
        executed += trade->quantity;
        const bool bought = outcome.side == Side::kBuy;
        executed_quote += bought ? trade->buyer_cost : trade->seller_gross;
      } else if (const auto* rested = std::get_if<OrderRested>(&event)) {
        status = OrderStatus::kOpen;
        resting = rested->remaining;
      } else if (const auto* canceled = std::get_if<OrderCanceled>(&event)) {
        status = OrderStatus::kCanceled;
        if (outcome.cancel_reason != canceled->reason) problem_ = "another cancel reason";
      } else if (const auto* changed = std::get_if<BalanceChanged>(&event)) {
        const auto balance = engine_.BalanceOf(changed->account_id, changed->asset_id);
        if (balance.available != changed->available.value() ||
            balance.held != changed->held.value()) {
          problem_ = "a balance is not what its event says";
        }
      }
    }
    if (!std::holds_alternative<PlaceOrder>(command)) return;
    if (outcome.status != status || outcome.remaining != resting) problem_ = "another status";
    if (outcome.executed != executed || outcome.executed_quote != executed_quote) {
      problem_ = "the trades are not what was executed";
    }
  }

  // Refused orders and transfers have one event that says why; other refusals have none.
  void CheckRefusal(const Command& command, const Outcome& outcome) {
    const bool has_event =
        std::holds_alternative<Deposit>(command) || std::holds_alternative<Withdraw>(command) ||
        std::holds_alternative<PlaceOrder>(command) ||
        std::holds_alternative<CancelOrder>(command) || std::holds_alternative<AmendOrder>(command);
    if (events_.size() != (has_event ? 1 : 0)) {
      problem_ = "not the events of a refusal";
      return;
    }
    if (!has_event) return;
    RejectReason reason = RejectReason::kNone;
    if (const auto* order = std::get_if<OrderRejected>(&events_[0])) reason = order->reason;
    if (const auto* transfer = std::get_if<TransferRejected>(&events_[0]))
      reason = transfer->reason;
    if (reason != outcome.reason) problem_ = "the event gives another reason";
  }

  // A repeated order or transfer hears the first outcome again, and nothing happens.
  void CheckRepeat(const Command& command, const Outcome& outcome) {
    std::string key;
    if (const auto* order = std::get_if<PlaceOrder>(&command)) {
      key =
          absl::StrCat("order ", order->account_id.value(), " ", order->client_order_id.ToString());
    } else if (const auto* deposit = std::get_if<Deposit>(&command)) {
      key = absl::StrCat("transfer ", deposit->transaction_id.ToString());
    } else if (const auto* withdraw = std::get_if<Withdraw>(&command)) {
      key = absl::StrCat("transfer ", withdraw->transaction_id.ToString());
    }
    if (outcome.repeated && !events_.empty()) problem_ = "a repeat has events";
    if (key.empty()) return;
    const auto [first, is_new] = first_outcomes_.emplace(key, outcome);
    if (is_new || !outcome.repeated) return;
    Outcome expected = first->second;
    expected.repeated = true;
    if (outcome != expected) problem_ = "a repeat has another outcome than the first";
  }

  ScenarioEngine& engine_;
  ScenarioNames names_;
  ScenarioParser parser_;
  uint64_t sequence_ = 0;
  Events events_;
  std::map<std::string, Outcome> first_outcomes_;
  // Not empty: what is wrong with this row whatever it expects.
  std::string problem_;
};

}  // namespace

std::string RunScenario(std::string_view text, ScenarioEngine& engine) {
  return Scenario(engine).Run(text);
}

}  // namespace rialto::engine
