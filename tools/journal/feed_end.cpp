#include "tools/journal/feed_end.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "engine/codec/record_codec.h"
#include "engine/journal/reader.h"

namespace rialto::journal_tool {
namespace {

using journal::Reader;
using journal::ReadOutcome;

// As the engine lays them out.
std::string FeedBeside(const std::string& directory) {
  const std::string name = NameOfDirectory(directory);
  if (name == "." || name == "..") return absl::StrCat(directory, "/../feed");
  return absl::StrCat(directory.substr(0, directory.rfind(name)), "feed");
}

// The last segment with a header that can be read tells of all before it, however damaged: what is
// in the feed is in the order in which it was written.
absl::StatusOr<Sequence> LastWhole(journal::FileSystem& files, const OpenedJournal& feed) {
  for (auto segment = feed.segments.rbegin(); segment != feed.segments.rend(); ++segment) {
    ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                     Reader::Open(files, feed.options, segment->first));
    ReadOutcome outcome = ReadOutcome::kBatch;
    while (outcome == ReadOutcome::kBatch) {
      ASSIGN_OR_RETURN(outcome, reader->NextBatch());
    }
    if (reader->segment().has_value()) return reader->position().sequence;
  }
  return absl::FailedPreconditionError(
      absl::StrCat(feed.options.directory, ": every header is damaged"));
}

absl::StatusOr<Sequence> AskFeed(journal::FileSystem& files, const std::string& directory,
                                 const OpenedJournal& opened) {
  const absl::StatusOr<OpenedJournal> feed = OpenJournal(files, {.directory = directory});
  if (absl::IsNotFound(feed.status())) {
    return absl::NotFoundError(absl::StrCat("there is no feed in ", directory));
  }
  RETURN_IF_ERROR(feed.status());
  if (feed->options.content != engine::kFeedContent ||
      feed->options.venue_id != opened.options.venue_id) {
    return absl::FailedPreconditionError(absl::StrCat(
        directory, " holds no feed of venue ", opened.options.venue_id, " that can be read"));
  }
  return LastWhole(files, *feed);
}

}  // namespace

absl::StatusOr<FeedEnd> FindFeedEnd(journal::FileSystem& files, const Place& place,
                                    const OpenedJournal& opened) {
  const bool is_named = !place.feed_directory.empty();
  FeedEnd end{.directory = is_named ? place.feed_directory : FeedBeside(place.directory)};
  const absl::StatusOr<Sequence> last = AskFeed(files, end.directory, opened);
  if (last.ok()) {
    end.last = *last;
    return end;
  }
  if (is_named) return last.status();
  end.why_not = std::string(last.status().message());
  return end;
}

}  // namespace rialto::journal_tool
