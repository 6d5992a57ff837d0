#include "ledger/service.h"

#include <string>

#include "common/base/decimal.h"
#include "common/mirror/mirror_answers.h"
#include "ledger/entry_codec.h"
#include "ledger/request.h"

namespace rialto::ledger {
namespace {

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

}  // namespace

LedgerService::LedgerService(ReadStore& store, StatementStore& statements, const Follower& follower,
                             ReversalClient& reversals)
    : store_(store), statements_(statements), follower_(follower), reversals_(reversals) {}

LedgerService::~LedgerService() = default;

grpc::Status LedgerService::GetBalance(grpc::ServerContext*, const v1::GetBalanceRequest* request,
                                       v1::GetBalanceResponse* response) {
  if (absl::Status form = CheckForm(*request); !form.ok()) return ToReadStatus(form);
  const absl::StatusOr<Page<BalanceRow>> page =
      store_.ReadBalance(AccountId(request->account_id()), request->asset());
  if (!page.ok()) return ToReadStatus(page.status());
  ToProto(page->rows.front(), *response->mutable_balance());
  response->set_sequence(page->sequence.value());
  return grpc::Status::OK;
}

grpc::Status LedgerService::ListBalances(grpc::ServerContext*,
                                         const v1::ListBalancesRequest* request,
                                         v1::ListBalancesResponse* response) {
  const absl::StatusOr<BalanceQuery> query = ToQuery(*request);
  if (!query.ok()) return ToReadStatus(query.status());
  const absl::StatusOr<Page<BalanceRow>> page = store_.ListBalances(*query);
  if (!page.ok()) return ToReadStatus(page.status());
  for (const BalanceRow& row : page->rows) ToProto(row, *response->add_balances());
  if (page->has_more) response->set_next_page_token(NextPageToken(*request, page->rows.back()));
  response->set_sequence(page->sequence.value());
  return grpc::Status::OK;
}

grpc::Status LedgerService::ListEntries(grpc::ServerContext*, const v1::ListEntriesRequest* request,
                                        v1::ListEntriesResponse* response) {
  const absl::StatusOr<EntryQuery> query = ToQuery(*request);
  if (!query.ok()) return ToReadStatus(query.status());
  const absl::StatusOr<Page<EntryRow>> page = store_.ListEntries(*query);
  if (!page.ok()) return ToReadStatus(page.status());
  for (const EntryRow& row : page->rows) ToProto(row, *response->add_entries());
  if (page->has_more) response->set_next_page_token(NextPageToken(*request, page->rows.back()));
  response->set_sequence(page->sequence.value());
  return grpc::Status::OK;
}

grpc::Status LedgerService::GetBalanceAt(grpc::ServerContext*,
                                         const v1::GetBalanceAtRequest* request,
                                         v1::GetBalanceAtResponse* response) {
  const absl::StatusOr<Moment> moment = ToMoment(*request);
  if (!moment.ok()) return ToReadStatus(moment.status());
  const absl::StatusOr<BalanceAt> balance =
      statements_.ReadBalanceAt(AccountId(request->account_id()), request->asset(), *moment);
  if (!balance.ok()) return ToReadStatus(balance.status());
  ToProto(*balance, *response);
  return grpc::Status::OK;
}

grpc::Status LedgerService::GetTransaction(grpc::ServerContext*,
                                           const v1::GetTransactionRequest* request,
                                           v1::GetTransactionResponse* response) {
  if (absl::Status form = CheckForm(*request); !form.ok()) return ToReadStatus(form);
  const absl::StatusOr<TransactionRow> found = statements_.ReadTransaction(
      Sequence(request->transaction_sequence()), request->transaction_id());
  if (!found.ok()) return ToReadStatus(found.status());
  ToProto(*found, *response->mutable_transaction());
  response->set_sequence(found->position.value());
  return grpc::Status::OK;
}

grpc::Status LedgerService::ReverseTransaction(grpc::ServerContext* context,
                                               const v1::ReverseTransactionRequest* request,
                                               v1::ReverseTransactionResponse* response) {
  return reversals_.Reverse(*request, context->deadline(), *response);
}

grpc::Status LedgerService::StreamStatement(
    grpc::ServerContext* context, const v1::StreamStatementRequest* request,
    grpc::ServerWriter<v1::StreamStatementResponse>* writer) {
  const absl::StatusOr<StatementQuery> query = ToQuery(*request);
  if (!query.ok()) return ToReadStatus(query.status());
  const absl::StatusOr<StatementFrame> frame = statements_.ReadFrame(*query);
  if (!frame.ok()) return ToReadStatus(frame.status());
  const StatementParts parts(request->format(), *frame);
  if (!writer->Write(parts.Head())) return grpc::Status::CANCELLED;
  // No connection is held while the caller reads.
  PageKey after{static_cast<int64_t>(frame->opening_sequence.value()), kLegsEnd};
  uint64_t entry_count = 0;
  while (!context->IsCancelled()) {
    const absl::StatusOr<std::vector<EntryRow>> entries = statements_.ReadEntries(*frame, after);
    if (!entries.ok()) return ToReadStatus(entries.status());
    if (entries->empty()) break;
    if (!writer->Write(parts.Entries(*entries))) return grpc::Status::CANCELLED;
    entry_count += entries->size();
    after = {static_cast<int64_t>(entries->back().sequence.value()), entries->back().leg};
  }
  writer->Write(parts.Foot(entry_count));
  return grpc::Status::OK;
}

grpc::Status LedgerService::GetTrialBalance(grpc::ServerContext*,
                                            const v1::GetTrialBalanceRequest* request,
                                            v1::GetTrialBalanceResponse* response) {
  if (absl::Status form = CheckForm(*request); !form.ok()) return ToReadStatus(form);
  const absl::StatusOr<TrialPage> page = statements_.ReadTrialBalance(request->asset());
  if (!page.ok()) return ToReadStatus(page.status());
  for (const TrialAsset& trial : page->assets) ToProto(trial, *response->add_assets());
  response->set_sequence(page->position.value());
  return grpc::Status::OK;
}

grpc::Status LedgerService::GetReconciliation(grpc::ServerContext*,
                                              const v1::GetReconciliationRequest*,
                                              v1::GetReconciliationResponse* response) {
  const absl::StatusOr<Reconciliation> found = store_.ReadReconciliation();
  if (!found.ok()) return ToReadStatus(found.status());
  response->set_sequence(found->sequence.value());
  response->set_drift_count(found->drift_count);
  response->set_mismatched_checkpoint_count(found->mismatched_checkpoint_count);
  response->set_compared_sequence(found->compared.value());
  response->set_difference_count(found->difference_count);
  return grpc::Status::OK;
}

grpc::Status LedgerService::GetServerInfo(grpc::ServerContext*, const v1::GetServerInfoRequest*,
                                          v1::GetServerInfoResponse* response) {
  DescribeMirror(follower_, *response);
  return grpc::Status::OK;
}

}  // namespace rialto::ledger
