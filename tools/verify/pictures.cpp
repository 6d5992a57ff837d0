#include "tools/verify/pictures.h"

#include <algorithm>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/service/grpc_status.h"
#include "rialto/engine/v1/admin_service.grpc.pb.h"
#include "rialto/engine/v1/market_data_service.grpc.pb.h"
#include "rialto/ledger/v1/ledger_service.grpc.pb.h"

namespace rialto::verify {
namespace {

constexpr int kEnginePageAccounts = 10'000;
constexpr int kLedgerPageRows = 1'000;
constexpr std::chrono::milliseconds kPause(20);
constexpr std::chrono::seconds kCallMax(10);

using TimePoint = std::chrono::steady_clock::time_point;

absl::Status Failed(const std::string& what, const grpc::Status& status) {
  const absl::Status converted = FromGrpcStatus(status);
  return {converted.code(), absl::StrCat(what, ": ", converted.message())};
}

void SetDeadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + kCallMax);
}

class Photographer {
 public:
  Photographer(const std::shared_ptr<grpc::Channel>& engine,
               const std::shared_ptr<grpc::Channel>& ledger)
      : admin_(engine::v1::AdminService::NewStub(engine)),
        market_data_(engine::v1::MarketDataService::NewStub(engine)),
        ledger_(ledger::v1::LedgerService::NewStub(ledger)) {}

  // Nothing when the engine went on between two pages.
  absl::StatusOr<std::optional<Picture>> TakeEngine() {
    Picture picture;
    engine::v1::ListAllBalancesRequest request;
    request.set_page_size(kEnginePageAccounts);
    do {
      grpc::ClientContext context;
      SetDeadline(context);
      engine::v1::ListAllBalancesResponse page;
      const grpc::Status status = admin_->ListAllBalances(&context, request, &page);
      if (!status.ok()) return Failed("list the engine's balances", status);
      if (!request.page_token().empty() && page.sequence() != picture.sequence) return std::nullopt;
      picture.sequence = page.sequence();
      for (const engine::v1::AccountBalance& balance : page.balances()) {
        picture.holdings[{balance.account_id(), balance.asset_id()}] = {balance.available_units(),
                                                                        balance.held_units()};
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return picture;
  }

  // Nothing when a page is at another sequence than the one wanted; `reached` says at which.
  absl::StatusOr<std::optional<Picture>> TakeLedger(uint64_t sequence, uint64_t& reached) {
    Picture picture;
    picture.sequence = sequence;
    ledger::v1::ListBalancesRequest request;
    request.set_page_size(kLedgerPageRows);
    do {
      grpc::ClientContext context;
      SetDeadline(context);
      ledger::v1::ListBalancesResponse page;
      const grpc::Status status = ledger_->ListBalances(&context, request, &page);
      if (!status.ok()) return Failed("list the ledger's balances", status);
      reached = page.sequence();
      if (reached != sequence) return std::nullopt;
      for (const ledger::v1::Balance& balance : page.balances()) {
        picture.holdings[{balance.account_id(), balance.asset_id()}] = {balance.available_units(),
                                                                        balance.held_units()};
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return picture;
  }

  absl::Status TakeAssets(Verdict& verdict) {
    grpc::ClientContext context;
    SetDeadline(context);
    engine::v1::ListAssetsResponse response;
    const grpc::Status status = market_data_->ListAssets(&context, {}, &response);
    if (!status.ok()) return Failed("list the engine's assets", status);
    for (const common::v1::AssetView& asset : response.assets())
      verdict.assets[asset.asset_id()] = {asset.symbol(), static_cast<int>(asset.scale())};
    return absl::OkStatus();
  }

  absl::StatusOr<std::map<std::string, std::string>> TakeReport() {
    grpc::ClientContext context;
    SetDeadline(context);
    engine::v1::GetConservationResponse response;
    const grpc::Status status = admin_->GetConservation(&context, {}, &response);
    if (!status.ok()) return Failed("get the engine's conservation report", status);
    std::map<std::string, std::string> differences;
    for (const engine::v1::AssetConservation& asset : response.assets())
      differences[asset.asset()] = asset.difference();
    return differences;
  }

 private:
  const std::unique_ptr<engine::v1::AdminService::Stub> admin_;
  const std::unique_ptr<engine::v1::MarketDataService::Stub> market_data_;
  const std::unique_ptr<ledger::v1::LedgerService::Stub> ledger_;
};

struct Pair {
  Picture engine;
  Picture ledger;
};

absl::StatusOr<Pair> TakePair(Photographer& photographer, TimePoint give_up) {
  uint64_t engine_sequence = 0;
  uint64_t ledger_sequence = 0;
  while (std::chrono::steady_clock::now() < give_up) {
    ASSIGN_OR_RETURN(std::optional<Picture> engine, photographer.TakeEngine());
    if (!engine) continue;
    engine_sequence = engine->sequence;
    // A ledger that is behind gets there; one that is ahead means that the engine went on.
    do {
      ASSIGN_OR_RETURN(std::optional<Picture> ledger,
                       photographer.TakeLedger(engine_sequence, ledger_sequence));
      if (ledger) return Pair{*std::move(engine), *std::move(ledger)};
      if (ledger_sequence < engine_sequence) std::this_thread::sleep_for(kPause);
    } while (ledger_sequence < engine_sequence && std::chrono::steady_clock::now() < give_up);
  }
  return absl::DeadlineExceededError(absl::StrCat(
      "engine and ledger were not seen at one sequence: engine ", engine_sequence, ", ledger ",
      ledger_sequence,
      ledger_sequence < engine_sequence ? "; the ledger is behind" : "; the venue is busy"));
}

}  // namespace

absl::StatusOr<Verdict> Verify(const std::shared_ptr<grpc::Channel>& engine,
                               const std::shared_ptr<grpc::Channel>& ledger,
                               std::chrono::seconds timeout) {
  Photographer photographer(engine, ledger);
  ASSIGN_OR_RETURN(const Pair pair,
                   TakePair(photographer, std::chrono::steady_clock::now() + timeout));
  Verdict verdict;
  verdict.engine_sequence = pair.engine.sequence;
  verdict.ledger_sequence = pair.ledger.sequence;
  verdict.comparison = Compare(pair.engine.holdings, pair.ledger.holdings);
  RETURN_IF_ERROR(photographer.TakeAssets(verdict));
  ASSIGN_OR_RETURN(const auto report, photographer.TakeReport());
  AddConservation(pair.engine.holdings, pair.ledger.holdings, report, verdict);
  return verdict;
}

}  // namespace rialto::verify
