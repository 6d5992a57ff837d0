#include "custody/ledger_client.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "common/service/channel.h"

namespace rialto::custody {

LedgerClient::LedgerClient(const std::string& ledger_address)
    : ledger_(ledger::v1::LedgerService::NewStub(OpenChannel(ledger_address))) {}

absl::StatusOr<LedgerView> LedgerClient::View() {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(kPatienceSeconds));
  ledger::v1::GetReconciliationResponse found;
  const grpc::Status status = ledger_->GetReconciliation(&context, {}, &found);
  if (!status.ok()) {
    return absl::UnavailableError(absl::StrCat("LEDGER_AWAY: ", status.error_message()));
  }
  return LedgerView{.sequence = Sequence(found.sequence()),
                    .drift_count = found.drift_count() + found.mismatched_checkpoint_count() +
                                   found.difference_count()};
}

}  // namespace rialto::custody
