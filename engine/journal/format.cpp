#include "engine/journal/format.h"

#include <cstdio>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/bytes.h"
#include "common/base/crc32c.h"

namespace rialto::journal {

namespace {

constexpr size_t kHeaderChecksumOffset = kSegmentHeaderBytes - sizeof(uint32_t);
constexpr std::string_view kSegmentSuffix = ".jnl";
constexpr std::string_view kSparePrefix = "spare-";
constexpr std::string_view kSpareSuffix = ".tmp";
constexpr size_t kSequenceDigits = 20;

}  // namespace

std::string EncodeSegmentHeader(const SegmentHeader& header) {
  std::string bytes(kSegmentHeaderBytes, '\0');
  std::memcpy(bytes.data(), &header, sizeof(header));
  SetInt<uint32_t>(bytes, kHeaderChecksumOffset,
                   Crc32c(std::string_view(bytes).substr(0, kHeaderChecksumOffset)));
  return bytes;
}

absl::StatusOr<SegmentHeader> DecodeSegmentHeader(std::string_view bytes) {
  if (bytes.size() < kSegmentHeaderBytes) {
    return absl::DataLossError(
        absl::StrCat("header is cut short: ", bytes.size(), " of ", kSegmentHeaderBytes, " bytes"));
  }
  if (GetInt<uint32_t>(bytes, kHeaderChecksumOffset) !=
      Crc32c(bytes.substr(0, kHeaderChecksumOffset))) {
    return absl::DataLossError("header checksum differs");
  }
  SegmentHeader header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (header.magic != kMagic) return absl::DataLossError("not a journal segment: wrong magic");
  if (header.format_version != kFormatVersion) {
    return absl::FailedPreconditionError(absl::StrCat("format version ", header.format_version,
                                                      ", this program reads ", kFormatVersion));
  }
  if (header.first_sequence == 0) return absl::DataLossError("header has first sequence 0");
  return header;
}

uint32_t FrameChecksum(std::string_view frame, uint32_t salt) {
  constexpr size_t kLengthBytes = sizeof(FrameHeader::length);
  constexpr size_t kCoveredFrom = kLengthBytes + sizeof(FrameHeader::crc32c);
  return Crc32c(frame.substr(kCoveredFrom), Crc32c(frame.substr(0, kLengthBytes), salt));
}

Record Frame::record() const {
  return {.sequence = Sequence(header.sequence),
          .count = header.count,
          .timestamp = Timestamp(header.timestamp_ns),
          .type = header.type,
          .version = header.version,
          .payload = payload};
}

FrameHeader DecodeFrameHeader(const char* bytes) {
  FrameHeader header;
  std::memcpy(&header, bytes, sizeof(header));
  return header;
}

CommitBody DecodeCommitBody(std::string_view payload) {
  CommitBody body;
  std::memcpy(&body, payload.data(), sizeof(body));
  return body;
}

FrameState DecodeFrame(std::string_view bytes, const SegmentHeader& segment, Frame& frame) {
  if (bytes.size() < kFrameHeaderBytes) return FrameState::kUnwritten;
  const FrameHeader header = DecodeFrameHeader(bytes.data());
  if (header.length == 0) return FrameState::kUnwritten;
  if (header.length < kFrameHeaderBytes) return FrameState::kBroken;
  if (header.length > kFrameHeaderBytes + segment.record_bytes_max) return FrameState::kBroken;
  const uint64_t padded_bytes = PaddedBytes(header.length);
  if (padded_bytes > bytes.size()) return FrameState::kBroken;
  if (header.type == kCommitType && header.length != kCommitBytes) return FrameState::kBroken;
  if (FrameChecksum(bytes.substr(0, padded_bytes), segment.salt) != header.crc32c) {
    return FrameState::kBroken;
  }
  frame.header = header;
  frame.payload = bytes.substr(kFrameHeaderBytes, header.length - kFrameHeaderBytes);
  frame.padded_bytes = padded_bytes;
  return FrameState::kValid;
}

std::string SegmentName(Sequence first) {
  char name[kSequenceDigits + kSegmentSuffix.size() + 1];
  std::snprintf(name, sizeof(name), "%020llu.jnl", static_cast<unsigned long long>(first.value()));
  return name;
}

std::optional<Sequence> ParseSegmentName(std::string_view name) {
  if (name.size() != kSequenceDigits + kSegmentSuffix.size()) return std::nullopt;
  if (!name.ends_with(kSegmentSuffix)) return std::nullopt;
  uint64_t value = 0;
  for (const char digit : name.substr(0, kSequenceDigits)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    const uint64_t next = value * 10 + static_cast<uint64_t>(digit - '0');
    if (next / 10 != value) return std::nullopt;  // Does not fit 64 bits.
    value = next;
  }
  return Sequence(value);
}

std::string SpareName(uint64_t number) {
  return absl::StrCat(std::string(kSparePrefix), number, std::string(kSpareSuffix));
}

bool IsSpareName(std::string_view name) {
  return name.starts_with(kSparePrefix) && name.ends_with(kSpareSuffix);
}

}  // namespace rialto::journal
