// Bytes of a segment: header, frames, checksums, names. docs/formats/journal.md is the
// specification.
//
// A segment is a 4 KiB header and then batches; a batch is record frames and one COMMIT frame; the
// rest of the file is zeros. The structs below are the bytes on disk (little-endian, no padding).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/journal/record.h"

namespace rialto::journal {

inline constexpr uint32_t kFormatVersion = 1;
inline constexpr uint64_t kMagic = 0x4c4e4a544c414952;  // "RIALTJNL"
inline constexpr uint64_t kSegmentHeaderBytes = 4096;
inline constexpr uint64_t kFrameHeaderBytes = 32;
inline constexpr uint64_t kFrameAlignmentBytes = 8;
inline constexpr uint16_t kCommitType = 0xFFFF;
inline constexpr uint16_t kCommitVersion = 1;
// Sequences in one batch: `count` and `batch_offset` are 16 bits.
inline constexpr uint64_t kBatchSequencesMax = 0xFFFF;

// The first 80 bytes of a segment; zeros follow, and the CRC-32C of it all is the last word of 4
// KiB.
struct SegmentHeader {
  uint64_t magic = kMagic;
  uint32_t format_version = kFormatVersion;
  uint32_t venue_id = 0;
  uint64_t first_sequence = 0;
  uint64_t segment_bytes = 0;
  uint32_t record_bytes_max = 0;
  uint32_t salt =
      0;  // Seeds every frame's checksum: bytes of another segment are never valid here.
  uint32_t engine_version = 0;
  uint32_t content = 0;
  Digest previous_chain_hash{};
};
static_assert(sizeof(SegmentHeader) == 80);

struct FrameHeader {
  uint32_t length = 0;  // Header and payload, without padding; 0 is "unwritten".
  uint32_t crc32c = 0;  // Of the other header bytes, payload and padding, seeded with the salt.
  uint64_t sequence = 0;
  int64_t timestamp_ns = 0;
  uint16_t count = 0;
  uint16_t batch_offset = 0;  // sequence − first sequence of the batch: whose batch a frame is of.
  uint16_t type = 0;
  uint16_t version = 0;
};
static_assert(sizeof(FrameHeader) == kFrameHeaderBytes);

// What of a batch its hash covers.
enum class ChainCover : uint32_t {
  kBytes = 0,    // All bytes of the record frames.
  kHeaders = 1,  // Their headers, which have the checksums of the rest.
};

// Payload of a COMMIT frame. Its header repeats the batch's first sequence, count and last time.
struct CommitBody {
  uint64_t batch_bytes = 0;  // Of the record frames, padding included.
  uint32_t epoch = 0;
  ChainCover cover = ChainCover::kBytes;
  Digest chain_hash{};
};
static_assert(sizeof(CommitBody) == 48);
inline constexpr uint64_t kCommitBytes = kFrameHeaderBytes + sizeof(CommitBody);

constexpr uint64_t PaddedBytes(uint64_t bytes) {
  return (bytes + kFrameAlignmentBytes - 1) / kFrameAlignmentBytes * kFrameAlignmentBytes;
}

// The 4 KiB as they are written.
std::string EncodeSegmentHeader(const SegmentHeader& header);

// DataLoss for a wrong size, checksum or magic; FailedPrecondition for a format version this code
// does not read. Does not judge venue, content or continuity.
absl::StatusOr<SegmentHeader> DecodeSegmentHeader(std::string_view bytes);

// Checksum of one padded frame whose crc32c field may hold anything.
uint32_t FrameChecksum(std::string_view frame, uint32_t salt);

enum class FrameState { kValid, kUnwritten, kBroken };

struct Frame {
  FrameHeader header;
  std::string_view payload;
  uint64_t padded_bytes = 0;

  uint64_t batch_first() const { return header.sequence - header.batch_offset; }
  Record record() const;
};

FrameHeader DecodeFrameHeader(const char* bytes);
CommitBody DecodeCommitBody(std::string_view payload);

// Reads the frame at the front of `bytes`; fills `frame` when kValid. kUnwritten is a zero length
// or no room for a header.
FrameState DecodeFrame(std::string_view bytes, const SegmentHeader& segment, Frame& frame);

// "<first sequence, 20 digits>.jnl"
std::string SegmentName(Sequence first);
std::optional<Sequence> ParseSegmentName(std::string_view name);

// "spare-<number>.tmp": a segment to be, without a header.
std::string SpareName(uint64_t number);
bool IsSpareName(std::string_view name);

}  // namespace rialto::journal
