#include "engine/journal/format.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace rialto::journal {
namespace {

SegmentHeader Header() {
  SegmentHeader header;
  header.venue_id = 7;
  header.first_sequence = 42;
  header.segment_bytes = 8192;
  header.record_bytes_max = 1024;
  header.salt = 0x12345678;
  header.engine_version = 3;
  header.previous_chain_hash.fill(0xAB);
  return header;
}

TEST(FormatTest, SegmentHeaderComesBackAsItWasWritten) {
  const std::string bytes = EncodeSegmentHeader(Header());
  ASSERT_EQ(bytes.size(), kSegmentHeaderBytes);
  const auto header = DecodeSegmentHeader(bytes);
  ASSERT_TRUE(header.ok()) << header.status();
  EXPECT_EQ(header->first_sequence, 42u);
  EXPECT_EQ(header->venue_id, 7u);
  EXPECT_EQ(header->salt, 0x12345678u);
  EXPECT_EQ(header->previous_chain_hash, Header().previous_chain_hash);
}

TEST(FormatTest, EveryFlippedBitOfASegmentHeaderIsDataLoss) {
  std::string bytes = EncodeSegmentHeader(Header());
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    const char mask = static_cast<char>(1 << bit % 8);
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ mask);
    EXPECT_TRUE(absl::IsDataLoss(DecodeSegmentHeader(bytes).status())) << "bit " << bit;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ mask);
  }
}

TEST(FormatTest, AnotherFormatVersionIsRefusedByNumber) {
  SegmentHeader header = Header();
  header.format_version = 2;
  const absl::Status status = DecodeSegmentHeader(EncodeSegmentHeader(header)).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_NE(status.ToString().find("format version 2"), std::string::npos) << status;
}

TEST(FormatTest, SegmentNamesSortBySequenceAndParseBack) {
  EXPECT_EQ(SegmentName(Sequence(1)), "00000000000000000001.jnl");
  EXPECT_EQ(ParseSegmentName(SegmentName(Sequence(UINT64_MAX))), Sequence(UINT64_MAX));
  EXPECT_FALSE(ParseSegmentName("1.jnl").has_value());
  EXPECT_FALSE(ParseSegmentName("0000000000000000000a.jnl").has_value());
  EXPECT_FALSE(ParseSegmentName("99999999999999999999.jnl").has_value());
  EXPECT_FALSE(ParseSegmentName("00000000000000000001.jnl.corrupt").has_value());
  EXPECT_TRUE(IsSpareName(SpareName(3)));
  EXPECT_FALSE(IsSpareName(SegmentName(Sequence(3))));
}

std::string EncodeFrame(const std::string& payload, uint32_t salt) {
  FrameHeader header;
  header.length = static_cast<uint32_t>(kFrameHeaderBytes + payload.size());
  header.sequence = 9;
  header.count = 1;
  std::string bytes(PaddedBytes(header.length), '\0');
  payload.copy(bytes.data() + kFrameHeaderBytes, payload.size());
  std::memcpy(bytes.data(), &header, sizeof(header));
  header.crc32c = FrameChecksum(bytes, salt);
  std::memcpy(bytes.data(), &header, sizeof(header));
  return bytes;
}

TEST(FormatTest, FrameIsValidOnlyUnderItsOwnSalt) {
  const std::string bytes = EncodeFrame("hello", Header().salt);
  Frame frame;
  ASSERT_EQ(DecodeFrame(bytes, Header(), frame), FrameState::kValid);
  EXPECT_EQ(frame.payload, "hello");
  EXPECT_EQ(frame.padded_bytes, 40u);
  SegmentHeader other = Header();
  other.salt += 1;
  EXPECT_EQ(DecodeFrame(bytes, other, frame), FrameState::kBroken);
}

TEST(FormatTest, EmptyPayloadIsARecordAndZerosAreNot) {
  Frame frame;
  EXPECT_EQ(DecodeFrame(EncodeFrame("", Header().salt), Header(), frame), FrameState::kValid);
  EXPECT_EQ(DecodeFrame(std::string(64, '\0'), Header(), frame), FrameState::kUnwritten);
  EXPECT_EQ(DecodeFrame(std::string(8, 'x'), Header(), frame), FrameState::kUnwritten);
}

TEST(FormatTest, EveryFlippedBitOfAFrameBreaksIt) {
  std::string bytes = EncodeFrame("some payload", Header().salt);
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    const char mask = static_cast<char>(1 << bit % 8);
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ mask);
    Frame frame;
    EXPECT_NE(DecodeFrame(bytes, Header(), frame), FrameState::kValid) << "bit " << bit;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ mask);
  }
}

}  // namespace
}  // namespace rialto::journal
