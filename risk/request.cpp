#include "risk/request.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rialto::risk {
namespace {

absl::Status CheckAccountId(uint64_t account_id) {
  if (account_id > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return absl::InvalidArgumentError(
        absl::StrCat("BAD_ACCOUNT_ID: ", account_id, " is beyond every account"));
  }
  return absl::OkStatus();
}

absl::Status NegativeLimit(const char* field, const std::string& text) {
  return absl::InvalidArgumentError(
      absl::StrCat("NEGATIVE_LIMIT: ", field, " ", text, " is below 0"));
}

// What a page token is bound to.
std::string FilterOf(const v1::ListAccountLimitsRequest& request) {
  return absl::StrCat("limits ", request.account_id());
}

}  // namespace

absl::Status CheckKey(uint64_t account_id, std::string_view instrument) {
  if (account_id == 0) return absl::InvalidArgumentError("ACCOUNT_ID_REQUIRED: account_id is 0");
  RETURN_IF_ERROR(CheckAccountId(account_id));
  if (instrument.empty()) {
    return absl::InvalidArgumentError("INSTRUMENT_REQUIRED: instrument is empty");
  }
  return absl::OkStatus();
}

absl::Status CheckForm(const v1::SetAccountLimitsRequest& request) {
  RETURN_IF_ERROR(CheckKey(request.limits().account_id(), request.limits().instrument()));
  if (request.reason().empty() || request.reason().size() > kReasonBytesMax) {
    return absl::InvalidArgumentError(absl::StrCat("INVALID_REASON: ", request.reason().size(),
                                                   " bytes; want 1 to ", kReasonBytesMax));
  }
  if (request.reason().find('\0') != std::string::npos) {
    return absl::InvalidArgumentError("INVALID_REASON: holds a zero byte");
  }
  return absl::OkStatus();
}

absl::StatusOr<engine::v1::SetAccountLimitsRequest> ToCommand(
    const v1::SetAccountLimitsRequest& request, const Instrument& instrument) {
  const std::string& quantity_text = request.limits().order_quantity_max();
  const std::string& notional_text = request.limits().order_notional_max();
  Quantity quantity;
  Amount notional;
  if (!quantity_text.empty()) {
    ASSIGN_OR_RETURN(quantity, ParseQuantity(instrument, quantity_text));
  }
  if (!notional_text.empty()) {
    ASSIGN_OR_RETURN(notional, ParseAmount(instrument.quote, notional_text));
  }
  if (quantity < Quantity(0)) return NegativeLimit("order_quantity_max", quantity_text);
  if (notional < Amount(0)) return NegativeLimit("order_notional_max", notional_text);
  engine::v1::SetAccountLimitsRequest command;
  command.set_account_id(request.limits().account_id());
  command.set_instrument(instrument.symbol);
  command.set_order_quantity_max(FormatQuantity(instrument, quantity));
  command.set_order_notional_max(FormatAmount(instrument.quote, notional));
  return command;
}

absl::StatusOr<LimitsQuery> ToQuery(const v1::ListAccountLimitsRequest& request) {
  RETURN_IF_ERROR(CheckAccountId(request.account_id()));
  ASSIGN_OR_RETURN(const int count_max, PageSize(request.page_size(), kLimitsPage));
  LimitsQuery query{.account_id = AccountId(request.account_id()), .count_max = count_max};
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(const std::vector<int64_t> key,
                     DecodePageToken(FilterOf(request), request.page_token(), 2));
    query.after_account = AccountId(static_cast<uint64_t>(key[0]));
    query.after_instrument = InstrumentId(static_cast<uint32_t>(key[1]));
  }
  return query;
}

std::string NextPageToken(const v1::ListAccountLimitsRequest& request, const LimitsRow& last) {
  return EncodePageToken(FilterOf(request), {static_cast<int64_t>(last.account_id.value()),
                                             last.instrument.id.value()});
}

}  // namespace rialto::risk
