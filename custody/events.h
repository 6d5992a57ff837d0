// What a provider says, carried out: deposits in the engine, withdrawals in the store. Exactly
// once.
//
// An event is recorded before anything is done about it; whoever records or finds it undecided asks
// the engine with the transaction_id that belongs to it, so that a crash anywhere repeats a
// question and moves no money twice. Thread: any.
#pragma once

#include "absl/status/statusor.h"
#include "custody/engine_client.h"
#include "custody/metrics.h"
#include "custody/store.h"

namespace rialto::custody {

class Events {
 public:
  Events(Store& store, EngineClient& engine, Metrics& metrics)
      : store_(store), engine_(engine), metrics_(metrics) {}

  // The event with its outcome. InvalidArgument: malformed, not recorded. AlreadyExists
  // EVENT_ID_REUSED. Unavailable: recorded or not, undecided; the same again.
  absl::StatusOr<EventRow> Take(const v1::ProviderEvent& event);
  // One that is recorded and undecided.
  absl::StatusOr<EventRow> Decide(const EventRow& row);

 private:
  Store& store_;
  EngineClient& engine_;
  Metrics& metrics_;
};

}  // namespace rialto::custody
