// Journals that a released rule set wrote replay to the recorded state for ever.
//
// `golden_journal_test --gtest_filter=*Written*` with RIALTO_GOLDEN=DIR writes the journal of the
// present rule set; its hash goes into kGolden below.
// An existing one is never written again: a change that breaks it must be gated by a new rule set.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "engine/codec/record_codec.h"
#include "engine/core/rule_set.h"
#include "engine/journal/posix_file_system.h"
#include "engine/journal/recovery.h"
#include "engine/server/engine_under_test.h"
#include "engine/server/journal_commit_log.h"
#include "engine/server/replica.h"
#include "engine/sim/workload.h"

namespace rialto::engine {
namespace {

constexpr uint64_t kSeed = 2026;
constexpr int kCommands = 1'500;
constexpr Timestamp kBegin{1'795'132'800'000'000'000};

struct Golden {
  const char* directory;
  uint64_t sequence;
  const char* state_hash;
};
constexpr Golden kGolden[] = {
    {"golden_2", kCommands, "945092ff635bbb9c912cd6e912ecdfaf"},
    {"golden_3", kCommands, "b4956fe2d45b0517aa8d87b5b680dc3e"},
    {"golden_4", kCommands, "e939db076230856955161ff8a8cadcd3"},
};

journal::Options OptionsIn(const std::string& directory) {
  return {.directory = directory,
          .segment_bytes = 512 << 10,
          .record_bytes_max = 256 << 10,
          .content = kJournalContent,
          .engine_version = rules::kNewest,
          .spare_segments = 0};
}

// The end of a replay of everything in the directory.
void ReplayInto(Replica& replica, const std::string& directory) {
  journal::PosixFileSystem files;
  Events events;
  const auto apply = [&](const journal::Record& record) -> absl::Status {
    RecordNotes notes;
    const absl::StatusOr<Command> command = DecodeRecord(record.payload, &notes);
    if (!command.ok()) return command.status();
    if (absl::Status same = replica.Compare(notes.attests); !same.ok()) return same;
    events.clear();
    replica.Apply({record.sequence, record.timestamp}, *command, events);
    return absl::OkStatus();
  };
  const auto tail =
      journal::Recover(files, OptionsIn(directory), journal::RecoveryMode::kVerify, apply);
  ASSERT_TRUE(tail.ok()) << tail.status();
  ASSERT_EQ(tail->dropped_bytes, 0u) << tail->damage;
}

TEST(GoldenJournalTest, ReplaysToTheRecordedState) {
  for (const Golden& golden : kGolden) {
    SCOPED_TRACE(golden.directory);
    const std::string directory = std::string("testdata/") + golden.directory;
    Replica replica;
    ASSERT_NO_FATAL_FAILURE(ReplayInto(replica, directory));
    EXPECT_EQ(replica.engine().sequence(), Sequence(golden.sequence));
    EXPECT_EQ(ToText(replica.Hash()), golden.state_hash);
    replica.engine().Validate();
  }
}

TEST(GoldenJournalTest, WhatIsWrittenNowReplaysToWhatWasDecided) {
  const TemporaryFolder folder;
  const char* asked = std::getenv("RIALTO_GOLDEN");
  const std::string directory = asked != nullptr ? asked : folder.path() + "/journal";
  ASSERT_FALSE(std::filesystem::exists(directory)) << directory;
  journal::PosixFileSystem files;
  JournalCommitLog log(files, OptionsIn(directory));
  const auto ignore = [](const CommandHeader&, std::string_view) { return absl::OkStatus(); };
  ASSERT_TRUE(log.Recover({}, {}, ignore).ok());
  Workload workload(kSeed);
  Replica replica;
  Timestamp now = kBegin;
  Events events;
  std::string record;
  for (uint64_t sequence = 1; sequence <= kCommands; ++sequence) {
    now = workload.NextTime(now, replica.engine().NextDue());
    EncodeRecord(sequence == 1 ? ActivateRuleSet{rules::kNewest} : workload.Next(), record);
    // What the journal holds, not what was asked: a nonsense that no wire can carry stays out.
    const absl::StatusOr<Command> command = DecodeRecord(record);
    const Attestation attestation = replica.last_attestation();
    if (attestation.sequence.Next() == Sequence(sequence)) {
      AppendNotes({.attests = attestation}, record);
    }
    events.clear();
    replica.Apply({Sequence(sequence), now}, *command, events);
    workload.Observe(events);
    log.Append({Sequence(sequence), now}, record);
    if (sequence % 50 == 0) {
      ASSERT_TRUE(log.Commit().ok());
    }
  }
  if (asked != nullptr)
    std::printf("%d commands, hash %s\n", kCommands, ToText(replica.Hash()).c_str());
  Replica replayed;
  ASSERT_NO_FATAL_FAILURE(ReplayInto(replayed, directory));
  EXPECT_EQ(replayed.Hash(), replica.Hash());
}

}  // namespace
}  // namespace rialto::engine
