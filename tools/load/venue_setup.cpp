#include "tools/load/venue_setup.h"

#include <set>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "common/base/decimal.h"
#include "common/base/status_macros.h"
#include "rialto/engine/v1/account_service.grpc.pb.h"
#include "rialto/engine/v1/admin_service.grpc.pb.h"
#include "rialto/engine/v1/market_data_service.grpc.pb.h"
#include "rialto/gateway/v1/market_data_service.grpc.pb.h"
#include "tools/replay/patient_call.h"

namespace rialto::load {
namespace {

using replay::CallPatiently;

constexpr int kBaseScale = 4;
constexpr int kQuoteScale = 2;
constexpr const char* kTick = "0.01";
constexpr const char* kLot = "0.0001";
constexpr const char* kQuantityMax = "1000000";
constexpr uint32_t kMakerFeePpm = 100;
constexpr uint32_t kTakerFeePpm = 200;
// Of each asset, per account: no load spends it.
constexpr const char* kDeposit = "1000000000";

absl::Status Refused(const std::string& what, const common::v1::Rejection& rejection) {
  return absl::FailedPreconditionError(absl::StrCat(what, ": ", rejection.message()));
}

std::pair<std::string, std::string> AssetsOf(const std::string& instrument) {
  const size_t dash = instrument.rfind('-');
  if (dash == instrument.npos || dash == 0 || dash + 1 == instrument.size())
    return {instrument, "USD"};
  return {instrument.substr(0, dash), instrument.substr(dash + 1)};
}

// Decimals of "1", "0.1", "0.01"; FailedPrecondition for other steps.
absl::StatusOr<int> DecimalsOf(const std::string& what, const std::string& step) {
  for (int decimals = 0; decimals <= kScaleMax; ++decimals) {
    const absl::StatusOr<int64_t> value = ParseDecimal(step, decimals);
    if (value.ok() && *value == 1) return decimals;
  }
  return absl::FailedPreconditionError(
      absl::StrCat(what, " is ", step, "; a load needs 1, 0.1, 0.01 and so on"));
}

class Setup {
 public:
  explicit Setup(const SetupOptions& options)
      : options_(options),
        admin_(engine::v1::AdminService::NewStub(options.engine)),
        accounts_(engine::v1::AccountService::NewStub(options.engine)),
        market_data_(engine::v1::MarketDataService::NewStub(options.engine)) {}

  absl::Status Create() {
    ASSIGN_OR_RETURN(const auto instruments, Instruments());
    std::set<std::string> known;
    for (const common::v1::InstrumentView& view : instruments.instruments())
      known.insert(view.symbol());
    for (const std::string& symbol : options_.instruments) {
      if (!known.insert(symbol).second) continue;
      const auto [base, quote] = AssetsOf(symbol);
      RETURN_IF_ERROR(EnsureAsset(base, kBaseScale));
      RETURN_IF_ERROR(EnsureAsset(quote, kQuoteScale));
      RETURN_IF_ERROR(CreateInstrument(symbol, base, quote));
    }
    ASSIGN_OR_RETURN(const auto all, Instruments());
    for (uint32_t client = 1; client <= options_.clients; ++client) {
      ASSIGN_OR_RETURN(const uint64_t account, OpenAccount(client));
      std::set<std::string> assets;
      for (const common::v1::InstrumentView& view : all.instruments()) {
        if (!absl::c_linear_search(options_.instruments, view.symbol())) continue;
        for (const std::string& asset : {view.base_asset(), view.quote_asset()}) {
          if (assets.insert(asset).second) RETURN_IF_ERROR(Deposit(client, account, asset));
        }
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<MarketPlan> Plan() {
    MarketPlan plan;
    plan.instruments = options_.instruments;
    ASSIGN_OR_RETURN(const auto all, Instruments());
    bool is_first = true;
    for (const std::string& symbol : options_.instruments) {
      const auto found = absl::c_find_if(all.instruments(),
                                         [&](const auto& view) { return view.symbol() == symbol; });
      if (found == all.instruments().end()) {
        return absl::FailedPreconditionError(
            absl::StrCat("the venue has no instrument ", symbol, "; --setup creates it"));
      }
      ASSIGN_OR_RETURN(const int price, DecimalsOf(symbol + "'s tick size", found->tick_size()));
      ASSIGN_OR_RETURN(const int quantity,
                       DecimalsOf(symbol + "'s least quantity", found->quantity_min()));
      if (!is_first && (price != plan.price_decimals || quantity != plan.quantity_decimals)) {
        return absl::FailedPreconditionError("the instruments have different steps");
      }
      is_first = false;
      plan.price_decimals = price;
      plan.quantity_decimals = quantity;
    }
    for (uint32_t client = 1; client <= options_.clients; ++client) {
      ASSIGN_OR_RETURN(const uint64_t account, OpenAccount(client));
      plan.accounts.push_back(account);
    }
    RETURN_IF_ERROR(WaitForGateway());
    return plan;
  }

 private:
  absl::StatusOr<engine::v1::ListInstrumentsResponse> Instruments() {
    engine::v1::ListInstrumentsResponse response;
    RETURN_IF_ERROR(CallPatiently("ask the engine for its instruments", options_.patience,
                                  [&](grpc::ClientContext& context) {
                                    return market_data_->ListInstruments(&context, {}, &response);
                                  })
                        .status());
    return response;
  }

  absl::Status EnsureAsset(const std::string& symbol, int scale) {
    engine::v1::ListAssetsResponse assets;
    RETURN_IF_ERROR(CallPatiently("ask the engine for its assets", options_.patience,
                                  [&](grpc::ClientContext& context) {
                                    return market_data_->ListAssets(&context, {}, &assets);
                                  })
                        .status());
    for (const common::v1::AssetView& view : assets.assets()) {
      if (view.symbol() == symbol) return absl::OkStatus();
    }
    engine::v1::CreateAssetRequest request;
    request.set_symbol(symbol);
    request.set_scale(static_cast<uint32_t>(scale));
    engine::v1::CreateAssetResponse response;
    const std::string what = absl::StrCat("create asset ", symbol);
    RETURN_IF_ERROR(CallPatiently(what, options_.patience, [&](grpc::ClientContext& context) {
                      return admin_->CreateAsset(&context, request, &response);
                    }).status());
    return response.has_rejected() ? Refused(what, response.rejected()) : absl::OkStatus();
  }

  absl::Status CreateInstrument(const std::string& symbol, const std::string& base,
                                const std::string& quote) {
    engine::v1::CreateInstrumentRequest request;
    common::v1::InstrumentView& view = *request.mutable_instrument();
    view.set_symbol(symbol);
    view.set_base_asset(base);
    view.set_quote_asset(quote);
    view.set_tick_size(kTick);
    view.set_lot_size(kLot);
    view.set_quantity_min(kLot);
    view.set_quantity_max(kQuantityMax);
    view.set_maker_fee_ppm(kMakerFeePpm);
    view.set_taker_fee_ppm(kTakerFeePpm);
    engine::v1::CreateInstrumentResponse response;
    const std::string what = absl::StrCat("create instrument ", symbol);
    RETURN_IF_ERROR(CallPatiently(what, options_.patience, [&](grpc::ClientContext& context) {
                      return admin_->CreateInstrument(&context, request, &response);
                    }).status());
    return response.has_rejected() ? Refused(what, response.rejected()) : absl::OkStatus();
  }

  // Its id; the same for the same client for ever.
  absl::StatusOr<uint64_t> OpenAccount(uint32_t client) {
    engine::v1::OpenAccountRequest request;
    request.set_name(absl::StrCat("load-", client));
    engine::v1::OpenAccountResponse response;
    const std::string what = absl::StrCat("open account ", request.name());
    RETURN_IF_ERROR(CallPatiently(what, options_.patience, [&](grpc::ClientContext& context) {
                      return accounts_->OpenAccount(&context, request, &response);
                    }).status());
    if (response.has_rejected()) return Refused(what, response.rejected());
    return response.account_id();
  }

  absl::Status Deposit(uint32_t client, uint64_t account, const std::string& asset) {
    engine::v1::DepositRequest request;
    request.set_transaction_id(absl::StrCat("load-", client, "-", asset));
    request.set_account_id(account);
    request.set_asset(asset);
    request.set_amount(kDeposit);
    engine::v1::DepositResponse response;
    const std::string what = absl::StrCat("deposit ", request.transaction_id());
    RETURN_IF_ERROR(CallPatiently(what, options_.patience, [&](grpc::ClientContext& context) {
                      return accounts_->Deposit(&context, request, &response);
                    }).status());
    return response.has_rejected() ? Refused(what, response.rejected()) : absl::OkStatus();
  }

  // The gateway follows the engine: it knows a new instrument a moment later.
  absl::Status WaitForGateway() {
    if (options_.gateway == nullptr) return absl::OkStatus();
    const auto stub = gateway::v1::MarketDataService::NewStub(options_.gateway);
    for (const std::string& symbol : options_.instruments) {
      gateway::v1::GetDepthRequest request;
      request.set_instrument(symbol);
      request.set_levels(1);
      gateway::v1::GetDepthResponse response;
      const auto ask = [&](grpc::ClientContext& context) {
        const grpc::Status status = stub->GetDepth(&context, request, &response);
        if (status.error_code() != grpc::StatusCode::NOT_FOUND) return status;
        return grpc::Status(grpc::StatusCode::UNAVAILABLE, status.error_message());
      };
      RETURN_IF_ERROR(
          CallPatiently("ask the gateway for the book", options_.patience, ask).status());
    }
    return absl::OkStatus();
  }

  const SetupOptions& options_;
  const std::unique_ptr<engine::v1::AdminService::Stub> admin_;
  const std::unique_ptr<engine::v1::AccountService::Stub> accounts_;
  const std::unique_ptr<engine::v1::MarketDataService::Stub> market_data_;
};

}  // namespace

absl::Status CreateWhatIsMissing(const SetupOptions& options) { return Setup(options).Create(); }

absl::StatusOr<MarketPlan> MakePlan(const SetupOptions& options) { return Setup(options).Plan(); }

}  // namespace rialto::load
