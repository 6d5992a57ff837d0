#include "custody/service.h"

#include "absl/strings/str_cat.h"
#include "common/base/log.h"
#include "common/mirror/mirror_answers.h"
#include "common/service/process_metrics.h"
#include "custody/request.h"

namespace rialto::custody {
namespace {

void ToProto(const Withdrawal& from, v1::Withdrawal& to) {
  to.set_withdrawal_id(from.withdrawal_id);
  to.set_account_id(from.account_id.value());
  to.set_asset(from.asset);
  to.set_amount(from.amount);
  to.set_address(from.address);
  to.set_state(from.state);
  to.set_operators_needed(static_cast<uint32_t>(from.operators_needed));
  for (const std::string& name : from.approved_by) to.add_approved_by(name);
  to.set_waiting_for(from.waiting_for);
  to.set_reason(from.reason);
  to.set_hold_sequence(from.hold_sequence.value());
  to.set_end_sequence(from.end_sequence.value());
  to.set_provider_reference(from.provider_reference);
}

}  // namespace

CustodyService::CustodyService(Store& store, Withdrawals& withdrawals, const OperatorLimits& limits,
                               const Worker& worker)
    : store_(store), withdrawals_(withdrawals), limits_(limits), worker_(worker) {}

CustodyService::~CustodyService() = default;

grpc::Status CustodyService::AnswerWith(const absl::StatusOr<Withdrawal>& recorded,
                                        v1::Withdrawal& answer) {
  if (!recorded.ok()) return ToReadStatus(recorded.status());
  const absl::StatusOr<Withdrawal> advanced = withdrawals_.Advance(*recorded);
  ToProto(advanced.ok() ? *advanced : *recorded, answer);
  return grpc::Status::OK;
}

grpc::Status CustodyService::RequestWithdrawal(grpc::ServerContext*,
                                               const v1::RequestWithdrawalRequest* request,
                                               v1::RequestWithdrawalResponse* response) {
  const absl::StatusOr<Withdrawal> form = ToWithdrawal(*request, limits_);
  if (!form.ok()) return ToReadStatus(form.status());
  return AnswerWith(store_.AddWithdrawal(*form), *response->mutable_withdrawal());
}

grpc::Status CustodyService::ApproveWithdrawal(grpc::ServerContext* context,
                                               const v1::ApproveWithdrawalRequest* request,
                                               v1::ApproveWithdrawalResponse* response) {
  if (absl::Status form = CheckForm(*request); !form.ok()) return ToReadStatus(form);
  LOG_INFO("withdrawal_approval withdrawal_id={} operator={} peer={}", request->withdrawal_id(),
           request->operator_(), context->peer());
  return AnswerWith(store_.Approve(request->withdrawal_id(), request->operator_()),
                    *response->mutable_withdrawal());
}

grpc::Status CustodyService::RejectWithdrawal(grpc::ServerContext* context,
                                              const v1::RejectWithdrawalRequest* request,
                                              v1::RejectWithdrawalResponse* response) {
  if (absl::Status form = CheckForm(*request); !form.ok()) return ToReadStatus(form);
  LOG_INFO("withdrawal_rejection withdrawal_id={} operator={} peer={}", request->withdrawal_id(),
           request->operator_(), context->peer());
  const std::string reason =
      absl::StrCat("REJECTED by ", request->operator_(), ": ", request->reason());
  return AnswerWith(store_.Reject(request->withdrawal_id(), reason),
                    *response->mutable_withdrawal());
}

grpc::Status CustodyService::GetWithdrawal(grpc::ServerContext*,
                                           const v1::GetWithdrawalRequest* request,
                                           v1::GetWithdrawalResponse* response) {
  if (absl::Status form = CheckWithdrawalId(request->withdrawal_id()); !form.ok()) {
    return ToReadStatus(form);
  }
  const absl::StatusOr<Withdrawal> found = store_.FindWithdrawal(request->withdrawal_id());
  if (!found.ok()) return ToReadStatus(found.status());
  ToProto(*found, *response->mutable_withdrawal());
  return grpc::Status::OK;
}

grpc::Status CustodyService::ListWithdrawals(grpc::ServerContext*,
                                             const v1::ListWithdrawalsRequest* request,
                                             v1::ListWithdrawalsResponse* response) {
  const absl::StatusOr<WithdrawalsQuery> query = ToQuery(*request);
  if (!query.ok()) return ToReadStatus(query.status());
  absl::StatusOr<std::vector<Withdrawal>> rows = store_.ListWithdrawals(*query);
  if (!rows.ok()) return ToReadStatus(rows.status());
  const bool has_more = rows->size() > static_cast<size_t>(query->count_max);
  if (has_more) rows->pop_back();
  for (const Withdrawal& row : *rows) ToProto(row, *response->add_withdrawals());
  if (has_more) response->set_next_page_token(NextPageToken(*request, rows->back()));
  return grpc::Status::OK;
}

grpc::Status CustodyService::GetProviderEvent(grpc::ServerContext*,
                                              const v1::GetProviderEventRequest* request,
                                              v1::GetProviderEventResponse* response) {
  const absl::StatusOr<EventRow> row = store_.FindEvent(request->event_id());
  if (!row.ok()) return ToReadStatus(row.status());
  response->set_event_id(row->event.event_id());
  response->set_state(std::string(NameOf(row->state)));
  response->set_transaction_id(row->transaction_id);
  response->set_sequence(row->sequence.value());
  response->set_reason(row->reason);
  return grpc::Status::OK;
}

grpc::Status CustodyService::GetServerInfo(grpc::ServerContext*, const v1::GetServerInfoRequest*,
                                           v1::GetServerInfoResponse* response) {
  response->set_version(absl::StrCat(BuildVersion(), " ", BuildCommit()));
  response->set_working(worker_.ready());
  response->set_open_event_count(worker_.open_event_count());
  response->set_open_withdrawal_count(worker_.open_withdrawal_count());
  return grpc::Status::OK;
}

}  // namespace rialto::custody
