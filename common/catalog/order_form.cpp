#include "common/catalog/order_form.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rialto {
namespace {

using common::v1::OrderForm;
using common::v1::OrderType;
using common::v1::RejectReason;
using common::v1::TimeInForce;

absl::Status CheckEnums(const OrderForm& form) {
  if (!common::v1::OrderSide_IsValid(form.side()) ||
      form.side() == common::v1::ORDER_SIDE_UNSPECIFIED) {
    return absl::InvalidArgumentError("INVALID_ORDER: side must be BUY or SELL");
  }
  if (!common::v1::OrderType_IsValid(form.type()) ||
      form.type() == common::v1::ORDER_TYPE_UNSPECIFIED) {
    return absl::InvalidArgumentError("INVALID_ORDER: type must be LIMIT or MARKET");
  }
  if (!common::v1::TimeInForce_IsValid(form.time_in_force())) {
    return absl::InvalidArgumentError("INVALID_ORDER: time_in_force must be GTC, IOC or FOK");
  }
  return absl::OkStatus();
}

// The fields that make sense together, and their signs: a person's slip, not a decision.
absl::Status CheckFields(const OrderForm& form) {
  if (form.type() == common::v1::ORDER_TYPE_LIMIT) {
    if (form.price().empty()) return absl::InvalidArgumentError("INVALID_ORDER: LIMIT needs price");
    if (form.quantity().empty() || !form.quote_amount().empty()) {
      return absl::InvalidArgumentError("INVALID_ORDER: LIMIT takes quantity, not quote_amount");
    }
  } else {
    if (!form.price().empty()) {
      return absl::InvalidArgumentError("INVALID_ORDER: MARKET takes no price");
    }
    if (form.quantity().empty() == form.quote_amount().empty()) {
      return absl::InvalidArgumentError("INVALID_ORDER: MARKET takes quantity or quote_amount");
    }
  }
  return absl::OkStatus();
}

template <typename Value>
absl::Status CheckPositive(const char* field, const std::string& text, Value value) {
  if (value > Value(0)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("INVALID_ORDER: ", field, " must be above 0, have ", text.substr(0, 40)));
}

TimeInForce DefaultTimeInForce(OrderType type) {
  return type == common::v1::ORDER_TYPE_LIMIT ? common::v1::TIME_IN_FORCE_GTC
                                              : common::v1::TIME_IN_FORCE_IOC;
}

// Two numbers and what they count, as decimals and with a unit for the message.
struct Numbers {
  std::string need;
  std::string have;
  std::string unit;  // Empty or " USD".
  const char* have_word = "have";
};

Numbers Amounts(const Asset& asset, int64_t need, int64_t have) {
  return {FormatAmount(asset, Amount(need)), FormatAmount(asset, Amount(have)),
          absl::StrCat(" ", asset.symbol)};
}

Numbers NumbersOf(const Instrument& instrument, const engine::v1::OrderOutcome& outcome) {
  const int64_t need = outcome.need();
  const int64_t have = outcome.have();
  switch (outcome.reject_reason()) {
    case common::v1::REJECT_REASON_PRICE_OUT_OF_RANGE:
    case common::v1::REJECT_REASON_WOULD_TAKE:
      return {FormatPrice(instrument, Price(need)), FormatPrice(instrument, Price(have)),
              absl::StrCat(" ", instrument.quote.symbol)};
    case common::v1::REJECT_REASON_QUANTITY_BELOW_MINIMUM:
    case common::v1::REJECT_REASON_QUANTITY_ABOVE_MAXIMUM:
    case common::v1::REJECT_REASON_QUANTITY_NOT_REDUCED:
    case common::v1::REJECT_REASON_MAX_ORDER_QUANTITY:
      return {FormatQuantity(instrument, Quantity(need)),
              FormatQuantity(instrument, Quantity(have)),
              absl::StrCat(" ", instrument.base.symbol)};
    case common::v1::REJECT_REASON_NOTIONAL_BELOW_MINIMUM:
    case common::v1::REJECT_REASON_NOTIONAL_ABOVE_MAXIMUM:
    case common::v1::REJECT_REASON_MAX_ORDER_NOTIONAL:
      return Amounts(instrument.quote, need, have);
    case common::v1::REJECT_REASON_INSUFFICIENT_FUNDS: {
      const bool buys = outcome.side() == common::v1::ORDER_SIDE_BUY;
      Numbers numbers = Amounts(buys ? instrument.quote : instrument.base, need, have);
      numbers.have_word = "available";
      return numbers;
    }
    case common::v1::REJECT_REASON_TOO_MANY_OPEN_ORDERS:
      return {absl::StrCat(need), absl::StrCat(have), " orders"};
    default:
      return {};
  }
}

// Some bounds are ceilings: "need at most".
bool IsCeiling(RejectReason reason) {
  switch (reason) {
    case common::v1::REJECT_REASON_PRICE_OUT_OF_RANGE:
    case common::v1::REJECT_REASON_QUANTITY_ABOVE_MAXIMUM:
    case common::v1::REJECT_REASON_QUANTITY_NOT_REDUCED:
    case common::v1::REJECT_REASON_MAX_ORDER_QUANTITY:
    case common::v1::REJECT_REASON_NOTIONAL_ABOVE_MAXIMUM:
    case common::v1::REJECT_REASON_MAX_ORDER_NOTIONAL:
    case common::v1::REJECT_REASON_TOO_MANY_OPEN_ORDERS:
      return true;
    default:
      return false;
  }
}

common::v1::Rejection MakeRejection(RejectReason reason, const Numbers& numbers) {
  common::v1::Rejection rejection;
  rejection.set_reason(reason);
  rejection.set_message(ReasonCode(reason));
  if (!numbers.need.empty()) {
    rejection.set_need(numbers.need);
    rejection.set_have(numbers.have);
    absl::StrAppend(rejection.mutable_message(), ": need ", IsCeiling(reason) ? "at most " : "",
                    numbers.need, numbers.unit, ", ", numbers.have_word, " ", numbers.have,
                    numbers.unit);
  }
  return rejection;
}

}  // namespace

std::string ReasonCode(RejectReason reason) {
  constexpr size_t kPrefixSize = sizeof("REJECT_REASON_") - 1;
  const std::string name = common::v1::RejectReason_Name(reason);
  return name.size() > kPrefixSize ? name.substr(kPrefixSize) : absl::StrCat("REASON_", reason);
}

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
  command.set_time_in_force(form.time_in_force() == common::v1::TIME_IN_FORCE_UNSPECIFIED
                                ? DefaultTimeInForce(form.type())
                                : form.time_in_force());
  command.set_post_only(form.post_only());
  if (!form.price().empty()) {
    ASSIGN_OR_RETURN(const Price price, ParsePrice(*instrument, form.price()));
    RETURN_IF_ERROR(CheckPositive("price", form.price(), price));
    command.set_price_ticks(price.value());
  }
  if (!form.quantity().empty()) {
    ASSIGN_OR_RETURN(const Quantity quantity, ParseQuantity(*instrument, form.quantity()));
    RETURN_IF_ERROR(CheckPositive("quantity", form.quantity(), quantity));
    command.set_quantity_lots(quantity.value());
  }
  if (!form.quote_amount().empty()) {
    ASSIGN_OR_RETURN(const Amount amount, ParseAmount(instrument->quote, form.quote_amount()));
    RETURN_IF_ERROR(CheckPositive("quote_amount", form.quote_amount(), amount));
    command.set_quote_amount_units(amount.value());
  }
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
  return accepted;
}

common::v1::Rejection ToRejection(const Catalog& catalog, const engine::v1::OrderOutcome& outcome) {
  const Instrument* instrument = catalog.FindInstrument(InstrumentId(outcome.instrument_id()));
  return MakeRejection(outcome.reject_reason(),
                       instrument == nullptr ? Numbers{} : NumbersOf(*instrument, outcome));
}

common::v1::Rejection ToRejection(const Asset* asset, RejectReason reason, int64_t need,
                                  int64_t have) {
  Numbers numbers;
  if (asset != nullptr && (need != 0 || have != 0)) {
    numbers = Amounts(*asset, need, have);
    if (reason == common::v1::REJECT_REASON_INSUFFICIENT_FUNDS) numbers.have_word = "available";
  }
  return MakeRejection(reason, numbers);
}

}  // namespace rialto
