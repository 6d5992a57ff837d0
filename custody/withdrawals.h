// Takes withdrawals from state to state, each step once whatever crashes in between.
//
// A step asks somebody else (engine, ledger, provider) a question that may be asked twice, then
// records the answer by a move from the state it stood in. So the last recorded state says which
// question comes next, and nothing else is remembered. Money leaves in one place: Send(), behind
// the ledger's word. Thread: any.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "custody/engine_client.h"
#include "custody/ledger_client.h"
#include "custody/metrics.h"
#include "custody/provider.h"
#include "custody/store.h"

namespace rialto::custody {

class Withdrawals {
 public:
  struct Parts {
    Store& store;
    EngineClient& engine;
    LedgerClient& ledger;
    Provider& provider;
    Metrics& metrics;
  };

  explicit Withdrawals(const Parts& parts) : parts_(parts) {}

  // As many steps as can be made now; returns the withdrawal as it is then. What it waits for, if
  // for somebody who does not answer or not yet as hoped, is noted. Unavailable: the database does
  // not answer.
  absl::StatusOr<Withdrawal> Advance(Withdrawal withdrawal);

 private:
  // What to record next. Unavailable, with a text that says who is waited for: nothing yet.
  absl::StatusOr<Move> NextMove(const Withdrawal& withdrawal);
  absl::StatusOr<Move> Hold(const Withdrawal& withdrawal);
  absl::StatusOr<Move> Open(const Withdrawal& withdrawal);
  absl::StatusOr<Move> Send(const Withdrawal& withdrawal);
  absl::StatusOr<Move> End(const Withdrawal& withdrawal);
  absl::Status CheckExit(const Withdrawal& withdrawal);

  Parts parts_;
};

}  // namespace rialto::custody
