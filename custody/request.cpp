#include "custody/request.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rialto::custody {
namespace {

// Leaves room for what TransactionIdOf puts before it.
constexpr size_t kWithdrawalIdSizeMax = 32;
constexpr size_t kEventIdSizeMax = 100;
constexpr size_t kReferenceSizeMax = 200;
constexpr size_t kAddressSizeMax = 200;
constexpr size_t kOperatorSizeMax = 100;
constexpr size_t kReasonBytesMax = 500;
constexpr size_t kAssetSizeMax = 36;
// What the database can hold.
constexpr uint64_t kAccountIdMax = INT64_MAX;

bool IsPrintable(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

bool IsWord(const std::string& text, size_t size_max) {
  return !text.empty() && text.size() <= size_max && IsPrintable(text);
}

absl::Status Malformed(absl::string_view code, absl::string_view want) {
  return absl::InvalidArgumentError(absl::StrCat(code, ": ", want));
}

absl::Status CheckMoney(const std::string& asset, const std::string& amount, uint64_t account_id) {
  if (account_id == 0 || account_id > kAccountIdMax) {
    return Malformed("ACCOUNT_ID_REQUIRED", "account_id must name an account");
  }
  if (!IsWord(asset, kAssetSizeMax)) return Malformed("ASSET_REQUIRED", "asset must be a symbol");
  if (!IsAmount(amount) || !IsAbove(amount, "0")) {
    return Malformed("INVALID_AMOUNT", "amount must be a decimal above 0");
  }
  return absl::OkStatus();
}

absl::Status CheckOperator(const std::string& name) {
  if (IsWord(name, kOperatorSizeMax)) return absl::OkStatus();
  return Malformed("INVALID_OPERATOR", "operator must be 1 to 100 printable characters");
}

std::string FilterOf(const v1::ListWithdrawalsRequest& request) {
  return absl::StrCat("withdrawals ", request.account_id(), " ", request.state());
}

}  // namespace

absl::Status CheckForm(const v1::ProviderEvent& event) {
  if (!IsWord(event.event_id(), kEventIdSizeMax)) {
    return Malformed("INVALID_EVENT_ID", "event_id must be 1 to 100 printable characters");
  }
  if (event.reference().size() > kReferenceSizeMax || !IsPrintable(event.reference())) {
    return Malformed("INVALID_REFERENCE", "reference has at most 200 printable characters");
  }
  switch (event.kind()) {
    case v1::PROVIDER_EVENT_KIND_DEPOSIT_CONFIRMED:
      if (!event.withdrawal_id().empty()) {
        return Malformed("INVALID_WITHDRAWAL_ID", "a deposit has no withdrawal_id");
      }
      return CheckMoney(event.asset(), event.amount(), event.account_id());
    case v1::PROVIDER_EVENT_KIND_WITHDRAWAL_CONFIRMED:
    case v1::PROVIDER_EVENT_KIND_WITHDRAWAL_FAILED:
      if (event.account_id() != 0 || !event.asset().empty() || !event.amount().empty()) {
        return Malformed("INVALID_KIND", "an event of a withdrawal names no account or amount");
      }
      return CheckWithdrawalId(event.withdrawal_id());
    default:
      return Malformed("INVALID_KIND", "kind must be one of ProviderEventKind");
  }
}

absl::Status CheckWithdrawalId(const std::string& withdrawal_id) {
  if (withdrawal_id.size() <= kWithdrawalIdSizeMax && CallerId::Parse(withdrawal_id).ok()) {
    return absl::OkStatus();
  }
  return Malformed("INVALID_WITHDRAWAL_ID", "withdrawal_id must be 1 to 32 of [A-Za-z0-9_-]");
}

absl::Status CheckForm(const v1::ApproveWithdrawalRequest& request) {
  RETURN_IF_ERROR(CheckWithdrawalId(request.withdrawal_id()));
  return CheckOperator(request.operator_());
}

absl::Status CheckForm(const v1::RejectWithdrawalRequest& request) {
  RETURN_IF_ERROR(CheckWithdrawalId(request.withdrawal_id()));
  RETURN_IF_ERROR(CheckOperator(request.operator_()));
  if (request.reason().empty() || request.reason().size() > kReasonBytesMax) {
    return Malformed("INVALID_REASON", "reason must have 1 to 500 bytes");
  }
  return absl::OkStatus();
}

absl::StatusOr<Withdrawal> ToWithdrawal(const v1::RequestWithdrawalRequest& request,
                                        const OperatorLimits& limits) {
  RETURN_IF_ERROR(CheckWithdrawalId(request.withdrawal_id()));
  RETURN_IF_ERROR(CheckMoney(request.asset(), request.amount(), request.account_id()));
  if (!IsWord(request.address(), kAddressSizeMax)) {
    return Malformed("INVALID_ADDRESS", "address must be 1 to 200 printable characters");
  }
  return Withdrawal{.withdrawal_id = request.withdrawal_id(),
                    .account_id = AccountId(request.account_id()),
                    .asset = request.asset(),
                    .amount = request.amount(),
                    .address = request.address(),
                    .operators_needed = OperatorsNeeded(limits, request.asset(), request.amount())};
}

absl::StatusOr<WithdrawalsQuery> ToQuery(const v1::ListWithdrawalsRequest& request) {
  ASSIGN_OR_RETURN(const int count_max, PageSize(request.page_size(), kWithdrawalsPage));
  if (!v1::WithdrawalState_IsValid(request.state())) {
    return Malformed("BAD_STATE", "state must be one of WithdrawalState");
  }
  if (request.account_id() > kAccountIdMax) {
    return Malformed("BAD_ACCOUNT_ID",
                     absl::StrCat(request.account_id(), " is beyond every account"));
  }
  WithdrawalsQuery query{.account_id = AccountId(request.account_id()),
                         .state = request.state(),
                         .count_max = count_max};
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(const std::vector<int64_t> key,
                     DecodePageToken(FilterOf(request), request.page_token(), 1));
    query.after_number = key.front();
  }
  return query;
}

std::string NextPageToken(const v1::ListWithdrawalsRequest& request, const Withdrawal& last) {
  return EncodePageToken(FilterOf(request), {last.number});
}

}  // namespace rialto::custody
