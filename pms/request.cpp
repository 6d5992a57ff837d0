#include "pms/request.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rialto::pms {
namespace {

absl::Status CheckAccountId(uint64_t account_id) {
  if (account_id == 0) return absl::InvalidArgumentError("ACCOUNT_ID_REQUIRED: account_id is 0");
  if (account_id > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return absl::InvalidArgumentError(
        absl::StrCat("BAD_ACCOUNT_ID: ", account_id, " is beyond every account"));
  }
  return absl::OkStatus();
}

// What a page token is bound to.
std::string FilterOf(const v1::ListPositionsRequest& request) {
  return absl::StrCat("positions ", request.account_id());
}

}  // namespace

absl::Status CheckForm(const v1::GetPositionRequest& request) {
  RETURN_IF_ERROR(CheckAccountId(request.account_id()));
  if (request.instrument().empty()) {
    return absl::InvalidArgumentError("INSTRUMENT_REQUIRED: instrument is empty");
  }
  return absl::OkStatus();
}

absl::StatusOr<PositionQuery> ToQuery(const v1::ListPositionsRequest& request) {
  RETURN_IF_ERROR(CheckAccountId(request.account_id()));
  ASSIGN_OR_RETURN(const int count_max, PageSize(request.page_size(), kPositionPage));
  PositionQuery query{.account_id = AccountId(request.account_id()), .count_max = count_max};
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(const std::vector<int64_t> key,
                     DecodePageToken(FilterOf(request), request.page_token(), 1));
    query.after = InstrumentId(static_cast<uint32_t>(key[0]));
  }
  return query;
}

std::string NextPageToken(const v1::ListPositionsRequest& request, const PositionRow& last) {
  return EncodePageToken(FilterOf(request), {last.instrument.id.value()});
}

}  // namespace rialto::pms
