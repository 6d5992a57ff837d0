#include "engine/sim/print.h"

#include <iterator>
#include <type_traits>

#include "absl/strings/str_cat.h"

namespace rialto::engine {
namespace {

// What StrCat takes.
template <typename T>
auto Plain(const T& value) {
  if constexpr (requires { value.value(); }) {
    return value.value();
  } else if constexpr (std::is_same_v<T, CallerId>) {
    return value.ToString();
  } else if constexpr (std::is_enum_v<T> || std::is_same_v<T, bool>) {
    return static_cast<int>(value);
  } else {
    return value;
  }
}

// "kind name=value name=value"; Values alternate between names and values.
template <typename Value, typename... Rest>
void AppendFields(std::string& text, const char* name, const Value& value, const Rest&... rest) {
  absl::StrAppend(&text, " ", name, "=", Plain(value));
  if constexpr (sizeof...(rest) > 0) AppendFields(text, rest...);
}
template <typename... Fields>
std::string Line(std::string_view kind, const Fields&... fields) {
  std::string text(kind);
  AppendFields(text, fields...);
  return text;
}

std::string Line(std::string_view kind, const CreateInstrument& c) {
  return Line(kind, "symbol", c.symbol, "base", c.base, "quote", c.quote, "tick_e12",
              c.tick_size_e12, "lot", c.lot_size_units, "quantity_min", c.quantity_min,
              "quantity_max", c.quantity_max, "notional_min", c.notional_min, "notional_max",
              c.notional_max, "maker_ppm", c.maker_fee_ppm, "taker_ppm", c.taker_fee_ppm,
              "price_min", c.price_min, "price_max", c.price_max, "market_collar_ppm",
              c.market_collar_ppm, "limit_collar_ppm", c.limit_collar_ppm, "price_band_ppm",
              c.price_band_ppm, "volatility_ppm", c.volatility_ppm, "volatility_window_ns",
              c.volatility_window_ns, "volatility_auction_ns", c.volatility_auction_ns,
              "open_orders_max", c.open_orders_max, "pending_orders_max", c.pending_orders_max,
              "iceberg_parts_max", c.iceberg_parts_max, "self_trade_default", c.self_trade_default,
              "self_trade_modes", int{c.self_trade_modes});
}
std::string Line(std::string_view kind, const PlaceOrder& c) {
  std::string text = Line(kind, "account", c.account_id, "client_id", c.client_order_id,
                          "instrument", c.instrument_id, "side", c.side, "type", c.type, "tif",
                          c.time_in_force, "post_only", c.post_only, "self_trade", c.self_trade,
                          "price", c.price, "quantity", c.quantity, "quote_amount", c.quote_amount);
  const OrderTerms& t = c.terms;
  if (t == OrderTerms()) return text;
  AppendFields(text, "display", t.display_quantity, "source", t.trigger_source, "trigger",
               t.trigger_price, "trail_ppm", t.trail_ppm, "trail_ticks", t.trail_ticks, "peg",
               t.peg, "peg_offset", t.peg_offset_ticks, "expire", t.expire_time, "not_after",
               t.not_after, "tag", t.tag, "session", t.session);
  return text;
}
std::string Line(std::string_view kind, const OrderReference& c) {
  return Line(kind, "account", c.account_id, "order", c.order_id, "client_id", c.client_order_id);
}
std::string Line(std::string_view kind, const SetAccountSettings& c) {
  return Line(kind, "account", c.account_id, "tier", c.fee_tier, "group", c.trade_group,
              "open_orders_max", c.open_orders_max, "order_rate_max", c.order_rate_max,
              "order_rate_window_ns", c.order_rate_window_ns, "duplicate_window_ns",
              c.duplicate_window_ns);
}
std::string Line(std::string_view kind, const MassCancel& c) {
  return Line(kind, "account", c.account_id, "instrument", c.instrument_id, "side", int{c.side},
              "tag", c.tag, "session", c.session, "reason", c.reason);
}

// What a command and its event have in common.
template <typename T>
std::string LimitsLine(std::string_view kind, const T& c) {
  return Line(kind, "account", c.account_id, "instrument", c.instrument_id, "quantity_max",
              c.order_quantity_max, "notional_max", c.order_notional_max, "position_max",
              c.position_max, "exposure_max", c.exposure_max);
}
template <typename T>
std::string TransferLine(std::string_view kind, const T& c) {
  return Line(kind, "id", c.transaction_id, "account", c.account_id, "asset", c.asset_id, "amount",
              c.amount);
}
template <typename T>
std::string BetweenLine(std::string_view kind, const T& e) {
  return Line(kind, "id", e.transaction_id, "debit", e.debit_account_id, "credit",
              e.credit_account_id, "asset", e.asset_id, "reference", e.reference);
}
template <typename T>
std::string TierLine(std::string_view kind, const T& c) {
  return Line(kind, "instrument", c.instrument_id, "tier", c.tier, "maker_ppm", c.maker_fee_ppm,
              "taker_ppm", c.taker_fee_ppm);
}
template <typename T>
std::string ScheduleLine(std::string_view kind, const T& c) {
  std::string text = Line(kind, "instrument", c.instrument_id, "calendar", c.calendar);
  for (const Transition& transition : c.transitions) {
    absl::StrAppend(&text, " ", transition.at.value(), ":", Plain(transition.state));
  }
  return text;
}

struct CommandText {
  static constexpr std::string_view kNames[] = {
      "CreateAsset",    "CreateInstrument", "OpenAccount",        "SetAccountLimits",
      "Deposit",        "Withdraw",         "PlaceOrder",         "CancelOrder",
      "AmendOrder",     "SetInstrument",    "SetInstrumentState", "SetSchedule",
      "SetMarkPrice",   "SetFeeTier",       "SetAccountSettings", "SetTradingState",
      "PlaceOrderList", "ReplaceOrder",     "MassCancel",         "CancelAllAfter",
      "Tick",           "MakeTransfers",    "ActivateRuleSet"};
  std::string_view kind;

  std::string operator()(const CreateAsset& c) const {
    return Line(kind, "symbol", c.symbol, "scale", c.scale);
  }
  std::string operator()(const CreateInstrument& c) const { return Line(kind, c); }
  std::string operator()(const OpenAccount& c) const { return Line(kind, "name", c.name); }
  std::string operator()(const SetAccountLimits& c) const { return LimitsLine(kind, c); }
  std::string operator()(const Deposit& c) const { return TransferLine(kind, c); }
  std::string operator()(const Withdraw& c) const { return TransferLine(kind, c); }
  std::string operator()(const PlaceOrder& c) const { return Line(kind, c); }
  std::string operator()(const CancelOrder& c) const {
    return absl::StrCat(Line(kind, c.order), " only_if=", Plain(c.only_if));
  }
  std::string operator()(const AmendOrder& c) const {
    return absl::StrCat(Line(kind, c.order), " quantity=", c.quantity.value(),
                        " price=", c.price.value());
  }
  std::string operator()(const SetInstrument& c) const {
    return absl::StrCat(Line(kind, c.definition), " instrument=", c.instrument_id.value());
  }
  std::string operator()(const SetInstrumentState& c) const {
    return Line(kind, "instrument", c.instrument_id, "state", c.state, "auction_end",
                c.auction_end);
  }
  std::string operator()(const SetSchedule& c) const { return ScheduleLine(kind, c); }
  std::string operator()(const SetMarkPrice& c) const {
    return Line(kind, "instrument", c.instrument_id, "price", c.price);
  }
  std::string operator()(const SetFeeTier& c) const { return TierLine(kind, c); }
  std::string operator()(const SetAccountSettings& c) const { return Line(kind, c); }
  std::string operator()(const SetTradingState& c) const {
    return Line(kind, "account", c.account_id, "state", c.state);
  }
  std::string operator()(const PlaceOrderList& c) const {
    std::string text = Line(kind, "kind", c.kind);
    for (const PlaceOrder& order : c.orders) absl::StrAppend(&text, " |", Line("", order));
    return text;
  }
  std::string operator()(const ReplaceOrder& c) const {
    return absl::StrCat(Line(kind, c.order), " with", Line("", c.replacement));
  }
  std::string operator()(const MassCancel& c) const { return Line(kind, c); }
  std::string operator()(const CancelAllAfter& c) const {
    return Line(kind, "account", c.account_id, "timeout_ns", c.timeout_ns);
  }
  std::string operator()(const Tick&) const { return std::string(kind); }
  std::string operator()(const ActivateRuleSet& c) const {
    return Line(kind, "rule_set", c.rule_set);
  }
  std::string operator()(const MakeTransfers& c) const {
    std::string text(kind);
    for (const Transfer& t : c.transfers) {
      absl::StrAppend(
          &text, " |",
          Line("", "id", t.transaction_id, "kind", t.kind, "debit", t.debit_account_id, "credit",
               t.credit_account_id, "asset", t.asset_id, "amount", t.amount, "timeout_ns",
               t.timeout_ns, "target", t.target, "reference", t.reference));
    }
    return text;
  }
};

struct EventText {
  static constexpr std::string_view kNames[] = {"AssetCreated",       "InstrumentCreated",
                                                "AccountOpened",      "AccountLimitsSet",
                                                "Deposited",          "Withdrawn",
                                                "TransferRejected",   "OrderAccepted",
                                                "OrderRejected",      "Trade",
                                                "OrderRested",        "OrderCanceled",
                                                "OrderReduced",       "BalanceChanged",
                                                "InstrumentChanged",  "InstrumentStateChanged",
                                                "AuctionUncrossed",   "ScheduleSet",
                                                "MarkPriceSet",       "FeeTierSet",
                                                "AccountSettingsSet", "TradingStateSet",
                                                "OrderTriggered",     "SelfTradePrevented",
                                                "OrderReplenished",   "OrderMoved",
                                                "MassCanceled",       "CancelAllAfterSet",
                                                "Transferred",        "TransferPending",
                                                "PendingResolved",    "RuleSetActivated"};
  std::string_view kind;

  std::string operator()(const AssetCreated& e) const {
    return Line(kind, "asset", e.asset_id, "symbol", e.symbol, "scale", e.scale);
  }
  std::string operator()(const InstrumentCreated& e) const {
    return absl::StrCat(Line(kind, e.definition), " instrument=", e.instrument_id.value());
  }
  std::string operator()(const AccountOpened& e) const {
    return Line(kind, "account", e.account_id, "name", e.name);
  }
  std::string operator()(const AccountLimitsSet& e) const { return LimitsLine(kind, e); }
  std::string operator()(const Deposited& e) const { return TransferLine(kind, e); }
  std::string operator()(const Withdrawn& e) const { return TransferLine(kind, e); }
  std::string operator()(const TransferRejected& e) const {
    return absl::StrCat(TransferLine(kind, e), " reason=", Plain(e.reason), " need=", e.need,
                        " have=", e.have);
  }
  std::string operator()(const OrderAccepted& e) const {
    return absl::StrCat(Line(kind, e.order), " order=", e.order_id.value(),
                        " hold=", e.hold.value(), " list=", e.list_id.value(),
                        " list_kind=", int{e.list_kind});
  }
  std::string operator()(const OrderRejected& e) const {
    return Line(kind, "account", e.account_id, "client_id", e.client_order_id, "order", e.order_id,
                "instrument", e.instrument_id, "reason", e.reason, "need", e.need, "have", e.have);
  }
  std::string operator()(const Trade& e) const {
    return Line(kind, "trade", e.trade_id, "instrument", e.instrument_id, "price", e.price,
                "quantity", e.quantity, "taker_side", e.taker_side, "taker", e.taker_order_id,
                "taker_account", e.taker_account_id, "taker_remaining", e.taker_remaining, "maker",
                e.maker_order_id, "maker_account", e.maker_account_id, "maker_remaining",
                e.maker_remaining, "maker_price", e.maker_price, "taker_price", e.taker_price,
                "base", e.base_amount, "cost", e.buyer_cost, "gross", e.seller_gross, "buyer_fee",
                e.buyer_fee, "seller_fee", e.seller_fee);
  }
  std::string operator()(const OrderRested& e) const {
    return Line(kind, "order", e.order_id, "account", e.account_id, "instrument", e.instrument_id,
                "side", e.side, "price", e.price, "remaining", e.remaining, "displayed",
                e.displayed);
  }
  std::string operator()(const OrderCanceled& e) const {
    return Line(kind, "order", e.order_id, "account", e.account_id, "instrument", e.instrument_id,
                "side", e.side, "price", e.price, "canceled", e.canceled, "displayed", e.displayed,
                "reason", e.reason, "was_resting", e.was_resting);
  }
  std::string operator()(const OrderReduced& e) const {
    return Line(kind, "order", e.order_id, "account", e.account_id, "instrument", e.instrument_id,
                "side", e.side, "price", e.price, "reduced", e.reduced, "remaining", e.remaining,
                "displayed", e.displayed);
  }
  std::string operator()(const BalanceChanged& e) const {
    return Line(kind, "account", e.account_id, "asset", e.asset_id, "available", e.available,
                "held", e.held);
  }
  std::string operator()(const InstrumentChanged& e) const {
    return absl::StrCat(Line(kind, e.definition), " instrument=", e.instrument_id.value());
  }
  std::string operator()(const InstrumentStateChanged& e) const {
    return Line(kind, "instrument", e.instrument_id, "state", e.state, "cause", e.cause,
                "auction_end", e.auction_end);
  }
  std::string operator()(const AuctionUncrossed& e) const {
    return Line(kind, "instrument", e.instrument_id, "price", e.price, "volume", e.volume);
  }
  std::string operator()(const ScheduleSet& e) const { return ScheduleLine(kind, e); }
  std::string operator()(const MarkPriceSet& e) const {
    return Line(kind, "instrument", e.instrument_id, "price", e.price);
  }
  std::string operator()(const FeeTierSet& e) const { return TierLine(kind, e); }
  std::string operator()(const AccountSettingsSet& e) const { return Line(kind, e.settings); }
  std::string operator()(const TradingStateSet& e) const {
    return Line(kind, "account", e.account_id, "state", e.state);
  }
  std::string operator()(const RuleSetActivated& e) const {
    return Line(kind, "rule_set", e.rule_set);
  }
  std::string operator()(const OrderTriggered& e) const {
    return Line(kind, "order", e.order_id, "account", e.account_id, "instrument", e.instrument_id,
                "source", e.source, "price", e.price, "quantity", e.quantity, "hold", e.hold);
  }
  std::string operator()(const SelfTradePrevented& e) const {
    return Line(kind, "match", e.match_id, "instrument", e.instrument_id, "price", e.price, "mode",
                e.mode, "taker_side", e.taker_side, "taker", e.taker_order_id, "taker_account",
                e.taker_account_id, "taker_prevented", e.taker_prevented, "taker_remaining",
                e.taker_remaining, "maker", e.maker_order_id, "maker_account", e.maker_account_id,
                "maker_prevented", e.maker_prevented, "maker_remaining", e.maker_remaining,
                "maker_price", e.maker_price, "maker_displayed", e.maker_displayed, "taker_price",
                e.taker_price, "taker_displayed", e.taker_displayed);
  }
  std::string operator()(const OrderReplenished& e) const {
    return Line(kind, "order", e.order_id, "instrument", e.instrument_id, "side", e.side, "price",
                e.price, "displayed", e.displayed);
  }
  std::string operator()(const OrderMoved& e) const {
    return Line(kind, "order", e.order_id, "account", e.account_id, "instrument", e.instrument_id,
                "side", e.side, "from_price", e.from_price, "from_displayed", e.from_displayed,
                "price", e.price, "quantity", e.quantity, "hold", e.hold);
  }
  std::string operator()(const MassCanceled& e) const {
    return absl::StrCat(Line(kind, e.filter), " canceled=", e.canceled, " more=", int{e.more});
  }
  std::string operator()(const CancelAllAfterSet& e) const {
    return Line(kind, "account", e.account_id, "at", e.at);
  }
  std::string operator()(const Transferred& e) const {
    return absl::StrCat(BetweenLine(kind, e), " amount=", e.amount.value(),
                        " reverses=", e.reverses.ToString());
  }
  std::string operator()(const TransferPending& e) const {
    return absl::StrCat(BetweenLine(kind, e), " amount=", e.amount.value(),
                        " expires=", e.expires.value());
  }
  std::string operator()(const PendingResolved& e) const {
    return absl::StrCat(BetweenLine(kind, e), " pending=", e.pending_id.ToString(),
                        " state=", Plain(e.state), " posted=", e.posted.value(),
                        " released=", e.released.value());
  }
};

static_assert(std::size(CommandText::kNames) == std::variant_size_v<Command>);
static_assert(std::size(EventText::kNames) == std::variant_size_v<Event>);

}  // namespace

std::string_view Name(const Command& command) { return CommandText::kNames[command.index()]; }
std::string_view Name(const Event& event) { return EventText::kNames[event.index()]; }

absl::Span<const std::string_view> CommandKinds() { return CommandText::kNames; }
absl::Span<const std::string_view> EventKinds() { return EventText::kNames; }

std::string ToText(const Command& command) {
  return std::visit(CommandText{Name(command)}, command);
}

std::string ToText(const Event& event) { return std::visit(EventText{Name(event)}, event); }

std::string ToText(const Events& events) {
  std::string text;
  for (const Event& event : events) absl::StrAppend(&text, "  ", ToText(event), "\n");
  return text;
}

std::string ToText(const Outcome& o) {
  return Line("Outcome", "sequence", o.sequence, "repeated", o.repeated, "reason",
              std::string(Name(o.reason)), "need", o.need, "have", o.have, "created", o.created_id,
              "available", o.available, "held", o.held, "due_ns", o.due_ns, "canceled_orders",
              o.canceled_orders, "more", o.more, "order", o.order_id, "instrument", o.instrument_id,
              "side", o.side, "status", std::string(Name(o.status)), "cancel_reason",
              std::string(Name(o.cancel_reason)), "executed", o.executed, "executed_quote",
              o.executed_quote, "remaining", o.remaining, "prevented", o.prevented, "amount",
              o.transfer.amount, "debit", o.transfer.debit_account_id, "refused",
              o.transfer.refused, "asset", o.transfer.asset_id);
}

}  // namespace rialto::engine
