#include "engine/sim/scenario_tell.h"

#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/sim/print.h"

namespace rialto::engine {
namespace {

// More than this many of a kind are told as one: trades, cancels, triggers, prevented matches.
constexpr int kToldMax = 10;

bool IsPlaced(const Command& command) {
  return std::holds_alternative<PlaceOrder>(command) ||
         std::holds_alternative<PlaceOrderList>(command) ||
         std::holds_alternative<ReplaceOrder>(command);
}

bool IsChanged(const Command& command) {
  return std::holds_alternative<CancelOrder>(command) ||
         std::holds_alternative<AmendOrder>(command);
}

}  // namespace

void ScenarioTeller::Learn(const Event& event) {
  if (const auto* accepted = std::get_if<OrderAccepted>(&event)) {
    known_[accepted->order_id] = {accepted->order.type == OrderType::kPegged,
                                  accepted->order.price};
  } else if (const auto* moved = std::get_if<OrderMoved>(&event)) {
    known_[moved->order_id].limit = moved->price;
  }
}

std::string ScenarioTeller::Tell(const Command& command, const Outcome& outcome,
                                 const Events& events) {
  const bool is_own = !outcome.repeated && (IsPlaced(command) || IsChanged(command));
  own_ = is_own ? outcome.order_id : OrderId(0);
  phrases_.clear();
  std::string verdict = outcome.repeated ? "repeated " : "";
  if (!outcome.accepted()) {
    verdict += TellRefusal(command, outcome);
  } else if (IsPlaced(command) && outcome.status == OrderStatus::kPending) {
    verdict += "pending";
  } else {
    verdict += IsPlaced(command) || IsChanged(command) ? "accepted" : "ok";
  }
  FindMany(events);
  for (const Event& event : events) {
    const auto* accepted = std::get_if<OrderAccepted>(&event);
    if (accepted != nullptr && accepted->order.quote_amount != Amount(0)) {
      absl::StrAppend(&verdict, " ", Size(accepted->order.instrument_id, accepted->order.quantity));
    }
    const std::string phrase = TellEvent(event);
    if (!phrase.empty()) phrases_.push_back(phrase);
  }
  if (IsChanged(command) && outcome.accepted() && outcome.executed != Quantity(0)) {
    phrases_.push_back(absl::StrCat("executed ", Size(outcome.instrument_id, outcome.executed),
                                    " for ",
                                    ScenarioNames::FormatQuote(names_.Market(outcome.instrument_id),
                                                               outcome.executed_quote.value())));
  }
  phrases_.insert(phrases_.begin(), verdict);
  return absl::StrJoin(phrases_, ", ");
}

void ScenarioTeller::FindMany(const Events& events) {
  int trades = 0;
  int cancels = 0;
  int triggers = 0;
  int prevented = 0;
  InstrumentId instrument_id;
  Quantity lots;
  for (const Event& event : events) {
    if (std::holds_alternative<OrderCanceled>(event)) ++cancels;
    if (std::holds_alternative<OrderTriggered>(event)) ++triggers;
    if (std::holds_alternative<SelfTradePrevented>(event)) ++prevented;
    const auto* trade = std::get_if<Trade>(&event);
    if (trade == nullptr) continue;
    ++trades;
    lots += trade->quantity;
    instrument_id = trade->instrument_id;
  }
  many_.clear();
  if (trades > kToldMax) {
    many_["Trade"] = absl::StrCat(trades, " trades of ", Size(instrument_id, lots));
  }
  if (cancels > kToldMax) many_["OrderCanceled"] = absl::StrCat(cancels, " cancels");
  if (prevented > kToldMax) many_["SelfTradePrevented"] = absl::StrCat(prevented, " prevented");
  if (triggers > kToldMax) many_["OrderTriggered"] = absl::StrCat(triggers, " triggered");
}

// --- Refusals ---

// The reason with its numbers in the units it is about.
std::string ScenarioTeller::TellRefusal(const Command& command, const Outcome& outcome) const {
  std::string text(Name(outcome.reason));
  if (outcome.reason == RejectReason::kInstrumentState) {
    const auto state = static_cast<InstrumentState>(outcome.have);
    return absl::StrCat(text, " ", std::string(Name(state)));
  }
  if (outcome.reason == RejectReason::kSelfTradeNotAllowed) {
    const auto mode = static_cast<SelfTrade>(outcome.have);
    return absl::StrCat(text, " ", std::string(Name(mode)));
  }
  const auto* transfers = std::get_if<MakeTransfers>(&command);
  const bool is_linked = transfers != nullptr && transfers->transfers.size() > 1;
  const std::string where = is_linked && outcome.transfer.refused != 0
                                ? absl::StrCat(" at ", outcome.transfer.refused)
                                : "";
  if (outcome.need == 0 && outcome.have == 0) return text + where;
  return absl::StrCat(text, " need ", TellNumber(command, outcome, outcome.need), " have ",
                      TellNumber(command, outcome, outcome.have), where);
}

std::string ScenarioTeller::TellNumber(const Command& command, const Outcome& outcome,
                                       int64_t number) const {
  ScenarioMarket market = names_.Market(outcome.instrument_id);
  if (const auto* mark = std::get_if<SetMarkPrice>(&command)) {
    market = names_.Market(mark->instrument_id);
  }
  switch (outcome.reason) {
    case RejectReason::kPriceOutOfRange:
    case RejectReason::kPriceCollar:
    case RejectReason::kWouldTrigger:
    case RejectReason::kWouldTake:
      return ScenarioNames::FormatPrice(market, number);
    case RejectReason::kQuantityBelowMinimum:
    case RejectReason::kQuantityAboveMaximum:
    case RejectReason::kQuantityNotReduced:
    case RejectReason::kMaxOrderQuantity:
    case RejectReason::kMaxPosition:
      return ScenarioNames::FormatQuantity(market, number);
    case RejectReason::kNotionalBelowMinimum:
    case RejectReason::kNotionalAboveMaximum:
    case RejectReason::kMaxOrderNotional:
    case RejectReason::kMaxExposure:
      return ScenarioNames::FormatQuote(market, number);
    case RejectReason::kRequestExpired:
    case RejectReason::kExpireTimePassed:
      return ScenarioNames::FormatTime(number);
    case RejectReason::kDuplicateOrder:
      return ScenarioNames::FormatDuration(number);
    case RejectReason::kInvalidOrder:
    case RejectReason::kPendingAmountExceeded:
    case RejectReason::kAmountOverflow:
    case RejectReason::kInsufficientFunds:
      return ScenarioNames::Format(number, names_.ScaleOf(AssetOf(command, outcome)));
    default:
      return absl::StrCat(number);
  }
}

AssetId ScenarioTeller::AssetOf(const Command& command, const Outcome& outcome) const {
  if (const auto* deposit = std::get_if<Deposit>(&command)) return deposit->asset_id;
  if (const auto* withdraw = std::get_if<Withdraw>(&command)) return withdraw->asset_id;
  if (std::holds_alternative<MakeTransfers>(command)) return outcome.transfer.asset_id;
  const CreateInstrument definition = names_.Market(outcome.instrument_id).definition;
  return outcome.side == Side::kBuy ? definition.quote : definition.base;
}

// --- Events ---

// Of many events of a kind the first tells of all.
std::string ScenarioTeller::TellEvent(const Event& event) {
  const auto many = many_.find(Name(event));
  if (many != many_.end()) return std::exchange(many->second, std::string());
  if (const auto* trade = std::get_if<Trade>(&event)) return TellTrade(*trade);
  if (const auto* rested = std::get_if<OrderRested>(&event)) return TellRested(*rested);
  if (const auto* moved = std::get_if<OrderMoved>(&event)) return TellMoved(*moved);
  if (const auto* canceled = std::get_if<OrderCanceled>(&event)) {
    return absl::StrCat(Whose(canceled->order_id), "canceled ",
                        Size(canceled->instrument_id, canceled->canceled), " ",
                        std::string(Name(canceled->reason)));
  }
  if (const auto* reduced = std::get_if<OrderReduced>(&event)) {
    return absl::StrCat(Whose(reduced->order_id), "reduced to ",
                        Size(reduced->instrument_id, reduced->remaining));
  }
  if (const auto* triggered = std::get_if<OrderTriggered>(&event)) {
    const std::string whose = Whose(triggered->order_id);
    const InstrumentId id = triggered->instrument_id;
    if (triggered->source == TriggerSource::kNone) {
      return absl::StrCat(whose, "active ", Size(id, triggered->quantity));
    }
    return absl::StrCat(whose, "triggered at ",
                        ScenarioNames::FormatPrice(names_.Market(id), triggered->price.value()));
  }
  if (const auto* prevented = std::get_if<SelfTradePrevented>(&event)) {
    const InstrumentId id = prevented->instrument_id;
    return absl::StrCat(Whose(prevented->taker_order_id), "prevented ",
                        names_.OrderName(prevented->maker_order_id), " taker ",
                        Size(id, prevented->taker_prevented), " maker ",
                        Size(id, prevented->maker_prevented), At(id, prevented->price));
  }
  if (const auto* replenished = std::get_if<OrderReplenished>(&event)) {
    return absl::StrCat(Whose(replenished->order_id), "replenished ",
                        Size(replenished->instrument_id, replenished->displayed));
  }
  return TellOfInstrument(event);
}

std::string ScenarioTeller::TellOfInstrument(const Event& event) {
  if (const auto* state = std::get_if<InstrumentStateChanged>(&event)) return TellState(*state);
  if (const auto* uncrossed = std::get_if<AuctionUncrossed>(&event)) {
    if (uncrossed->price == Price(0)) return "uncrossed nothing";
    return absl::StrCat("uncrossed ", Size(uncrossed->instrument_id, uncrossed->volume),
                        At(uncrossed->instrument_id, uncrossed->price));
  }
  if (const auto* mass = std::get_if<MassCanceled>(&event)) {
    return absl::StrCat(mass->canceled, mass->canceled == 1 ? " order" : " orders",
                        mass->more ? " and more" : "");
  }
  if (const auto* dead_man = std::get_if<CancelAllAfterSet>(&event)) {
    const std::string name = names_.AccountName(dead_man->account_id);
    if (dead_man->at == Timestamp(0)) return absl::StrCat(name, " disarmed");
    return absl::StrCat(name, " armed until ", ScenarioNames::FormatTime(dead_man->at.value()));
  }
  return TellOfTransfer(event);
}

std::string ScenarioTeller::TellOfTransfer(const Event& event) const {
  if (const auto* pending = std::get_if<TransferPending>(&event)) {
    const std::string text = pending->transaction_id.ToString() + " pending";
    if (pending->expires == Timestamp(0)) return text;
    return absl::StrCat(text, " until ", ScenarioNames::FormatTime(pending->expires.value()));
  }
  const auto* resolved = std::get_if<PendingResolved>(&event);
  if (resolved == nullptr) return "";
  const std::string id = resolved->pending_id.ToString();
  if (resolved->state == TransferState::kVoided) return id + " voided";
  if (resolved->state == TransferState::kExpired) return id + " expired";
  const uint32_t scale = names_.ScaleOf(resolved->asset_id);
  std::string text =
      absl::StrCat(id, " posted ", ScenarioNames::Format(resolved->posted.value(), scale));
  if (resolved->released == Amount(0)) return text;
  return absl::StrCat(text, " returned ", ScenarioNames::Format(resolved->released.value(), scale));
}

// Fees are told when one of them is not 0.
std::string ScenarioTeller::TellTrade(const Trade& trade) {
  const ScenarioMarket market = names_.Market(trade.instrument_id);
  std::string text = absl::StrCat(
      Whose(trade.taker_order_id), "trade ", names_.OrderName(trade.maker_order_id), " ",
      Size(trade.instrument_id, trade.quantity), At(trade.instrument_id, trade.price));
  if (trade.buyer_fee == Amount(0) && trade.seller_fee == Amount(0)) return text;
  return absl::StrCat(text, " buyer fee ",
                      ScenarioNames::FormatQuote(market, trade.buyer_fee.value()), " seller fee ",
                      ScenarioNames::FormatQuote(market, trade.seller_fee.value()));
}

// The price is told where it is not the order's limit, which the row shows.
std::string ScenarioTeller::TellRested(const OrderRested& event) {
  const Known& known = known_[event.order_id];
  std::string text =
      absl::StrCat(Whose(event.order_id), "rests ", Size(event.instrument_id, event.remaining));
  if (known.is_pegged || known.limit != event.price) {
    absl::StrAppend(&text, At(event.instrument_id, event.price));
  }
  if (event.displayed == event.remaining) return text;
  return absl::StrCat(text, " (shows ", Size(event.instrument_id, event.displayed), ")");
}

std::string ScenarioTeller::TellMoved(const OrderMoved& event) {
  const std::string whose = Whose(event.order_id);
  if (known_[event.order_id].is_pegged) {
    if (event.from_price == Price(0)) return absl::StrCat(whose, "moved");
    return absl::StrCat(
        whose, "moved from ",
        ScenarioNames::FormatPrice(names_.Market(event.instrument_id), event.from_price.value()));
  }
  return absl::StrCat(whose, "moved to ", Size(event.instrument_id, event.quantity),
                      At(event.instrument_id, event.price));
}

std::string ScenarioTeller::TellState(const InstrumentStateChanged& event) {
  const ScenarioMarket market = names_.Market(event.instrument_id);
  std::string text =
      absl::StrCat(market.definition.symbol.ToString(), " ", std::string(Name(event.state)));
  if (event.auction_end != Timestamp(0)) {
    absl::StrAppend(&text, " until ", ScenarioNames::FormatTime(event.auction_end.value()));
  }
  if (event.cause == StateCause::kCommand) return text;
  return absl::StrCat(text, " by ", std::string(Name(event.cause)));
}

std::string ScenarioTeller::Whose(OrderId id) const {
  return id == own_ ? std::string() : names_.OrderName(id) + " ";
}

std::string ScenarioTeller::Size(InstrumentId id, Quantity lots) const {
  return ScenarioNames::FormatQuantity(names_.Market(id), lots.value());
}

std::string ScenarioTeller::At(InstrumentId id, Price price) const {
  return " @ " + ScenarioNames::FormatPrice(names_.Market(id), price.value());
}

}  // namespace rialto::engine
