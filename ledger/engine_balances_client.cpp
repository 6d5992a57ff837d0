#include "ledger/engine_balances_client.h"

#include <chrono>
#include <cstdint>
#include <limits>

#include "common/service/channel.h"
#include "common/service/grpc_status.h"
#include "grpcpp/client_context.h"

namespace rialto::ledger {
namespace {

constexpr std::chrono::seconds kDeadline(5);
constexpr AccountId kLastAccount{std::numeric_limits<int64_t>::max()};

}  // namespace

EngineBalancesClient::EngineBalancesClient(const std::string& engine_address)
    : engine_(engine::v1::AdminService::NewStub(OpenChannel(engine_address))) {}

void EngineBalancesClient::Rewind() {
  next_page_token_.clear();
  next_first_ = AccountId();
  at_end_ = false;
}

absl::StatusOr<EnginePage> EngineBalancesClient::Next() {
  page_token_ = next_page_token_;
  first_ = next_first_;
  return Read();
}

absl::StatusOr<EnginePage> EngineBalancesClient::Again() { return Read(); }

absl::StatusOr<EnginePage> EngineBalancesClient::Read() {
  engine::v1::ListAllBalancesRequest request;
  request.set_page_size(kAccountsPerPage);
  request.set_page_token(page_token_);
  engine::v1::ListAllBalancesResponse response;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kDeadline);
  const grpc::Status status = engine_->ListAllBalances(&context, request, &response);
  if (!status.ok()) return FromGrpcStatus(status);
  EnginePage page{.first = first_, .last = kLastAccount, .sequence = Sequence(response.sequence())};
  for (const engine::v1::AccountBalance& balance : response.balances()) {
    page.rows.push_back({{AccountId(balance.account_id()), AssetId(balance.asset_id())},
                         {Amount(balance.available_units()), Amount(balance.held_units())}});
  }
  next_page_token_ = response.next_page_token();
  at_end_ = next_page_token_.empty();
  // A page ends with an account, never within one; accounts behind the last row have nothing, and
  // are looked at with the next page.
  if (!at_end_) page.last = page.rows.empty() ? first_ : page.rows.back().key.account_id;
  next_first_ = page.last.Next();
  return page;
}

}  // namespace rialto::ledger
