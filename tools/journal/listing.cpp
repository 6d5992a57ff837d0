#include "tools/journal/listing.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "engine/journal/reader.h"
#include "tools/journal/batch_follower.h"
#include "tools/journal/inspection.h"
#include "tools/journal/record_text.h"
#include "tools/journal/second_look.h"
#include "tools/journal/text.h"

namespace rialto::journal_tool {
namespace {

using journal::Reader;
using journal::ReadOutcome;

std::string Lines(uint32_t content, const journal::Record& record, Form form) {
  if (form == Form::kJson) return ToJsonLine(content, record) + "\n";
  std::string lines = ToLine(content, record) + "\n";
  if (form == Form::kTextWithBytes) absl::StrAppend(&lines, HexDump(record.payload, "    "));
  return lines;
}

ListingEnd EndOf(const Reader& reader, ReadOutcome outcome) {
  if (outcome == ReadOutcome::kTornTail) {
    return {kExitTornTail,
            absl::StrCat("torn tail, or a write in flight: ", reader.damage().ToString())};
  }
  if (outcome == ReadOutcome::kCorrupt) {
    return {kExitCorrupt, absl::StrCat("the journal is corrupt: ", reader.damage().ToString())};
  }
  return {};
}

// Prints up to `to`; nothing when `print` said that it is enough.
absl::StatusOr<std::optional<ReadOutcome>> PrintBatches(Reader& reader, uint32_t content,
                                                        const ListingRequest& request,
                                                        Print print) {
  for (;;) {
    ASSIGN_OR_RETURN(const ReadOutcome outcome, reader.NextBatch());
    if (outcome != ReadOutcome::kBatch) return outcome;
    for (const journal::Record& record : reader.records()) {
      if (record.last() < request.from) continue;
      if (record.sequence > request.to) return std::nullopt;
      if (!print(Lines(content, record, request.form))) return std::nullopt;
    }
  }
}

// How a range was printed, and the reader behind its last batch. No outcome: it ended before.
struct Printed {
  std::unique_ptr<Reader> reader;
  std::optional<ReadOutcome> outcome;
};

absl::StatusOr<Printed> PrintRange(journal::FileSystem& files, const OpenedJournal& opened,
                                   const ListingRequest& request, Print print) {
  Printed printed;
  Sequence from = std::max(request.from, Sequence(1));
  for (SecondLook look;;) {
    ASSIGN_OR_RETURN(printed.reader, Reader::Open(files, opened.options, from));
    ASSIGN_OR_RETURN(printed.outcome,
                     PrintBatches(*printed.reader, opened.options.content, request, print));
    if (!printed.outcome.has_value()) return printed;
    if (!look.IsWanted(*printed.reader, *printed.outcome)) return printed;
    from = std::max(from, printed.reader->position().sequence.Next());
  }
}

absl::StatusOr<Sequence> LastSequence(journal::FileSystem& files, const OpenedJournal& opened) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                   Reader::Open(files, opened.options, Sequence(UINT64_MAX)));
  RETURN_IF_ERROR(reader->NextBatch().status());
  return reader->position().sequence;
}

}  // namespace

absl::StatusOr<ListingEnd> Dump(journal::FileSystem& files, const ListingRequest& request,
                                Print print) {
  ASSIGN_OR_RETURN(const OpenedJournal opened, OpenJournal(files, request.place));
  ASSIGN_OR_RETURN(const Printed printed, PrintRange(files, opened, request, print));
  return printed.outcome.has_value() ? EndOf(*printed.reader, *printed.outcome) : ListingEnd{};
}

absl::StatusOr<ListingEnd> Tail(journal::FileSystem& files, const TailRequest& request,
                                Print print) {
  return Follow(files, request, print, [] { return false; });
}

absl::StatusOr<ListingEnd> Follow(journal::FileSystem& files, const TailRequest& request,
                                  Print print, absl::FunctionRef<bool()> pause) {
  ASSIGN_OR_RETURN(const OpenedJournal opened, OpenJournal(files, request.place));
  ASSIGN_OR_RETURN(const Sequence last, LastSequence(files, opened));
  const uint64_t before = last.value() - std::min(last.value(), request.sequences);
  const ListingRequest range{
      .place = request.place, .from = Sequence(before + 1), .form = request.form};
  const uint32_t content = opened.options.content;
  ASSIGN_OR_RETURN(const Printed printed, PrintRange(files, opened, range, print));
  if (!printed.outcome.has_value()) return ListingEnd{};
  BatchFollower follower(files, opened.options, *printed.reader);
  bool followed = false;
  while (*printed.outcome != ReadOutcome::kCorrupt && pause()) {
    for (;;) {
      ASSIGN_OR_RETURN(const bool has_batch, follower.Next());
      if (!has_batch) break;
      followed = true;
      for (const journal::Record& record : follower.records()) {
        if (!print(Lines(content, record, request.form))) return ListingEnd{};
      }
    }
  }
  return followed ? ListingEnd{} : EndOf(*printed.reader, *printed.outcome);
}

}  // namespace rialto::journal_tool
