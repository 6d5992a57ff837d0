// The fuzzer of reading and recovery: bytes as segment files, as they come or made plausible.
//
//   journal_reader_fuzz -max_len=8192 corpus/
//
// The first byte says how far the rest is repaired: nothing; the headers; the checksums too; or
// frames built in order, each wrong only where its own bytes say so. Whatever the files hold,
// reading ends, recovery writes nothing into a corrupt journal and leaves a repaired one clean.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "common/base/bytes.h"
#include "engine/journal/archive.h"
#include "engine/journal/chain.h"
#include "engine/journal/cursor.h"
#include "engine/journal/faulty_file_system.h"
#include "engine/journal/recovery.h"
#include "engine/journal/writer.h"

namespace rialto::journal {
namespace {

constexpr uint64_t kSegmentBytes = 8u << 10;
constexpr uint32_t kRecordBytesMax = 512;

#define REQUIRE(condition)                                                 \
  do {                                                                     \
    if (!(condition)) {                                                    \
      std::fprintf(stderr, "not so: %s, line %d\n", #condition, __LINE__); \
      std::abort();                                                        \
    }                                                                      \
  } while (false)

class Input {
 public:
  Input(const uint8_t* bytes, size_t size) : rest_(reinterpret_cast<const char*>(bytes), size) {}

  bool empty() const { return rest_.empty(); }
  uint8_t Byte() { return static_cast<uint8_t>(Take(1)[0]); }
  uint64_t Word() {
    uint64_t word = 0;
    std::memcpy(&word, Take(sizeof(word)).data(), sizeof(word));
    return word;
  }
  // Zeros behind the end.
  std::string Take(size_t size) {
    std::string taken(rest_.substr(0, size));
    rest_.remove_prefix(taken.size());
    taken.resize(size, '\0');
    return taken;
  }

 private:
  std::string_view rest_;
};

enum class Care { kNone, kHeaders, kChecksums, kFrames };

// Segment files made of the input.
class Forger {
 public:
  Forger(Care care, Input& input) : care_(care), input_(input) {}

  std::string Segment() {
    if (care_ == Care::kNone) return input_.Take(kSegmentBytes);
    header_.venue_id = 1;
    header_.first_sequence = next_;
    header_.segment_bytes = kSegmentBytes;
    header_.record_bytes_max = kRecordBytesMax;
    header_.salt = static_cast<uint32_t>(next_ * 7);
    header_.previous_chain_hash = chain_hash_;
    std::string bytes = EncodeSegmentHeader(header_);
    if (care_ == Care::kFrames) {
      Frames(bytes);
    } else {
      bytes += input_.Take(kSegmentBytes - kSegmentHeaderBytes);
    }
    bytes.resize(kSegmentBytes, '\0');
    if (care_ == Care::kChecksums) FixChecksums(bytes);
    return bytes;
  }

  uint64_t next() const { return next_; }

 private:
  void FixChecksums(std::string& bytes) const {
    for (uint64_t offset = kSegmentHeaderBytes; offset + kFrameHeaderBytes <= bytes.size();) {
      const uint64_t padded_bytes = PaddedBytes(DecodeFrameHeader(bytes.data() + offset).length);
      if (padded_bytes < kFrameHeaderBytes || offset + padded_bytes > bytes.size()) return;
      Seal(bytes, offset, padded_bytes);
      offset += padded_bytes;
    }
  }

  void Seal(std::string& bytes, uint64_t offset, uint64_t padded_bytes) const {
    const auto frame = std::string_view(bytes).substr(offset, padded_bytes);
    SetInt(bytes, offset + offsetof(FrameHeader, crc32c), FrameChecksum(frame, header_.salt));
  }

  // Batches until the input or the segment is used up.
  void Frames(std::string& bytes) {
    while (!input_.empty() && bytes.size() + 2 * kRecordBytesMax < kSegmentBytes) {
      const uint8_t batch = input_.Byte();
      if (batch == 0) return;  // The next segment.
      const uint64_t first = next_;
      const uint64_t begin = bytes.size();
      for (int record = 0; record <= batch % 4; ++record) Record(bytes, first);
      if (batch / 4 % 16 == 1) continue;  // The batch has no end.
      Commit(bytes, begin, first);
      if (batch / 4 % 16 == 2) bytes[begin + input_.Byte()] ^= 1;
    }
  }

  void Record(std::string& bytes, uint64_t first) {
    const uint8_t wild = input_.Byte();
    const std::string payload = input_.Take(input_.Byte());
    FrameHeader header;
    header.length = static_cast<uint32_t>(kFrameHeaderBytes + payload.size());
    header.sequence = next_;
    header.timestamp_ns = static_cast<int64_t>(next_);
    header.count = static_cast<uint16_t>(1 + wild % 2);
    header.batch_offset = static_cast<uint16_t>(next_ - first);
    header.type = 1;
    next_ += header.count;
    if (wild / 2 % 8 == 1) Spoil(header);
    Append(bytes, header, payload);
  }

  void Commit(std::string& bytes, uint64_t begin, uint64_t first) {
    const uint8_t wild = input_.Byte();
    CommitBody body;
    body.batch_bytes = bytes.size() - begin;
    body.epoch = epoch_ += wild % 2;
    if (wild % 2 == 1) body.cover = ChainCover::kHeaders;
    body.chain_hash = chain_.Next(chain_hash_, std::string_view(bytes).substr(begin), body.cover);
    if (wild / 2 % 8 == 1) body.chain_hash[0] ^= 1;
    if (wild / 2 % 8 == 2) body.batch_bytes = input_.Word();
    if (wild / 2 % 8 == 3) body.cover = ChainCover{2};
    FrameHeader header;
    header.length = kCommitBytes;
    header.sequence = first;
    header.timestamp_ns = static_cast<int64_t>(last_timestamp_);
    header.count = static_cast<uint16_t>(next_ - first);
    header.type = kCommitType;
    header.version = kCommitVersion;
    if (wild / 16 == 1) Spoil(header);
    std::string payload(sizeof(body), '\0');
    std::memcpy(payload.data(), &body, sizeof(body));
    Append(bytes, header, payload);
    chain_hash_ = body.chain_hash;
  }

  void Spoil(FrameHeader& header) {
    char field[sizeof(FrameHeader)];
    std::memcpy(field, &header, sizeof(header));
    field[input_.Byte() % sizeof(header)] = static_cast<char>(input_.Byte());
    std::memcpy(&header, field, sizeof(header));
  }

  void Append(std::string& bytes, const FrameHeader& header, const std::string& payload) {
    const uint64_t offset = bytes.size();
    bytes.append(reinterpret_cast<const char*>(&header), sizeof(header));
    bytes += payload;
    bytes.resize(offset + PaddedBytes(kFrameHeaderBytes + payload.size()), '\0');
    if (header.type != kCommitType) last_timestamp_ = static_cast<uint64_t>(header.timestamp_ns);
    Seal(bytes, offset, bytes.size() - offset);
  }

  const Care care_;
  Input& input_;
  Chain chain_;
  SegmentHeader header_;
  uint64_t next_ = 1;
  uint64_t last_timestamp_ = 0;
  uint32_t epoch_ = 0;
  Digest chain_hash_{};
};

absl::StatusOr<RecoveredTail> Recovered(FaultyFileSystem& files, const Options& options,
                                        RecoveryMode mode) {
  uint64_t next = 1;
  return Recover(files, options, mode, [&](const Record& record) {
    REQUIRE(record.sequence == Sequence(next));
    REQUIRE(record.count > 0);
    next += record.count;
    return absl::OkStatus();
  });
}

// As a subscriber who is told that everything is published.
void ReadByCursor(FaultyFileSystem& files, const Options& options, Sequence published) {
  OffsetIndex index;
  Cursor cursor(files, options, index, Sequence(1));
  Sequence next(1);
  for (;;) {
    const auto record = cursor.Next(published);
    if (!record.ok() || !record->has_value()) return;
    REQUIRE((*record)->sequence == next);
    next = (*record)->last().Next();
  }
}

void WriteOn(FaultyFileSystem& files, Options options, RecoveredTail tail) {
  options.epoch = tail.epoch;
  const Sequence last = tail.position.sequence;
  if (last.value() > UINT64_MAX / 2) return;
  const Timestamp time = std::max(tail.timestamp, Timestamp(0));
  auto writer = Writer::Open(files, options, std::move(tail));
  REQUIRE(writer.ok());
  (*writer)->Append({.sequence = (*writer)->next_sequence(), .timestamp = time, .payload = "x"});
  REQUIRE((*writer)->Sync().ok());
  writer->reset();
  const auto again = Recovered(files, options, RecoveryMode::kVerify);
  REQUIRE(again.ok());
  REQUIRE(again->damage.empty());
  REQUIRE(again->position.sequence == last.Next());
}

void Check(const FaultyFileSystem::Image& image, const Options& options) {
  FaultyFileSystem files;
  files.Load(image);
  (void)files.CreateDirectory(options.directory);
  const auto seen = Recovered(files, options, RecoveryMode::kVerify);
  REQUIRE(files.Save() == image);
  ReadByCursor(files, options, Sequence(1'000'000));
  if (seen.ok()) ReadByCursor(files, options, seen->position.sequence);

  {
    auto repaired = Recovered(files, options, RecoveryMode::kRepairTornTail);
    REQUIRE(repaired.ok() == seen.ok());
    if (!seen.ok()) REQUIRE(files.Save() == image);
    if (seen.ok()) {
      REQUIRE(repaired->position == seen->position);
      WriteOn(files, options, *std::move(repaired));
    }
  }
  files.Load(image);
  auto cut = Recovered(files, options, RecoveryMode::kDiscardFromDamage);
  if (absl::IsFailedPrecondition(cut.status())) return;  // Another venue, content or version.
  if (absl::IsDataLoss(cut.status())) {                  // Not one history: nothing was cut.
    REQUIRE(files.Save() == image);
    return;
  }
  REQUIRE(cut.ok());
  if (seen.ok()) REQUIRE(cut->position == seen->position);
  WriteOn(files, options, *std::move(cut));
}

void Run(Input input) {
  const uint8_t manner = input.Byte();
  Options options;
  options.directory = "journal";
  options.segment_bytes = kSegmentBytes;
  options.record_bytes_max = kRecordBytesMax;
  options.spare_segments = 0;
  Forger forger(static_cast<Care>(manner % 4), input);
  FaultyFileSystem::Image image;
  for (int segment = 0; segment <= manner / 4 % 4; ++segment) {
    const std::string name = SegmentName(Sequence(forger.next()));
    image["journal/" + name] = forger.Segment();
  }
  if (manner / 16 % 4 == 1) {  // The first one is archived; or is being moved there.
    options.archive_directory = "archive";
    const std::string name = SegmentName(Sequence(1));
    image["archive/" + name] = image["journal/" + name];
    if (manner / 64 == 1) image.erase("journal/" + name);
  }
  Check(image, options);
}

}  // namespace
}  // namespace rialto::journal

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  rialto::journal::Run({bytes, size});
  return 0;
}
