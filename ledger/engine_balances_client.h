// All balances of the engine, page by page: AdminService.ListAllBalances.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "ledger/comparison.h"
#include "rialto/engine/v1/admin_service.grpc.pb.h"

namespace rialto::ledger {

class EngineBalancesClient {
 public:
  // Accounts of a page: the engine's writer answers between two batches, so pages are small.
  static constexpr int kAccountsPerPage = 1'000;

  explicit EngineBalancesClient(const std::string& engine_address);

  // The first page again, next time.
  void Rewind();
  // The next page; its range begins behind that of the page before. After the last one, which ends
  // at the largest account id there can be, at_end() is true.
  absl::StatusOr<EnginePage> Next();
  // The same page as of now. REQUIRES: Next() returned it.
  absl::StatusOr<EnginePage> Again();
  bool at_end() const { return at_end_; }

 private:
  absl::StatusOr<EnginePage> Read();

  const std::unique_ptr<engine::v1::AdminService::Stub> engine_;
  std::string page_token_;  // Of the page at hand, and of the next.
  std::string next_page_token_;
  AccountId first_;
  AccountId next_first_;
  bool at_end_ = false;
};

}  // namespace rialto::ledger
