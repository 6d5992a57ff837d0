// The core and the naive model side by side, fed with the same commands.
//
// Thread: one.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "engine/core/engine.h"
#include "engine/sim/naive_engine.h"
#include "engine/sim/naive_follower.h"

namespace rialto::engine {

// How often each reason, status, kind of event, ... was seen.
using Seen = std::map<std::string, uint64_t>;

class NaivePair {
 public:
  // After every so many commands the core is replaced by one made from its snapshot: nobody may
  // notice.
  explicit NaivePair(uint64_t restart_every = 1'999) : restart_every_(restart_every) {}

  // Empty when both said the same; else what each said. REQUIRES: `at` is later than the last.
  std::string Apply(Timestamp at, const Command& command);
  // When both say that something is due next.
  Timestamp NextDue() const { return core_->NextDue(); }
  Timestamp now() const { return now_; }

  // CHECKs the invariants of each, and that what the events tell is what both say of themselves.
  void Validate() const;

  const Events& events() const { return core_events_; }
  const Outcome& outcome() const { return outcome_; }
  uint64_t open_orders() const { return model_.open_orders(); }
  // Counts what is seen from here on. REQUIRES: `seen` outlives this.
  void Record(Seen* seen) { seen_ = seen; }

 private:
  void RestartCore();
  void Note(const Command& command) const;
  void CompareBook(InstrumentId id) const;

  const uint64_t restart_every_;
  uint64_t sequence_ = 0;
  Timestamp now_;
  std::unique_ptr<Engine> core_ = std::make_unique<Engine>();
  NaiveEngine model_;
  NaiveFollower follower_;
  Events core_events_;
  Events model_events_;
  Outcome outcome_;
  Seen* seen_ = nullptr;
};

}  // namespace rialto::engine
