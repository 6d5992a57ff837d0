#include "engine/core/engine.h"

#include "common/base/check.h"

namespace rialto::engine {

Engine::Engine(MemoryBounds remembered, uint64_t hash_seed) : memory_(remembered, hash_seed) {}

Engine::~Engine() = default;

Outcome Engine::Apply(const CommandHeader& header, const Command& command, Events& events) {
  CHECK(header.sequence == sequence_.Next());
  CHECK(header.timestamp > now_);
  sequence_ = header.sequence;
  now_ = header.timestamp;
  accounts_.BeginCommand(sequence_);
  encounters_ = 0;
  activations_ = 0;
  cancels_ = 0;
  touched_.clear();
  described_ = kNoOrder;
  is_described_ = false;
  remembered_ = 0;
  transferred_ = nullptr;

  const bool is_due = !timers_.empty() && std::get<Timestamp>(*timers_.begin()) <= now_;
  if (is_due || !continuing_.empty()) RunDue(events);
  Outcome outcome =
      std::visit([&](const auto& question) { return Decide(question, events); }, command);
  if (!touched_.empty() || !unsettled_.empty()) Settle(events);
  Describe(outcome);
  if (transferred_ != nullptr) {  // The balance is told as it is now that the command is over.
    const Balance balance =
        accounts_.Get(transferred_->balance_account_id(), transferred_->asset_id);
    outcome.available = transferred_->available = balance.available;
    outcome.held = transferred_->held = balance.held;
  }
  if (remembered_ != 0) memory_.SetOutcome(remembered_, outcome);
  accounts_.EndCommand([&](const BalanceKey& key, const Balance& balance) {
    Emit<BalanceChanged>(events, key.account_id, key.asset_id, balance.available, balance.held);
  });
  return outcome;
}

// Completes the outcome with its order, as it is now that the command is over.
void Engine::Describe(Outcome& outcome) {
  if (described_ != kNoOrder) {
    const bool rests = orders_.resting(described_).level != kNoLevel;
    DescribeIn(outcome, described_, rests ? OrderStatus::kOpen : OrderStatus::kPending);
  } else if (is_described_) {
    const Sequence sequence = outcome.sequence;
    outcome = described_outcome_;
    outcome.sequence = sequence;
  }
}

Outcome Engine::NewOutcome() const {
  Outcome outcome;
  outcome.sequence = sequence_;
  return outcome;
}

Outcome Engine::Refuse(const Refusal& refusal) const {
  Outcome outcome = NewOutcome();
  outcome.reason = refusal.reason;
  outcome.need = refusal.need;
  outcome.have = refusal.have;
  return outcome;
}

}  // namespace rialto::engine
