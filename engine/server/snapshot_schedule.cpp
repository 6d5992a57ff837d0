#include "engine/server/snapshot_schedule.h"

#include <algorithm>

namespace rialto::engine {
namespace {

// A snapshot may take at most this share of the time: one over it.
constexpr int kRestFactor = 4;
constexpr absl::Duration kRestAfterFailure = absl::Minutes(1);
constexpr absl::Duration kRestMax = absl::Hours(1);
constexpr int kDoublingsMax = 6;

}  // namespace

absl::Duration SnapshotSchedule::rest() const {
  if (failures_ == 0) return made_in_ * kRestFactor;
  return std::min(kRestAfterFailure * (1 << std::min(failures_ - 1, kDoublingsMax)), kRestMax);
}

bool SnapshotSchedule::IsDue(absl::Time now, Sequence last, Sequence newest) {
  looks_.push_back(last);
  if (looks_.size() > kLooksBack + 1) looks_.pop_front();
  const bool is_busy = last.value() - looks_.front().value() >= kBusyCommands;
  const uint64_t commands = last.value() - std::min(last, newest).value();
  const absl::Duration since = now - made_at_;
  if (since < rest()) return false;
  const uint64_t busy_commands = std::max(options_.every_commands, options_.every_commands_busy);
  if (commands >= (is_busy ? busy_commands : options_.every_commands)) return true;
  return commands > 1 && since >= absl::Seconds(options_.every_seconds);
}

}  // namespace rialto::engine
