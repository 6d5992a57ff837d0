#include "engine/server/request_form.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/catalog/order_form.h"
#include "engine/codec/order_codec.h"

namespace rialto::engine {

absl::StatusOr<const rialto::Instrument*> FindInstrument(const Catalog& catalog,
                                                         const std::string& symbol) {
  const rialto::Instrument* instrument = catalog.FindInstrument(symbol);
  if (instrument == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("UNKNOWN_INSTRUMENT: no instrument \"", symbol.substr(0, 40), "\""));
  }
  return instrument;
}

absl::StatusOr<PlaceOrder> ParseForm(const Catalog& catalog, const common::v1::OrderForm& form) {
  ASSIGN_OR_RETURN(const v1::PlaceOrderCommand command, ToCommand(catalog, form));
  return DecodeCommand(command);
}

absl::StatusOr<MassCancel> ParseFilter(const Catalog& catalog, const CancelFilter& filter) {
  MassCancel cancel;
  if (!filter.instrument.empty()) {
    ASSIGN_OR_RETURN(const rialto::Instrument* instrument,
                     FindInstrument(catalog, filter.instrument));
    cancel.instrument_id = instrument->id;
  }
  if (!common::v1::OrderSide_IsValid(filter.side)) {
    return absl::InvalidArgumentError("INVALID_ORDER: side must be BUY, SELL or unspecified");
  }
  cancel.side = static_cast<uint8_t>(filter.side);
  if (!filter.tag.empty()) {
    ASSIGN_OR_RETURN(cancel.tag, CallerId::Parse(filter.tag));
  }
  return cancel;
}

absl::StatusOr<int64_t> ParseMilliseconds(const char* field, int64_t milliseconds) {
  constexpr int64_t kNanosecondsPerMillisecond = 1'000'000;
  if (milliseconds < 0 ||
      milliseconds > std::numeric_limits<int64_t>::max() / kNanosecondsPerMillisecond) {
    return absl::InvalidArgumentError(absl::StrCat(
        "BAD_DURATION: ", field, ": need milliseconds of 0 or above, have ", milliseconds));
  }
  return milliseconds * kNanosecondsPerMillisecond;
}

absl::Status AtEntry(const absl::Status& status, const char* list, int index) {
  const std::string message(status.message());
  const size_t end_of_code = message.find(": ");
  if (end_of_code == std::string::npos) {
    return {status.code(), absl::StrCat(list, "[", index, "]: ", message)};
  }
  return {status.code(), absl::StrCat(message.substr(0, end_of_code + 2), list, "[", index,
                                      "]: ", message.substr(end_of_code + 2))};
}

}  // namespace rialto::engine
