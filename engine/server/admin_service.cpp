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
#include "engine/server/unary_call.h"

namespace rialto::engine {
namespace {

constexpr PageSizes kAccountsPage{.standard = 1'000, .max = 10'000};
constexpr char kBalancesFilter[] = "all-balances";

absl::StatusOr<CreateInstrument> Parse(const Catalog& catalog,
                                       const common::v1::InstrumentView& view) {
  ASSIGN_OR_RETURN(const CallerId symbol, CallerId::Parse(view.symbol()));
  ASSIGN_OR_RETURN(const v1::InstrumentCreated parsed, ToDefinition(catalog, view));
  return CreateInstrument{.symbol = symbol,
                          .base = AssetId(parsed.base_asset_id()),
                          .quote = AssetId(parsed.quote_asset_id()),
                          .tick_size_e12 = parsed.tick_size_e12(),
                          .lot_size_units = parsed.lot_size_units(),
                          .quantity_min = Quantity(parsed.quantity_min_lots()),
                          .quantity_max = Quantity(parsed.quantity_max_lots()),
                          .notional_min = Amount(parsed.notional_min_units()),
                          .notional_max = Amount(parsed.notional_max_units()),
                          .maker_fee_ppm = parsed.maker_fee_ppm(),
                          .taker_fee_ppm = parsed.taker_fee_ppm()};
}

absl::StatusOr<SetAccountLimits> Parse(const Catalog& catalog,
                                       const v1::SetAccountLimitsRequest& request) {
  const rialto::Instrument* instrument = catalog.FindInstrument(request.instrument());
  if (instrument == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("UNKNOWN_INSTRUMENT: no instrument \"",
                                                   request.instrument().substr(0, 40), "\""));
  }
  SetAccountLimits command{.account_id = AccountId(request.account_id()),
                           .instrument_id = instrument->id};
  if (!request.order_quantity_max().empty()) {
    ASSIGN_OR_RETURN(command.order_quantity_max,
                     ParseQuantity(*instrument, request.order_quantity_max()));
  }
  if (!request.order_notional_max().empty()) {
    ASSIGN_OR_RETURN(command.order_notional_max,
                     ParseAmount(instrument->quote, request.order_notional_max()));
  }
  if (command.order_quantity_max < Quantity(0) || command.order_notional_max < Amount(0)) {
    return absl::InvalidArgumentError("INVALID_LIMIT: a limit must be 0 (none) or above");
  }
  return command;
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

grpc::ServerUnaryReactor* AdminService::CreateAsset(grpc::CallbackServerContext* context,
                                                    const v1::CreateAssetRequest* request,
                                                    v1::CreateAssetResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  absl::StatusOr<CallerId> symbol = CallerId::Parse(request->symbol());
  if (!symbol.ok()) {
    call->Finish(ToGrpcStatus(symbol.status()));
    return call;
  }
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

grpc::ServerUnaryReactor* AdminService::CreateInstrument(grpc::CallbackServerContext* context,
                                                         const v1::CreateInstrumentRequest* request,
                                                         v1::CreateInstrumentResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  absl::StatusOr<engine::CreateInstrument> definition =
      Parse(*sequencer_.catalog(), request->instrument());
  if (!definition.ok()) {
    call->Finish(ToGrpcStatus(definition.status()));
    return call;
  }
  Decide(sequencer_, *call, *definition, [response](const Outcome& outcome) {
    response->set_sequence(outcome.sequence.value());
    if (outcome.accepted()) {
      response->set_instrument_id(static_cast<uint32_t>(outcome.created_id));
    } else {
      *response->mutable_rejected() = ToTransferRejection(nullptr, outcome);
    }
  });
  return call;
}

grpc::ServerUnaryReactor* AdminService::SetAccountLimits(grpc::CallbackServerContext* context,
                                                         const v1::SetAccountLimitsRequest* request,
                                                         v1::SetAccountLimitsResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  absl::StatusOr<engine::SetAccountLimits> limits = Parse(*sequencer_.catalog(), *request);
  if (!limits.ok()) {
    call->Finish(ToGrpcStatus(limits.status()));
    return call;
  }
  Decide(sequencer_, *call, *limits, [response](const Outcome& outcome) {
    response->set_sequence(outcome.sequence.value());
    if (!outcome.accepted()) *response->mutable_rejected() = ToTransferRejection(nullptr, outcome);
  });
  return call;
}

grpc::ServerUnaryReactor* AdminService::ListAllBalances(grpc::CallbackServerContext* context,
                                                        const v1::ListAllBalancesRequest* request,
                                                        v1::ListAllBalancesResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  Answer(sequencer_, *call, [request, response](const Engine& engine) {
    return ListBalancesPage(engine, *request, *response);
  });
  return call;
}

grpc::ServerUnaryReactor* AdminService::GetConservation(grpc::CallbackServerContext* context,
                                                        const v1::GetConservationRequest*,
                                                        v1::GetConservationResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  Answer(sequencer_, *call, [response](const Engine& engine) {
    for (const Asset& asset : engine.assets()) {
      *response->add_assets() = Conservation(engine.accounts(), asset);
    }
    response->set_sequence(engine.sequence().value());
    return absl::OkStatus();
  });
  return call;
}

grpc::ServerUnaryReactor* AdminService::GetServerInfo(grpc::CallbackServerContext* context,
                                                      const v1::GetServerInfoRequest*,
                                                      v1::GetServerInfoResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  Answer(sequencer_, *call, [this, response](const Engine& engine) {
    const journal::Position position = sequencer_.journal_position();
    response->set_version(BuildVersion());
    response->set_sequence(engine.sequence().value());
    response->set_journal_hash(ToHex(
        {reinterpret_cast<const char*>(position.chain_hash.data()), position.chain_hash.size()}));
    response->set_open_orders(engine.orders().size());
    response->set_accounts(engine.accounts().user_count());
    return absl::OkStatus();
  });
  return call;
}

}  // namespace rialto::engine
