// Options of one journal directory, and the errors they can have.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "engine/journal/format.h"

namespace rialto::journal {

enum class SyncPolicy {
  kEveryBatch,  // Sync() returns when the batch is on the device: the command journal.
  kNever,       // Sync() returns when the kernel has the batch: derived files, refilled by replay.
};

inline constexpr uint64_t kBallastBytes = 256ull << 20;

struct Options {
  std::string directory;
  // Where Archive() puts sealed segments; directory and archive are one history. Empty: none.
  std::string archive_directory;
  // Size of every segment file, a multiple of 4 KiB. A batch never spans two segments, and recovery
  // holds one whole segment in memory.
  uint64_t segment_bytes = 64ull << 20;
  // Largest payload of one record.
  uint32_t record_bytes_max = 1u << 20;
  // Whose history this is; files of another venue are refused.
  uint32_t venue_id = 1;
  // What the payloads are, a number of the caller's choice; files with another content are refused,
  // so that a command journal is never taken for a feed.
  uint32_t content = 0;
  // Rule set of the engine that writes; recorded in each segment, not judged here.
  uint32_t engine_version = 1;
  // Term of the writer; never lower than the last one in the files.
  uint32_t epoch = 0;
  SyncPolicy sync = SyncPolicy::kEveryBatch;
  // Of batches from now on; each says of itself what its hash covers.
  ChainCover chain_cover = ChainCover::kBytes;
  // Zero-filled segments kept ready by a background thread; 0 means no thread: the writer fills
  // each segment itself when it needs it.
  uint32_t spare_segments = 2;
  // Size of the ballast file that the same thread makes once, for an operator to delete when the
  // disk is full; 0 means none. kBallastBytes for a journal that is alone on its disk.
  uint64_t ballast_bytes = 0;
};

// InvalidArgument that names the option and its bound.
absl::Status Validate(const Options& options);

}  // namespace rialto::journal
