#include "engine/codec/order_codec.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "engine/codec/terms_codec.h"
#include "engine/codec/wire_writer.h"

namespace rialto::engine {
namespace {

namespace wire = common::v1;

// Core and proto count alike; the last of each says that neither has more.
static_assert(int{wire::ORDER_SIDE_BUY} == static_cast<int>(Side::kBuy));
static_assert(int{wire::OrderSide_MAX} == static_cast<int>(Side::kSell));
static_assert(int{wire::ORDER_TYPE_LIMIT} == static_cast<int>(OrderType::kLimit));
static_assert(int{wire::ORDER_TYPE_MARKET} == static_cast<int>(OrderType::kMarket));
static_assert(int{wire::ORDER_TYPE_STOP} == static_cast<int>(OrderType::kStop));
static_assert(int{wire::ORDER_TYPE_STOP_LIMIT} == static_cast<int>(OrderType::kStopLimit));
static_assert(int{wire::ORDER_TYPE_TAKE_PROFIT} == static_cast<int>(OrderType::kTakeProfit));
static_assert(int{wire::ORDER_TYPE_TAKE_PROFIT_LIMIT} ==
              static_cast<int>(OrderType::kTakeProfitLimit));
static_assert(int{wire::ORDER_TYPE_TRAILING_STOP} == static_cast<int>(OrderType::kTrailingStop));
static_assert(int{wire::OrderType_MAX} == static_cast<int>(OrderType::kPegged));
static_assert(int{wire::TIME_IN_FORCE_GTC} == static_cast<int>(TimeInForce::kGoodTillCanceled));
static_assert(int{wire::TIME_IN_FORCE_IOC} == static_cast<int>(TimeInForce::kImmediateOrCancel));
static_assert(int{wire::TIME_IN_FORCE_FOK} == static_cast<int>(TimeInForce::kFillOrKill));
static_assert(int{wire::TIME_IN_FORCE_GTD} == static_cast<int>(TimeInForce::kGoodTillDate));
static_assert(int{wire::TimeInForce_MAX} == static_cast<int>(TimeInForce::kDay));
static_assert(int{wire::SELF_TRADE_MODE_ALLOW} == static_cast<int>(SelfTrade::kAllow));
static_assert(int{wire::SELF_TRADE_MODE_EXPIRE_TAKER} == static_cast<int>(SelfTrade::kExpireTaker));
static_assert(int{wire::SELF_TRADE_MODE_EXPIRE_MAKER} == static_cast<int>(SelfTrade::kExpireMaker));
static_assert(int{wire::SELF_TRADE_MODE_EXPIRE_BOTH} == static_cast<int>(SelfTrade::kExpireBoth));
static_assert(int{wire::SelfTradeMode_MAX} == static_cast<int>(SelfTrade::kDecrement));
static_assert(int{wire::LIST_KIND_OCO} == static_cast<int>(ListKind::kOneCancelsOther));
static_assert(int{wire::LIST_KIND_OTO} == static_cast<int>(ListKind::kOneTriggersOther));
static_assert(int{wire::ListKind_MAX} == static_cast<int>(ListKind::kBracket));
static_assert(int{wire::CANCEL_ONLY_IF_UNTRADED} == static_cast<int>(CancelOnlyIf::kUntraded));
static_assert(int{wire::CancelOnlyIf_MAX} == static_cast<int>(CancelOnlyIf::kPartiallyTraded));
static_assert(int{wire::ORDER_STATUS_OPEN} == static_cast<int>(OrderStatus::kOpen));
static_assert(int{wire::ORDER_STATUS_FILLED} == static_cast<int>(OrderStatus::kFilled));
static_assert(int{wire::ORDER_STATUS_CANCELED} == static_cast<int>(OrderStatus::kCanceled));
static_assert(int{wire::OrderStatus_MAX} == static_cast<int>(OrderStatus::kPending));

absl::Status Malformed(const char* what) {
  return absl::InvalidArgumentError(absl::StrCat("INVALID_ORDER: ", what));
}

// A client that is newer than this engine may send numbers that it does not know; they do not pass.
absl::Status CheckEnums(const v1::PlaceOrderCommand& command) {
  if (command.side() != wire::ORDER_SIDE_BUY && command.side() != wire::ORDER_SIDE_SELL) {
    return Malformed("side must be BUY or SELL");
  }
  if (!wire::OrderType_IsValid(command.type()) || command.type() == wire::ORDER_TYPE_UNSPECIFIED) {
    return Malformed("type is missing, or one this engine does not know");
  }
  if (!wire::TimeInForce_IsValid(command.time_in_force()) ||
      command.time_in_force() == wire::TIME_IN_FORCE_UNSPECIFIED) {
    return Malformed("time_in_force is missing, or one this engine does not know");
  }
  if (!wire::SelfTradeMode_IsValid(command.self_trade_mode())) {
    return Malformed("self_trade_mode is one this engine does not know");
  }
  return absl::OkStatus();
}

absl::StatusOr<Command> Decode(const v1::CancelOrderCommand& command) {
  ASSIGN_OR_RETURN(const OrderReference order, DecodeReference(command));
  ASSIGN_OR_RETURN(const CancelOnlyIf only_if, DecodeOnlyIf(command.only_if()));
  return CancelOrder{order, only_if};
}

absl::StatusOr<Command> Decode(const v1::ReplaceOrderCommand& command) {
  ASSIGN_OR_RETURN(const OrderReference order, DecodeReference(command));
  ASSIGN_OR_RETURN(PlaceOrder replacement, DecodeCommand(command.replacement()));
  return ReplaceOrder{order, std::move(replacement)};
}

}  // namespace

absl::StatusOr<CancelOnlyIf> DecodeOnlyIf(common::v1::CancelOnlyIf only_if) {
  if (!wire::CancelOnlyIf_IsValid(only_if)) {
    return Malformed("only_if must be UNTRADED or PARTIALLY_TRADED");
  }
  return static_cast<CancelOnlyIf>(only_if);
}

absl::StatusOr<PlaceOrder> DecodeCommand(const v1::PlaceOrderCommand& command) {
  ASSIGN_OR_RETURN(const ClientOrderId id, ClientOrderId::Parse(command.client_order_id()));
  RETURN_IF_ERROR(CheckEnums(command));
  PlaceOrder order{.account_id = AccountId(command.account_id()),
                   .client_order_id = id,
                   .instrument_id = InstrumentId(command.instrument_id()),
                   .side = static_cast<Side>(command.side()),
                   .type = static_cast<OrderType>(command.type()),
                   .time_in_force = static_cast<TimeInForce>(command.time_in_force()),
                   .post_only = command.post_only() ? PostOnly::kYes : PostOnly::kNo,
                   .self_trade = static_cast<SelfTrade>(command.self_trade_mode()),
                   .price = Price(command.price_ticks()),
                   .quantity = Quantity(command.quantity_lots()),
                   .quote_amount = Amount(command.quote_amount_units()),
                   .terms = {}};
  if (command.has_terms()) {
    ASSIGN_OR_RETURN(order.terms, DecodeTerms(command.terms()));
  }
  return order;
}

absl::StatusOr<PlaceOrderList> DecodeCommand(const v1::PlaceOrderListCommand& command) {
  if (!wire::ListKind_IsValid(command.kind()) || command.kind() == wire::LIST_KIND_UNSPECIFIED) {
    return Malformed("kind must be OCO, OTO or BRACKET");
  }
  PlaceOrderList list{.kind = static_cast<ListKind>(command.kind()), .orders = {}};
  if (command.orders_size() < 2 || command.orders_size() > kListOrdersMax) {
    return Malformed("a list has 2 or 3 orders");
  }
  for (const v1::PlaceOrderCommand& order : command.orders()) {
    ASSIGN_OR_RETURN(list.orders.emplace_back(), DecodeCommand(order));
  }
  return list;
}

absl::StatusOr<MassCancel> DecodeCommand(const v1::MassCancelCommand& command) {
  if (command.account_id() == 0) return Malformed("a mass cancel needs an account_id");
  if (!wire::OrderSide_IsValid(command.side())) return Malformed("side must be BUY or SELL");
  MassCancel cancel{.account_id = AccountId(command.account_id()),
                    .instrument_id = InstrumentId(command.instrument_id()),
                    .side = static_cast<uint8_t>(command.side()),
                    .tag = {},
                    .session = 0,
                    .reason = CancelReason::kMassCanceled};
  if (!command.tag().empty()) {
    ASSIGN_OR_RETURN(cancel.tag, CallerId::Parse(command.tag()));
  }
  return cancel;
}

absl::StatusOr<Command> DecodeCommand(const v1::OrderCommand& command) {
  switch (command.command_case()) {
    case v1::OrderCommand::kPlace:
      return DecodeCommand(command.place());
    case v1::OrderCommand::kCancel:
      return Decode(command.cancel());
    case v1::OrderCommand::kAmend: {
      ASSIGN_OR_RETURN(const OrderReference order, DecodeReference(command.amend()));
      return AmendOrder{order, Quantity(command.amend().quantity_lots()),
                        Price(command.amend().price_ticks())};
    }
    case v1::OrderCommand::kReplace:
      return Decode(command.replace());
    case v1::OrderCommand::kPlaceList:
      return DecodeCommand(command.place_list());
    case v1::OrderCommand::kMassCancel:
      return DecodeCommand(command.mass_cancel());
    case v1::OrderCommand::kCancelAllAfter:
      return CancelAllAfter{AccountId(command.cancel_all_after().account_id()),
                            command.cancel_all_after().timeout_ns()};
    case v1::OrderCommand::COMMAND_NOT_SET:
      break;
  }
  return Malformed("no command, or one this engine does not know");
}

void EncodeOutcome(const Outcome& outcome, v1::OrderOutcome& message) {
  message.set_sequence(outcome.sequence.value());
  message.set_reject_reason(static_cast<common::v1::RejectReason>(outcome.reason));
  message.set_need(outcome.need);
  message.set_have(outcome.have);
  message.set_order_id(outcome.order_id.value());
  message.set_status(static_cast<common::v1::OrderStatus>(outcome.status));
  message.set_cancel_reason(static_cast<common::v1::CancelReason>(outcome.cancel_reason));
  message.set_executed_lots(outcome.executed.value());
  message.set_executed_quote_units(outcome.executed_quote.value());
  message.set_remaining_lots(outcome.remaining.value());
  message.set_instrument_id(outcome.instrument_id.value());
  message.set_side(static_cast<common::v1::OrderSide>(outcome.side));
  message.set_repeated_request(outcome.repeated);
  message.set_prevented_lots(outcome.prevented.value());
  message.set_canceled_orders(outcome.canceled_orders);
  message.set_more(outcome.more);
  message.set_due_ns(outcome.due_ns);
}

// The stream's outcomes: as EncodeOutcome(), without a message.
void AppendOutcome(uint64_t correlation_id, const Outcome& outcome, std::string& response) {
  using To = v1::OrderOutcome;
  WireWriter to;
  to.Message(v1::StreamOrdersResponse::kOutcomesFieldNumber, [&] {
    to.Field(To::kCorrelationIdFieldNumber, correlation_id);
    to.Field(To::kSequenceFieldNumber, outcome.sequence);
    to.Field(To::kRejectReasonFieldNumber, outcome.reason);
    to.Field(To::kNeedFieldNumber, outcome.need);
    to.Field(To::kHaveFieldNumber, outcome.have);
    to.Field(To::kOrderIdFieldNumber, outcome.order_id);
    to.Field(To::kStatusFieldNumber, outcome.status);
    to.Field(To::kCancelReasonFieldNumber, outcome.cancel_reason);
    to.Field(To::kExecutedLotsFieldNumber, outcome.executed);
    to.Field(To::kExecutedQuoteUnitsFieldNumber, outcome.executed_quote);
    to.Field(To::kRemainingLotsFieldNumber, outcome.remaining);
    to.Field(To::kInstrumentIdFieldNumber, outcome.instrument_id);
    to.Field(To::kSideFieldNumber, outcome.side);
    to.Field(To::kRepeatedRequestFieldNumber, outcome.repeated);
    to.Field(To::kPreventedLotsFieldNumber, outcome.prevented);
    to.Field(To::kCanceledOrdersFieldNumber, outcome.canceled_orders);
    to.Field(To::kMoreFieldNumber, outcome.more);
    to.Field(To::kDueNsFieldNumber, outcome.due_ns);
  });
  response.append(to.view());
}

void AppendMalformed(uint64_t correlation_id, const std::string& why, std::string& response) {
  v1::OrderOutcome outcome;
  outcome.set_correlation_id(correlation_id);
  outcome.set_malformed(why);
  AppendDelimited(v1::StreamOrdersResponse::kOutcomesFieldNumber, outcome.SerializeAsString(),
                  response);
}

}  // namespace rialto::engine
