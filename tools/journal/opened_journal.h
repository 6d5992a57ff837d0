// A journal directory as its files describe themselves: whose, of what, how large.
//
// For reading only: takes no lock and writes nothing, so that an engine may be writing.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/journal/file_system.h"
#include "engine/journal/options.h"
#include "engine/journal/segment.h"

namespace rialto::journal_tool {

struct OpenedJournal {
  journal::Options options;
  std::vector<journal::SegmentFile> segments;
  uint64_t bytes = 0;  // Of all segment files.
};

// Where a journal is said to be.
struct Place {
  std::string directory;
  std::string archive_directory;  // Empty: none.
  std::string feed_directory;  // Made from it. Empty: the folder `feed` beside it, if it is there.
};

// The last part of a path.
std::string NameOfDirectory(const std::string& directory);

// Takes the options from the newest segment whose header can be read. NotFound when there is no
// segment, with a hint when there are some one folder deeper.
absl::StatusOr<OpenedJournal> OpenJournal(journal::FileSystem& files, const Place& place);

}  // namespace rialto::journal_tool
