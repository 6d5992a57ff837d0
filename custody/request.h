// The form of what callers and providers send.
//
// InvalidArgument, message starting with the reason code: INVALID_EVENT_ID, INVALID_KIND,
// INVALID_REFERENCE, INVALID_WITHDRAWAL_ID, ACCOUNT_ID_REQUIRED, ASSET_REQUIRED, INVALID_AMOUNT,
// INVALID_ADDRESS, INVALID_OPERATOR, INVALID_REASON, BAD_ACCOUNT_ID, BAD_STATE, BAD_PAGE_SIZE,
// PAGE_TOKEN_INVALID, PAGE_TOKEN_MISMATCH.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/paging/paging.h"
#include "custody/rules.h"
#include "custody/store.h"

namespace rialto::custody {

inline constexpr PageSizes kWithdrawalsPage{.standard = 100, .max = 1'000};

absl::Status CheckForm(const v1::ProviderEvent& event);
absl::Status CheckWithdrawalId(const std::string& withdrawal_id);
absl::Status CheckForm(const v1::ApproveWithdrawalRequest& request);
absl::Status CheckForm(const v1::RejectWithdrawalRequest& request);

// What is recorded.
absl::StatusOr<Withdrawal> ToWithdrawal(const v1::RequestWithdrawalRequest& request,
                                        const OperatorLimits& limits);
absl::StatusOr<WithdrawalsQuery> ToQuery(const v1::ListWithdrawalsRequest& request);
std::string NextPageToken(const v1::ListWithdrawalsRequest& request, const Withdrawal& last);

}  // namespace rialto::custody
