// The example of docs/formats/journal.md, byte for byte: format version 1 is read for ever.
#include <string>

#include "absl/strings/escaping.h"
#include "engine/journal/journal_fixture.h"

namespace rialto::journal {
namespace {

constexpr char kHeader[] =
    "524941 4c544a4e4c 01000000 07000000 0100000000000000 0020000000000000"
    "00040000 5c250975 01000000 01000000";
constexpr char kHeaderChecksum[] = "c8b3fef0";
constexpr char kBatch[] =
    "2d000000 583b8fd9 0100000000000000 00002a36fe9c9717 0100 0000 0100 0100"
    "6465706f73697420616c696365 000000"
    "25000000 8743208d 0200000000000000 01002a36fe9c9717 0100 0100 0100 0100"
    "706c616365 000000"
    "50000000 03b577b8 0100000000000000 01002a36fe9c9717 0200 0000 ffff 0100"
    "5800000000000000 01000000 00000000"
    "3e76425e72785e35b4b5783059b18826165025f2ba0ad9c28c8faeb678d2a48a";

std::string Bytes(std::string hex) {
  std::erase(hex, ' ');
  return absl::HexStringToBytes(hex);
}

TEST(GoldenTest, ExampleOfTheSpecificationIsReadAndWrittenOn) {
  std::string segment(8192, '\0');
  const std::string header = Bytes(kHeader);
  const std::string batch = Bytes(kBatch);
  segment.replace(0, header.size(), header);
  segment.replace(4092, 4, Bytes(kHeaderChecksum));
  segment.replace(4096, batch.size(), batch);

  FaultyFileSystem files;
  files.Load({{"journal/00000000000000000001.jnl", segment}});
  Options options;
  options.directory = "journal";
  options.segment_bytes = 8192;
  options.record_bytes_max = 1024;
  options.venue_id = 7;
  options.content = 1;
  options.epoch = 1;
  options.spare_segments = 0;
  std::vector<std::string> payloads;
  auto tail = Recover(files, options, RecoveryMode::kRepairTornTail, [&](const Record& record) {
    payloads.emplace_back(record.payload);
    return absl::OkStatus();
  });
  ASSERT_TRUE(tail.ok()) << tail.status();
  EXPECT_THAT(payloads, testing::ElementsAre("deposit alice", "place"));
  EXPECT_EQ(tail->position.sequence, Sequence(2));
  EXPECT_EQ(tail->timestamp, Timestamp(1'700'000'000'000'000'001));
  EXPECT_EQ(tail->epoch, 1u);
  EXPECT_EQ(tail->damage, "");

  // Written again, the batch is the same bytes: the salt is the segment's, the rest is given.
  std::string emptied = segment;
  emptied.replace(4096, batch.size(), batch.size(), '\0');
  tail->lock.reset();
  files.Load({{"journal/00000000000000000001.jnl", emptied}});
  tail = Recover(files, options, RecoveryMode::kRepairTornTail,
                 [](const Record&) { return absl::OkStatus(); });
  ASSERT_TRUE(tail.ok()) << tail.status();
  auto writer = Writer::Open(files, options, *std::move(tail));
  ASSERT_TRUE(writer.ok()) << writer.status();
  int64_t timestamp_ns = 1'700'000'000'000'000'000;
  for (const std::string& payload : payloads) {
    (*writer)->Append({.sequence = (*writer)->next_sequence(),
                       .timestamp = Timestamp(timestamp_ns++),
                       .type = 1,
                       .version = 1,
                       .payload = payload});
  }
  ASSERT_TRUE((*writer)->Sync().ok());
  EXPECT_EQ(files.Save().begin()->second, segment);
}

}  // namespace
}  // namespace rialto::journal
