#include "engine/sim/scenario_audit.h"

#include <algorithm>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/sim/print.h"

namespace rialto::engine {
namespace {

template <typename T>
int Count(const Events& events) {
  return static_cast<int>(std::count_if(events.begin(), events.end(), [](const Event& event) {
    return std::holds_alternative<T>(event);
  }));
}

// "kind fields" without the kind: a setting and its event have the same fields.
std::string FieldsOf(const std::string& text) { return text.substr(text.find(' ')); }

// Which event says that a setting holds from here on; empty: none does.
std::string EventKindOf(const Command& command) {
  static const std::map<std::string, std::string> kKinds = {
      {"SetAccountLimits", "AccountLimitsSet"},
      {"SetAccountSettings", "AccountSettingsSet"},
      {"SetTradingState", "TradingStateSet"},
      {"SetMarkPrice", "MarkPriceSet"},
      {"SetFeeTier", "FeeTierSet"},
      {"SetSchedule", "ScheduleSet"},
      {"SetInstrument", "InstrumentChanged"},
      {"Deposit", "Deposited"},
      {"Withdraw", "Withdrawn"}};
  const auto found = kKinds.find(std::string(Name(command)));
  return found == kKinds.end() ? "" : found->second;
}

bool IsAboutAnOrder(const Command& command) {
  return std::holds_alternative<PlaceOrder>(command) ||
         std::holds_alternative<PlaceOrderList>(command) ||
         std::holds_alternative<ReplaceOrder>(command) ||
         std::holds_alternative<CancelOrder>(command) ||
         std::holds_alternative<AmendOrder>(command);
}

// What a repeat is recognised by; empty: never.
std::string RepeatKey(const Command& command) {
  const PlaceOrder* order = std::get_if<PlaceOrder>(&command);
  if (const auto* replace = std::get_if<ReplaceOrder>(&command)) order = &replace->replacement;
  const auto* list = std::get_if<PlaceOrderList>(&command);
  if (list != nullptr && !list->orders.empty()) order = &list->orders[0];
  if (order != nullptr) {
    return absl::StrCat("order ", order->account_id.value(), " ",
                        order->client_order_id.ToString());
  }
  if (const auto* made = std::get_if<MakeTransfers>(&command)) {
    if (made->transfers.empty()) return "";
    return absl::StrCat("transfer ", made->transfers[0].transaction_id.ToString());
  }
  if (const auto* deposit = std::get_if<Deposit>(&command)) {
    return absl::StrCat("transfer ", deposit->transaction_id.ToString());
  }
  if (const auto* withdraw = std::get_if<Withdraw>(&command)) {
    return absl::StrCat("transfer ", withdraw->transaction_id.ToString());
  }
  return "";
}

}  // namespace

std::string ScenarioAudit::Check(const CommandHeader& header, const Command& command,
                                 const Outcome& outcome, const Events& events) {
  problem_.clear();
  balances_changed_.clear();
  sequence_ = header.sequence;
  trade_index_ = 0;
  for (const Event& event : events) {
    std::visit([this](const auto& e) { Follow(e); }, event);
    if (!balances_changed_.empty() && !std::holds_alternative<BalanceChanged>(event)) {
      Wrong("a balance changes before the last of the other events");
    }
  }
  CheckAccepted(command, events);
  CheckRepeat(command, outcome, events);
  if (outcome.repeated) return problem_;
  if (outcome.sequence != header.sequence) Wrong("the sequence is not the command's");
  CheckRefusal(command, outcome, events);
  if (!outcome.accepted()) return problem_;
  if (IsAboutAnOrder(command)) CheckOrderOutcome(outcome);
  CheckEventOf(command, outcome, events);
  return problem_;
}

// --- The life of an order ---

void ScenarioAudit::Follow(const OrderAccepted& event) {
  if (orders_.count(event.order_id) != 0) Wrong("an order id is given twice");
  AuditedOrder& order = orders_[event.order_id];
  order.order = event.order;
  order.quantity = event.order.quantity;
}

void ScenarioAudit::Follow(const OrderRested& event) {
  AuditedOrder& order = orders_[event.order_id];
  if (order.level != Price(0)) Wrong("an order rests twice");
  order.status = OrderStatus::kOpen;
  order.level = event.price;
  order.displayed = event.displayed;
  LevelsOf(order)[event.price] += event.displayed.value();
  CheckLeft(event.order_id, event.remaining);
  const Quantity display = order.order.terms.display_quantity;
  const Quantity shown = display == Quantity(0) ? event.remaining : Min(display, event.remaining);
  if (event.displayed != shown) Wrong("an order shows another quantity than it asked for");
}

void ScenarioAudit::Follow(const Trade& event) {
  CheckTradeId(event.trade_id);
  CheckTradePrice(event);
  AuditedOrder& taker = orders_[event.taker_order_id];
  AuditedOrder& maker = orders_[event.maker_order_id];
  for (AuditedOrder* order : {&taker, &maker}) {
    order->executed += event.quantity;
    order->executed_quote +=
        order->order.side == Side::kBuy ? event.buyer_cost.value() : event.seller_gross.value();
    if (order->Remaining() == Quantity(0)) order->status = OrderStatus::kFilled;
  }
  Leave(maker, event.maker_price, event.quantity);
  Leave(taker, event.taker_price, event.quantity);
  CheckLeft(event.taker_order_id, event.taker_remaining);
  CheckLeft(event.maker_order_id, event.maker_remaining);
}

void ScenarioAudit::Follow(const SelfTradePrevented& event) {
  CheckTradeId(event.match_id);
  AuditedOrder& taker = orders_[event.taker_order_id];
  AuditedOrder& maker = orders_[event.maker_order_id];
  taker.prevented += event.taker_prevented;
  maker.prevented += event.maker_prevented;
  Leave(maker, event.maker_price, event.maker_displayed);
  Leave(taker, event.taker_price, event.taker_displayed);
  CheckLeft(event.taker_order_id, event.taker_remaining);
  CheckLeft(event.maker_order_id, event.maker_remaining);
}

void ScenarioAudit::Follow(const OrderReplenished& event) {
  AuditedOrder& order = orders_[event.order_id];
  if (order.displayed != Quantity(0)) Wrong("an iceberg is replenished before it is used up");
  if (event.displayed != Min(order.order.terms.display_quantity, order.Remaining())) {
    Wrong("an iceberg shows another quantity than it asked for");
  }
  if (event.price != order.level) Wrong("an iceberg is replenished at another price");
  order.displayed = event.displayed;
  LevelsOf(order)[event.price] += event.displayed.value();
}

void ScenarioAudit::Follow(const OrderCanceled& event) {
  AuditedOrder& order = orders_[event.order_id];
  if (order.status == OrderStatus::kCanceled) Wrong("an order is canceled twice");
  if (event.reason != CancelReason::kSelfTradePrevented &&
      event.was_resting != (order.level != Price(0))) {
    Wrong("a canceled order did not rest where it says");
  }
  order.canceled += event.canceled;
  order.status = OrderStatus::kCanceled;
  order.cancel_reason = event.reason;
  if (event.displayed != order.displayed) Wrong("a canceled order showed something else");
  Leave(order, event.price, event.displayed);
  CheckLeft(event.order_id, Quantity(0));
}

void ScenarioAudit::Follow(const OrderReduced& event) {
  AuditedOrder& order = orders_[event.order_id];
  order.quantity -= event.reduced;
  if (event.price != order.level) Wrong("a reduced order rests elsewhere");
  Leave(order, event.price, event.displayed);
  CheckLeft(event.order_id, event.remaining);
}

void ScenarioAudit::Follow(const OrderMoved& event) {
  AuditedOrder& order = orders_[event.order_id];
  if (event.from_price != order.level || event.from_displayed != order.displayed) {
    Wrong("an order moves from where it was not");
  }
  Leave(order, event.from_price, event.from_displayed);
  order.level = Price(0);
  order.status = OrderStatus::kPending;
  order.order.price = event.price;
  order.quantity = event.quantity;
}

void ScenarioAudit::Follow(const OrderTriggered& event) {
  AuditedOrder& order = orders_[event.order_id];
  if (order.status != OrderStatus::kPending) Wrong("an order is triggered that does not wait");
  order.quantity = event.quantity;
}

void ScenarioAudit::Follow(const BalanceChanged& event) {
  if (++balances_changed_[{event.account_id, event.asset_id}] > 1) {
    Wrong("a balance changes twice");
  }
  const auto balance = engine_.BalanceOf(event.account_id, event.asset_id);
  if (balance.available != event.available.value() || balance.held != event.held.value()) {
    Wrong("a balance is not what its event says");
  }
}

void ScenarioAudit::Follow(const AuctionUncrossed& event) {
  if ((event.price == Price(0)) != (event.volume == Quantity(0))) {
    Wrong("an auction has a price without a volume or the other way round");
  }
}

void ScenarioAudit::CheckTradeId(TradeId id) {
  if (id != MakeTradeId(sequence_, trade_index_++)) Wrong("trades are not counted from 0");
}

void ScenarioAudit::CheckLeft(OrderId id, Quantity remaining) {
  const AuditedOrder& order = orders_[id];
  if (order.Remaining() == remaining) return;
  Wrong(absl::StrCat("of order ", id.value(), " ", order.Remaining().value(),
                     " lots should be left, not ", remaining.value()));
}

void ScenarioAudit::CheckTradePrice(const Trade& trade) {
  const AuditedOrder& maker = orders_[trade.maker_order_id];
  const AuditedOrder& taker = orders_[trade.taker_order_id];
  const Levels& levels = LevelsOf(maker);
  const bool is_bid = maker.order.side == Side::kBuy;
  if (levels.empty() || (is_bid ? levels.rbegin()->first : levels.begin()->first) != maker.level) {
    Wrong("a trade passes over a better price");
  }
  if (trade.maker_price != maker.level || trade.taker_price != taker.level) {
    Wrong("a trade takes from where the order is not");
  }
  if (trade.taker_price == Price(0) && trade.price != trade.maker_price) {
    Wrong("a trade is not at the maker's price");
  }
  for (const AuditedOrder* order : {&maker, &taker}) {
    const Price limit = order->order.price;
    const bool is_buy = order->order.side == Side::kBuy;
    if (limit != Price(0) && (is_buy ? trade.price > limit : trade.price < limit)) {
      Wrong("a trade is beyond an order's limit");
    }
  }
}

void ScenarioAudit::Leave(AuditedOrder& order, Price price, Quantity displayed) {
  if (displayed == Quantity(0) || price == Price(0)) return;
  Levels& levels = LevelsOf(order);
  absl::int128& lots = levels[price];
  lots -= displayed.value();
  order.displayed -= displayed;
  if (lots < 0 || order.displayed < Quantity(0)) Wrong("a book shows less than nothing");
  if (lots == 0) levels.erase(price);
}

// --- The answer ---

// The ids of orders, and what holds a list together.
void ScenarioAudit::CheckAccepted(const Command& command, const Events& events) {
  const auto* list = std::get_if<PlaceOrderList>(&command);
  uint64_t index = 0;
  for (const Event& event : events) {
    const auto* accepted = std::get_if<OrderAccepted>(&event);
    if (accepted == nullptr) continue;
    if (accepted->order_id.value() != (index++ << 56 | sequence_.value())) {
      Wrong("an order id is not the sequence of its command");
    }
    const OrderId list_id(list == nullptr ? 0 : sequence_.value());
    if (accepted->list_id != list_id ||
        accepted->list_kind != (list == nullptr ? 0 : static_cast<uint8_t>(list->kind))) {
      Wrong("an order is of another list");
    }
  }
}

void ScenarioAudit::CheckOrderOutcome(const Outcome& outcome) {
  const auto found = orders_.find(outcome.order_id);
  if (found == orders_.end()) return Wrong("the outcome is of no order");
  const AuditedOrder& order = found->second;
  if (outcome.instrument_id != order.order.instrument_id || outcome.side != order.order.side) {
    Wrong("the outcome has another instrument or side");
  }
  if (outcome.status != order.status) {
    Wrong(absl::StrCat("the status should be ", std::string(Name(order.status))));
  }
  if (outcome.cancel_reason != order.cancel_reason) Wrong("another cancel reason");
  const absl::int128 quote = std::min<absl::int128>(order.executed_quote, INT64_MAX);
  if (outcome.executed != order.executed || outcome.executed_quote.value() != quote) {
    Wrong("the trades are not what was executed");
  }
  if (outcome.prevented != order.prevented) Wrong("another prevented quantity");
  if (outcome.remaining != order.Remaining()) Wrong("another remaining quantity");
}

// Refused orders and transfers have one event each that says why; other refusals have none.
void ScenarioAudit::CheckRefusal(const Command& command, const Outcome& outcome,
                                 const Events& events) {
  const bool is_refused = !outcome.accepted();
  int transfers =
      std::holds_alternative<Deposit>(command) || std::holds_alternative<Withdraw>(command) ? 1 : 0;
  const auto* made = std::get_if<MakeTransfers>(&command);
  if (made != nullptr && outcome.transfer.refused != 0) {
    transfers = static_cast<int>(made->transfers.size());
  }
  if (Count<OrderRejected>(events) != (is_refused && IsAboutAnOrder(command) ? 1 : 0) ||
      Count<TransferRejected>(events) != (is_refused ? transfers : 0)) {
    Wrong("not the events of a refusal");
  }
  const auto compare = [&](const auto& rejected) {
    if (rejected.reason != outcome.reason || rejected.need != outcome.need ||
        rejected.have != outcome.have) {
      Wrong("the event gives another reason");
    }
  };
  const auto* place = std::get_if<PlaceOrder>(&command);
  for (const Event& event : events) {
    const auto* order = std::get_if<OrderRejected>(&event);
    if (order != nullptr) compare(*order);
    if (order != nullptr && place != nullptr &&
        (order->account_id != place->account_id || order->order_id != OrderId(0) ||
         order->client_order_id != place->client_order_id ||
         order->instrument_id != place->instrument_id || outcome.order_id != OrderId(0) ||
         outcome.instrument_id != place->instrument_id || outcome.side != place->side)) {
      Wrong("a refusal is of another order");
    }
    const auto* transfer = std::get_if<TransferRejected>(&event);
    const bool is_linked =
        transfer != nullptr && transfer->reason == RejectReason::kLinkedFailed && transfers > 1;
    if (transfer != nullptr && !is_linked) compare(*transfer);
  }
}

// A repeated order or transfer hears the first outcome again, and has no events of its own.
void ScenarioAudit::CheckRepeat(const Command& command, const Outcome& outcome,
                                const Events& events) {
  if (outcome.repeated && Count<OrderAccepted>(events) + Count<OrderRejected>(events) +
                                  Count<Deposited>(events) + Count<Withdrawn>(events) +
                                  Count<Transferred>(events) + Count<TransferPending>(events) +
                                  Count<TransferRejected>(events) >
                              0) {
    Wrong("a repeat has events");
  }
  const std::string key = RepeatKey(command);
  if (key.empty()) return;
  const auto [first, is_new] = first_outcomes_.emplace(key, outcome);
  if (is_new || !outcome.repeated) return;
  Outcome expected = first->second;
  expected.repeated = true;
  if (outcome != expected) Wrong("a repeat has another outcome than the first");
}

void ScenarioAudit::CheckEventOf(const Command& command, const Outcome& outcome,
                                 const Events& events) {
  const std::string kind = EventKindOf(command);
  if (const auto* made = std::get_if<MakeTransfers>(&command)) CheckTransfers(*made, events);
  int found = 0;
  for (const Event& event : events) {
    if (const auto* mass = std::get_if<MassCanceled>(&event)) {
      if (mass->filter != std::get<MassCancel>(command) ||
          mass->canceled != outcome.canceled_orders || mass->more != outcome.more) {
        Wrong("a mass cancel is not what its event says");
      }
    }
    if (kind.empty() || Name(event) != kind) continue;
    ++found;
    if (FieldsOf(ToText(event)) != FieldsOf(ToText(command))) Wrong("the event says otherwise");
  }
  if (!kind.empty() && found != 1) Wrong(absl::StrCat("there should be one ", kind));
  if (std::holds_alternative<MassCancel>(command) && Count<MassCanceled>(events) != 1) {
    Wrong("there should be one MassCanceled");
  }
}

// Each transfer has its event, in order, and each says what was asked.
void ScenarioAudit::CheckTransfers(const MakeTransfers& command, const Events& events) {
  size_t index = 0;
  const auto compare = [&](const auto& event, AccountId debit, AccountId credit) {
    if (index == command.transfers.size()) return Wrong("there is one transfer too many");
    const Transfer& asked = command.transfers[index++];
    if (event.transaction_id != asked.transaction_id || event.reference != asked.reference) {
      Wrong("the event is of another transfer");
    }
    const auto differs = [](auto said, auto is) { return said != decltype(said)() && said != is; };
    if (differs(asked.debit_account_id, debit) || differs(asked.credit_account_id, credit) ||
        differs(asked.asset_id, event.asset_id)) {
      Wrong("a transfer is between other accounts");
    }
  };
  for (const Event& event : events) {
    if (const auto* moved = std::get_if<Transferred>(&event)) {
      compare(*moved, moved->debit_account_id, moved->credit_account_id);
    } else if (const auto* pending = std::get_if<TransferPending>(&event)) {
      compare(*pending, pending->debit_account_id, pending->credit_account_id);
    } else if (const auto* resolved = std::get_if<PendingResolved>(&event)) {
      if (resolved->transaction_id.empty()) continue;  // It expired.
      compare(*resolved, resolved->debit_account_id, resolved->credit_account_id);
    }
  }
  if (index != command.transfers.size()) Wrong("a transfer has no event");
}

ScenarioAudit::Totals ScenarioAudit::TotalsOf(InstrumentId id, Side side) const {
  Totals totals;
  for (const auto& [order_id, order] : orders_) {
    if (order.order.instrument_id != id || order.order.side != side) continue;
    if (order.status == OrderStatus::kOpen) {
      ++totals.resting;
      totals.resting_lots += order.Remaining();
      totals.displayed_lots += order.displayed;
    } else if (order.status == OrderStatus::kPending) {
      ++totals.waiting;
      totals.waiting_lots += order.Remaining();
    }
  }
  return totals;
}

const ScenarioAudit::AuditedOrder* ScenarioAudit::Find(OrderId id) const {
  const auto found = orders_.find(id);
  return found == orders_.end() ? nullptr : &found->second;
}

std::string ScenarioAudit::CheckBooks() const {
  for (const auto& [key, levels] : levels_) {
    std::vector<ScenarioEngine::Level> expected;
    for (const auto& [price, lots] : levels) expected.push_back({price, lots});
    if (key.second == Side::kBuy) std::reverse(expected.begin(), expected.end());
    if (engine_.Levels(key.first, key.second) != expected) {
      return "the book is not what the events add up to";
    }
  }
  return "";
}

}  // namespace rialto::engine
