// Inspection of a whole journal: what there is, and whether all of it can be trusted.
//
// Reads everything once. An engine may be writing meanwhile: what looks torn, or corrupt in the
// last segment, is looked at again, and is so only when it stays so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "engine/journal/file_system.h"
#include "engine/journal/reader.h"
#include "tools/journal/feed_end.h"
#include "tools/journal/opened_journal.h"

namespace rialto::journal_tool {

enum class Verdict {
  kClean,
  kTornTail,  // The last write did not finish. Harmless: nobody who was asked knows of it.
  kMissing,   // The mark beside the files or the feed knows of more, or of another history.
  kCorrupt,
};

// Exit statuses of every subcommand; 71 and 72 are the engine's own for the same findings.
inline constexpr int kExitClean = 0;
inline constexpr int kExitTornTail = 1;
inline constexpr int kExitFailed = 2;
inline constexpr int kExitCorrupt = 71;
inline constexpr int kExitMissing = 72;

struct Inspection {
  Place place;
  uint32_t venue_id = 0;
  uint32_t content = 0;
  uint64_t segments = 0;
  uint64_t segments_archived = 0;
  uint64_t bytes = 0;
  uint64_t batches = 0;
  uint64_t records = 0;
  Sequence first;  // 0: no record.
  Timestamp first_time;
  journal::Position last;
  Timestamp last_time;
  uint32_t epoch_first = 0;
  uint32_t epoch_last = 0;
  uint32_t engine_version_first = 0;
  uint32_t engine_version_last = 0;
  bool grew = false;  // Somebody wrote while this read.

  Verdict verdict = Verdict::kClean;
  journal::Damage damage;  // Of what is torn or corrupt; its path is empty when nothing is.
  // Up to where the writer has noted that everything was durable, and the feed of a command
  // journal; and what they know that is not there.
  std::optional<journal::Position> mark;
  FeedEnd feed;
  std::string missing;
  // Corrupt: sequences from damage.expected to this one are in doubt; 0: to the end.
  Sequence doubtful_last;
  // Records whose bytes are right and which this program does not understand; the first of them.
  uint64_t strange_records = 0;
  std::string strange;

  int exit_code() const;
};

// Who was asked whether what looks torn was acknowledged, and who was not; one sentence.
std::string Witnesses(const Inspection& inspection);

// `progress` hears how many bytes of the segment files are done.
absl::StatusOr<Inspection> Inspect(journal::FileSystem& files, const Place& place,
                                   absl::FunctionRef<void(uint64_t bytes_done)> progress);

std::string ToTable(const Inspection& inspection);
std::string ToJson(const Inspection& inspection);

}  // namespace rialto::journal_tool
