// The form of RiskService's requests: what a caller may send, and what it means.
//
// InvalidArgument, message starting with the reason code: ACCOUNT_ID_REQUIRED, BAD_ACCOUNT_ID,
// INSTRUMENT_REQUIRED, INVALID_REASON, NEGATIVE_LIMIT, BAD_DURATION, SCOPE_REQUIRED, BAD_STATE, a
// decimal's (common/catalog), BAD_PAGE_SIZE, PAGE_TOKEN_INVALID, PAGE_TOKEN_MISMATCH.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/paging/paging.h"
#include "google/protobuf/message.h"
#include "rialto/engine/v1/admin_service.pb.h"
#include "rialto/risk/v1/risk_service.pb.h"
#include "risk/read_store.h"

namespace rialto::risk {

// A page of limits stays far below gRPC's message limit.
inline constexpr PageSizes kLimitsPage{.standard = 100, .max = 1'000};
// A reason is a sentence or two.
inline constexpr size_t kReasonBytesMax = 500;

absl::Status CheckAccountId(uint64_t account_id);
absl::Status CheckKey(uint64_t account_id, std::string_view instrument);
// All but the decimals, which take the instrument to read.
absl::Status CheckForm(const v1::SetAccountLimitsRequest& request);

// What the engine is asked, with canonical decimals.
absl::StatusOr<engine::v1::SetAccountLimitsRequest> ToCommand(
    const v1::SetAccountLimitsRequest& request, const Instrument& instrument);
absl::StatusOr<engine::v1::SetAccountSettingsRequest> ToCommand(
    const v1::SetAccountSettingsRequest& request);
absl::StatusOr<engine::v1::SetTradingStateRequest> ToCommand(
    const v1::SetTradingStateRequest& request);

// What halts, and what then cancels.
struct HaltCommands {
  engine::v1::SetTradingStateRequest halt;
  engine::v1::AdminServiceMassCancelOrdersRequest cancel;
};
absl::StatusOr<HaltCommands> ToCommand(const v1::HaltTradingRequest& request);

// For the record.
std::string AsJson(const google::protobuf::Message& message);

absl::StatusOr<LimitsQuery> ToQuery(const v1::ListAccountLimitsRequest& request);
// The page_token of the page after `last`, for the same request.
std::string NextPageToken(const v1::ListAccountLimitsRequest& request, const LimitsRow& last);

}  // namespace rialto::risk
