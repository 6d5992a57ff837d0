#include "engine/server/snapshot_store.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "common/base/crc32c.h"
#include "common/base/status_macros.h"
#include "engine/journal/chain.h"

namespace rialto::engine {
namespace {

constexpr char kSuffix[] = ".snapshot";
constexpr char kUnfinishedSuffix[] = ".snapshot.tmp";
constexpr size_t kDigits = 20;
constexpr size_t kChunkBytes = 1 << 20;

// The first bytes of a file; docs/formats/snapshot.md.
struct FileHeader {
  uint64_t magic = 0x504e534f544c4152;  // "RALTOSNP"
  uint32_t format_version = 3;
  uint32_t venue_id = 0;
  uint64_t sequence = 0;
  int64_t timestamp_ns = 0;
  journal::Digest chain_hash{};
  StateHash state_hash{};
  uint64_t body_bytes = 0;
  journal::Digest body_hash{};
  uint32_t engine_version = 0;
  uint32_t crc32c = 0;  // Of the bytes before.
};
static_assert(sizeof(FileHeader) == 128);

uint32_t Checksum(const FileHeader& header) {
  return Crc32c({reinterpret_cast<const char*>(&header), offsetof(FileHeader, crc32c)});
}

absl::Status Damaged(const std::string& path, const char* what) {
  return absl::DataLossError(absl::StrCat("snapshot ", path, ": ", what));
}

// SHA-256 of the body: chunk by chunk, each chained to the one before.
class BodyHash {
 public:
  void Add(std::string_view chunk) {
    digest_ = chain_.Next(digest_, chunk, journal::ChainCover::kBytes);
  }
  const journal::Digest& digest() const { return digest_; }

 private:
  journal::Chain chain_;
  journal::Digest digest_{};
};

absl::StatusOr<FileHeader> ReadHeader(journal::File& file, const SnapshotOptions& options,
                                      const std::string& path) {
  FileHeader header;
  ASSIGN_OR_RETURN(const size_t count,
                   file.ReadAt(0, reinterpret_cast<char*>(&header), sizeof header));
  if (count != sizeof header || header.magic != FileHeader().magic) {
    return Damaged(path, "is no snapshot");
  }
  if (header.format_version != FileHeader().format_version) {
    return absl::FailedPreconditionError(absl::StrCat(
        "snapshot ", path, " has format ", header.format_version, ", not known to this engine"));
  }
  if (header.crc32c != Checksum(header)) return Damaged(path, "its header is damaged");
  if (header.venue_id != options.venue_id) {
    return absl::FailedPreconditionError(absl::StrCat("snapshot ", path, " is of venue ",
                                                      header.venue_id, ", not ", options.venue_id));
  }
  if (header.engine_version > options.engine_version) {
    return absl::FailedPreconditionError(absl::StrCat("snapshot ", path, " is of engine version ",
                                                      header.engine_version, ", this one is ",
                                                      options.engine_version));
  }
  ASSIGN_OR_RETURN(const uint64_t size, file.Size());
  if (size != sizeof header + header.body_bytes) return Damaged(path, "has not its size");
  return header;
}

// Hands the body to `visit(chunk)`, in pieces of kChunkBytes.
template <typename Visit>
absl::Status ForEachChunk(journal::File& file, uint64_t body_bytes, Visit visit) {
  std::string chunk(kChunkBytes, '\0');
  for (uint64_t offset = 0; offset < body_bytes;) {
    const size_t size = std::min<uint64_t>(kChunkBytes, body_bytes - offset);
    ASSIGN_OR_RETURN(const size_t count,
                     file.ReadAt(sizeof(FileHeader) + offset, chunk.data(), size));
    if (count != size) return absl::DataLossError("snapshot ends early");
    visit(std::string_view(chunk).substr(0, size));
    offset += size;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Validate(const SnapshotOptions& options) {
  if (options.kept < 3) return absl::InvalidArgumentError("snapshots kept: at least 3");
  if (options.every_commands == 0) {
    return absl::InvalidArgumentError("commands between snapshots: at least 1");
  }
  if (options.every_seconds < 1) {
    return absl::InvalidArgumentError("seconds between snapshots: at least 1");
  }
  return absl::OkStatus();
}

SnapshotStore::SnapshotStore(journal::FileSystem& files, SnapshotOptions options)
    : files_(files), options_(std::move(options)) {}

absl::StatusOr<std::vector<std::string>> SnapshotStore::List() const {
  std::vector<std::string> paths;
  if (options_.directory.empty()) return paths;
  const absl::StatusOr<std::vector<std::string>> names = files_.List(options_.directory);
  if (absl::IsNotFound(names.status())) return paths;
  RETURN_IF_ERROR(names.status());
  for (const std::string& name : *names) {
    if (name.size() == kDigits + sizeof kSuffix - 1 && absl::EndsWith(name, kSuffix)) {
      paths.push_back(options_.directory + "/" + name);
    }
  }
  std::sort(paths.rbegin(), paths.rend());  // Fixed width: by sequence.
  return paths;
}

absl::StatusOr<SnapshotHeader> SnapshotStore::Load(const std::string& path,
                                                   Replica& replica) const {
  ASSIGN_OR_RETURN(const std::unique_ptr<journal::File> file,
                   files_.Open(path, journal::Access::kRead));
  ASSIGN_OR_RETURN(const FileHeader header, ReadHeader(*file, options_, path));
  BodyHash hash;
  RETURN_IF_ERROR(
      ForEachChunk(*file, header.body_bytes, [&](std::string_view chunk) { hash.Add(chunk); }));
  if (hash.digest() != header.body_hash) return Damaged(path, "its body is damaged");

  uint64_t offset = sizeof header;
  absl::Status read;
  const auto source = [&](char* bytes, size_t size) -> size_t {
    const absl::StatusOr<size_t> count = file->ReadAt(offset, bytes, size);
    read = count.status();
    offset += count.value_or(0);
    return count.value_or(0);
  };
  StateReader in(source);
  const bool loaded = replica.Load(in);
  RETURN_IF_ERROR(read);
  if (!loaded) return Damaged(path, "its body is not a state");
  if (replica.engine().sequence() != Sequence(header.sequence) ||
      replica.Hash() != header.state_hash) {
    return Damaged(path, "its state is not what its header says");
  }
  return SnapshotHeader{.path = path,
                        .position = {Sequence(header.sequence), header.chain_hash},
                        .timestamp = Timestamp(header.timestamp_ns),
                        .state_hash = header.state_hash,
                        .body_bytes = header.body_bytes,
                        .body_hash = header.body_hash};
}

// The header comes last, so that a body without its end has none.
absl::Status SnapshotStore::WriteFile(const Replica& replica, SnapshotHeader& info) const {
  if (absl::Status removed = files_.Remove(info.path);
      !removed.ok() && !absl::IsNotFound(removed)) {
    return removed;
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<journal::File> file, files_.Create(info.path));
  BodyHash hash;
  std::string chunk;
  absl::Status written;
  const auto write_chunk = [&](size_t size) {
    const std::string_view piece = std::string_view(chunk).substr(0, size);
    hash.Add(piece);
    if (written.ok()) written = file->WriteAt(sizeof(FileHeader) + info.body_bytes, piece);
    info.body_bytes += size;
    chunk.erase(0, size);
  };
  const auto sink = [&](std::string_view piece) {
    chunk += piece;
    if (chunk.size() >= kChunkBytes) write_chunk(kChunkBytes);
  };
  StateWriter out(sink);
  replica.Save(out);
  out.Flush();
  if (!chunk.empty()) write_chunk(chunk.size());
  RETURN_IF_ERROR(written);
  info.body_hash = hash.digest();

  FileHeader header{.venue_id = options_.venue_id,
                    .sequence = info.position.sequence.value(),
                    .timestamp_ns = info.timestamp.value(),
                    .chain_hash = info.position.chain_hash,
                    .state_hash = info.state_hash,
                    .body_bytes = info.body_bytes,
                    .body_hash = info.body_hash,
                    .engine_version = options_.engine_version};
  header.crc32c = Checksum(header);
  RETURN_IF_ERROR(file->WriteAt(0, {reinterpret_cast<const char*>(&header), sizeof header}));
  return file->SyncInParts();
}

absl::StatusOr<SnapshotHeader> SnapshotStore::Save(const Replica& replica,
                                                   const journal::Position& position,
                                                   Timestamp timestamp) {
  ASSIGN_OR_RETURN(const SnapshotHeader unfinished, Write(replica, position, timestamp));
  return Finish(unfinished);
}

absl::StatusOr<SnapshotHeader> SnapshotStore::Write(const Replica& replica,
                                                    const journal::Position& position,
                                                    Timestamp timestamp) const {
  SnapshotHeader info{.path = absl::StrFormat("%s/%020d%s", options_.directory,
                                              position.sequence.value(), kUnfinishedSuffix),
                      .position = position,
                      .timestamp = timestamp,
                      .state_hash = replica.Hash()};
  RETURN_IF_ERROR(files_.CreateDirectory(options_.directory));
  absl::Status written = WriteFile(replica, info);
  if (written.ok()) return info;
  (void)files_.Remove(info.path);  // Gives the space back; the reason to report is `written`.
  return written;
}

absl::StatusOr<SnapshotHeader> SnapshotStore::Finish(const SnapshotHeader& unfinished) const {
  SnapshotHeader info = unfinished;
  info.path = absl::StrCat(absl::StripSuffix(unfinished.path, kUnfinishedSuffix), kSuffix);
  absl::Status named = ReadBack(unfinished);
  if (named.ok()) named = Name(unfinished, info.path);
  if (named.ok()) return info;
  (void)files_.Remove(unfinished.path);
  return named;
}

// What a start would find.
absl::Status SnapshotStore::ReadBack(const SnapshotHeader& unfinished) const {
  Replica loaded;
  ASSIGN_OR_RETURN(const SnapshotHeader found, Load(unfinished.path, loaded));
  BodyHash hash;
  std::string chunk;
  const auto sink = [&](std::string_view piece) {
    chunk += piece;
    if (chunk.size() < kChunkBytes) return;
    hash.Add(std::string_view(chunk).substr(0, kChunkBytes));
    chunk.erase(0, kChunkBytes);
  };
  StateWriter out(sink);
  loaded.Save(out);
  out.Flush();
  if (!chunk.empty()) hash.Add(chunk);
  if (hash.digest() == found.body_hash && found.body_hash == unfinished.body_hash) {
    return absl::OkStatus();
  }
  return Damaged(unfinished.path, "loaded and saved again, it is another one");
}

absl::Status SnapshotStore::Name(const SnapshotHeader& unfinished, const std::string& path) const {
  absl::Status renamed = files_.Rename(unfinished.path, path);
  if (absl::IsAlreadyExists(renamed)) {  // Of the same commands, and perhaps damaged since.
    Replica there;
    const bool is_good = Load(path, there).ok();
    RETURN_IF_ERROR(files_.Remove(is_good ? unfinished.path : path));
    renamed = is_good ? absl::OkStatus() : files_.Rename(unfinished.path, path);
  }
  RETURN_IF_ERROR(renamed);
  return files_.SyncDirectory(options_.directory);
}

absl::StatusOr<Sequence> SnapshotStore::Prune() {
  const absl::StatusOr<std::vector<std::string>> names = files_.List(options_.directory);
  RETURN_IF_ERROR(names.status());
  for (const std::string& name : *names) {
    if (absl::EndsWith(name, kUnfinishedSuffix)) {
      RETURN_IF_ERROR(files_.Remove(options_.directory + "/" + name));
    }
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> paths, List());
  for (size_t i = options_.kept; i < paths.size(); ++i) RETURN_IF_ERROR(files_.Remove(paths[i]));
  RETURN_IF_ERROR(files_.SyncDirectory(options_.directory));
  if (paths.size() < 2) return Sequence(0);
  uint64_t second = 0;
  const std::string digits = paths[1].substr(options_.directory.size() + 1, kDigits);
  if (!absl::SimpleAtoi(digits, &second)) return Sequence(0);
  return Sequence(second);
}

}  // namespace rialto::engine
