#include "ledger/request.h"

#include <cstdint>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/paging/paging.h"

namespace rialto::ledger {
namespace {

// PostgreSQL's bigint; the venue's ids stay far below.
constexpr uint64_t kIdMax = std::numeric_limits<int64_t>::max();

absl::Status CheckAccountId(uint64_t account_id) {
  if (account_id <= kIdMax) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("BAD_ACCOUNT_ID: account_id ", account_id, " is beyond ", kIdMax));
}

absl::Status CheckAsset(const std::string& asset) {
  if (absl::StatusOr<CallerId> id = CallerId::Parse(asset); !id.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("BAD_ASSET: asset: ", id.status().message()));
  }
  return absl::OkStatus();
}

constexpr PageSizes kPageSizes{.standard = kPageSizeDefault, .max = kPageSizeMax};

absl::StatusOr<PageKey> ToPageKey(const std::string& filter, const std::string& token) {
  ASSIGN_OR_RETURN(const std::vector<int64_t> key, DecodePageToken(filter, token, 2));
  return PageKey{.major = key[0], .minor = key[1]};
}

// What a token is bound to: the RPC and its filter.
std::string Filter(const v1::ListBalancesRequest& request) {
  return absl::StrCat("ListBalances/", request.account_id());
}

std::string Filter(const v1::ListEntriesRequest& request) {
  return absl::StrCat("ListEntries/", request.account_id(), "/", request.asset(), "/",
                      request.sequence_min(), "/", request.sequence_max());
}

}  // namespace

absl::Status CheckForm(const v1::GetBalanceRequest& request) {
  if (request.account_id() == 0) {
    return absl::InvalidArgumentError("ACCOUNT_ID_REQUIRED: account_id must be above 0");
  }
  if (request.asset().empty()) {
    return absl::InvalidArgumentError("ASSET_REQUIRED: asset must be a symbol, for example USD");
  }
  RETURN_IF_ERROR(CheckAccountId(request.account_id()));
  return CheckAsset(request.asset());
}

absl::StatusOr<BalanceQuery> ToQuery(const v1::ListBalancesRequest& request) {
  RETURN_IF_ERROR(CheckAccountId(request.account_id()));
  BalanceQuery query{.account_id = AccountId(request.account_id())};
  ASSIGN_OR_RETURN(query.size, PageSize(request.page_size(), kPageSizes));
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(query.after, ToPageKey(Filter(request), request.page_token()));
  }
  return query;
}

absl::StatusOr<EntryQuery> ToQuery(const v1::ListEntriesRequest& request) {
  RETURN_IF_ERROR(CheckAccountId(request.account_id()));
  if (!request.asset().empty()) RETURN_IF_ERROR(CheckAsset(request.asset()));
  if (request.sequence_min() > kIdMax || request.sequence_max() > kIdMax ||
      (request.sequence_max() != 0 && request.sequence_max() < request.sequence_min())) {
    return absl::InvalidArgumentError(absl::StrCat("BAD_SEQUENCE_RANGE: sequence_min ",
                                                   request.sequence_min(), ", sequence_max ",
                                                   request.sequence_max()));
  }
  EntryQuery query{.account_id = AccountId(request.account_id()),
                   .asset = request.asset(),
                   .sequence_min = Sequence(request.sequence_min()),
                   .sequence_max = Sequence(request.sequence_max())};
  ASSIGN_OR_RETURN(query.size, PageSize(request.page_size(), kPageSizes));
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(query.after, ToPageKey(Filter(request), request.page_token()));
  }
  return query;
}

std::string NextPageToken(const v1::ListBalancesRequest& request, const BalanceRow& last) {
  return EncodePageToken(Filter(request), {static_cast<int64_t>(last.account_id.value()),
                                           static_cast<int64_t>(last.asset.id.value())});
}

std::string NextPageToken(const v1::ListEntriesRequest& request, const EntryRow& last) {
  return EncodePageToken(Filter(request), {static_cast<int64_t>(last.sequence.value()), last.leg});
}

}  // namespace rialto::ledger
