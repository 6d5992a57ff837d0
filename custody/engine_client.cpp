#include "custody/engine_client.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "common/service/channel.h"
#include "common/service/grpc_status.h"
#include "custody/rules.h"

namespace rialto::custody {
namespace {

constexpr uint64_t kExternalAccount = 1;

void SetDeadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::seconds(EngineClient::kPatienceSeconds));
}

// INVALID_ARGUMENT will be the same for ever. Anything else may be better next time.
template <typename Response>
absl::StatusOr<Decision> ToDecision(const grpc::Status& status, const Response& response) {
  if (status.error_code() == grpc::StatusCode::INVALID_ARGUMENT) {
    return Decision{Sequence(), status.error_message()};
  }
  if (!status.ok()) {
    return absl::UnavailableError(absl::StrCat("ENGINE_AWAY: ", status.error_message()));
  }
  if (!response.has_rejected()) return Decision{Sequence(response.sequence()), ""};
  return Decision{Sequence(response.sequence()), response.rejected().message()};
}

common::v1::TransferForm FormOf(Purpose purpose, const Withdrawal& withdrawal) {
  common::v1::TransferForm form;
  form.set_transaction_id(TransactionIdOf(purpose, withdrawal.withdrawal_id));
  form.set_reference(withdrawal.withdrawal_id);
  if (purpose != Purpose::kHold) {
    form.set_target_transaction_id(TransactionIdOf(Purpose::kHold, withdrawal.withdrawal_id));
  }
  return form;
}

}  // namespace

EngineClient::EngineClient(const std::string& engine_address)
    : engine_(engine::v1::AccountService::NewStub(OpenChannel(engine_address))) {}

absl::StatusOr<Decision> EngineClient::Deposit(const EventRow& row) {
  engine::v1::DepositRequest request;
  request.set_transaction_id(row.transaction_id);
  request.set_account_id(row.event.account_id());
  request.set_asset(row.event.asset());
  request.set_amount(row.event.amount());
  engine::v1::DepositResponse response;
  grpc::ClientContext context;
  SetDeadline(context);
  return ToDecision(engine_->Deposit(&context, request, &response), response);
}

absl::StatusOr<Decision> EngineClient::Hold(const Withdrawal& withdrawal) {
  common::v1::TransferForm form = FormOf(Purpose::kHold, withdrawal);
  form.set_kind(common::v1::TRANSFER_KIND_PENDING);
  form.set_debit_account_id(withdrawal.account_id.value());
  form.set_credit_account_id(kExternalAccount);
  form.set_asset(withdrawal.asset);
  form.set_amount(withdrawal.amount);
  return Transfer(form);
}

absl::StatusOr<Decision> EngineClient::Settle(const Withdrawal& withdrawal) {
  common::v1::TransferForm form = FormOf(Purpose::kSettle, withdrawal);
  form.set_kind(common::v1::TRANSFER_KIND_POST);
  return Transfer(form);
}

absl::StatusOr<Decision> EngineClient::Release(const Withdrawal& withdrawal) {
  common::v1::TransferForm form = FormOf(Purpose::kRelease, withdrawal);
  form.set_kind(common::v1::TRANSFER_KIND_VOID);
  return Transfer(form);
}

absl::StatusOr<Decision> EngineClient::Transfer(const common::v1::TransferForm& form) {
  engine::v1::TransferRequest request;
  *request.mutable_transfer() = form;
  engine::v1::TransferResponse response;
  grpc::ClientContext context;
  SetDeadline(context);
  return ToDecision(engine_->Transfer(&context, request, &response), response);
}

}  // namespace rialto::custody
