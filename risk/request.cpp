#include "risk/request.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/json_util.h"

namespace rialto::risk {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;

// An empty limit is 0: none.
absl::StatusOr<std::string> QuantityLimit(const Instrument& instrument, const char* field,
                                          const std::string& text) {
  if (text.empty()) return FormatQuantity(instrument, Quantity(0));
  ASSIGN_OR_RETURN(const Quantity quantity, ParseQuantity(instrument, text));
  if (quantity >= Quantity(0)) return FormatQuantity(instrument, quantity);
  return absl::InvalidArgumentError(
      absl::StrCat("NEGATIVE_LIMIT: ", field, " ", text, " is below 0"));
}

absl::StatusOr<std::string> AmountLimit(const Asset& asset, const char* field,
                                        const std::string& text) {
  if (text.empty()) return FormatAmount(asset, Amount(0));
  ASSIGN_OR_RETURN(const Amount amount, ParseAmount(asset, text));
  if (amount >= Amount(0)) return FormatAmount(asset, amount);
  return absl::InvalidArgumentError(
      absl::StrCat("NEGATIVE_LIMIT: ", field, " ", text, " is below 0"));
}

absl::Status CheckReason(const std::string& reason) {
  if (reason.empty() || reason.size() > kReasonBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("INVALID_REASON: ", reason.size(), " bytes; want 1 to ", kReasonBytesMax));
  }
  if (reason.find('\0') != std::string::npos) {
    return absl::InvalidArgumentError("INVALID_REASON: holds a zero byte");
  }
  return absl::OkStatus();
}

absl::Status CheckAccount(uint64_t account_id) {
  if (account_id == 0) return absl::InvalidArgumentError("ACCOUNT_ID_REQUIRED: account_id is 0");
  return CheckAccountId(account_id);
}

absl::Status CheckDuration(const char* field, int64_t milliseconds) {
  if (milliseconds >= 0 && milliseconds <= std::numeric_limits<int64_t>::max() / kNsPerMs) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "BAD_DURATION: ", field, ": need milliseconds of 0 or above, have ", milliseconds));
}

// One account or, said explicitly, everyone.
template <typename Request>
absl::StatusOr<engine::v1::SetTradingStateRequest> WithScope(const Request& request) {
  engine::v1::SetTradingStateRequest command;
  if (request.scope_case() == Request::kEveryone && request.everyone()) {
    command.set_everyone(true);
    return command;
  }
  if (request.scope_case() != Request::kAccountId) {
    return absl::InvalidArgumentError("SCOPE_REQUIRED: want account_id, or everyone: true");
  }
  RETURN_IF_ERROR(CheckAccount(request.account_id()));
  command.set_account_id(request.account_id());
  return command;
}

// What a page token is bound to.
std::string FilterOf(const v1::ListAccountLimitsRequest& request) {
  return absl::StrCat("limits ", request.account_id());
}

}  // namespace

absl::Status CheckAccountId(uint64_t account_id) {
  if (account_id > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return absl::InvalidArgumentError(
        absl::StrCat("BAD_ACCOUNT_ID: ", account_id, " is beyond every account"));
  }
  return absl::OkStatus();
}

absl::Status CheckKey(uint64_t account_id, std::string_view instrument) {
  RETURN_IF_ERROR(CheckAccount(account_id));
  if (instrument.empty()) {
    return absl::InvalidArgumentError("INSTRUMENT_REQUIRED: instrument is empty");
  }
  return absl::OkStatus();
}

absl::Status CheckForm(const v1::SetAccountLimitsRequest& request) {
  RETURN_IF_ERROR(CheckKey(request.limits().account_id(), request.limits().instrument()));
  return CheckReason(request.reason());
}

absl::StatusOr<engine::v1::SetAccountLimitsRequest> ToCommand(
    const v1::SetAccountLimitsRequest& request, const Instrument& instrument) {
  const v1::AccountLimits& limits = request.limits();
  engine::v1::SetAccountLimitsRequest command;
  command.set_account_id(limits.account_id());
  command.set_instrument(instrument.symbol);
  ASSIGN_OR_RETURN(*command.mutable_order_quantity_max(),
                   QuantityLimit(instrument, "order_quantity_max", limits.order_quantity_max()));
  ASSIGN_OR_RETURN(
      *command.mutable_order_notional_max(),
      AmountLimit(instrument.quote, "order_notional_max", limits.order_notional_max()));
  ASSIGN_OR_RETURN(*command.mutable_position_max(),
                   QuantityLimit(instrument, "position_max", limits.position_max()));
  ASSIGN_OR_RETURN(*command.mutable_exposure_max(),
                   AmountLimit(instrument.quote, "exposure_max", limits.exposure_max()));
  return command;
}

absl::StatusOr<engine::v1::SetAccountSettingsRequest> ToCommand(
    const v1::SetAccountSettingsRequest& request) {
  const v1::AccountSettings& settings = request.settings();
  RETURN_IF_ERROR(CheckAccount(settings.account_id()));
  RETURN_IF_ERROR(CheckReason(request.reason()));
  RETURN_IF_ERROR(CheckDuration("order_rate_window_ms", settings.order_rate_window_ms()));
  RETURN_IF_ERROR(CheckDuration("duplicate_window_ms", settings.duplicate_window_ms()));
  engine::v1::SetAccountSettingsRequest command;
  command.set_account_id(settings.account_id());
  command.set_fee_tier(settings.fee_tier());
  command.set_trade_group(settings.trade_group());
  command.set_open_orders_max(settings.open_orders_max());
  command.set_order_rate_max(settings.order_rate_max());
  command.set_order_rate_window_ms(settings.order_rate_window_ms());
  command.set_duplicate_window_ms(settings.duplicate_window_ms());
  return command;
}

absl::StatusOr<engine::v1::SetTradingStateRequest> ToCommand(
    const v1::SetTradingStateRequest& request) {
  ASSIGN_OR_RETURN(engine::v1::SetTradingStateRequest command, WithScope(request));
  RETURN_IF_ERROR(CheckReason(request.reason()));
  if (!common::v1::TradingState_IsValid(request.state()) ||
      request.state() == common::v1::TRADING_STATE_UNSPECIFIED) {
    return absl::InvalidArgumentError("BAD_STATE: state must be ACTIVE, REDUCING or HALTED");
  }
  command.set_state(request.state());
  return command;
}

absl::StatusOr<HaltCommands> ToCommand(const v1::HaltTradingRequest& request) {
  HaltCommands commands;
  ASSIGN_OR_RETURN(commands.halt, WithScope(request));
  RETURN_IF_ERROR(CheckReason(request.reason()));
  commands.halt.set_state(common::v1::TRADING_STATE_HALTED);
  commands.cancel.set_account_id(request.account_id());  // 0 when it is for everyone.
  return commands;
}

std::string AsJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  CHECK(google::protobuf::util::MessageToJsonString(message, &json, options).ok());
  return json;
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
