#include "ledger/history_service.h"

#include <string>

#include "common/mirror/mirror_answers.h"
#include "ledger/history_request.h"

namespace rialto::ledger {
namespace {

void ToProto(const OrderRow& row, const Catalog& catalog, v1::OrderRecord& order) {
  order.set_order_id(row.order_id.value());
  order.set_account_id(row.form.account_id.value());
  order.set_client_order_id(row.form.client_order_id);
  order.set_status(static_cast<common::v1::OrderStatus>(row.status));
  if (row.status == 0) {
    order.set_reject_reason(static_cast<common::v1::RejectReason>(row.reason));
  } else {
    order.set_cancel_reason(static_cast<common::v1::CancelReason>(row.reason));
    order.set_side(static_cast<common::v1::OrderSide>(row.form.side));
    order.set_type(static_cast<common::v1::OrderType>(row.form.type));
    order.set_time_in_force(static_cast<common::v1::TimeInForce>(row.form.time_in_force));
  }
  if (const Instrument* instrument = catalog.FindInstrument(row.form.instrument_id)) {
    order.set_instrument(instrument->symbol);
    if (row.price_ticks != 0) order.set_price(FormatPrice(*instrument, Price(row.price_ticks)));
    order.set_quantity(FormatQuantity(*instrument, Quantity(row.quantity_lots)));
    order.set_executed_quantity(FormatQuantity(*instrument, Quantity(row.executed_lots)));
    order.set_prevented_quantity(FormatQuantity(*instrument, Quantity(row.prevented_lots)));
    order.set_executed_quote_amount(FormatAmount(instrument->quote, Amount(row.executed_units)));
    if (row.form.quote_units != 0) {
      order.set_quote_amount(FormatAmount(instrument->quote, Amount(row.form.quote_units)));
    }
  }
  order.set_post_only(row.form.post_only);
  order.set_list_id(row.form.list_id);
  order.set_list_kind(static_cast<common::v1::ListKind>(row.form.list_kind));
  engine::v1::OrderTerms terms;
  if (terms.ParseFromString(row.form.terms)) order.set_tag(terms.tag());
  order.set_placed_sequence(PlacedBy(row.order_id).value());
  order.set_placed_time_ns(row.placed_ns);
  order.set_changed_sequence(row.last_sequence.value());
  order.set_changed_time_ns(row.changed_ns);
}

void ToProto(const TradeRow& row, const Catalog& catalog, v1::TradeRecord& trade) {
  const TradeRecord& from = row.trade;
  trade.set_trade_id(from.trade_id.value());
  trade.set_sequence(row.sequence.value());
  trade.set_timestamp_ns(from.timestamp_ns);
  if (const Instrument* instrument = catalog.FindInstrument(from.instrument_id)) {
    trade.set_instrument(instrument->symbol);
    trade.set_price(FormatPrice(*instrument, Price(from.price_ticks)));
    trade.set_quantity(FormatQuantity(*instrument, Quantity(from.quantity_lots)));
    trade.set_quote_amount(FormatAmount(instrument->quote, Amount(from.quote_units)));
    trade.set_taker_fee(FormatAmount(instrument->quote, Amount(from.taker_fee_units)));
    trade.set_maker_fee(FormatAmount(instrument->quote, Amount(from.maker_fee_units)));
  }
  trade.set_taker_side(static_cast<common::v1::OrderSide>(from.taker_side));
  trade.set_taker_order_id(from.taker_order_id.value());
  trade.set_taker_account_id(from.taker_account_id.value());
  trade.set_maker_order_id(from.maker_order_id.value());
  trade.set_maker_account_id(from.maker_account_id.value());
}

}  // namespace

HistoryService::HistoryService(HistoryStore& store) : store_(store) {}

HistoryService::~HistoryService() = default;

grpc::Status HistoryService::GetOrder(grpc::ServerContext*, const v1::GetOrderRequest* request,
                                      v1::GetOrderResponse* response) {
  const absl::StatusOr<OrderKey> key = ToKey(*request);
  if (!key.ok()) return ToReadStatus(key.status());
  const auto found = store_.ReadOrder(*key);
  if (!found.ok()) return ToReadStatus(found.status());
  ToProto(found->page.rows.front(), *found->catalog, *response->mutable_order());
  response->set_sequence(found->page.sequence.value());
  return grpc::Status::OK;
}

grpc::Status HistoryService::ListOrders(grpc::ServerContext*, const v1::ListOrdersRequest* request,
                                        v1::ListOrdersResponse* response) {
  const absl::StatusOr<OrderQuery> query = ToQuery(*request);
  if (!query.ok()) return ToReadStatus(query.status());
  const auto found = store_.ListOrders(*query);
  if (!found.ok()) return ToReadStatus(found.status());
  for (const OrderRow& row : found->page.rows) {
    ToProto(row, *found->catalog, *response->add_orders());
  }
  if (found->page.has_more) {
    response->set_next_page_token(NextPageToken(*request, found->page.rows.back()));
  }
  response->set_sequence(found->page.sequence.value());
  return grpc::Status::OK;
}

grpc::Status HistoryService::ListTrades(grpc::ServerContext*, const v1::ListTradesRequest* request,
                                        v1::ListTradesResponse* response) {
  const absl::StatusOr<TradeQuery> query = ToQuery(*request);
  if (!query.ok()) return ToReadStatus(query.status());
  const auto found = store_.ListTrades(*query);
  if (!found.ok()) return ToReadStatus(found.status());
  for (const TradeRow& row : found->page.rows) {
    ToProto(row, *found->catalog, *response->add_trades());
  }
  if (found->page.has_more) {
    response->set_next_page_token(NextPageToken(*request, found->page.rows.back()));
  }
  response->set_sequence(found->page.sequence.value());
  return grpc::Status::OK;
}

}  // namespace rialto::ledger
