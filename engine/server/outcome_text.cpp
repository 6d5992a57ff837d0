#include "engine/server/outcome_text.h"

#include "common/base/check.h"
#include "common/catalog/order_form.h"
#include "engine/codec/order_codec.h"

namespace rialto::engine {

common::v1::OrderAccepted ToAccepted(const Catalog& catalog, const Outcome& outcome) {
  v1::OrderOutcome message;
  EncodeOutcome(outcome, message);
  return rialto::ToAccepted(catalog, message);
}

common::v1::Rejection ToOrderRejection(const Catalog& catalog, const Outcome& outcome) {
  v1::OrderOutcome message;
  EncodeOutcome(outcome, message);
  return rialto::ToRejection(catalog, message);
}

common::v1::Rejection ToTransferRejection(const rialto::Asset* asset, const Outcome& outcome) {
  return rialto::ToRejection(asset, static_cast<common::v1::RejectReason>(outcome.reason),
                             outcome.need, outcome.have);
}

common::v1::OrderView ToView(const Catalog& catalog, const Order& order) {
  const rialto::Instrument* instrument = catalog.FindInstrument(order.instrument_id);
  CHECK(instrument != nullptr);
  common::v1::OrderView view;
  view.set_order_id(order.id.value());
  view.set_account_id(order.account_id.value());
  view.set_client_order_id(order.client_order_id.ToString());
  view.set_instrument(instrument->symbol);
  view.set_side(static_cast<common::v1::OrderSide>(order.side));
  view.set_price(FormatPrice(*instrument, order.price));
  view.set_quantity(FormatQuantity(*instrument, order.quantity));
  view.set_executed_quantity(FormatQuantity(*instrument, order.executed()));
  view.set_remaining_quantity(FormatQuantity(*instrument, order.remaining));
  return view;
}

common::v1::Balance ToView(const rialto::Asset& asset, const Balance& balance) {
  common::v1::Balance view;
  view.set_asset(asset.symbol);
  view.set_available(FormatAmount(asset, balance.available));
  view.set_held(FormatAmount(asset, balance.held));
  return view;
}

}  // namespace rialto::engine
