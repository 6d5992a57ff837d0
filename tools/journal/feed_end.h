// End of the feed of a journal: a witness. What the feed holds was durable in the journal before.
//
// A last batch that has rotted looks like one that was never finished; `commit.mark`, up to 100 ms
// behind, may not know it, and the feed does.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "engine/journal/file_system.h"
#include "tools/journal/opened_journal.h"

namespace rialto::journal_tool {

struct FeedEnd {
  std::string directory;
  std::optional<Sequence> last;  // Of its last whole batch; nothing: it could not be asked.
  std::string why_not;           // Could not be asked: "there is no feed in var/feed".
};

// Asks `place.feed_directory`, or without one the folder `feed` beside the journal: that one need
// not be there. Call it before the journal is read, which is never behind its feed.
//   NOT_FOUND            there is no feed in `place.feed_directory`
//   FAILED_PRECONDITION  it holds something else, or the feed of another venue
absl::StatusOr<FeedEnd> FindFeedEnd(journal::FileSystem& files, const Place& place,
                                    const OpenedJournal& opened);

}  // namespace rialto::journal_tool
