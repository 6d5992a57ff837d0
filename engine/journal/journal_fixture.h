// Test fixture: a small journal on a faulty disk, spoken to in words.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/journal/faulty_file_system.h"
#include "engine/journal/reader.h"
#include "engine/journal/recovery.h"
#include "engine/journal/writer.h"

namespace rialto::journal {

struct History {
  absl::Status status;
  std::vector<std::string> payloads;
  Position position;
  Timestamp timestamp;
  std::string damage;  // Why the tail was torn; empty when it was not.
  uint64_t dropped_bytes = 0;
};

// Where a batch lies.
struct Extent {
  std::string path;
  uint64_t begin = 0;
  uint64_t end = 0;
  uint64_t last_sequence = 0;
};

class JournalTest : public testing::Test {
 protected:
  JournalTest() {
    options_.directory = "journal";
    options_.segment_bytes = 8192;
    options_.record_bytes_max = 1024;
    options_.venue_id = 7;
    options_.spare_segments = 0;
  }

  void OpenWriter() {
    auto tail = journal::Recover(files_, options_, RecoveryMode::kRepairTornTail,
                                 [](const Record&) { return absl::OkStatus(); });
    ASSERT_TRUE(tail.ok()) << tail.status();
    auto writer = Writer::Open(files_, options_, *std::move(tail));
    ASSERT_TRUE(writer.ok()) << writer.status();
    writer_ = *std::move(writer);
  }

  void Append(const std::string& payload, uint32_t count = 1) {
    const Sequence sequence = writer_->next_sequence();
    writer_->Append({.sequence = sequence,
                     .count = count,
                     .timestamp = Timestamp(1000 + static_cast<int64_t>(sequence.value())),
                     .type = 3,
                     .version = 2,
                     .payload = payload});
  }

  // One synced batch; opens the writer when there is none.
  void Write(const std::vector<std::string>& batch) {
    if (writer_ == nullptr) OpenWriter();
    for (const std::string& payload : batch) Append(payload);
    ASSERT_TRUE(writer_->Sync().ok());
  }

  // The process ends: whatever was written stays.
  void Close() { writer_.reset(); }

  History Recover(RecoveryMode mode = RecoveryMode::kRepairTornTail) {
    Close();
    History history;
    auto tail = journal::Recover(files_, options_, mode, [&](const Record& record) {
      EXPECT_EQ(record.sequence.value(), history.payloads.size() + 1);
      history.payloads.emplace_back(record.payload);
      return absl::OkStatus();
    });
    history.status = tail.status();
    if (!tail.ok()) return history;
    history.position = tail->position;
    history.timestamp = tail->timestamp;
    history.damage = tail->damage;
    history.dropped_bytes = tail->dropped_bytes;
    return history;
  }

  std::vector<Extent> Extents() {
    std::vector<Extent> extents;
    auto reader = Reader::Open(files_, options_);
    EXPECT_TRUE(reader.ok());
    while ((*reader)->NextBatch().value() == ReadOutcome::kBatch) {
      const OpenSegment& segment = *(*reader)->segment();
      const bool continues = !extents.empty() && extents.back().path == segment.path;
      extents.push_back({segment.path, continues ? extents.back().end : kSegmentHeaderBytes,
                         segment.end_offset, (*reader)->position().sequence.value()});
    }
    return extents;
  }

  // `batches` batches of one to three records with lengths that vary; returns all payloads.
  std::vector<std::string> WriteMany(int batches) {
    std::vector<std::string> payloads;
    for (int batch = 0; batch < batches; ++batch) {
      std::vector<std::string> records;
      for (int record = 0; record <= batch % 3; ++record) {
        const size_t number = payloads.size() + 1;
        records.push_back("record " + std::to_string(number) + std::string(number * 7 % 90, '.'));
        payloads.push_back(records.back());
      }
      Write(records);
    }
    return payloads;
  }

  FaultyFileSystem files_;
  Options options_;
  std::unique_ptr<Writer> writer_;
};

// Whether `part` is how `whole` begins.
inline bool IsPrefix(const std::vector<std::string>& part, const std::vector<std::string>& whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

}  // namespace rialto::journal
