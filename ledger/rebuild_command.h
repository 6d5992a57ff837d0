// `rialto_ledger_tool rebuild`: the mirror made again from the feed's beginning, beside the one
// there is, and put in its place.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/ids.h"

namespace rialto::ledger {

struct RebuildOptions {
  std::string engine_address = "127.0.0.1:50051";
  std::string database_url = "postgresql:///rialto";
  // How long the engine or the database may be silent, and how long to wait for the ledger service
  // to be stopped before the two change places.
  int patience_seconds = 60;
};

// Replays the feed into schema `ledger_shadow` until it is as far as `ledger` and at most 30,000
// commands behind the engine, which may go on meanwhile, audits it, and, once
// no ledger service writes to `ledger`, renames `ledger` to `ledger_replaced` (whose predecessor is
// dropped) and the shadow to `ledger`. Returns how far the new one is. On an error `ledger` is as
// it was; the shadow is made anew by the next try.
absl::StatusOr<Sequence> Rebuild(const RebuildOptions& options);

void AddRebuildCommand(CLI::App& app, int& exit_code);

}  // namespace rialto::ledger
