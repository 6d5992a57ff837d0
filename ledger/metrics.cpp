#include "ledger/metrics.h"

namespace rialto::ledger {

Metrics::Metrics(prometheus::Registry& registry)
    : drift_accounts(
          prometheus::BuildGauge()
              .Name("ledger_drift_accounts")
              .Help("Accounts whose entries and balances once disagreed; see table ledger.drift.")
              .Register(registry)
              .Add({})),
      entries_total(prometheus::BuildCounter()
                        .Name("ledger_entries_total")
                        .Help("Entries written, including those of batches that were rolled back.")
                        .Register(registry)
                        .Add({})),
      checkpoints_total(prometheus::BuildCounter()
                            .Name("ledger_checkpoints_total")
                            .Help("Checkpoints of the engine that were compared with the mirror.")
                            .Register(registry)
                            .Add({})),
      checkpoint_mismatches_total(
          prometheus::BuildCounter()
              .Name("ledger_checkpoint_mismatches_total")
              .Help(
                  "Checkpoints at which the mirror was another one; see table ledger.checkpoints.")
              .Register(registry)
              .Add({})),
      comparisons_total(prometheus::BuildCounter()
                            .Name("ledger_comparisons_total")
                            .Help("Comparisons of all balances with the engine's own.")
                            .Register(registry)
                            .Add({})),
      compared_time_seconds(
          prometheus::BuildGauge()
              .Name("ledger_compared_time_seconds")
              .Help("When all balances were last compared with the engine's, Unix time.")
              .Register(registry)
              .Add({})),
      different_balances(
          prometheus::BuildGauge()
              .Name("ledger_different_balances")
              .Help("Balances that were not the engine's then; see table ledger.differences.")
              .Register(registry)
              .Add({})) {}

}  // namespace rialto::ledger
