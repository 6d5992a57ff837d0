#include "engine/codec/terms_codec.h"

#include "common/base/status_macros.h"

namespace rialto::engine {
namespace {

// Core and proto count alike.
static_assert(int{common::v1::TRIGGER_SOURCE_LAST} == static_cast<int>(TriggerSource::kLast));
static_assert(int{common::v1::TRIGGER_SOURCE_BID_ASK} == static_cast<int>(TriggerSource::kBidAsk));
static_assert(int{common::v1::TRIGGER_SOURCE_MID} == static_cast<int>(TriggerSource::kMid));
static_assert(int{common::v1::TriggerSource_MAX} == static_cast<int>(TriggerSource::kMark));
static_assert(int{common::v1::PEG_REFERENCE_BEST_BID} == static_cast<int>(PegReference::kBestBid));
static_assert(int{common::v1::PEG_REFERENCE_BEST_ASK} == static_cast<int>(PegReference::kBestAsk));
static_assert(int{common::v1::PegReference_MAX} == static_cast<int>(PegReference::kMid));

}  // namespace

absl::StatusOr<OrderTerms> DecodeTerms(const v1::OrderTerms& terms) {
  if (!common::v1::TriggerSource_IsValid(terms.trigger_source())) {
    return absl::InvalidArgumentError(
        "INVALID_ORDER: trigger_source must be LAST, BID_ASK, MID or MARK");
  }
  if (!common::v1::PegReference_IsValid(terms.peg_reference())) {
    return absl::InvalidArgumentError(
        "INVALID_ORDER: peg_reference must be BEST_BID, BEST_ASK or MID");
  }
  if (terms.session() != 0) {
    return absl::InvalidArgumentError("INVALID_ORDER: session is given by the engine; leave it 0");
  }
  OrderTerms decoded{.display_quantity = Quantity(terms.display_lots()),
                     .trigger_source = static_cast<TriggerSource>(terms.trigger_source()),
                     .trigger_price = Price(terms.trigger_price_ticks()),
                     .trail_ppm = terms.trail_ppm(),
                     .trail_ticks = terms.trail_ticks(),
                     .peg = static_cast<PegReference>(terms.peg_reference()),
                     .peg_offset_ticks = terms.peg_offset_ticks(),
                     .expire_time = Timestamp(terms.expire_time_ns()),
                     .not_after = Timestamp(terms.not_after_ns()),
                     .tag = {},
                     .session = 0};
  if (!terms.tag().empty()) {
    ASSIGN_OR_RETURN(decoded.tag, CallerId::Parse(terms.tag()));
  }
  return decoded;
}

void EncodeTerms(const OrderTerms& terms, v1::OrderTerms& message) {
  message.set_display_lots(terms.display_quantity.value());
  message.set_trigger_source(static_cast<common::v1::TriggerSource>(terms.trigger_source));
  message.set_trigger_price_ticks(terms.trigger_price.value());
  message.set_trail_ppm(terms.trail_ppm);
  message.set_trail_ticks(terms.trail_ticks);
  message.set_peg_reference(static_cast<common::v1::PegReference>(terms.peg));
  message.set_peg_offset_ticks(terms.peg_offset_ticks);
  message.set_expire_time_ns(terms.expire_time.value());
  message.set_not_after_ns(terms.not_after.value());
  message.set_tag(terms.tag.view().data(), terms.tag.view().size());
  message.set_session(terms.session);
}

}  // namespace rialto::engine
