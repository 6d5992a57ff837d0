#include "engine/codec/order_codec.h"

#include "common/base/status_macros.h"

namespace rialto::engine {
namespace {

// Core and proto count alike.
static_assert(int{common::v1::ORDER_SIDE_BUY} == static_cast<int>(Side::kBuy));
static_assert(int{common::v1::ORDER_SIDE_SELL} == static_cast<int>(Side::kSell));
static_assert(int{common::v1::ORDER_TYPE_LIMIT} == static_cast<int>(OrderType::kLimit));
static_assert(int{common::v1::ORDER_TYPE_MARKET} == static_cast<int>(OrderType::kMarket));
static_assert(int{common::v1::TIME_IN_FORCE_GTC} ==
              static_cast<int>(TimeInForce::kGoodTillCanceled));
static_assert(int{common::v1::TIME_IN_FORCE_IOC} ==
              static_cast<int>(TimeInForce::kImmediateOrCancel));
static_assert(int{common::v1::TIME_IN_FORCE_FOK} == static_cast<int>(TimeInForce::kFillOrKill));
static_assert(int{common::v1::ORDER_STATUS_CANCELED} == static_cast<int>(OrderStatus::kCanceled));
static_assert(int{common::v1::CANCEL_REASON_AMENDED} == static_cast<int>(CancelReason::kAmended));
static_assert(int{common::v1::REJECT_REASON_CLIENT_ORDER_ID_REUSED} ==
              static_cast<int>(RejectReason::kClientOrderIdReused));
static_assert(int{common::v1::REJECT_REASON_INVALID_ORDER} ==
              static_cast<int>(RejectReason::kInvalidOrder));
static_assert(int{common::v1::REJECT_REASON_INSUFFICIENT_FUNDS} ==
              static_cast<int>(RejectReason::kInsufficientFunds));

// An enum of a client that is newer than this engine keeps its number; only known ones pass.
absl::Status CheckEnums(const v1::PlaceOrderCommand& command) {
  if (command.side() != common::v1::ORDER_SIDE_BUY &&
      command.side() != common::v1::ORDER_SIDE_SELL) {
    return absl::InvalidArgumentError("INVALID_ORDER: side must be BUY or SELL");
  }
  if (command.type() != common::v1::ORDER_TYPE_LIMIT &&
      command.type() != common::v1::ORDER_TYPE_MARKET) {
    return absl::InvalidArgumentError("INVALID_ORDER: type must be LIMIT or MARKET");
  }
  if (command.time_in_force() < common::v1::TIME_IN_FORCE_GTC ||
      command.time_in_force() > common::v1::TIME_IN_FORCE_FOK) {
    return absl::InvalidArgumentError("INVALID_ORDER: time_in_force must be GTC, IOC or FOK");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PlaceOrder> DecodeCommand(const v1::PlaceOrderCommand& command) {
  ASSIGN_OR_RETURN(const ClientOrderId id, ClientOrderId::Parse(command.client_order_id()));
  RETURN_IF_ERROR(CheckEnums(command));
  return PlaceOrder{.account_id = AccountId(command.account_id()),
                    .client_order_id = id,
                    .instrument_id = InstrumentId(command.instrument_id()),
                    .side = static_cast<Side>(command.side()),
                    .type = static_cast<OrderType>(command.type()),
                    .time_in_force = static_cast<TimeInForce>(command.time_in_force()),
                    .post_only = command.post_only() ? PostOnly::kYes : PostOnly::kNo,
                    .price = Price(command.price_ticks()),
                    .quantity = Quantity(command.quantity_lots()),
                    .quote_amount = Amount(command.quote_amount_units())};
}

absl::StatusOr<Command> DecodeCommand(const v1::OrderCommand& command) {
  switch (command.command_case()) {
    case v1::OrderCommand::kPlace:
      return DecodeCommand(command.place());
    case v1::OrderCommand::kCancel: {
      ASSIGN_OR_RETURN(const OrderReference order, DecodeReference(command.cancel()));
      return CancelOrder{order};
    }
    case v1::OrderCommand::kAmend: {
      ASSIGN_OR_RETURN(const OrderReference order, DecodeReference(command.amend()));
      return AmendOrder{order, Quantity(command.amend().quantity_lots())};
    }
    case v1::OrderCommand::COMMAND_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("INVALID_ORDER: no command, or one this engine does not know");
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
}

}  // namespace rialto::engine
