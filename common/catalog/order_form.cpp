#include "common/catalog/order_form.h"

#include "absl/strings/str_cat.h"
#include "common/base/decimal.h"
#include "common/base/status_macros.h"

namespace rialto {
namespace {

using common::v1::OrderForm;
using common::v1::OrderType;
using common::v1::TimeInForce;

constexpr int64_t kNsPerSecond = 1'000'000'000;
// One hundredth of a percent is 100 parts per million: with two decimals, bips are ppm.
constexpr int kBipsScale = 2;

absl::Status InvalidOrder(std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("INVALID_ORDER: ", std::string(what)));
}

// "TAKE_PROFIT" of "ORDER_TYPE_TAKE_PROFIT".
std::string NameOf(OrderType type) {
  return common::v1::OrderType_Name(type).substr(sizeof("ORDER_TYPE_") - 1);
}

absl::Status CheckEnums(const OrderForm& form) {
  if (!common::v1::OrderSide_IsValid(form.side()) ||
      form.side() == common::v1::ORDER_SIDE_UNSPECIFIED) {
    return InvalidOrder("side must be BUY or SELL");
  }
  if (!common::v1::OrderType_IsValid(form.type()) ||
      form.type() == common::v1::ORDER_TYPE_UNSPECIFIED) {
    return InvalidOrder("type must be LIMIT, MARKET or another OrderType");
  }
  if (!common::v1::TimeInForce_IsValid(form.time_in_force())) {
    return InvalidOrder("time_in_force must be GTC, IOC, FOK, GTD or DAY");
  }
  if (!common::v1::TriggerSource_IsValid(form.trigger_source())) {
    return InvalidOrder("trigger_source must be LAST, BID_ASK, MID or MARK");
  }
  if (!common::v1::PegReference_IsValid(form.peg_reference())) {
    return InvalidOrder("peg_reference must be BEST_BID, BEST_ASK or MID");
  }
  if (!common::v1::SelfTradeMode_IsValid(form.self_trade_mode())) {
    return InvalidOrder("self_trade_mode must be one of SelfTradeMode");
  }
  return absl::OkStatus();
}

bool HasTrigger(OrderType type) {
  return type >= common::v1::ORDER_TYPE_STOP && type <= common::v1::ORDER_TYPE_TRAILING_STOP;
}

enum class Use { kNo, kMay, kMust };

Use MustIf(bool condition) { return condition ? Use::kMust : Use::kNo; }
Use MayIf(bool condition) { return condition ? Use::kMay : Use::kNo; }

Use UseOfPrice(const OrderForm& form) {
  switch (form.type()) {
    case common::v1::ORDER_TYPE_LIMIT:
    case common::v1::ORDER_TYPE_STOP_LIMIT:
    case common::v1::ORDER_TYPE_TAKE_PROFIT_LIMIT:
    case common::v1::ORDER_TYPE_PEGGED:
      return Use::kMust;
    case common::v1::ORDER_TYPE_TRAILING_STOP:
      return form.side() == common::v1::ORDER_SIDE_BUY ? Use::kMust : Use::kMay;
    default:
      return Use::kNo;
  }
}

struct FieldUse {
  const char* field;
  bool given;
  Use use;
};

// The fields that make sense together: a person's slip, not a decision.
absl::Status CheckFields(const OrderForm& form) {
  const OrderType type = form.type();
  const bool limit = type == common::v1::ORDER_TYPE_LIMIT;
  const bool market = type == common::v1::ORDER_TYPE_MARKET;
  const bool trails = type == common::v1::ORDER_TYPE_TRAILING_STOP;
  const bool pegged = type == common::v1::ORDER_TYPE_PEGGED;
  const FieldUse uses[] = {
      {"price", !form.price().empty(), UseOfPrice(form)},
      {"quantity", !form.quantity().empty(), market ? Use::kMay : Use::kMust},
      {"quote_amount", !form.quote_amount().empty(), MayIf(market)},
      {"display_quantity", !form.display_quantity().empty(), MayIf(limit)},
      {"trigger_source", form.trigger_source() != common::v1::TRIGGER_SOURCE_UNSPECIFIED,
       MayIf(HasTrigger(type))},
      {"trigger_price", !form.trigger_price().empty(),
       trails ? Use::kMay : MustIf(HasTrigger(type))},
      {"trail_bips", !form.trail_bips().empty(), MayIf(trails)},
      {"trail_distance", !form.trail_distance().empty(), MayIf(trails)},
      {"peg_reference", form.peg_reference() != common::v1::PEG_REFERENCE_UNSPECIFIED,
       MustIf(pegged)},
      {"peg_offset", !form.peg_offset().empty(), MayIf(pegged)},
  };
  for (const FieldUse& field : uses) {
    if (field.given && field.use == Use::kNo) {
      return InvalidOrder(absl::StrCat(NameOf(type), " takes no ", field.field));
    }
    if (!field.given && field.use == Use::kMust) {
      return InvalidOrder(absl::StrCat(NameOf(type), " needs ", field.field));
    }
  }
  if (market && form.quantity().empty() == form.quote_amount().empty()) {
    return InvalidOrder("MARKET takes quantity or quote_amount");
  }
  if (trails && form.trail_bips().empty() == form.trail_distance().empty()) {
    return InvalidOrder("TRAILING_STOP takes trail_bips or trail_distance");
  }
  if ((form.time_in_force() == common::v1::TIME_IN_FORCE_GTD) != form.has_expire_time()) {
    return InvalidOrder("expire_time goes with GTD, and GTD with expire_time");
  }
  return absl::OkStatus();
}

absl::Status CheckPositive(const char* field, const std::string& text, int64_t value) {
  if (value > 0) return absl::OkStatus();
  return InvalidOrder(absl::StrCat(field, " must be above 0, have ", text.substr(0, 40)));
}

// Fields that may be left out are 0 then; given, they are above 0.
absl::StatusOr<int64_t> PriceTicks(const Instrument& instrument, const char* field,
                                   const std::string& text) {
  if (text.empty()) return 0;
  ASSIGN_OR_RETURN(const Price price, ParsePrice(instrument, text));
  RETURN_IF_ERROR(CheckPositive(field, text, price.value()));
  return price.value();
}

absl::StatusOr<int64_t> Lots(const Instrument& instrument, const char* field,
                             const std::string& text) {
  if (text.empty()) return 0;
  ASSIGN_OR_RETURN(const Quantity quantity, ParseQuantity(instrument, text));
  RETURN_IF_ERROR(CheckPositive(field, text, quantity.value()));
  return quantity.value();
}

absl::StatusOr<uint32_t> TrailPpm(const std::string& bips) {
  if (bips.empty()) return 0;
  ASSIGN_OR_RETURN(const int64_t ppm, ParseDecimal(bips, kBipsScale));
  RETURN_IF_ERROR(CheckPositive("trail_bips", bips, ppm));
  if (ppm > UINT32_MAX) {
    return absl::InvalidArgumentError(absl::StrCat("OUT_OF_RANGE: trail_bips ", bips));
  }
  return static_cast<uint32_t>(ppm);
}

absl::StatusOr<engine::v1::OrderTerms> ToTerms(const Instrument& instrument,
                                               const OrderForm& form) {
  engine::v1::OrderTerms terms;
  ASSIGN_OR_RETURN(const int64_t display_lots,
                   Lots(instrument, "display_quantity", form.display_quantity()));
  ASSIGN_OR_RETURN(const int64_t trigger_ticks,
                   PriceTicks(instrument, "trigger_price", form.trigger_price()));
  ASSIGN_OR_RETURN(const uint32_t trail_ppm, TrailPpm(form.trail_bips()));
  ASSIGN_OR_RETURN(const int64_t trail_ticks,
                   PriceTicks(instrument, "trail_distance", form.trail_distance()));
  terms.set_display_lots(display_lots);
  terms.set_trigger_price_ticks(trigger_ticks);
  terms.set_trail_ppm(trail_ppm);
  terms.set_trail_ticks(trail_ticks);
  if (HasTrigger(form.type())) {
    terms.set_trigger_source(form.trigger_source() == common::v1::TRIGGER_SOURCE_UNSPECIFIED
                                 ? common::v1::TRIGGER_SOURCE_LAST
                                 : form.trigger_source());
  }
  terms.set_peg_reference(form.peg_reference());
  if (!form.peg_offset().empty()) {
    ASSIGN_OR_RETURN(const Price offset, ParsePrice(instrument, form.peg_offset()));
    terms.set_peg_offset_ticks(offset.value());
  }
  if (form.has_expire_time()) {
    ASSIGN_OR_RETURN(const int64_t at, ToNanoseconds("expire_time", form.expire_time()));
    terms.set_expire_time_ns(at);
  }
  if (form.has_not_after()) {
    ASSIGN_OR_RETURN(const int64_t at, ToNanoseconds("not_after", form.not_after()));
    terms.set_not_after_ns(at);
  }
  if (!form.tag().empty()) RETURN_IF_ERROR(CallerId::Parse(form.tag()).status());
  terms.set_tag(form.tag());
  return terms;
}

TimeInForce TimeInForceOf(const OrderForm& form) {
  if (form.time_in_force() != common::v1::TIME_IN_FORCE_UNSPECIFIED) return form.time_in_force();
  return form.type() == common::v1::ORDER_TYPE_MARKET ? common::v1::TIME_IN_FORCE_IOC
                                                      : common::v1::TIME_IN_FORCE_GTC;
}

}  // namespace

absl::StatusOr<engine::v1::PlaceOrderCommand> ToCommand(const Catalog& catalog,
                                                        const OrderForm& form) {
  RETURN_IF_ERROR(CallerId::Parse(form.client_order_id()).status());
  const Instrument* instrument = catalog.FindInstrument(form.instrument());
  if (instrument == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("UNKNOWN_INSTRUMENT: no instrument \"",
                                                   form.instrument().substr(0, 40), "\""));
  }
  RETURN_IF_ERROR(CheckEnums(form));
  RETURN_IF_ERROR(CheckFields(form));

  engine::v1::PlaceOrderCommand command;
  command.set_account_id(form.account_id());
  command.set_client_order_id(form.client_order_id());
  command.set_instrument_id(instrument->id.value());
  command.set_side(form.side());
  command.set_type(form.type());
  command.set_time_in_force(TimeInForceOf(form));
  command.set_post_only(form.post_only());
  command.set_self_trade_mode(form.self_trade_mode());
  ASSIGN_OR_RETURN(const int64_t price, PriceTicks(*instrument, "price", form.price()));
  ASSIGN_OR_RETURN(const int64_t quantity, Lots(*instrument, "quantity", form.quantity()));
  command.set_price_ticks(price);
  command.set_quantity_lots(quantity);
  if (!form.quote_amount().empty()) {
    ASSIGN_OR_RETURN(const Amount amount, ParseAmount(instrument->quote, form.quote_amount()));
    RETURN_IF_ERROR(CheckPositive("quote_amount", form.quote_amount(), amount.value()));
    command.set_quote_amount_units(amount.value());
  }
  ASSIGN_OR_RETURN(engine::v1::OrderTerms terms, ToTerms(*instrument, form));
  if (terms.ByteSizeLong() > 0) *command.mutable_terms() = std::move(terms);
  return command;
}

common::v1::OrderAccepted ToAccepted(const Catalog& catalog,
                                     const engine::v1::OrderOutcome& outcome) {
  const Instrument* instrument = catalog.FindInstrument(InstrumentId(outcome.instrument_id()));
  common::v1::OrderAccepted accepted;
  accepted.set_order_id(outcome.order_id());
  accepted.set_status(outcome.status());
  accepted.set_cancel_reason(outcome.cancel_reason());
  if (instrument == nullptr) return accepted;
  accepted.set_executed_quantity(FormatQuantity(*instrument, Quantity(outcome.executed_lots())));
  accepted.set_executed_quote_amount(
      FormatAmount(instrument->quote, Amount(outcome.executed_quote_units())));
  accepted.set_remaining_quantity(FormatQuantity(*instrument, Quantity(outcome.remaining_lots())));
  if (outcome.prevented_lots() != 0) {
    accepted.set_prevented_quantity(
        FormatQuantity(*instrument, Quantity(outcome.prevented_lots())));
  }
  return accepted;
}

absl::StatusOr<int64_t> ToNanoseconds(const char* field, const google::protobuf::Timestamp& time) {
  const bool whole = time.nanos() >= 0 && time.nanos() < kNsPerSecond;
  if (!whole || time.seconds() < 0 || time.seconds() >= INT64_MAX / kNsPerSecond ||
      (time.seconds() == 0 && time.nanos() == 0)) {
    return absl::InvalidArgumentError(
        absl::StrCat("BAD_TIME: ", field, " must be after 1970 and before 2262"));
  }
  return time.seconds() * kNsPerSecond + time.nanos();
}

google::protobuf::Timestamp ToTimestamp(int64_t nanoseconds) {
  google::protobuf::Timestamp time;
  time.set_seconds(nanoseconds / kNsPerSecond);
  time.set_nanos(static_cast<int32_t>(nanoseconds % kNsPerSecond));
  return time;
}

}  // namespace rialto
