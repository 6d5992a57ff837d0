// Archive: sealed segments out of the journal's directory, into one that need not be fast.
//
// Directory and archive together are one history for Reader, Recover and Cursor, so segments may
// move while cursors read them. On one file system a segment is renamed; else it is copied under a
// temporary name, synced, read back from the device and compared, renamed, and only then removed.
// At every moment each segment is whole under its name in at least one of the two, also after a
// power loss; a call that was cut short is finished by the next.
#pragma once

#include "absl/status/statusor.h"
#include "common/base/ids.h"
#include "engine/journal/file_system.h"
#include "engine/journal/options.h"

namespace rialto::journal {

// Moves every segment in options.directory all of whose sequences are before `below`; never the
// last segment of the history. Returns how many have moved. Does nothing without
// Options::archive_directory.
//
// Thread: any one, also while a Writer of the same process writes. REQUIRES: this process holds the
// directory's lock, or nobody writes. Errors: DATA_LOSS when the archive has another segment of
// that name, or a copy does not read back as written; else the file system's.
absl::StatusOr<int> Archive(FileSystem& files, const Options& options, Sequence below);

// "<segment name>.tmp": a copy that is not finished.
inline constexpr const char* kUnfinishedSuffix = ".tmp";

}  // namespace rialto::journal
