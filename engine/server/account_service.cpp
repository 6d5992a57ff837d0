#include "engine/server/account_service.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/service/grpc_status.h"
#include "engine/core/limits.h"
#include "engine/server/outcome_text.h"
#include "engine/server/request_form.h"
#include "engine/server/transfer_form.h"
#include "engine/server/unary_call.h"

namespace rialto::engine {
namespace {

// A DepositRequest or WithdrawRequest as the core's Deposit or Withdraw.
template <typename Command, typename Request>
absl::StatusOr<Command> Parse(const Catalog& catalog, const Request& request) {
  ASSIGN_OR_RETURN(const TransactionId id, TransactionId::Parse(request.transaction_id()));
  const rialto::Asset* asset = catalog.FindAsset(request.asset());
  if (asset == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("UNKNOWN_ASSET: no asset \"", request.asset().substr(0, 40), "\""));
  }
  ASSIGN_OR_RETURN(const Amount amount, ParseAmount(*asset, request.amount()));
  if (amount < Amount(1)) {
    return absl::InvalidArgumentError(
        absl::StrCat("INVALID_AMOUNT: amount must be above 0, have ", request.amount()));
  }
  return Command{id, AccountId(request.account_id()), asset->id, amount};
}

// Both of these, from request to response.
template <typename Command, typename Request, typename Response>
void Move(Sequencer& sequencer, grpc::ServerUnaryReactor& call, const Request& request,
          Response& response) {
  absl::StatusOr<Command> transfer = Parse<Command>(*sequencer.catalog(), request);
  if (!transfer.ok()) return call.Finish(ToGrpcStatus(transfer.status()));
  Decide(sequencer, call, *transfer,
         [&sequencer, &response, asset_id = transfer->asset_id](const Outcome& outcome) {
           const std::shared_ptr<const Catalog> catalog = sequencer.catalog();
           const rialto::Asset* asset = catalog->FindAsset(asset_id);
           response.set_sequence(outcome.sequence.value());
           response.set_repeated_request(outcome.repeated);
           if (outcome.accepted()) {
             *response.mutable_balance() =
                 ToView(*asset, Balance{outcome.available, outcome.held, Sequence()});
           } else {
             *response.mutable_rejected() = ToTransferRejection(asset, outcome);
           }
         });
}

// What each of several transfers hears, of which one was refused.
void FillRefused(const Catalog& catalog, const MakeTransfers& command, const Outcome& outcome,
                 v1::LinkTransfersResponse& response) {
  for (size_t i = 0; i < command.transfers.size(); ++i) {
    common::v1::RefusedTransfer& refused = *response.add_refused();
    refused.set_transaction_id(command.transfers[i].transaction_id.ToString());
    Outcome own = outcome;
    if (i + 1 != outcome.transfer.refused) {
      own.reason = RejectReason::kLinkedFailed;
      own.need = own.have = 0;
    }
    *refused.mutable_rejected() =
        ToTransferRejection(catalog.FindAsset(outcome.transfer.asset_id), own);
  }
}

}  // namespace

AccountService::AccountService(Sequencer& sequencer) : sequencer_(sequencer) {}

AccountService::~AccountService() = default;

grpc::ServerUnaryReactor* AccountService::OpenAccount(grpc::CallbackServerContext* context,
                                                      const v1::OpenAccountRequest* request,
                                                      v1::OpenAccountResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  absl::StatusOr<CallerId> name = CallerId::Parse(request->name());
  if (!name.ok()) {
    call->Finish(ToGrpcStatus(name.status()));
    return call;
  }
  Decide(sequencer_, *call, engine::OpenAccount{*name}, [response](const Outcome& outcome) {
    response->set_sequence(outcome.sequence.value());
    if (outcome.accepted()) {
      response->set_account_id(outcome.created_id);
    } else {
      *response->mutable_rejected() = ToTransferRejection(nullptr, outcome);
    }
  });
  return call;
}

grpc::ServerUnaryReactor* AccountService::Deposit(grpc::CallbackServerContext* context,
                                                  const v1::DepositRequest* request,
                                                  v1::DepositResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  Move<engine::Deposit>(sequencer_, *call, *request, *response);
  return call;
}

grpc::ServerUnaryReactor* AccountService::Withdraw(grpc::CallbackServerContext* context,
                                                   const v1::WithdrawRequest* request,
                                                   v1::WithdrawResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  Move<engine::Withdraw>(sequencer_, *call, *request, *response);
  return call;
}

grpc::ServerUnaryReactor* AccountService::Transfer(grpc::CallbackServerContext* context,
                                                   const v1::TransferRequest* request,
                                                   v1::TransferResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  absl::StatusOr<engine::Transfer> transfer =
      ParseTransfer(*sequencer_.catalog(), request->transfer());
  if (!transfer.ok()) return Fail(*call, transfer.status());
  Decide(sequencer_, *call, MakeTransfers{{*transfer}}, [this, response](const Outcome& outcome) {
    const std::shared_ptr<const Catalog> catalog = sequencer_.catalog();
    response->set_sequence(outcome.sequence.value());
    response->set_repeated_request(outcome.repeated);
    if (outcome.accepted()) {
      *response->mutable_accepted() = ToTransferAccepted(*catalog, outcome);
    } else {
      *response->mutable_rejected() =
          ToTransferRejection(catalog->FindAsset(outcome.transfer.asset_id), outcome);
    }
  });
  return call;
}

grpc::ServerUnaryReactor* AccountService::LinkTransfers(grpc::CallbackServerContext* context,
                                                        const v1::LinkTransfersRequest* request,
                                                        v1::LinkTransfersResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  const int count = request->transfers_size();
  if (count < 1 || count > static_cast<int>(limits::kTransfersPerCommandMax)) {
    return Fail(*call, absl::InvalidArgumentError(absl::StrCat("INVALID_TRANSFER: need 1 to ",
                                                               limits::kTransfersPerCommandMax,
                                                               " transfers, have ", count)));
  }
  MakeTransfers command;
  for (int i = 0; i < count; ++i) {
    absl::StatusOr<engine::Transfer> transfer =
        ParseTransfer(*sequencer_.catalog(), request->transfers(i));
    if (!transfer.ok()) return Fail(*call, AtEntry(transfer.status(), "transfers", i));
    command.transfers.push_back(*std::move(transfer));
  }
  Decide(sequencer_, *call, command, [this, response, command](const Outcome& outcome) {
    response->set_sequence(outcome.sequence.value());
    response->set_repeated_request(outcome.repeated);
    response->set_accepted(outcome.accepted());
    if (!outcome.accepted()) FillRefused(*sequencer_.catalog(), command, outcome, *response);
  });
  return call;
}

grpc::ServerUnaryReactor* AccountService::GetTransfer(grpc::CallbackServerContext* context,
                                                      const v1::GetTransferRequest* request,
                                                      v1::GetTransferResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  const absl::StatusOr<TransactionId> id = TransactionId::Parse(request->transaction_id());
  if (!id.ok()) return Fail(*call, id.status());
  Answer(sequencer_, *call, [this, id = *id, response](const Engine& engine) {
    const RememberedTransfer* transfer = engine.FindTransfer(id);
    if (transfer == nullptr) {
      return absl::NotFoundError(absl::StrCat("UNKNOWN_TRANSFER: no transfer ", id.ToString()));
    }
    *response->mutable_transfer() = ToView(*sequencer_.catalog(), id, *transfer);
    response->set_sequence(engine.sequence().value());
    return absl::OkStatus();
  });
  return call;
}

grpc::ServerUnaryReactor* AccountService::ListBalances(grpc::CallbackServerContext* context,
                                                       const v1::ListBalancesRequest* request,
                                                       v1::ListBalancesResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  Answer(sequencer_, *call, [this, request, response](const Engine& engine) {
    const Account* account = engine.accounts().Find(AccountId(request->account_id()));
    if (account == nullptr) {
      return absl::NotFoundError(
          absl::StrCat("UNKNOWN_ACCOUNT: no account ", request->account_id()));
    }
    const std::shared_ptr<const Catalog> catalog = sequencer_.catalog();
    for (size_t i = 0; i < account->balances.size(); ++i) {
      if (account->balances[i].touched == Sequence()) continue;
      *response->add_balances() = ToView(catalog->assets()[i], account->balances[i]);
    }
    response->set_sequence(engine.sequence().value());
    return absl::OkStatus();
  });
  return call;
}

}  // namespace rialto::engine
