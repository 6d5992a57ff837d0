#include "tools/replay/venue_setup.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/crc32c.h"
#include "common/base/decimal.h"
#include "common/base/status_macros.h"
#include "rialto/engine/v1/account_service.grpc.pb.h"
#include "rialto/engine/v1/admin_service.grpc.pb.h"
#include "rialto/engine/v1/market_data_service.grpc.pb.h"
#include "rialto/gateway/v1/market_data_service.grpc.pb.h"
#include "tools/replay/patient_call.h"

namespace rialto::replay {
namespace {

namespace common_v1 = common::v1;

// A stack that is not up should be noticed soon.
constexpr std::chrono::seconds kSetupPatienceMax(30);
constexpr int64_t kDepositUnits = 1'000'000'000'000'000;  // 10^13 dollars or 10^7 coins.
constexpr int64_t kQuantityMaxUnits = 10'000'000;         // 10 million of the base asset.
constexpr int64_t kLotsMax = 1'000'000'000'000'000;       // The engine's bound.
// Enough for every bound of an instrument, and 10 million of the base asset still fit.
constexpr int kInstrumentScale = 10;
constexpr std::array<std::string_view, kRoles> kRoleNames = {"buyer", "seller", "taker"};

absl::Status Refused(const std::string& what, const common_v1::Rejection& rejection) {
  return absl::FailedPreconditionError(absl::StrCat(what, ": ", rejection.message()));
}

std::string Step(int decimals) { return FormatDecimal(int64_t{1}, decimals); }

// "AMZN-USD" is AMZN in USD.
std::pair<std::string, std::string> AssetsOf(const std::string& instrument) {
  const size_t dash = instrument.rfind('-');
  if (dash == instrument.npos || dash == 0 || dash + 1 == instrument.size())
    return {instrument, "USD"};
  return {instrument.substr(0, dash), instrument.substr(dash + 1)};
}

class Setup {
 public:
  Setup(const VenueChannels& channels, const Market& market, uint32_t checksum)
      : market_(market),
        checksum_(checksum),
        patience_(std::min(channels.patience, kSetupPatienceMax)),
        admin_(engine::v1::AdminService::NewStub(channels.engine)),
        account_(engine::v1::AccountService::NewStub(channels.engine)),
        market_data_(engine::v1::MarketDataService::NewStub(channels.engine)),
        gateway_(gateway::v1::MarketDataService::NewStub(channels.gateway)) {}

  absl::StatusOr<PreparedVenue> Run() {
    PreparedVenue venue;
    std::tie(base_, quote_) = AssetsOf(market_.instrument);
    ASSIGN_OR_RETURN(std::optional<common_v1::InstrumentView> view, FindInstrument());
    if (view && !market_.instrument_was_chosen && !IsOfAReplay(*view)) {
      absl::StrAppendFormat(&market_.instrument, "-%08x", checksum_);
      ASSIGN_OR_RETURN(view, FindInstrument());
    }
    if (view) {
      RETURN_IF_ERROR(Use(*view, venue));
    } else {
      RETURN_IF_ERROR(CreateInstrument(venue));
    }
    venue.market = market_;
    venue.tag = absl::StrFormat("%08x", Crc32c(market_.instrument, checksum_));
    ASSIGN_OR_RETURN(venue.quote_scale, EnsureAsset(quote_, kQuoteScale));
    RETURN_IF_ERROR(OpenAccounts(venue));
    RETURN_IF_ERROR(WaitForGateway(venue));
    return venue;
  }

 private:
  absl::StatusOr<std::optional<common_v1::InstrumentView>> FindInstrument() {
    engine::v1::ListInstrumentsResponse response;
    RETURN_IF_ERROR(CallPatiently("ask the engine for its instruments", patience_,
                                  [&](grpc::ClientContext& context) {
                                    return market_data_->ListInstruments(&context, {}, &response);
                                  })
                        .status());
    for (const common_v1::InstrumentView& view : response.instruments()) {
      if (view.symbol() == market_.instrument) return view;
    }
    return std::nullopt;
  }

  // The instrument as a replay of this recording would make it.
  common_v1::InstrumentView Definition() const {
    common_v1::InstrumentView view;
    view.set_symbol(market_.instrument);
    view.set_base_asset(base_);
    view.set_quote_asset(quote_);
    view.set_tick_size(Step(market_.price_decimals));
    view.set_lot_size(Step(market_.quantity_decimals));
    view.set_quantity_min(Step(market_.quantity_decimals));
    const int64_t lots_max =
        std::min(kLotsMax, kQuantityMaxUnits * PowerOfTen(market_.quantity_decimals));
    view.set_quantity_max(FormatDecimal(lots_max, market_.quantity_decimals));
    view.set_maker_fee_ppm(kMakerFeePpm);
    view.set_taker_fee_ppm(kTakerFeePpm);
    return view;
  }

  bool IsOfAReplay(const common_v1::InstrumentView& view) const {
    const common_v1::InstrumentView own = Definition();
    return IsSameDecimal(view.tick_size(), own.tick_size()) &&
           IsSameDecimal(view.lot_size(), own.lot_size()) &&
           IsSameDecimal(view.quantity_min(), own.quantity_min()) &&
           IsSameDecimal(view.quantity_max(), own.quantity_max()) &&
           view.maker_fee_ppm() == own.maker_fee_ppm() &&
           view.taker_fee_ppm() == own.taker_fee_ppm() && HasNoBounds(view);
  }

  // Nothing but tick, lot, quantities and fees: no collar, band or limit that an order could meet.
  static bool HasNoBounds(common_v1::InstrumentView view) {
    view.clear_instrument_id();
    view.clear_symbol();
    view.clear_base_asset();
    view.clear_quote_asset();
    view.clear_tick_size();
    view.clear_lot_size();
    view.clear_quantity_min();
    view.clear_quantity_max();
    view.clear_maker_fee_ppm();
    view.clear_taker_fee_ppm();
    for (std::string* bound : {view.mutable_notional_min(), view.mutable_notional_max()}) {
      if (IsSameDecimal(*bound, "0")) bound->clear();
    }
    return view.ByteSizeLong() == 0;
  }

  absl::Status Use(const common_v1::InstrumentView& view, PreparedVenue& venue) {
    const common_v1::InstrumentView own = Definition();
    if (!IsSameDecimal(view.tick_size(), own.tick_size()) ||
        !IsSameDecimal(view.lot_size(), own.lot_size())) {
      return absl::FailedPreconditionError(
          absl::StrCat("instrument ", view.symbol(), " exists with tick ", view.tick_size(),
                       " and lot ", view.lot_size(), "; the recording needs ", own.tick_size(),
                       " and ", own.lot_size(), ": choose another one with --instrument"));
    }
    base_ = view.base_asset();
    quote_ = view.quote_asset();
    venue.instrument = InstrumentId(view.instrument_id());
    return absl::OkStatus();
  }

  static bool IsSameDecimal(const std::string& a, const std::string& b) {
    const absl::StatusOr<int64_t> a_value = ParseDecimal(a, kInstrumentScale);
    const absl::StatusOr<int64_t> b_value = ParseDecimal(b, kInstrumentScale);
    return a_value.ok() && b_value.ok() && *a_value == *b_value;
  }

  // The scale it has. FailedPrecondition when that is too small for `scale_min`.
  absl::StatusOr<int> EnsureAsset(const std::string& symbol, int scale_min) {
    engine::v1::ListAssetsResponse assets;
    RETURN_IF_ERROR(CallPatiently("ask the engine for its assets", patience_,
                                  [&](grpc::ClientContext& context) {
                                    return market_data_->ListAssets(&context, {}, &assets);
                                  })
                        .status());
    for (const common_v1::AssetView& view : assets.assets()) {
      if (view.symbol() != symbol) continue;
      const int scale = static_cast<int>(view.scale());
      if (scale >= scale_min) return scale;
      return absl::FailedPreconditionError(absl::StrCat(
          "asset ", symbol, " exists with ", scale, " decimals; the recording needs ", scale_min));
    }
    engine::v1::CreateAssetRequest request;
    request.set_symbol(symbol);
    request.set_scale(static_cast<uint32_t>(scale_min));
    engine::v1::CreateAssetResponse response;
    const std::string what = absl::StrCat("create asset ", symbol);
    RETURN_IF_ERROR(CallPatiently(what, patience_, [&](grpc::ClientContext& context) {
                      return admin_->CreateAsset(&context, request, &response);
                    }).status());
    if (response.has_rejected()) return Refused(what, response.rejected());
    return scale_min;
  }

  absl::Status CreateInstrument(PreparedVenue& venue) {
    RETURN_IF_ERROR(EnsureAsset(base_, market_.quantity_decimals).status());
    RETURN_IF_ERROR(EnsureAsset(quote_, kQuoteScale).status());
    engine::v1::CreateInstrumentRequest request;
    *request.mutable_instrument() = Definition();
    engine::v1::CreateInstrumentResponse response;
    const std::string what = absl::StrCat("create instrument ", market_.instrument);
    RETURN_IF_ERROR(CallPatiently(what, patience_, [&](grpc::ClientContext& context) {
                      return admin_->CreateInstrument(&context, request, &response);
                    }).status());
    if (response.has_rejected()) return Refused(what, response.rejected());
    venue.instrument = InstrumentId(response.instrument_id());
    return absl::OkStatus();
  }

  absl::Status OpenAccounts(PreparedVenue& venue) {
    ASSIGN_OR_RETURN(const int base_scale, EnsureAsset(base_, 0));
    for (size_t role = 0; role < venue.accounts.size(); ++role) {
      for (size_t index = 0; index < venue.accounts[role].size(); ++index) {
        const std::string name = absl::StrCat(std::string(kRoleNames[role]), "-", index + 1);
        ASSIGN_OR_RETURN(const AccountId account, OpenAccount(absl::StrCat("replay-", name)));
        venue.accounts[role][index] = account;
        const Role kind = static_cast<Role>(role);
        const std::string stem = absl::StrCat(venue.tag, "-", name);
        if (kind != Role::kSeller)
          RETURN_IF_ERROR(Deposit(stem + "-quote", account, quote_, venue.quote_scale));
        if (kind != Role::kBuyer)
          RETURN_IF_ERROR(Deposit(stem + "-base", account, base_, base_scale));
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<AccountId> OpenAccount(const std::string& name) {
    engine::v1::OpenAccountRequest request;
    request.set_name(name);
    engine::v1::OpenAccountResponse response;
    const std::string what = absl::StrCat("open account ", name);
    RETURN_IF_ERROR(CallPatiently(what, patience_, [&](grpc::ClientContext& context) {
                      return account_->OpenAccount(&context, request, &response);
                    }).status());
    if (response.has_rejected()) return Refused(what, response.rejected());
    return AccountId(response.account_id());
  }

  absl::Status Deposit(const std::string& transaction_id, AccountId account,
                       const std::string& asset, int scale) {
    engine::v1::DepositRequest request;
    request.set_transaction_id(transaction_id);
    request.set_account_id(account.value());
    request.set_asset(asset);
    request.set_amount(FormatDecimal(kDepositUnits, scale));
    engine::v1::DepositResponse response;
    const std::string what = absl::StrCat("deposit ", transaction_id);
    RETURN_IF_ERROR(CallPatiently(what, patience_, [&](grpc::ClientContext& context) {
                      return account_->Deposit(&context, request, &response);
                    }).status());
    return response.has_rejected() ? Refused(what, response.rejected()) : absl::OkStatus();
  }

  // The gateway follows the engine: it knows a new instrument a moment later.
  absl::Status WaitForGateway(PreparedVenue& venue) {
    gateway::v1::GetDepthRequest request;
    request.set_instrument(market_.instrument);
    request.set_levels(1);
    gateway::v1::GetDepthResponse response;
    RETURN_IF_ERROR(
        CallPatiently("ask the gateway for the book", patience_, [&](grpc::ClientContext& context) {
          const grpc::Status status = gateway_->GetDepth(&context, request, &response);
          if (status.error_code() != grpc::StatusCode::NOT_FOUND) return status;
          return grpc::Status(grpc::StatusCode::UNAVAILABLE, status.error_message());
        }).status());
    venue.book_is_empty = response.bids().empty() && response.asks().empty();
    return absl::OkStatus();
  }

  Market market_;
  const uint32_t checksum_;
  const std::chrono::seconds patience_;
  const std::unique_ptr<engine::v1::AdminService::Stub> admin_;
  const std::unique_ptr<engine::v1::AccountService::Stub> account_;
  const std::unique_ptr<engine::v1::MarketDataService::Stub> market_data_;
  const std::unique_ptr<gateway::v1::MarketDataService::Stub> gateway_;
  std::string base_;
  std::string quote_;
};

}  // namespace

absl::StatusOr<PreparedVenue> PrepareVenue(const VenueChannels& channels, const Market& market,
                                           uint32_t checksum) {
  return Setup(channels, market, checksum).Run();
}

}  // namespace rialto::replay
