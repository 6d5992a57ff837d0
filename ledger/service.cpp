#include "ledger/service.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/decimal.h"
#include "common/service/grpc_status.h"
#include "common/service/process_metrics.h"
#include "ledger/request.h"

namespace rialto::ledger {
namespace {

// A failure of the database, in the caller's terms: none of it is the caller's fault.
grpc::Status ToGrpc(const absl::Status& status) {
  const absl::string_view message = status.message();
  if (!ReasonCode({message.data(), message.size()}).empty()) return ToGrpcStatus(status);
  if (absl::IsUnavailable(status) || absl::IsAborted(status)) {
    return ToGrpcStatus(absl::UnavailableError(absl::StrCat("DATABASE_UNAVAILABLE: ", message)));
  }
  return ToGrpcStatus(absl::InternalError(absl::StrCat("DATABASE_ERROR: ", message)));
}

void ToProto(const BalanceRow& row, v1::Balance& balance) {
  balance.set_account_id(row.account_id.value());
  balance.set_asset(row.asset.symbol);
  balance.set_available(FormatDecimal(row.available.value(), row.asset.scale));
  balance.set_held(FormatDecimal(row.held.value(), row.asset.scale));
  balance.set_asset_id(row.asset.id.value());
  balance.set_available_units(row.available.value());
  balance.set_held_units(row.held.value());
  balance.set_changed_sequence(row.changed.value());
}

void ToProto(const EntryRow& row, v1::Entry& entry) {
  entry.set_sequence(row.sequence.value());
  entry.set_leg(row.leg);
  entry.set_account_id(row.account_id.value());
  entry.set_asset(row.asset.symbol);
  entry.set_amount(FormatDecimal(row.amount.value(), row.asset.scale));
  entry.set_kind(static_cast<v1::EntryKind>(row.kind));
  entry.set_transaction_id(row.transaction_id);
  entry.set_trade_id(row.trade_id.value());
  entry.set_order_id(row.order_id.value());
  entry.set_timestamp_ns(row.timestamp_ns);
  entry.set_asset_id(row.asset.id.value());
  entry.set_amount_units(row.amount.value());
  entry.set_owned(FormatDecimal(row.owned.value(), row.asset.scale));
  entry.set_owned_units(row.owned.value());
}

}  // namespace

grpc::Status LedgerService::GetBalance(grpc::ServerContext*, const v1::GetBalanceRequest* request,
                                       v1::GetBalanceResponse* response) {
  if (absl::Status form = CheckForm(*request); !form.ok()) return ToGrpc(form);
  const absl::StatusOr<Page<BalanceRow>> page =
      store_.ReadBalance(AccountId(request->account_id()), request->asset());
  if (!page.ok()) return ToGrpc(page.status());
  ToProto(page->rows.front(), *response->mutable_balance());
  response->set_sequence(page->sequence.value());
  return grpc::Status::OK;
}

grpc::Status LedgerService::ListBalances(grpc::ServerContext*,
                                         const v1::ListBalancesRequest* request,
                                         v1::ListBalancesResponse* response) {
  const absl::StatusOr<BalanceQuery> query = ToQuery(*request);
  if (!query.ok()) return ToGrpc(query.status());
  const absl::StatusOr<Page<BalanceRow>> page = store_.ListBalances(*query);
  if (!page.ok()) return ToGrpc(page.status());
  for (const BalanceRow& row : page->rows) ToProto(row, *response->add_balances());
  if (page->has_more) response->set_next_page_token(NextPageToken(*request, page->rows.back()));
  response->set_sequence(page->sequence.value());
  return grpc::Status::OK;
}

grpc::Status LedgerService::ListEntries(grpc::ServerContext*, const v1::ListEntriesRequest* request,
                                        v1::ListEntriesResponse* response) {
  const absl::StatusOr<EntryQuery> query = ToQuery(*request);
  if (!query.ok()) return ToGrpc(query.status());
  const absl::StatusOr<Page<EntryRow>> page = store_.ListEntries(*query);
  if (!page.ok()) return ToGrpc(page.status());
  for (const EntryRow& row : page->rows) ToProto(row, *response->add_entries());
  if (page->has_more) response->set_next_page_token(NextPageToken(*request, page->rows.back()));
  response->set_sequence(page->sequence.value());
  return grpc::Status::OK;
}

grpc::Status LedgerService::GetServerInfo(grpc::ServerContext*, const v1::GetServerInfoRequest*,
                                          v1::GetServerInfoResponse* response) {
  const uint64_t lag = follower_.lag();
  response->set_sequence(follower_.position().value());
  response->set_engine_sequence(follower_.engine_head().value());
  response->set_connected(lag != Follower::kLagUnknown);
  if (lag != Follower::kLagUnknown) response->set_lag_events(lag);
  response->set_lag_ns(follower_.lag_ns());
  response->set_version(absl::StrCat(BuildVersion(), " ", BuildCommit()));
  return grpc::Status::OK;
}

}  // namespace rialto::ledger
