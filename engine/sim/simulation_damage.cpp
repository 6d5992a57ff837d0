// Rot in a simulated journal: a start on it is tried, judged, and undone as by a backup.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "engine/journal/reader.h"
#include "engine/server/commit_mark.h"
#include "engine/sim/simulation.h"

namespace rialto::engine {
namespace {

constexpr uint64_t kSectorBytes = 512;

// Makes the range as narrow as what differs; empty when nothing does.
void Narrow(const std::string& before, const std::string& after, uint64_t& begin, uint64_t& end) {
  while (begin < end && before[begin] == after[begin]) ++begin;
  while (end > begin && before[end - 1] == after[end - 1]) --end;
}

}  // namespace

void Simulation::TryDamage() {
  if (armed_ == End::kFullDisk) return;
  const journal::FaultyFileSystem::Image image = files_.Save();
  files_.Load(image);  // The disk has had the time to write out what it held back.
  const std::vector<Extent> extents = FindExtents();
  if (extents.empty()) return;
  Damage damage = DamageJournal(extents);
  if (damage.begin == damage.end) return;
  ++counts_.damages;

  witness_.BeginTrial();
  process_ = std::make_unique<SimulationProcess>(files_, where_, witness_);
  const std::vector<SeenHistory> seen = AskDatabase();
  if (!seen.empty()) damage.database = seen.front().sequence;
  JudgeDamage(damage, extents, process_->pipeline.Recover(process_->snapshots, seen));
  follower_.Unsubscribe();
  process_.reset();
  witness_.EndTrial();
  files_.Load(image);
}

std::vector<Simulation::Extent> Simulation::FindExtents() {
  std::vector<Extent> extents;
  const auto reader = journal::Reader::Open(files_, where_.journal);
  if (absl::IsNotFound(reader.status())) return extents;
  CHECK_OK(reader);
  while (true) {
    const auto outcome = (*reader)->NextBatch();
    CHECK_OK(outcome);
    if (*outcome != journal::ReadOutcome::kBatch) return extents;
    const journal::OpenSegment& segment = *(*reader)->segment();
    const bool continues = !extents.empty() && extents.back().path == segment.path;
    extents.push_back({segment.path, continues ? extents.back().end : journal::kSegmentHeaderBytes,
                       segment.end_offset, (*reader)->position().sequence});
  }
}

Sequence Simulation::FeedEnd() {
  const auto reader = journal::Reader::Open(files_, where_.feed);
  if (!reader.ok()) return Sequence();
  while (true) {
    const auto outcome = (*reader)->NextBatch();
    if (!outcome.ok() || *outcome != journal::ReadOutcome::kBatch) break;
  }
  return (*reader)->position().sequence;
}

// Often the last batch, where rot is hardest to see.
Simulation::Damage Simulation::DamageJournal(const std::vector<Extent>& extents) {
  const Extent& aim = random_.OneIn(2) ? extents.back() : random_.Pick(extents);
  Damage damage{.path = aim.path, .feed = FeedEnd()};
  const auto mark = CommitMark(files_, where_.journal.directory).Read();
  if (mark.ok() && mark->has_value()) damage.mark = (*mark)->sequence;

  std::string bytes = files_.Save().at(aim.path);
  if (random_.OneIn(12)) {
    CHECK_OK(files_.Remove(aim.path));
    damage.is_file_gone = true;
    damage.end = bytes.size();
    return damage;
  }
  const std::string before = bytes;
  const bool is_anywhere = random_.OneIn(4);
  const uint64_t offset =
      is_anywhere ? random_.Below(bytes.size()) : aim.begin + random_.Below(aim.end - aim.begin);
  damage.begin = offset / kSectorBytes * kSectorBytes;
  damage.end = std::min<uint64_t>(damage.begin + kSectorBytes, bytes.size());
  switch (random_.Below(3)) {
    case 0:  // A bit.
      bytes[offset] = static_cast<char>(bytes[offset] ^ (1 << random_.Below(8)));
      break;
    case 1:  // A sector that reads as zeros.
      std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(damage.begin),
                bytes.begin() + static_cast<std::ptrdiff_t>(damage.end), '\0');
      break;
    default:  // A sector of something else.
      for (uint64_t i = damage.begin; i < damage.end; ++i) {
        bytes[i] = static_cast<char>(random_.Next());
      }
  }
  Narrow(before, bytes, damage.begin, damage.end);
  files_.Damage(aim.path, damage.begin,
                std::string_view(bytes).substr(damage.begin, damage.end - damage.begin));
  return damage;
}

void Simulation::JudgeDamage(const Damage& damage, const std::vector<Extent>& extents,
                             const absl::Status& started) {
  const Extent& last = extents.back();
  const bool is_behind_all =
      !damage.is_file_gone && damage.path == last.path && damage.begin >= last.end;
  if (!started.ok()) {
    ++counts_.damages_refused;
    if (is_behind_all || (!absl::IsDataLoss(started) && !absl::IsOutOfRange(started))) {
      witness_.Accuse(absl::StrCat("damage at ", damage.begin, " of ", damage.path,
                                   ", batches end at ", last.end, " of ", last.path,
                                   ": the start says ", started.ToString()));
    }
    return;
  }
  const Sequence end = witness_.trial_end();
  if (end < witness_.durable()) return JudgeLoss(damage, extents);
  ++counts_.damages_beside;
  for (const Extent& extent : extents) {
    const bool is_header_hit =
        extent.path == damage.path && damage.begin < journal::kSegmentHeaderBytes;
    const bool was_read = witness_.trial_first() != Sequence() &&
                          extent.last >= witness_.trial_first() && extent.last <= end;
    if ((is_header_hit || IsHit(damage, extent)) && was_read) {
      witness_.Accuse(absl::StrCat("damage at ", damage.begin, " of ", damage.path,
                                   " was read and taken for good"));
    }
  }
}

bool Simulation::IsHit(const Damage& damage, const Extent& extent) {
  if (extent.path != damage.path) return false;
  return damage.is_file_gone || (damage.begin < extent.end && extent.begin < damage.end);
}

// Last batches in one rotten sector look like one that was never finished. Nothing on the disk may
// have known better; a follower may.
void Simulation::JudgeLoss(const Damage& damage, const std::vector<Extent>& extents) {
  const Sequence end = witness_.trial_end();
  size_t lost = 0;
  bool all_hit = true;
  for (const Extent& extent : extents) {
    if (extent.last <= end) continue;
    ++lost;
    all_hit = all_hit && IsHit(damage, extent);
  }
  if (!all_hit || std::max({damage.mark, damage.feed, damage.database}) > end) {
    witness_.Accuse(absl::StrCat("the journal has lost what was durable, ", lost,
                                 " batches behind ", end.value(), " (mark ", damage.mark.value(),
                                 ", feed ", damage.feed.value(), ", database ",
                                 damage.database.value(), "), and the engine starts"));
    return;
  }
  const absl::Status subscribed = follower_.Subscribe(process_->feed, process_->pipeline.replica());
  if (!subscribed.ok()) {
    ++counts_.damages_ahead;
  } else {
    ++(follower_.position() > end ? counts_.damages_forked : counts_.damages_unseen);
  }
}

}  // namespace rialto::engine
