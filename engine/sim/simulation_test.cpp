// The simulation over many seeds; and what no fault of a disk can bring about.
//
//   RIALTO_SIM_SEED=42 simulation_test      one seed again
//   RIALTO_NIGHTLY=1 simulation_test        5,000 seeds
#include "engine/sim/simulation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "common/base/crc32c.h"
#include "common/base/fields.h"
#include "common/base/log.h"
#include "engine/codec/record_codec.h"

namespace rialto::engine {
namespace {

constexpr uint64_t kSeeds = 500;
constexpr uint64_t kSeedsNightly = 5'000;

// Faults are what it is about.
void BeQuiet() {
  InitLog("sim");
  spdlog::set_level(spdlog::level::off);
}

TEST(SimulationTest, EveryPromiseHoldsOnALyingDisk) {
  BeQuiet();
  TellSimulationOnAbort();
  SimulationOptions options;
  SimulationCounts counts;
  const char* seed = std::getenv("RIALTO_SIM_SEED");
  if (seed != nullptr && absl::SimpleAtoi(seed, &options.seed)) {
    const absl::Status verdict = RunSimulation(options, counts);
    EXPECT_TRUE(verdict.ok()) << verdict.message();
    return;
  }
  const bool is_nightly = std::getenv("RIALTO_NIGHTLY") != nullptr;
  const uint64_t seeds = is_nightly ? kSeedsNightly : kSeeds;
  for (options.seed = 1; options.seed <= seeds; ++options.seed) {
    const absl::Status verdict = RunSimulation(options, counts);
    ASSERT_TRUE(verdict.ok()) << verdict.message() << "\nor with: RIALTO_SIM_SEED=" << options.seed
                              << " simulation_test";
  }
  std::cout << counts.ToText() << "\n";
  // Every kind of fault was met, and every way out of it was taken.
  counts.damages_unseen = counts.damages_forked = 1;  // What a better engine has none of.
  WithFields(counts, [](const auto&... count) {
    int field = 0;
    const auto expect_some = [&](uint64_t number) {
      ++field;
      EXPECT_GT(number, 0u) << "count " << field;
    };
    (expect_some(count), ...);
  });
}

// A run of one process after the other on one disk.
class ProcessesTest : public testing::Test {
 protected:
  ProcessesTest() : witness_([](const Events&) {}) { BeQuiet(); }

  absl::Status Start() {
    process_.reset();
    process_ = std::make_unique<SimulationProcess>(files_, where_, witness_);
    process_->clock.Set(Timestamp(now_ns_));
    return process_->pipeline.Recover(process_->snapshots);
  }
  void Do(const Command& command, int64_t later_ns) {
    now_ns_ += later_ns;
    process_->clock.Set(Timestamp(now_ns_));
    std::vector<Work> batch(1);
    batch.front().commands.push_back(command);
    batch.front().reply = [](absl::Span<const Outcome>) {};
    ASSERT_TRUE(process_->pipeline.Process(batch).ok());
  }
  Attestation last_attestation() const { return process_->pipeline.replica().last_attestation(); }
  // Adds a Tick with these notes to the journal, behind the engine's back.
  void Journal(const RecordNotes& notes) {
    process_.reset();
    JournalCommitLog log(files_, where_.journal);
    ASSERT_TRUE(
        log.Recover({}, {}, [](const CommandHeader&, std::string_view) { return absl::OkStatus(); })
            .ok());
    std::string record;
    EncodeRecord(Tick{}, record);
    AppendNotes(notes, record);
    now_ns_ += kSecondNs;
    log.Append({log.position().sequence.Next(), Timestamp(now_ns_)}, record);
    ASSERT_TRUE(log.Commit().ok());
  }
  // Of the commands so far.
  absl::StatusOr<SnapshotHeader> Snapshot() {
    const Pipeline& pipeline = process_->pipeline;
    return MakeSnapshot(
        {files_, where_.journal, process_->snapshots, process_->feed},
        {pipeline.journal_position(), pipeline.engine().now(), pipeline.replica().Hash()});
  }

  static constexpr int64_t kSecondNs = 1'000'000'000;

  journal::FaultyFileSystem files_;
  SimulationFiles where_;
  SimulationWitness witness_;
  std::unique_ptr<SimulationProcess> process_;
  int64_t now_ns_ = 1'795'132'800 * kSecondNs;
};

TEST_F(ProcessesTest, AnotherStateThanTheOneAttestedStopsTheReplay) {
  ASSERT_TRUE(Start().ok());
  Do(CreateAsset{CallerId::Parse("USD").value(), 2}, 1);
  Do(OpenAccount{CallerId::Parse("alice").value()}, 6 * kSecondNs);
  const Attestation true_one = last_attestation();
  ASSERT_GT(true_one.sequence, Sequence());

  Journal({.attests = true_one});
  ASSERT_TRUE(Start().ok());

  Attestation other = true_one;
  other.hash[1] ^= 1;
  Journal({.attests = other});
  EXPECT_TRUE(absl::IsInternal(Start()));
}

TEST_F(ProcessesTest, TheStateIsAttestedInTheJournalSoonAfterEachCheckpoint) {
  ASSERT_TRUE(Start().ok());
  Do(OpenAccount{CallerId::Parse("alice").value()}, 6 * kSecondNs);
  const Attestation attested = last_attestation();
  Do(OpenAccount{CallerId::Parse("bob").value()}, 1);
  RecordNotes notes;
  ASSERT_TRUE(DecodeRecord(witness_.entry(witness_.durable()).record, &notes).ok());
  EXPECT_EQ(notes.attests, attested);
}

TEST_F(ProcessesTest, ASnapshotThatRotsIsReplacedByTheNextOfTheSameCommands) {
  ASSERT_TRUE(Start().ok());
  Do(OpenAccount{CallerId::Parse("alice").value()}, 1);
  const SnapshotHeader first = Snapshot().value();
  files_.Damage(first.path, 200, "rot");
  Replica rotten;
  ASSERT_FALSE(process_->snapshots.Load(first.path, rotten).ok());

  const SnapshotHeader second = Snapshot().value();
  EXPECT_EQ(second.path, first.path);
  Replica loaded;
  EXPECT_TRUE(process_->snapshots.Load(second.path, loaded).ok());
}

TEST_F(ProcessesTest, ASnapshotOfAnotherStateThanItsHeaderSaysIsNone) {
  ASSERT_TRUE(Start().ok());
  const SnapshotHeader info = Snapshot().value();
  // docs/formats/snapshot.md: the state's hash at 64, the header's checksum in its last four bytes.
  std::string header = files_.Save().at(info.path).substr(0, 124);
  header[64] = static_cast<char>(header[64] ^ 1);
  const uint32_t checksum = Crc32c(header);
  files_.Damage(info.path, 0, header);
  files_.Damage(info.path, 124, {reinterpret_cast<const char*>(&checksum), sizeof checksum});
  Replica loaded;
  const absl::Status status = process_->snapshots.Load(info.path, loaded).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("its state is not"));
}

// A last batch that has rotted looks torn; the mark knows better, and nothing is cut off.
TEST_F(ProcessesTest, AMarkThatKnowsBetterKeepsTheEvidence) {
  ASSERT_TRUE(Start().ok());
  Do(OpenAccount{CallerId::Parse("alice").value()}, kSecondNs);
  process_.reset();
  const std::string segment = "journal/00000000000000000001.jnl";
  std::string bytes = files_.Save().at(segment);
  const size_t end = bytes.find_last_not_of('\0');
  files_.Damage(segment, end - 8, "rot");
  bytes = files_.Save().at(segment);
  EXPECT_TRUE(absl::IsOutOfRange(Start()));
  process_.reset();
  EXPECT_EQ(files_.Save().at(segment), bytes);
}

}  // namespace
}  // namespace rialto::engine
