// The form of PositionService's requests: what a caller may send, and what it means.
//
// InvalidArgument, message starting with the reason code: ACCOUNT_ID_REQUIRED, BAD_ACCOUNT_ID,
// INSTRUMENT_REQUIRED, BAD_PAGE_SIZE, PAGE_TOKEN_INVALID, PAGE_TOKEN_MISMATCH.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/paging/paging.h"
#include "pms/read_store.h"
#include "rialto/pms/v1/position_service.pb.h"

namespace rialto::pms {

// A page of positions stays far below gRPC's message limit.
inline constexpr PageSizes kPositionPage{.standard = 100, .max = 1'000};

absl::Status CheckForm(const v1::GetPositionRequest& request);
absl::StatusOr<PositionQuery> ToQuery(const v1::ListPositionsRequest& request);

// The page_token of the page after `last`, for the same request.
std::string NextPageToken(const v1::ListPositionsRequest& request, const PositionRow& last);

}  // namespace rialto::pms
