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

template <typename Request>
absl::Status CheckAccountAndAsset(const Request& request) {
  if (request.account_id() == 0) {
    return absl::InvalidArgumentError("ACCOUNT_ID_REQUIRED: account_id must be above 0");
  }
  if (request.asset().empty()) {
    return absl::InvalidArgumentError("ASSET_REQUIRED: asset must be a symbol, for example USD");
  }
  RETURN_IF_ERROR(CheckAccountId(request.account_id()));
  return CheckAsset(request.asset());
}

}  // namespace

absl::Status CheckForm(const v1::GetBalanceRequest& request) {
  return CheckAccountAndAsset(request);
}

absl::StatusOr<Moment> ToMoment(const v1::GetBalanceAtRequest& request) {
  RETURN_IF_ERROR(CheckAccountAndAsset(request));
  if (request.as_of_sequence() != 0 && request.as_of_time_ns() != 0) {
    return absl::InvalidArgumentError(
        "BAD_MOMENT: as_of_sequence and as_of_time_ns exclude each other");
  }
  if (request.as_of_sequence() > kIdMax || request.as_of_time_ns() < 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        "BAD_MOMENT: sequence ", request.as_of_sequence(), ", time ", request.as_of_time_ns()));
  }
  return Moment{Sequence(request.as_of_sequence()), request.as_of_time_ns()};
}

absl::StatusOr<StatementQuery> ToQuery(const v1::StreamStatementRequest& request) {
  RETURN_IF_ERROR(CheckAccountAndAsset(request));
  if (request.from_time_ns() < 0 || request.to_time_ns() < 0 ||
      (request.to_time_ns() != 0 && request.to_time_ns() < request.from_time_ns())) {
    return absl::InvalidArgumentError(
        absl::StrCat("BAD_TIME: from ", request.from_time_ns(), " to ", request.to_time_ns()));
  }
  if (!v1::StatementFormat_IsValid(request.format())) {
    return absl::InvalidArgumentError(absl::StrCat(
        "BAD_FORMAT: ", static_cast<int>(request.format()), " is no format of statements"));
  }
  return StatementQuery{.account_id = AccountId(request.account_id()),
                        .asset = request.asset(),
                        .from_time_ns = request.from_time_ns(),
                        .to_time_ns = request.to_time_ns()};
}

absl::Status CheckForm(const v1::GetTransactionRequest& request) {
  if (request.transaction_sequence() > kIdMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("BAD_SEQUENCE: ", request.transaction_sequence(), " is beyond ", kIdMax));
  }
  if (request.transaction_sequence() != 0) return absl::OkStatus();
  if (request.transaction_id().empty()) {
    return absl::InvalidArgumentError(
        "TRANSACTION_REQUIRED: transaction_sequence or transaction_id must be given");
  }
  if (absl::StatusOr<CallerId> id = CallerId::Parse(request.transaction_id()); !id.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("BAD_TRANSACTION_ID: transaction_id: ", id.status().message()));
  }
  return absl::OkStatus();
}

absl::Status CheckForm(const v1::GetTrialBalanceRequest& request) {
  return request.asset().empty() ? absl::OkStatus() : CheckAsset(request.asset());
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
