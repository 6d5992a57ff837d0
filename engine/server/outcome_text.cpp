#include "engine/server/outcome_text.h"

#include <string>

#include "common/base/check.h"
#include "common/base/decimal.h"
#include "common/catalog/order_form.h"
#include "engine/codec/order_codec.h"

namespace rialto::engine {
namespace {

// A bip is a hundred parts per million.
constexpr int kBipScale = 2;

std::string FormatBips(uint32_t ppm) {
  std::string text = FormatDecimal(ppm, kBipScale);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

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

common::v1::Rejection ToInstrumentRejection(const Catalog& catalog, InstrumentId id,
                                            Outcome outcome) {
  outcome.instrument_id = id;  // Its decimals.
  return ToOrderRejection(catalog, outcome);
}

common::v1::OrderDecision ToDecision(const Catalog& catalog, const Outcome& outcome) {
  common::v1::OrderDecision decision;
  decision.set_sequence(outcome.sequence.value());
  decision.set_repeated_request(outcome.repeated);
  if (outcome.accepted()) {
    *decision.mutable_accepted() = ToAccepted(catalog, outcome);
  } else {
    *decision.mutable_rejected() = ToOrderRejection(catalog, outcome);
  }
  return decision;
}

namespace {

void FillTerms(const rialto::Instrument& instrument, const OrderTerms& terms,
               common::v1::OrderView& view) {
  if (terms.display_quantity != Quantity(0)) {
    view.set_display_quantity(FormatQuantity(instrument, terms.display_quantity));
  }
  view.set_trigger_source(static_cast<common::v1::TriggerSource>(terms.trigger_source));
  if (terms.trigger_price != Price(0)) {
    view.set_trigger_price(FormatPrice(instrument, terms.trigger_price));
  }
  if (terms.trail_ppm != 0) view.set_trail_bips(FormatBips(terms.trail_ppm));
  if (terms.trail_ticks != 0) {
    view.set_trail_distance(FormatPrice(instrument, Price(terms.trail_ticks)));
  }
  view.set_peg_reference(static_cast<common::v1::PegReference>(terms.peg));
  if (terms.peg_offset_ticks != 0) {
    view.set_peg_offset(FormatPrice(instrument, Price(terms.peg_offset_ticks)));
  }
  if (terms.expire_time != Timestamp(0)) {
    *view.mutable_expire_time() = ToTimestamp(terms.expire_time.value());
  }
  view.set_tag(terms.tag.ToString());
}

}  // namespace

common::v1::OrderView ToView(const Catalog& catalog, const OpenOrder& order) {
  const rialto::Instrument* instrument = catalog.FindInstrument(order.instrument_id);
  CHECK(instrument != nullptr);
  common::v1::OrderView view;
  view.set_order_id(order.id.value());
  view.set_account_id(order.account_id.value());
  view.set_client_order_id(order.client_order_id.ToString());
  view.set_instrument(instrument->symbol);
  view.set_side(static_cast<common::v1::OrderSide>(order.side));
  if (order.limit != Price(0)) view.set_price(FormatPrice(*instrument, order.limit));
  view.set_quantity(FormatQuantity(*instrument, order.quantity));
  view.set_executed_quantity(FormatQuantity(*instrument, order.executed));
  view.set_remaining_quantity(FormatQuantity(*instrument, order.remaining));
  view.set_type(static_cast<common::v1::OrderType>(order.type));
  view.set_time_in_force(static_cast<common::v1::TimeInForce>(order.time_in_force));
  view.set_status(static_cast<common::v1::OrderStatus>(order.status));
  if (order.level != Price(0)) view.set_book_price(FormatPrice(*instrument, order.level));
  view.set_displayed_quantity(FormatQuantity(*instrument, order.displayed));
  view.set_prevented_quantity(FormatQuantity(*instrument, order.prevented));
  view.set_executed_quote_amount(FormatAmount(instrument->quote, order.executed_quote));
  view.set_held_amount(
      FormatAmount(order.side == Side::kBuy ? instrument->quote : instrument->base, order.hold));
  view.set_list_id(order.list_id.value());
  view.set_post_only(order.post_only == PostOnly::kYes);
  view.set_self_trade_mode(static_cast<common::v1::SelfTradeMode>(order.self_trade));
  FillTerms(*instrument, order.terms, view);
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
