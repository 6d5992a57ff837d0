#include "gateway/account_service.h"

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/reserved_ids.h"
#include "common/base/status_macros.h"
#include "common/service/grpc_status.h"

namespace rialto::gateway {
namespace {

// Below: the house's.
constexpr uint64_t kFirstUserAccount = 1001;

// Custody's transfers are nobody else's to take the ids of, or to settle.
absl::Status CheckId(absl::string_view field, const std::string& id) {
  const std::string_view prefix = ReservedPrefixOf(id);
  if (prefix.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("RESERVED_ID: ", field, " \"", id,
                                                 "\" begins with \"", std::string(prefix),
                                                 "\", which is the venue's own"));
}

// What a user may ask for; whether it makes sense is for the engine to say.
absl::Status CheckMayAsk(const common::v1::TransferForm& form) {
  if (form.kind() == common::v1::TRANSFER_KIND_REVERSE) {
    return absl::InvalidArgumentError("INVALID_TRANSFER: REVERSE is the operators' business");
  }
  RETURN_IF_ERROR(CheckId("transaction_id", form.transaction_id()));
  RETURN_IF_ERROR(CheckId("target_transaction_id", form.target_transaction_id()));
  for (const uint64_t id : {form.debit_account_id(), form.credit_account_id()}) {
    if (id >= kFirstUserAccount) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("UNKNOWN_ACCOUNT: need two users' accounts, have ", id));
  }
  return absl::OkStatus();
}

}  // namespace

AccountService::AccountService(EngineQueries& queries)
    : queries_(queries), stub_(engine::v1::AccountService::NewStub(queries.channel())) {}

AccountService::~AccountService() = default;

grpc::ServerUnaryReactor* AccountService::ListBalances(grpc::CallbackServerContext* context,
                                                       const v1::ListBalancesRequest* request,
                                                       v1::ListBalancesResponse* response) {
  engine::v1::ListBalancesRequest question;
  question.set_account_id(request->account_id());
  return queries_.PassOn<engine::v1::ListBalancesRequest, engine::v1::ListBalancesResponse>(
      context, std::move(question),
      [this](auto... call) { stub_->async()->ListBalances(std::move(call)...); },
      [response](engine::v1::ListBalancesResponse& answer) {
        response->mutable_balances()->Swap(answer.mutable_balances());
        response->set_sequence(answer.sequence());
      });
}

grpc::ServerUnaryReactor* AccountService::Transfer(grpc::CallbackServerContext* context,
                                                   const v1::TransferRequest* request,
                                                   v1::TransferResponse* response) {
  if (absl::Status may_ask = CheckMayAsk(request->transfer()); !may_ask.ok()) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(ToGrpcStatus(may_ask));
    return reactor;
  }
  engine::v1::TransferRequest question;
  *question.mutable_transfer() = request->transfer();
  return queries_.PassOn<engine::v1::TransferRequest, engine::v1::TransferResponse>(
      context, std::move(question),
      [this](auto... call) { stub_->async()->Transfer(std::move(call)...); },
      [response](engine::v1::TransferResponse& answer) {
        response->set_sequence(answer.sequence());
        response->set_repeated_request(answer.repeated_request());
        if (answer.has_accepted()) {
          response->mutable_accepted()->Swap(answer.mutable_accepted());
        } else {
          response->mutable_rejected()->Swap(answer.mutable_rejected());
        }
      });
}

}  // namespace rialto::gateway
