#include "engine/server/admin_service.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/bytes.h"
#include "common/base/decimal.h"
#include "common/base/status_macros.h"
#include "common/paging/paging.h"
#include "common/service/grpc_status.h"
#include "common/service/process_metrics.h"
#include "engine/server/outcome_text.h"
#include "engine/server/request_form.h"
#include "engine/server/unary_call.h"

namespace rialto::engine {
namespace {

constexpr PageSizes kAccountsPage{.standard = 1'000, .max = 10'000};
constexpr char kBalancesFilter[] = "all-balances";

absl::StatusOr<SetAccountSettings> Parse(const v1::SetAccountSettingsRequest& request) {
  SetAccountSettings command{.account_id = AccountId(request.account_id()),
                             .fee_tier = request.fee_tier(),
                             .trade_group = request.trade_group(),
                             .open_orders_max = request.open_orders_max(),
                             .order_rate_max = request.order_rate_max()};
  ASSIGN_OR_RETURN(command.order_rate_window_ns,
                   ParseMilliseconds("order_rate_window_ms", request.order_rate_window_ms()));
  ASSIGN_OR_RETURN(command.duplicate_window_ns,
                   ParseMilliseconds("duplicate_window_ms", request.duplicate_window_ms()));
  return command;
}

absl::StatusOr<SetTradingState> Parse(const v1::SetTradingStateRequest& request) {
  SetTradingState command;
  if (request.scope_case() == v1::SetTradingStateRequest::kAccountId && request.account_id() != 0) {
    command.account_id = AccountId(request.account_id());
  } else if (!request.everyone()) {
    return absl::InvalidArgumentError("BAD_SCOPE: need account_id, or everyone = true");
  }
  if (!common::v1::TradingState_IsValid(request.state()) ||
      request.state() == common::v1::TRADING_STATE_UNSPECIFIED) {
    return absl::InvalidArgumentError("BAD_STATE: state must be ACTIVE, REDUCING or HALTED");
  }
  command.state = static_cast<TradingState>(request.state());
  return command;
}

// What is not known must not be journaled: a later engine would take up what this one refused.
absl::StatusOr<ActivateRuleSet> Parse(const v1::ActivateRuleSetRequest& request) {
  if (request.rule_set() > rules::kNewest) {
    return absl::InvalidArgumentError(absl::StrCat("UNKNOWN_RULE_SET: asked for ",
                                                   request.rule_set(), ", this engine knows up to ",
                                                   rules::kNewest));
  }
  return ActivateRuleSet{request.rule_set()};
}

// Submits what was parsed; a refusal has no numbers with decimals.
template <typename ParsedCommand, typename Response>
grpc::ServerUnaryReactor* Set(Sequencer& sequencer, grpc::CallbackServerContext& context,
                              const absl::StatusOr<ParsedCommand>& command, Response* response) {
  grpc::ServerUnaryReactor* call = context.DefaultReactor();
  if (!sequencer.ready()) return Fail(*call, NotServing());
  if (!command.ok()) return Fail(*call, command.status());
  Decide(sequencer, *call, *command, [response](const Outcome& outcome) {
    response->set_sequence(outcome.sequence.value());
    if (!outcome.accepted()) *response->mutable_rejected() = ToTransferRejection(nullptr, outcome);
  });
  return call;
}

// The account after this one in id order: house accounts first.
AccountId Next(AccountId id) {
  return id.value() == kHouseAccounts ? kFirstUserAccount : id.Next();
}

absl::Status ListBalancesPage(const Engine& engine, const v1::ListAllBalancesRequest& request,
                              v1::ListAllBalancesResponse& response) {
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size(), kAccountsPage));
  AccountId id;  // The last account of the page before.
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(const std::vector<int64_t> key,
                     DecodePageToken(kBalancesFilter, request.page_token(), 1));
    id = AccountId(static_cast<uint64_t>(key[0]));
  }
  const Accounts& accounts = engine.accounts();
  const Account* account = accounts.Find(id = Next(id));
  for (int i = 0; i < page_size && account != nullptr; ++i) {
    for (uint32_t asset = 0; asset < account->balances.size(); ++asset) {
      const Balance& balance = account->balances[asset];
      if (balance.touched == Sequence()) continue;
      v1::AccountBalance& row = *response.add_balances();
      row.set_account_id(id.value());
      row.set_asset_id(asset + 1);
      row.set_available_units(balance.available.value());
      row.set_held_units(balance.held.value());
    }
    const AccountId next = Next(id);
    account = accounts.Find(next);
    if (i + 1 == page_size && account != nullptr) {
      response.set_next_page_token(
          EncodePageToken(kBalancesFilter, {static_cast<int64_t>(id.value())}));
    }
    id = next;
  }
  response.set_sequence(engine.sequence().value());
  return absl::OkStatus();
}

v1::AssetConservation Conservation(const Accounts& accounts, const Asset& asset) {
  const auto format = [&](absl::int128 units) {
    return FormatDecimal(units, static_cast<int>(asset.scale));
  };
  const auto house = [&](AccountId id) {
    const Balance balance = accounts.Get(id, asset.id);
    return absl::int128(balance.available.value()) + balance.held.value();
  };
  const absl::int128 difference = accounts.Total(asset.id);
  const absl::int128 supply = -house(kExternal);
  const absl::int128 collected =
      house(kFees) + house(kRounding) + house(kInsurance) + house(kInTransit);
  v1::AssetConservation row;
  row.set_asset(asset.symbol.ToString());
  row.set_supply(format(supply));
  row.set_owned(format(difference + supply - collected));
  row.set_fees(format(house(kFees)));
  row.set_rounding(format(house(kRounding)));
  row.set_difference(format(difference));
  return row;
}

}  // namespace

AdminService::AdminService(Sequencer& sequencer, CalendarKeeper& keeper, Snapshotter& snapshotter)
    : sequencer_(sequencer), keeper_(keeper), snapshotter_(snapshotter) {}

AdminService::~AdminService() = default;

grpc::ServerUnaryReactor* AdminService::CreateAsset(grpc::CallbackServerContext* context,
                                                    const v1::CreateAssetRequest* request,
                                                    v1::CreateAssetResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  const absl::StatusOr<CallerId> symbol = CallerId::Parse(request->symbol());
  if (!symbol.ok()) return Fail(*call, symbol.status());
  Decide(sequencer_, *call, engine::CreateAsset{*symbol, request->scale()},
         [response](const Outcome& outcome) {
           response->set_sequence(outcome.sequence.value());
           if (outcome.accepted()) {
             response->set_asset_id(static_cast<uint32_t>(outcome.created_id));
           } else {
             *response->mutable_rejected() = ToTransferRejection(nullptr, outcome);
           }
         });
  return call;
}

grpc::ServerUnaryReactor* AdminService::SetAccountSettings(
    grpc::CallbackServerContext* context, const v1::SetAccountSettingsRequest* request,
    v1::SetAccountSettingsResponse* response) {
  return Set(sequencer_, *context, Parse(*request), response);
}

grpc::ServerUnaryReactor* AdminService::SetTradingState(grpc::CallbackServerContext* context,
                                                        const v1::SetTradingStateRequest* request,
                                                        v1::SetTradingStateResponse* response) {
  return Set(sequencer_, *context, Parse(*request), response);
}

grpc::ServerUnaryReactor* AdminService::ActivateRuleSet(grpc::CallbackServerContext* context,
                                                        const v1::ActivateRuleSetRequest* request,
                                                        v1::ActivateRuleSetResponse* response) {
  return Set(sequencer_, *context, Parse(*request), response);
}

grpc::ServerUnaryReactor* AdminService::ListAllBalances(grpc::CallbackServerContext* context,
                                                        const v1::ListAllBalancesRequest* request,
                                                        v1::ListAllBalancesResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  Answer(sequencer_, *call, [request, response](const Engine& engine) {
    return ListBalancesPage(engine, *request, *response);
  });
  return call;
}

grpc::ServerUnaryReactor* AdminService::GetConservation(grpc::CallbackServerContext* context,
                                                        const v1::GetConservationRequest*,
                                                        v1::GetConservationResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  Answer(sequencer_, *call, [response](const Engine& engine) {
    for (const Asset& asset : engine.assets()) {
      *response->add_assets() = Conservation(engine.accounts(), asset);
    }
    response->set_sequence(engine.sequence().value());
    return absl::OkStatus();
  });
  return call;
}

grpc::ServerUnaryReactor* AdminService::TakeSnapshot(grpc::CallbackServerContext* context,
                                                     const v1::TakeSnapshotRequest*,
                                                     v1::TakeSnapshotResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  snapshotter_.Request([call, response](const absl::StatusOr<Snapshotter::Made>& made) {
    if (made.ok()) {
      response->set_sequence(made->info.position.sequence.value());
      response->set_state_hash(ToText(made->info.state_hash));
      response->set_bytes(made->info.body_bytes);
      response->set_duration_ms(static_cast<uint64_t>(absl::ToInt64Milliseconds(made->duration)));
    }
    call->Finish(ToGrpcStatus(made.status()));
  });
  return call;
}

grpc::ServerUnaryReactor* AdminService::GetStateHash(grpc::CallbackServerContext* context,
                                                     const v1::GetStateHashRequest*,
                                                     v1::GetStateHashResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  Answer(sequencer_, *call, [this, response](const Engine& engine) {
    const Attestation checkpoint = sequencer_.replica().last_attestation();
    response->set_sequence(engine.sequence().value());
    response->set_state_hash(ToText(sequencer_.replica().Hash()));
    response->set_checkpoint_sequence(checkpoint.sequence.value());
    response->set_checkpoint_hash(ToText(checkpoint.hash));
    return absl::OkStatus();
  });
  return call;
}

grpc::ServerUnaryReactor* AdminService::GetServerInfo(grpc::CallbackServerContext* context,
                                                      const v1::GetServerInfoRequest*,
                                                      v1::GetServerInfoResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  Answer(sequencer_, *call, [this, response](const Engine& engine) {
    const journal::Position position = sequencer_.journal_position();
    response->set_version(BuildVersion());
    response->set_sequence(engine.sequence().value());
    response->set_journal_hash(ToHex(
        {reinterpret_cast<const char*>(position.chain_hash.data()), position.chain_hash.size()}));
    response->set_open_orders(engine.orders().size());
    response->set_accounts(engine.accounts().user_count());
    response->set_snapshot_sequence(snapshotter_.newest().value());
    response->set_rule_set(engine.rule_set());
    response->set_newest_rule_set(rules::kNewest);
    return absl::OkStatus();
  });
  return call;
}

}  // namespace rialto::engine
