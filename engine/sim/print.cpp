#include "engine/sim/print.h"

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
              c.notional_max, "maker_ppm", c.maker_fee_ppm, "taker_ppm", c.taker_fee_ppm);
}
std::string Line(std::string_view kind, const PlaceOrder& c) {
  return Line(kind, "account", c.account_id, "client_id", c.client_order_id, "instrument",
              c.instrument_id, "side", c.side, "type", c.type, "tif", c.time_in_force, "post_only",
              c.post_only, "price", c.price, "quantity", c.quantity, "quote_amount",
              c.quote_amount);
}
std::string Line(std::string_view kind, const OrderReference& c) {
  return Line(kind, "account", c.account_id, "order", c.order_id, "client_id", c.client_order_id);
}

struct CommandText {
  static constexpr std::string_view kNames[] = {
      "CreateAsset", "CreateInstrument", "OpenAccount", "SetAccountLimits", "Deposit",
      "Withdraw",    "PlaceOrder",       "CancelOrder", "AmendOrder"};
  std::string_view kind;

  std::string operator()(const CreateAsset& c) const {
    return Line(kind, "symbol", c.symbol, "scale", c.scale);
  }
  std::string operator()(const CreateInstrument& c) const { return Line(kind, c); }
  std::string operator()(const OpenAccount& c) const { return Line(kind, "name", c.name); }
  std::string operator()(const SetAccountLimits& c) const {
    return Line(kind, "account", c.account_id, "instrument", c.instrument_id, "quantity_max",
                c.order_quantity_max, "notional_max", c.order_notional_max);
  }
  template <typename Transfer>
  std::string operator()(const Transfer& c) const
      requires(std::is_same_v<Transfer, Deposit> || std::is_same_v<Transfer, Withdraw>) {
    return Line(kind, "id", c.transaction_id, "account", c.account_id, "asset", c.asset_id,
                "amount", c.amount);
  }
  std::string operator()(const PlaceOrder& c) const { return Line(kind, c); }
  std::string operator()(const CancelOrder& c) const { return Line(kind, c.order); }
  std::string operator()(const AmendOrder& c) const {
    return absl::StrCat(Line(kind, c.order), " quantity=", c.quantity.value());
  }
};

struct EventText {
  static constexpr std::string_view kNames[] = {
      "AssetCreated", "InstrumentCreated", "AccountOpened", "AccountLimitsSet", "Deposited",
      "Withdrawn",    "TransferRejected",  "OrderAccepted", "OrderRejected",    "Trade",
      "OrderRested",  "OrderCanceled",     "OrderReduced",  "BalanceChanged"};
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
  std::string operator()(const AccountLimitsSet& e) const {
    return Line(kind, "account", e.account_id, "instrument", e.instrument_id, "quantity_max",
                e.order_quantity_max, "notional_max", e.order_notional_max);
  }
  template <typename Transfer>
  std::string operator()(const Transfer& e) const
      requires(std::is_same_v<Transfer, Deposited> || std::is_same_v<Transfer, Withdrawn>) {
    return Line(kind, "id", e.transaction_id, "account", e.account_id, "asset", e.asset_id,
                "amount", e.amount);
  }
  std::string operator()(const TransferRejected& e) const {
    return Line(kind, "id", e.transaction_id, "account", e.account_id, "asset", e.asset_id,
                "amount", e.amount, "reason", e.reason, "need", e.need, "have", e.have);
  }
  std::string operator()(const OrderAccepted& e) const {
    return absl::StrCat(Line(kind, e.order), " order=", e.order_id.value(),
                        " hold=", e.hold.value());
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
                e.maker_remaining, "base", e.base_amount, "cost", e.buyer_cost, "gross",
                e.seller_gross, "buyer_fee", e.buyer_fee, "seller_fee", e.seller_fee);
  }
  std::string operator()(const OrderRested& e) const {
    return Line(kind, "order", e.order_id, "instrument", e.instrument_id, "side", e.side, "price",
                e.price, "remaining", e.remaining);
  }
  std::string operator()(const OrderCanceled& e) const {
    return Line(kind, "order", e.order_id, "account", e.account_id, "instrument", e.instrument_id,
                "side", e.side, "price", e.price, "canceled", e.canceled, "reason", e.reason,
                "was_resting", e.was_resting);
  }
  std::string operator()(const OrderReduced& e) const {
    return Line(kind, "order", e.order_id, "account", e.account_id, "instrument", e.instrument_id,
                "side", e.side, "price", e.price, "reduced", e.reduced, "remaining", e.remaining);
  }
  std::string operator()(const BalanceChanged& e) const {
    return Line(kind, "account", e.account_id, "asset", e.asset_id, "available", e.available,
                "held", e.held);
  }
};

static_assert(std::size(CommandText::kNames) == std::variant_size_v<Command>);
static_assert(std::size(EventText::kNames) == std::variant_size_v<Event>);

}  // namespace

std::string_view Name(RejectReason reason) {
  switch (reason) {
    case RejectReason::kNone:
      return "NONE";
    case RejectReason::kClientOrderIdReused:
      return "CLIENT_ORDER_ID_REUSED";
    case RejectReason::kTransactionIdReused:
      return "TRANSACTION_ID_REUSED";
    case RejectReason::kUnknownAccount:
      return "UNKNOWN_ACCOUNT";
    case RejectReason::kUnknownAsset:
      return "UNKNOWN_ASSET";
    case RejectReason::kUnknownInstrument:
      return "UNKNOWN_INSTRUMENT";
    case RejectReason::kUnknownOrder:
      return "UNKNOWN_ORDER";
    case RejectReason::kNameTaken:
      return "NAME_TAKEN";
    case RejectReason::kInvalidDefinition:
      return "INVALID_DEFINITION";
    case RejectReason::kVenueFull:
      return "VENUE_FULL";
    case RejectReason::kInvalidOrder:
      return "INVALID_ORDER";
    case RejectReason::kPriceOutOfRange:
      return "PRICE_OUT_OF_RANGE";
    case RejectReason::kQuantityBelowMinimum:
      return "QUANTITY_BELOW_MINIMUM";
    case RejectReason::kQuantityAboveMaximum:
      return "QUANTITY_ABOVE_MAXIMUM";
    case RejectReason::kNotionalBelowMinimum:
      return "NOTIONAL_BELOW_MINIMUM";
    case RejectReason::kNotionalAboveMaximum:
      return "NOTIONAL_ABOVE_MAXIMUM";
    case RejectReason::kQuantityNotReduced:
      return "QUANTITY_NOT_REDUCED";
    case RejectReason::kMaxOrderQuantity:
      return "MAX_ORDER_QUANTITY";
    case RejectReason::kMaxOrderNotional:
      return "MAX_ORDER_NOTIONAL";
    case RejectReason::kTooManyOpenOrders:
      return "TOO_MANY_OPEN_ORDERS";
    case RejectReason::kWouldTake:
      return "WOULD_TAKE";
    case RejectReason::kAmountOverflow:
      return "AMOUNT_OVERFLOW";
    case RejectReason::kInsufficientFunds:
      return "INSUFFICIENT_FUNDS";
  }
  return "";
}

std::string_view Name(CancelReason reason) {
  switch (reason) {
    case CancelReason::kNone:
      return "NONE";
    case CancelReason::kRequested:
      return "REQUESTED";
    case CancelReason::kUnfilledImmediateOrCancel:
      return "UNFILLED_IOC";
    case CancelReason::kUnfilledFillOrKill:
      return "UNFILLED_FOK";
    case CancelReason::kInsufficientLiquidity:
      return "INSUFFICIENT_LIQUIDITY";
    case CancelReason::kFillLimit:
      return "FILL_LIMIT";
    case CancelReason::kAmended:
      return "AMENDED";
  }
  return "";
}

std::string_view Name(OrderStatus status) {
  switch (status) {
    case OrderStatus::kNone:
      return "NONE";
    case OrderStatus::kOpen:
      return "OPEN";
    case OrderStatus::kFilled:
      return "FILLED";
    case OrderStatus::kCanceled:
      return "CANCELED";
  }
  return "";
}

std::string_view Name(Side side) {
  switch (side) {
    case Side::kBuy:
      return "BUY";
    case Side::kSell:
      return "SELL";
  }
  return "";
}

std::string_view Name(const Command& command) { return CommandText::kNames[command.index()]; }
std::string_view Name(const Event& event) { return EventText::kNames[event.index()]; }

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
  const std::string reason(Name(o.reason));
  const std::string status(Name(o.status));
  const std::string cancel_reason(Name(o.cancel_reason));
  return Line("Outcome", "sequence", o.sequence, "repeated", o.repeated, "reason", reason, "need",
              o.need, "have", o.have, "created", o.created_id, "available", o.available, "held",
              o.held, "order", o.order_id, "instrument", o.instrument_id, "side", o.side, "status",
              status, "cancel_reason", cancel_reason, "executed", o.executed, "executed_quote",
              o.executed_quote, "remaining", o.remaining);
}

}  // namespace rialto::engine
