// Test fixture: a small command journal on a faulty disk, as an engine writes it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/codec/record_codec.h"
#include "engine/journal/archive.h"
#include "engine/journal/faulty_file_system.h"
#include "engine/journal/recovery.h"
#include "engine/journal/writer.h"
#include "tools/journal/inspection.h"

namespace rialto::journal_tool {

// An engine is writing: every reading of a segment finds the next of these images, as long as there
// is one.
class GrowingFileSystem : public journal::FaultyFileSystem {
 public:
  absl::StatusOr<std::unique_ptr<journal::File>> Open(const std::string& path,
                                                      journal::Access access) override {
    if (access == journal::Access::kReadDevice && !images.empty()) {
      Load(images.front());
      images.erase(images.begin());
    }
    return FaultyFileSystem::Open(path, access);
  }

  std::vector<Image> images;
};

class JournalToolTest : public testing::Test {
 protected:
  JournalToolTest() {
    options_.directory = "var/journal";
    options_.archive_directory = "var/archive";
    options_.segment_bytes = 8192;
    options_.record_bytes_max = 1024;
    options_.venue_id = 7;
    options_.content = engine::kJournalContent;
    options_.engine_version = 2;
    options_.epoch = 1;
    options_.spare_segments = 0;
    place_ = {options_.directory, options_.archive_directory};
  }

  void OpenWriter() {
    auto tail = journal::Recover(files_, options_, journal::RecoveryMode::kRepairTornTail,
                                 [](const journal::Record&) { return absl::OkStatus(); });
    ASSERT_TRUE(tail.ok()) << tail.status();
    auto writer = journal::Writer::Open(files_, options_, *std::move(tail));
    ASSERT_TRUE(writer.ok()) << writer.status();
    writer_ = *std::move(writer);
  }

  // One batch with the payload of each record.
  void WriteBatch(const std::vector<std::string>& payloads) {
    if (writer_ == nullptr) OpenWriter();
    for (const std::string& payload : payloads) {
      const Sequence sequence = writer_->next_sequence();
      writer_->Append({.sequence = sequence,
                       .timestamp = Timestamp(kStartNs + static_cast<int64_t>(sequence.value())),
                       .type = engine::kCommandRecordType,
                       .version = engine::kCommandRecordVersion,
                       .payload = payload});
    }
    ASSERT_TRUE(writer_->Sync().ok());
  }

  static std::string OpenAccount(uint64_t number) {
    const engine::Command command =
        engine::OpenAccount{*CallerId::Parse("account-" + std::to_string(number))};
    std::string bytes;
    engine::EncodeRecord(command, bytes);
    return bytes;
  }

  // Batches of two accounts each.
  void WriteAccounts(uint64_t batches) {
    for (uint64_t batch = 0; batch < batches; ++batch) {
      const uint64_t next = writer_ == nullptr ? 1 : writer_->next_sequence().value();
      WriteBatch({OpenAccount(next), OpenAccount(next + 1)});
    }
  }

  void Close() { writer_.reset(); }

  // The feed beside the journal, of batches of two sequences; what is in the records is not asked.
  void WriteFeed(uint64_t last, uint32_t venue_id = 7) {
    journal::Options options = options_;
    options.directory = "var/feed";
    options.archive_directory.clear();
    options.content = engine::kFeedContent;
    options.venue_id = venue_id;
    auto tail = journal::Recover(files_, options, journal::RecoveryMode::kDiscardFromDamage,
                                 [](const journal::Record&) { return absl::OkStatus(); });
    ASSERT_TRUE(tail.ok()) << tail.status();
    auto writer = journal::Writer::Open(files_, options, *std::move(tail));
    ASSERT_TRUE(writer.ok()) << writer.status();
    while ((*writer)->next_sequence() < Sequence(last)) {
      (*writer)->Append({.sequence = (*writer)->next_sequence(),
                         .count = 2,
                         .timestamp = Timestamp(kStartNs),
                         .type = 1,
                         .version = 1,
                         .payload = "what two commands did"});
      ASSERT_TRUE((*writer)->Sync().ok());
    }
  }

  // The last segment's path, and where its last whole batch ends.
  std::pair<std::string, uint64_t> End() {
    auto reader = journal::Reader::Open(files_, options_);
    while ((*reader)->NextBatch().value() == journal::ReadOutcome::kBatch) {
    }
    return {(*reader)->segment()->path, (*reader)->segment()->end_offset};
  }

  // The last batch loses its end.
  void TearTail() {
    Close();
    const auto [path, end] = End();
    journal::FaultyFileSystem::Image image = files_.Save();
    image[path].replace(end - 20, 20, 20, '\0');
    files_.Load(image);
  }

  // Three batches of one segment as a reading may find them when the second and the third come
  // meanwhile, the second being missing, and as they are.
  std::pair<journal::FaultyFileSystem::Image, journal::FaultyFileSystem::Image>
  WriteBatchesAroundAHole() {
    WriteAccounts(1);
    const auto [path, begin] = End();
    WriteAccounts(1);
    const uint64_t bytes = End().second - begin;
    WriteAccounts(1);
    Close();
    const std::string whole = files_.Save().at(path);
    std::string with_hole = whole;
    with_hole.replace(begin, bytes, bytes, '\0');
    return {{{path, with_hole}}, {{path, whole}}};
  }

  void FlipBit(const std::string& path, size_t offset) {
    Close();
    journal::FaultyFileSystem::Image image = files_.Save();
    image[path][offset] = static_cast<char>(image[path][offset] ^ 1);
    files_.Load(image);
  }

  absl::StatusOr<Inspection> InspectQuietly() {
    return Inspect(files_, place_, [](uint64_t) {});
  }

  static constexpr int64_t kStartNs = 1'795'000'000'000'000'000;

  journal::FaultyFileSystem files_;
  journal::Options options_;
  Place place_;
  std::unique_ptr<journal::Writer> writer_;
};

}  // namespace rialto::journal_tool
