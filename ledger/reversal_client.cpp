#include "ledger/reversal_client.h"

#include <algorithm>

#include "common/service/channel.h"
#include "grpcpp/client_context.h"

namespace rialto::ledger {

ReversalClient::ReversalClient(const std::string& engine_address)
    : engine_(engine::v1::AccountService::NewStub(OpenChannel(engine_address))) {}

grpc::Status ReversalClient::Reverse(const v1::ReverseTransactionRequest& request,
                                     std::chrono::system_clock::time_point deadline,
                                     v1::ReverseTransactionResponse& response) {
  engine::v1::TransferRequest transfer;
  common::v1::TransferForm& form = *transfer.mutable_transfer();
  form.set_transaction_id(request.transaction_id());
  form.set_kind(common::v1::TRANSFER_KIND_REVERSE);
  form.set_target_transaction_id(request.target_transaction_id());
  form.set_reference(request.reference());
  engine::v1::TransferResponse decision;
  grpc::ClientContext context;
  context.set_deadline(std::min(deadline, std::chrono::system_clock::now() + kPatience));
  const grpc::Status status = engine_->Transfer(&context, transfer, &decision);
  if (!status.ok()) return status;
  response.set_sequence(decision.sequence());
  response.set_repeated_request(decision.repeated_request());
  if (decision.has_accepted()) {
    response.mutable_accepted()->Swap(decision.mutable_accepted());
  } else {
    response.mutable_rejected()->Swap(decision.mutable_rejected());
  }
  return status;
}

}  // namespace rialto::ledger
