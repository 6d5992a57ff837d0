#include "engine/server/account_service.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/service/grpc_status.h"
#include "engine/server/outcome_text.h"
#include "engine/server/unary_call.h"

namespace rialto::engine {
namespace {

// A DepositRequest or WithdrawRequest as the core's Deposit or Withdraw.
template <typename Transfer, typename Request>
absl::StatusOr<Transfer> Parse(const Catalog& catalog, const Request& request) {
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
  return Transfer{id, AccountId(request.account_id()), asset->id, amount};
}

// Both kinds of transfer, from request to response.
template <typename Transfer, typename Request, typename Response>
void Move(Sequencer& sequencer, grpc::ServerUnaryReactor& call, const Request& request,
          Response& response) {
  absl::StatusOr<Transfer> transfer = Parse<Transfer>(*sequencer.catalog(), request);
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

}  // namespace

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
