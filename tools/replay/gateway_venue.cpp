#include "tools/replay/gateway_venue.h"

#include "absl/strings/str_cat.h"
#include "common/base/decimal.h"
#include "common/base/status_macros.h"
#include "tools/replay/patient_call.h"

namespace rialto::replay {
namespace {

void Take(const common::v1::Rejection& rejection, Decision& decision) {
  decision.reject_reason = rejection.reason();
  decision.message = rejection.message();
}

absl::Status NoDecision(const std::string& what) {
  return absl::InternalError(absl::StrCat(what, ": the answer holds no decision"));
}

}  // namespace

GatewayVenue::GatewayVenue(const VenueChannels& channels, const PreparedVenue& prepared)
    : prepared_(prepared),
      patience_(channels.patience),
      orders_(gateway::v1::OrderService::NewStub(channels.gateway)),
      market_data_(gateway::v1::MarketDataService::NewStub(channels.gateway)) {}

std::string GatewayVenue::Format(Quantity quantity) const {
  return FormatDecimal(quantity.value(), prepared_.market.quantity_decimals);
}

absl::Status GatewayVenue::Take(const common::v1::OrderAccepted& accepted,
                                Decision& decision) const {
  const int decimals = prepared_.market.quantity_decimals;
  ASSIGN_OR_RETURN(const int64_t executed, ParseDecimal(accepted.executed_quantity(), decimals));
  ASSIGN_OR_RETURN(const int64_t remaining, ParseDecimal(accepted.remaining_quantity(), decimals));
  ASSIGN_OR_RETURN(const int64_t executed_quote,
                   ParseDecimal(accepted.executed_quote_amount(), prepared_.quote_scale));
  decision.order_id = accepted.order_id();
  decision.executed = Quantity(executed);
  decision.remaining = Quantity(remaining);
  decision.executed_quote = Amount(executed_quote);
  return absl::OkStatus();
}

absl::StatusOr<Decision> GatewayVenue::Place(const NewOrder& order) {
  gateway::v1::PlaceOrderRequest request;
  common::v1::OrderForm& form = *request.mutable_order();
  form.set_account_id(prepared_.account(order.trader).value());
  form.set_client_order_id(order.client_order_id);
  form.set_instrument(prepared_.market.instrument);
  form.set_side(order.side == Side::kBuy ? common::v1::ORDER_SIDE_BUY
                                         : common::v1::ORDER_SIDE_SELL);
  form.set_type(common::v1::ORDER_TYPE_LIMIT);
  form.set_time_in_force(order.lifetime == Lifetime::kImmediate ? common::v1::TIME_IN_FORCE_IOC
                                                                : common::v1::TIME_IN_FORCE_GTC);
  form.set_price(FormatDecimal(order.price.value(), prepared_.market.price_decimals));
  form.set_quantity(Format(order.quantity));

  gateway::v1::PlaceOrderResponse response;
  const std::string what = absl::StrCat("place order ", order.client_order_id);
  ASSIGN_OR_RETURN(const Answered answered,
                   CallPatiently(what, patience_, [&](grpc::ClientContext& context) {
                     return orders_->PlaceOrder(&context, request, &response);
                   }));
  Decision decision;
  decision.sequence = response.sequence();
  decision.repeated = response.repeated_request();
  decision.resent = answered.resent;
  decision.latency_ns = answered.latency_ns;
  if (response.has_rejected()) {
    replay::Take(response.rejected(), decision);
    return decision;
  }
  if (!response.has_accepted()) return NoDecision(what);
  RETURN_IF_ERROR(Take(response.accepted(), decision));
  return decision;
}

absl::StatusOr<Decision> GatewayVenue::Cancel(const OrderName& order) {
  gateway::v1::CancelOrderRequest request;
  request.set_account_id(prepared_.account(order.trader).value());
  request.set_client_order_id(order.client_order_id);
  gateway::v1::CancelOrderResponse response;
  const std::string what = absl::StrCat("cancel order ", order.client_order_id);
  ASSIGN_OR_RETURN(const Answered answered,
                   CallPatiently(what, patience_, [&](grpc::ClientContext& context) {
                     return orders_->CancelOrder(&context, request, &response);
                   }));
  Decision decision;
  decision.sequence = response.sequence();
  decision.resent = answered.resent;
  decision.latency_ns = answered.latency_ns;
  if (response.has_rejected()) {
    replay::Take(response.rejected(), decision);
    return decision;
  }
  if (!response.has_canceled()) return NoDecision(what);
  RETURN_IF_ERROR(Take(response.canceled(), decision));
  return decision;
}

absl::StatusOr<Decision> GatewayVenue::Amend(const OrderName& order, Quantity total) {
  gateway::v1::AmendOrderRequest request;
  request.set_account_id(prepared_.account(order.trader).value());
  request.set_client_order_id(order.client_order_id);
  request.set_instrument(prepared_.market.instrument);
  request.set_quantity(Format(total));
  gateway::v1::AmendOrderResponse response;
  const std::string what = absl::StrCat("amend order ", order.client_order_id);
  ASSIGN_OR_RETURN(const Answered answered,
                   CallPatiently(what, patience_, [&](grpc::ClientContext& context) {
                     return orders_->AmendOrder(&context, request, &response);
                   }));
  Decision decision;
  decision.sequence = response.sequence();
  decision.resent = answered.resent;
  decision.latency_ns = answered.latency_ns;
  if (response.has_rejected()) {
    replay::Take(response.rejected(), decision);
    return decision;
  }
  if (!response.has_amended()) return NoDecision(what);
  RETURN_IF_ERROR(Take(response.amended(), decision));
  return decision;
}

absl::StatusOr<BookRow> GatewayVenue::GetDepth(int levels) {
  gateway::v1::GetDepthRequest request;
  request.set_instrument(prepared_.market.instrument);
  request.set_levels(levels);
  gateway::v1::GetDepthResponse response;
  RETURN_IF_ERROR(
      CallPatiently("ask the gateway for the book", patience_, [&](grpc::ClientContext& context) {
        return market_data_->GetDepth(&context, request, &response);
      }).status());
  BookRow row;
  for (const auto& [from, to] :
       {std::pair(&response.bids(), &row.bids), std::pair(&response.asks(), &row.asks)}) {
    for (const common::v1::DepthLevel& level : *from) {
      ASSIGN_OR_RETURN(const int64_t price,
                       ParseDecimal(level.price(), prepared_.market.price_decimals));
      ASSIGN_OR_RETURN(const int64_t quantity,
                       ParseDecimal(level.quantity(), prepared_.market.quantity_decimals));
      to->push_back({Price(price), Quantity(quantity)});
    }
  }
  return row;
}

}  // namespace rialto::replay
