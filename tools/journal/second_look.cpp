#include "tools/journal/second_look.h"

#include <chrono>
#include <thread>

namespace rialto::journal_tool {
namespace {

using journal::ReadOutcome;

// A write in flight is over long before this many looks.
constexpr int kLooksMax = 5;
constexpr std::chrono::milliseconds kLookInterval(50);

}  // namespace

bool SecondLook::IsWanted(const journal::Reader& reader, ReadOutcome outcome) {
  const bool may_be_in_flight =
      outcome == ReadOutcome::kTornTail ||
      (outcome == ReadOutcome::kCorrupt && reader.segments_behind().empty());
  if (!may_be_in_flight) return false;
  const journal::Damage& damage = reader.damage();
  if (damage.expected != expected_ || damage.offset != offset_) looks_ = 0;
  expected_ = damage.expected;
  offset_ = damage.offset;
  if (++looks_ == kLooksMax) return false;
  std::this_thread::sleep_for(kLookInterval);
  return true;
}

}  // namespace rialto::journal_tool
