#include "tools/journal/inspection.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "engine/codec/record_codec.h"
#include "engine/journal/mark.h"
#include "engine/journal/recovery.h"
#include "tools/journal/record_text.h"
#include "tools/journal/second_look.h"
#include "tools/journal/text.h"

namespace rialto::journal_tool {
namespace {

using journal::Reader;
using journal::ReadOutcome;

class Inspector {
 public:
  Inspector(journal::FileSystem& files, const Place& place) : files_(files) {
    inspection_.place = place;
  }

  absl::StatusOr<Inspection> Run(absl::FunctionRef<void(uint64_t bytes_done)> progress) {
    ASSIGN_OR_RETURN(opened_, OpenJournal(files_, inspection_.place));
    inspection_.venue_id = opened_.options.venue_id;
    inspection_.content = opened_.options.content;
    inspection_.segments = opened_.segments.size();
    for (const journal::SegmentFile& segment : opened_.segments) {
      if (segment.place == journal::SegmentPlace::kArchive) ++inspection_.segments_archived;
    }
    inspection_.bytes = opened_.bytes;
    // Before the files, which are never behind them.
    ASSIGN_OR_RETURN(inspection_.mark, journal::ReadMark(files_, inspection_.place.directory));
    if (inspection_.content == engine::kJournalContent) {
      ASSIGN_OR_RETURN(inspection_.feed, FindFeedEnd(files_, inspection_.place, opened_));
    }
    ASSIGN_OR_RETURN(ReadOutcome outcome, ReadFrom(Sequence(1), progress));
    for (SecondLook look; look.IsWanted(*reader_, outcome);) {
      const Sequence last = inspection_.last.sequence;
      ASSIGN_OR_RETURN(outcome, ReadFrom(last.Next(), progress));
      if (inspection_.last.sequence > last) inspection_.grew = true;
    }
    if (outcome != ReadOutcome::kEnd) inspection_.damage = reader_->damage();
    if (outcome == ReadOutcome::kCorrupt) SetDoubtful();
    if (outcome == ReadOutcome::kTornTail) inspection_.verdict = Verdict::kTornTail;
    RETURN_IF_ERROR(CompareWithMark());
    CompareWithFeed();
    if (outcome == ReadOutcome::kCorrupt) inspection_.verdict = Verdict::kCorrupt;
    return std::move(inspection_);
  }

 private:
  absl::StatusOr<ReadOutcome> ReadFrom(Sequence from,
                                       absl::FunctionRef<void(uint64_t bytes_done)> progress) {
    ASSIGN_OR_RETURN(reader_, Reader::Open(files_, opened_.options, from));
    uint64_t bytes_before = 0;  // Of the segments before the present one.
    std::string path;
    for (;;) {
      ASSIGN_OR_RETURN(const ReadOutcome outcome, reader_->NextBatch());
      if (outcome != ReadOutcome::kBatch) return outcome;
      const journal::OpenSegment& segment = *reader_->segment();
      if (path != segment.path && !path.empty()) bytes_before += segment.header.segment_bytes;
      path = segment.path;
      Take(*reader_, segment);
      if (from == Sequence(1)) progress(bytes_before + segment.end_offset);
    }
  }

  absl::Status CompareWithMark() {
    const std::optional<journal::Position>& mark = inspection_.mark;
    if (!mark.has_value() || mark->sequence == Sequence(0)) return absl::OkStatus();
    if (mark->sequence > inspection_.last.sequence) {
      inspection_.missing =
          absl::StrCat("the journal ends at sequence ", inspection_.last.sequence.value(),
                       ", it was durable up to ", mark->sequence.value(), " (", journal::kMarkName,
                       "): acknowledged records are missing");
    } else {
      const absl::StatusOr<journal::Digest> digest =
          journal::ChainHashAt(files_, opened_.options, mark->sequence);
      if (digest.ok() && *digest == mark->chain_hash) return absl::OkStatus();
      if (!digest.ok() && !absl::IsFailedPrecondition(digest.status())) return digest.status();
      inspection_.missing = absl::StrCat("the history at sequence ", mark->sequence.value(),
                                         " is not the one of ", journal::kMarkName);
    }
    inspection_.verdict = Verdict::kMissing;
    return absl::OkStatus();
  }

  // Only how far it goes: its hashes are its own.
  void CompareWithFeed() {
    const FeedEnd& feed = inspection_.feed;
    if (!inspection_.missing.empty() || !feed.last.has_value()) return;
    if (*feed.last <= inspection_.last.sequence) return;
    inspection_.missing = absl::StrCat(
        "the journal ends at sequence ", inspection_.last.sequence.value(), ", the feed in ",
        feed.directory, " holds up to ", feed.last->value(), ": acknowledged records are missing");
    inspection_.verdict = Verdict::kMissing;
  }

  void Take(const Reader& reader, const journal::OpenSegment& segment) {
    const journal::Record& first = reader.records().front();
    if (inspection_.batches == 0) {
      inspection_.first = first.sequence;
      inspection_.first_time = first.timestamp;
      inspection_.epoch_first = reader.epoch();
      inspection_.engine_version_first = segment.header.engine_version;
    }
    inspection_.batches += 1;
    inspection_.records += reader.records().size();
    inspection_.last = reader.position();
    inspection_.last_time = reader.timestamp();
    inspection_.epoch_last = reader.epoch();
    inspection_.engine_version_last = segment.header.engine_version;
    for (const journal::Record& record : reader.records()) {
      const absl::Status understood = Check(inspection_.content, record);
      if (understood.ok()) continue;
      if (inspection_.strange_records++ > 0) continue;
      inspection_.strange =
          absl::StrCat("sequence ", record.sequence.value(), ": ", understood.message());
    }
  }

  // The next segment whose name says where it begins bounds what the damage touches.
  void SetDoubtful() {
    for (const journal::SegmentFile& segment : reader_->segments_behind()) {
      if (segment.first <= inspection_.damage.expected) continue;
      inspection_.doubtful_last = Sequence(segment.first.value() - 1);
      return;
    }
  }

  journal::FileSystem& files_;
  OpenedJournal opened_;
  std::unique_ptr<Reader> reader_;  // Of the last look.
  Inspection inspection_;
};

std::string Range(uint64_t first, uint64_t last) {
  return first == last ? absl::StrCat(first) : absl::StrCat(first, " to ", last);
}

std::string Doubtful(const Inspection& inspection) {
  const uint64_t first = inspection.damage.expected.value();
  const uint64_t last = inspection.doubtful_last.value();
  return last == 0 ? absl::StrCat(first, " to the end") : Range(first, last);
}

const char* NameOfVerdict(Verdict verdict) {
  switch (verdict) {
    case Verdict::kClean:
      return "clean";
    case Verdict::kTornTail:
      return "torn tail";
    case Verdict::kMissing:
      return "history missing";
    case Verdict::kCorrupt:
      break;
  }
  return "corrupt";
}

std::string FeedRow(const Inspection& inspection) {
  const FeedEnd& feed = inspection.feed;
  if (feed.last.has_value()) {
    return absl::StrCat("feed                sequence ", feed.last->value(), " in ", feed.directory,
                        "\n");
  }
  return feed.why_not.empty() ? "" : absl::StrCat("feed                ", feed.why_not, "\n");
}

std::string DamageRows(const Inspection& inspection) {
  std::string rows;
  const journal::Damage& damage = inspection.damage;
  if (inspection.verdict == Verdict::kTornTail) {
    absl::StrAppend(&rows, "torn tail           ", damage.dropped_bytes, " bytes behind sequence ",
                    inspection.last.sequence.value(),
                    " of a write that did not finish; the engine cuts them off\n"
                    "                    ",
                    Witnesses(inspection), "\n                    ", damage.ToString(), "\n");
  }
  if (inspection.verdict == Verdict::kCorrupt) {
    absl::StrAppend(&rows, "corrupt             ", damage.ToString(),
                    "\nin doubt            sequences ", Doubtful(inspection), "\n");
  }
  if (!inspection.missing.empty()) {
    absl::StrAppend(&rows, "missing             ", inspection.missing, "\n");
    if (!damage.path.empty()) {
      absl::StrAppend(&rows, "                    ", damage.ToString(), "\n");
    }
  }
  if (inspection.strange_records > 0) {
    absl::StrAppend(&rows, "not understood      ", inspection.strange_records, " records, first ",
                    inspection.strange, "\n");
  }
  return rows;
}

}  // namespace

int Inspection::exit_code() const {
  if (verdict == Verdict::kCorrupt || strange_records > 0) return kExitCorrupt;
  if (verdict == Verdict::kMissing) return kExitMissing;
  return verdict == Verdict::kTornTail ? kExitTornTail : kExitClean;
}

std::string Witnesses(const Inspection& inspection) {
  if (inspection.content == engine::kFeedContent) return "what the feed lacks comes by replay";
  const FeedEnd& feed = inspection.feed;
  std::vector<std::string> asked;
  if (inspection.mark.has_value()) {
    asked.push_back(absl::StrCat(journal::kMarkName, " (up to sequence ",
                                 inspection.mark->sequence.value(), ")"));
  }
  if (feed.last.has_value()) {
    asked.push_back(
        absl::StrCat("the feed in ", feed.directory, " (up to ", feed.last->value(), ")"));
  }
  const std::string know = asked.size() == 1 ? " knows" : " know";
  if (feed.last.has_value())
    return absl::StrCat(absl::StrJoin(asked, " and "), know, " of no more");
  if (asked.empty()) {
    return absl::StrCat("nobody was asked whether it was acknowledged: there is no ",
                        journal::kMarkName, ", and ", feed.why_not);
  }
  return absl::StrCat("nobody but ", asked.front(),
                      " was asked whether it was acknowledged: ", feed.why_not);
}

absl::StatusOr<Inspection> Inspect(journal::FileSystem& files, const Place& place,
                                   absl::FunctionRef<void(uint64_t bytes_done)> progress) {
  return Inspector(files, place).Run(progress);
}

std::string ToTable(const Inspection& inspection) {
  const auto at = [](Sequence sequence, Timestamp time) {
    return sequence == Sequence(0)
               ? std::string("none")
               : absl::StrCat("sequence ", sequence.value(), " at ", FormatTime(time));
  };
  std::string segments = absl::StrCat(inspection.segments, ", ", FormatBytes(inspection.bytes));
  if (inspection.segments_archived > 0) {
    absl::StrAppend(&segments, ", ", inspection.segments_archived, " of them archived");
  }
  std::string verdict = NameOfVerdict(inspection.verdict);
  if (inspection.verdict == Verdict::kClean && inspection.strange_records > 0) {
    verdict = "of another engine";
  }
  return absl::StrCat(
      "directory           ", inspection.place.directory, "\n",  //
      "content             ", NameOf(inspection.content), " of venue ", inspection.venue_id, "\n",
      "segments            ", segments, "\n",  //
      "batches             ", inspection.batches, "\n", "records             ", inspection.records,
      "\n", "first               ", at(inspection.first, inspection.first_time), "\n",
      "last                ", at(inspection.last.sequence, inspection.last_time), "\n",
      "epochs              ", Range(inspection.epoch_first, inspection.epoch_last), "\n",
      "engine rules        ",
      Range(inspection.engine_version_first, inspection.engine_version_last), "\n",
      "chain hash          ", FormatHash(inspection.last.chain_hash), "\n",
      inspection.mark.has_value()
          ? absl::StrCat("durable for certain ", "sequence ", inspection.mark->sequence.value(),
                         " (", journal::kMarkName, ")\n")
          : "",
      FeedRow(inspection), inspection.grew ? "being written       yes: an engine runs on it\n" : "",
      DamageRows(inspection), "verdict             ", verdict, "\n");
}

std::string ToJson(const Inspection& inspection) {
  const journal::Damage& damage = inspection.damage;
  std::string json = absl::StrCat(
      "{\"directory\": ", JsonString(inspection.place.directory),
      ", \"content\": ", JsonString(NameOf(inspection.content)),
      ", \"venue_id\": ", inspection.venue_id, ", \"segments\": ", inspection.segments,
      ", \"segments_archived\": ", inspection.segments_archived, ", \"bytes\": ", inspection.bytes,
      ", \"batches\": ", inspection.batches, ", \"records\": ", inspection.records,
      ", \"first_sequence\": ", inspection.first.value(), ", \"first_time\": \"",
      FormatTime(inspection.first_time),
      "\", \"last_sequence\": ", inspection.last.sequence.value(), ", \"last_time\": \"",
      FormatTime(inspection.last_time), "\"");
  absl::StrAppend(&json, ", \"epoch_first\": ", inspection.epoch_first,
                  ", \"epoch_last\": ", inspection.epoch_last,
                  ", \"engine_version_first\": ", inspection.engine_version_first,
                  ", \"engine_version_last\": ", inspection.engine_version_last,
                  ", \"chain_hash\": \"", FormatHash(inspection.last.chain_hash), "\"",
                  ", \"grew\": ", inspection.grew ? "true" : "false",
                  ", \"strange_records\": ", inspection.strange_records);
  if (inspection.strange_records > 0) {
    absl::StrAppend(&json, ", \"strange\": ", JsonString(inspection.strange));
  }
  absl::StrAppend(&json, ", \"verdict\": ", JsonString(NameOfVerdict(inspection.verdict)));
  if (inspection.mark.has_value()) {
    absl::StrAppend(&json, ", \"mark_sequence\": ", inspection.mark->sequence.value());
  }
  if (inspection.feed.last.has_value()) {
    absl::StrAppend(&json, ", \"feed_directory\": ", JsonString(inspection.feed.directory),
                    ", \"feed_sequence\": ", inspection.feed.last->value());
  }
  if (!inspection.missing.empty()) {
    absl::StrAppend(&json, ", \"missing\": ", JsonString(inspection.missing));
  }
  if (!damage.path.empty()) {
    absl::StrAppend(&json, ", \"damage\": {\"path\": ", JsonString(damage.path),
                    ", \"offset\": ", damage.offset,
                    ", \"expected_sequence\": ", damage.expected.value(),
                    ", \"doubtful_last_sequence\": ", inspection.doubtful_last.value(),
                    ", \"dropped_bytes\": ", damage.dropped_bytes,
                    ", \"reason\": ", JsonString(damage.reason), "}");
  }
  return absl::StrCat(json, "}\n");
}

}  // namespace rialto::journal_tool
