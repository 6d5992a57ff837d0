#include "charts/request.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rialto::charts {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;
// The last whole minute whose end an int64 of nanoseconds still holds: in the year 2262.
constexpr int64_t kTimeMax = (std::numeric_limits<int64_t>::max() / kMinuteNs - 1) * kMinuteNs;

// The first whole minute at or after a time. Times before 1970 or after 2261 are taken as the
// nearest that is not.
absl::StatusOr<Timestamp> MinuteAtOrAfter(const google::protobuf::Timestamp& time) {
  if (time.nanos() < 0 || time.nanos() >= kSecondNs) {
    return absl::InvalidArgumentError(
        absl::StrCat("INVALID_TIME_RANGE: nanos ", time.nanos(), " is not from 0 to 999999999"));
  }
  if (time.seconds() < 0) return Timestamp(0);
  if (time.seconds() >= kTimeMax / kSecondNs) return Timestamp(kTimeMax);
  const int64_t time_ns = time.seconds() * kSecondNs + time.nanos();
  return Timestamp((time_ns + kMinuteNs - 1) / kMinuteNs * kMinuteNs);
}

// What a page token is bound to.
std::string FilterOf(const v1::ListCandlesRequest& request) {
  return absl::StrCat("candles ", request.instrument(), " ", request.interval(), " ",
                      request.has_start_time(), " ", request.start_time().seconds(), " ",
                      request.start_time().nanos(), " ", request.has_end_time(), " ",
                      request.end_time().seconds(), " ", request.end_time().nanos());
}

}  // namespace

absl::StatusOr<CandleQuery> ToQuery(const v1::ListCandlesRequest& request) {
  if (request.instrument().empty()) {
    return absl::InvalidArgumentError("INSTRUMENT_REQUIRED: instrument is empty");
  }
  if (request.interval() != "1m") {
    return absl::InvalidArgumentError(
        absl::StrCat("UNSUPPORTED_INTERVAL: \"", request.interval(), "\"; supported: \"1m\""));
  }
  ASSIGN_OR_RETURN(const int count_max, PageSize(request.page_size(), kCandlePage));
  CandleQuery query{.instrument = request.instrument(),
                    .range = {Timestamp(0), Timestamp(kTimeMax)},
                    .count_max = count_max};
  if (request.has_start_time()) {
    ASSIGN_OR_RETURN(query.range.begin, MinuteAtOrAfter(request.start_time()));
  }
  if (request.has_end_time()) {
    ASSIGN_OR_RETURN(query.range.end, MinuteAtOrAfter(request.end_time()));
  }
  if (query.range.end < query.range.begin) {
    return absl::InvalidArgumentError("INVALID_TIME_RANGE: end_time is before start_time");
  }
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(const std::vector<int64_t> key,
                     DecodePageToken(FilterOf(request), request.page_token(), 1));
    query.range.begin = std::max(query.range.begin, Timestamp(key[0]));
  }
  return query;
}

std::string NextPageToken(const v1::ListCandlesRequest& request, Timestamp next_begin) {
  return EncodePageToken(FilterOf(request), {next_begin.value()});
}

}  // namespace rialto::charts
