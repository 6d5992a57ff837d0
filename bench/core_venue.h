// An engine with instruments, accounts and money, and the road of a script's commands into it.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <variant>
#include <vector>

#include "bench/book_command.h"
#include "engine/core/engine.h"

namespace rialto::bench {

// Sequences that CoreVenue uses before the script: the script's first is one more.
uint64_t SetUpCommands(const Workload& workload);

// Those commands: assets, instruments with fees of 10 and 20 basis points, accounts with funds for
// everything.
std::vector<engine::Command> SetUp(const Workload& workload);

// Turns a script's packed commands into the engine's. Keeps one Command of each kind and writes
// only what differs from order to order, as a decoder that reuses its messages does.
class CommandMaker {
 public:
  CommandMaker();

  // Good until the next call.
  const engine::Command& Make(const BookCommand& command);

 private:
  engine::OrderReference ReferenceTo(const BookCommand& command) const {
    return {.account_id = AccountId(kFirstAccount + command.account),
            .order_id = OrderId(command.order_id)};
  }

  static constexpr uint64_t kFirstAccount = 1001;

  engine::Command place_;
  engine::Command cancel_;
  engine::Command amend_;
};

class CoreVenue {
 public:
  // After SetUp().
  explicit CoreVenue(const Workload& workload);

  // Decides one command; `events()` has what happened.
  engine::Outcome Apply(const engine::Command& command) {
    events_.clear();
    sequence_ = sequence_.Next();
    now_ = Timestamp(now_.value() + kNanosecondsPerCommand);
    return engine_->Apply({sequence_, now_}, command, events_);
  }

  const engine::Events& events() const { return events_; }
  const engine::Engine& engine() const { return *engine_; }

 private:
  static constexpr int64_t kNanosecondsPerCommand = 100;

  std::unique_ptr<engine::Engine> engine_;
  engine::Events events_;
  Sequence sequence_;
  Timestamp now_{1'700'000'000'000'000'000};
};

}  // namespace rialto::bench
