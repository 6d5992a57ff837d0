// The form of ChartService's requests: what a caller may send, and what it means.
//
// InvalidArgument, message starting with the reason code: INSTRUMENT_REQUIRED,
// UNSUPPORTED_INTERVAL, INVALID_TIME_RANGE, BAD_PAGE_SIZE, PAGE_TOKEN_INVALID, PAGE_TOKEN_MISMATCH.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "charts/read_store.h"
#include "common/paging/paging.h"
#include "rialto/charts/v1/chart_service.pb.h"

namespace rialto::charts {

// A page of candles stays far below gRPC's message limit.
inline constexpr PageSizes kCandlePage{.standard = 500, .max = 1'000};

absl::StatusOr<CandleQuery> ToQuery(const v1::ListCandlesRequest& request);

// The page_token of the page that begins at `next_begin`, for the same request.
std::string NextPageToken(const v1::ListCandlesRequest& request, Timestamp next_begin);

}  // namespace rialto::charts
