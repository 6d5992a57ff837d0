// What custody asks of the ledger: how far it is, and whether it was ever found wrong.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "custody/rules.h"
#include "rialto/ledger/v1/ledger_service.grpc.pb.h"

namespace rialto::custody {

// Thread: any.
class LedgerClient {
 public:
  static constexpr int kPatienceSeconds = 5;

  explicit LedgerClient(const std::string& ledger_address);

  // Unavailable LEDGER_AWAY: it does not answer.
  absl::StatusOr<LedgerView> View();

 private:
  const std::unique_ptr<ledger::v1::LedgerService::Stub> ledger_;
};

}  // namespace rialto::custody
