// What goes wrong in a simulation: how processes end, and what gets lost while none runs.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/fields.h"
#include "engine/sim/simulation.h"

namespace rialto::engine {
namespace {

constexpr uint64_t kEnoughBytes = uint64_t{1} << 40;

}  // namespace

// Each seed has its own mixture: some kinds of faults and not others, many or few.
void Simulation::ChooseFaults() {
  for (const End end : {End::kPowerCut, End::kDeath, End::kIoError, End::kFullDisk}) {
    if (random_.OneIn(2)) faults_.push_back(end);
  }
  if (faults_.empty()) faults_.push_back(End::kPowerCut);
  fault_every_ = static_cast<uint64_t>(random_.Between(2, 20));
  snapshot_every_ = static_cast<uint64_t>(random_.Between(4, 40));
  loss_every_ = static_cast<uint64_t>(random_.Between(2, 15));
  damage_every_ = static_cast<uint64_t>(random_.Between(2, 15));
  read_every_ = static_cast<uint64_t>(random_.Between(1, 10));
  batch_max_ = static_cast<uint64_t>(random_.OneIn(3) ? 1 : random_.Between(2, 12));
  where_.journal.segment_bytes = 4'096 * static_cast<uint64_t>(random_.Between(4, 16));
  where_.feed.segment_bytes = (512 + 4 * static_cast<uint64_t>(random_.Between(2, 64))) << 10;
  if (random_.OneIn(3)) files_.SetOtherDevice(where_.journal.archive_directory);
  if (random_.OneIn(4)) where_.journal.archive_directory.clear();
}

// --- The end of a process ---

void Simulation::ArmFault() {
  if (armed_ != End::kNone) return;
  armed_ = random_.Pick(faults_);
  // Often within a batch, sometimes within a snapshot, an archive, a recovery.
  const uint64_t changes = 1 + random_.Below(random_.OneIn(3) ? 80 : 8);
  armed_at_ = files_.changes() + changes;
  if (armed_ == End::kIoError) {
    files_.FailAt(changes);
  } else if (armed_ != End::kFullDisk) {
    files_.DieAt(changes);
  } else {
    files_.SetCapacityBytes(kEnoughBytes);
    const uint64_t free = files_.FreeBytes(where_.journal.directory).value_or(0);
    const uint64_t room = random_.Below(2 * where_.journal.segment_bytes);
    files_.SetCapacityBytes(kEnoughBytes - free + room);
  }
}

bool Simulation::FaultCame() const {
  return armed_ != End::kNone && armed_ != End::kFullDisk && files_.changes() >= armed_at_;
}

void Simulation::FreeDisk() {
  files_.SetCapacityBytes(kEnoughBytes);
  armed_ = End::kNone;
}

// As the armed fault wants it, or, when it has not come, in one of the usual ways.
void Simulation::EndProcess() {
  const bool came = FaultCame();
  follower_.Unsubscribe();
  process_.reset();
  may_snapshots_fail_ = false;
  files_.Revive();
  files_.FailAt(0);
  const End end = came || armed_ == End::kFullDisk ? armed_ : End::kNone;
  const bool is_power_cut = end == End::kPowerCut || (end != End::kDeath && random_.OneIn(2));
  if (is_power_cut) files_.Crash(random_.Next());
  counts_.power_cuts += is_power_cut;
  counts_.deaths += !is_power_cut;
  counts_.failed_changes += end == End::kIoError;
  if (end == End::kFullDisk) {
    ++counts_.full_disks;
    if (random_.OneIn(2)) return;  // The next start meets it, too.
    FreeDisk();
  }
  armed_ = End::kNone;
}

// --- What gets lost ---

void Simulation::LoseSomething() {
  files_.Load(files_.Save());  // The disk has had the time to write out what it held back.
  promised_snapshot_ = Sequence();
  switch (random_.Below(6)) {
    case 0:
      return LoseFeed();
    case 1:
      return DamageFeed();
    case 2:
      return LoseMark();
    case 3:
      return LeaveForeignSnapshot();
    default:
      return LoseSnapshot();
  }
}

void Simulation::Empty(const std::string& directory) {
  const auto names = files_.List(directory);
  if (!names.ok()) return;
  for (const std::string& name : *names)
    CHECK_OK(files_.Remove(absl::StrCat(directory, "/", name)));
  CHECK_OK(files_.SyncDirectory(directory));
}

// Changes one bit of a file.
void Simulation::Flip(const std::string& path) {
  const auto file = files_.Open(path, journal::Access::kRead);
  if (!file.ok()) return;
  const uint64_t size = (*file)->Size().value_or(0);
  if (size == 0) return;
  const uint64_t offset = random_.Below(size);
  char byte = 0;
  CHECK_OK((*file)->ReadAt(offset, &byte, 1));
  byte = static_cast<char>(byte ^ (1 << random_.Below(8)));
  files_.Damage(path, offset, {&byte, 1});
}

void Simulation::LoseSnapshot() {
  const SnapshotStore store(files_, where_.snapshots);
  const auto paths = store.List();
  if (!paths.ok() || paths->empty()) return;
  ++counts_.snapshots_lost;
  promised_snapshot_ = Sequence();
  if (random_.OneIn(4)) {
    has_foreign_snapshot_ = false;
    return Empty(where_.snapshots.directory);
  }
  Flip(paths->front());
}

// Of a sequence that this history has, and of a state or a place in the journal that it has not.
void Simulation::LeaveForeignSnapshot() {
  if (armed_ == End::kFullDisk || witness_.durable() == Sequence()) return;
  const Sequence sequence(1 + random_.Below(witness_.durable().value()));
  SnapshotStore store(files_, where_.snapshots);
  const std::string path = absl::StrCat(where_.snapshots.directory, "/",
                                        absl::Dec(sequence.value(), absl::kZeroPad20), ".snapshot");
  if (files_.Open(path, journal::Access::kRead).ok()) return;
  Replica other;
  Events events;
  while (other.engine().sequence() < sequence) {
    const Sequence next = other.engine().sequence().Next();
    other.Apply({next, Timestamp(static_cast<int64_t>(next.value()))}, Tick{}, events);
  }
  journal::Position position{sequence, {}};
  position.chain_hash.fill(7);
  ++counts_.snapshots_lost;
  has_foreign_snapshot_ = true;
  Accuse(store.Save(other, position, other.engine().now()).status());
}

void Simulation::LoseFeed() {
  ++counts_.feeds_lost;
  is_feed_damaged_ = false;
  promised_snapshot_ = Sequence();
  Empty(where_.feed.directory);
}

void Simulation::DamageFeed() {
  const auto names = files_.List(where_.feed.directory);
  if (!names.ok() || names->empty()) return;
  ++counts_.feeds_lost;
  is_feed_damaged_ = true;
  const std::string path = absl::StrCat(where_.feed.directory, "/", random_.Pick(*names));
  for (uint64_t flips = random_.Below(20); flips > 0; --flips) Flip(path);
}

// A mark that is damaged, or of long ago, protects less and harms nothing.
void Simulation::LoseMark() {
  const std::string path = absl::StrCat(where_.journal.directory, "/commit.mark");
  if (random_.OneIn(2)) {
    Flip(path);
  } else if (files_.Open(path, journal::Access::kRead).ok()) {
    CHECK_OK(files_.Remove(path));
    CHECK_OK(files_.SyncDirectory(where_.journal.directory));
  }
}

// --- What was gone through ---

void SimulationCounts::Add(const SimulationCounts& other) {
  WithFields(*this, [&](auto&... mine) {
    WithFields(other, [&](const auto&... theirs) { ((mine += theirs), ...); });
  });
}

std::string SimulationCounts::ToText() const {
  return absl::StrCat(
      "commands=", commands, " recoveries=", recoveries, " from_snapshots=", from_snapshots,
      " power_cuts=", power_cuts, " deaths=", deaths, " failed_changes=", failed_changes,
      " full_disks=", full_disks, " torn_tails=", torn_tails, " snapshots=", snapshots,
      " snapshots_lost=", snapshots_lost, " feeds_lost=", feeds_lost, " retries=", retries,
      " damages=", damages, " refused=", damages_refused, " beside=", damages_beside,
      " ahead=", damages_ahead, " unseen=", damages_unseen, " forked=", damages_forked);
}

}  // namespace rialto::engine
