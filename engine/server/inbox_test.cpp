#include "engine/server/inbox.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <future>
#include <thread>
#include <utility>

#include "absl/time/clock.h"

namespace rialto::engine {
namespace {

constexpr size_t kCommandsMax = 4;
const absl::Duration kFarAway = absl::Hours(1);

Work Ticks(size_t count) {
  Work work;
  for (size_t i = 0; i < count; ++i) work.commands.push_back(Tick{});
  return work;
}

size_t AllocatedBytes() { return mallinfo2().uordblks + mallinfo2().hblkhd; }

class InboxTest : public ::testing::Test {
 protected:
  // The turn from the writer's side, as after a start.
  void BeginAndEndTurn(absl::Time due = absl::InfiniteFuture()) {
    ASSERT_TRUE(inbox_.WaitForTurn());
    inbox_.EndTurn(due);
  }
  size_t TakeAll() {
    std::vector<Work> batch;
    inbox_.TakeBatch(1'024, batch);
    return batch.size();
  }

  Inbox inbox_{kCommandsMax, absl::Microseconds(10)};
};

TEST_F(InboxTest, RefusesWhatIsBeyondItsBoundAndTakesReliefLonger) {
  EXPECT_TRUE(inbox_.Put(Ticks(4)));
  EXPECT_FALSE(inbox_.Put(Ticks(1)));
  EXPECT_TRUE(inbox_.Put(Ticks(16), Inbox::Lane::kReserved));  // Four times as many.
  EXPECT_FALSE(inbox_.Put(Ticks(1), Inbox::Lane::kReserved));
  EXPECT_TRUE(inbox_.PutAnyway(Ticks(1)));
  EXPECT_EQ(inbox_.depth(), 21u);
}

// What was taken is given back also when something is waiting all the time.
TEST_F(InboxTest, HoldsNoMoreMemoryWhenItNeverRunsEmpty) {
  ASSERT_TRUE(inbox_.Put(Ticks(1)));
  ASSERT_TRUE(inbox_.WaitForTurn());
  std::vector<Work> batch;
  const size_t bytes_before = AllocatedBytes();
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_TRUE(inbox_.Put(Ticks(1)));
    inbox_.TakeBatch(1, batch);
    ASSERT_EQ(batch.size(), 1u);
    batch.clear();
  }
  EXPECT_EQ(inbox_.depth(), 1u);
  EXPECT_LT(AllocatedBytes(), bytes_before + 100 * sizeof(Work));
  inbox_.EndTurn(absl::InfiniteFuture());
}

TEST_F(InboxTest, GivesTheTurnToOneWhoFindsNobodyThere) {
  BeginAndEndTurn();
  bool mine = false;
  EXPECT_TRUE(inbox_.Put(Ticks(1), Inbox::Lane::kCommon, &mine));
  EXPECT_TRUE(mine);
  bool also_mine = false;
  EXPECT_TRUE(inbox_.Put(Ticks(1), Inbox::Lane::kCommon, &also_mine));
  EXPECT_FALSE(also_mine);
  EXPECT_EQ(TakeAll(), 2u) << "what came meanwhile is in the same batch";
  inbox_.EndTurn(absl::InfiniteFuture());
}

TEST_F(InboxTest, LeavesTheTurnToTheWriterWhenWorkIsWaitingAlready) {
  BeginAndEndTurn();
  EXPECT_TRUE(inbox_.Put(Ticks(1)));
  bool mine = false;
  EXPECT_TRUE(inbox_.Put(Ticks(1), Inbox::Lane::kCommon, &mine));
  EXPECT_FALSE(mine);
  EXPECT_TRUE(inbox_.WaitForTurn());
  EXPECT_EQ(TakeAll(), 2u);
}

TEST_F(InboxTest, TheWriterWaitsUntilTheTurnIsFreeAndTakesWhatIsLeft) {
  BeginAndEndTurn();
  bool mine = false;
  ASSERT_TRUE(inbox_.Put(Ticks(1), Inbox::Lane::kCommon, &mine));
  ASSERT_TRUE(mine);
  std::atomic<bool> is_ended = false;
  std::future<bool> writer = std::async(std::launch::async, [&] {
    const bool has_turn = inbox_.WaitForTurn();
    return has_turn && is_ended;
  });
  EXPECT_EQ(TakeAll(), 1u);
  ASSERT_TRUE(inbox_.Put(Ticks(1)));
  is_ended = true;
  inbox_.EndTurn(absl::InfiniteFuture());
  EXPECT_TRUE(writer.get());
  EXPECT_EQ(TakeAll(), 1u);
}

TEST_F(InboxTest, TheWriterWakesWhenSomethingBecomesDueEarlier) {
  BeginAndEndTurn(absl::Now() + kFarAway);
  std::future<bool> writer = std::async(std::launch::async, [&] { return inbox_.WaitForTurn(); });
  bool mine = false;
  ASSERT_TRUE(inbox_.Put(Ticks(1), Inbox::Lane::kCommon, &mine));
  if (mine) {
    TakeAll();
    inbox_.EndTurn(absl::Now());
  }
  EXPECT_TRUE(writer.get());
}

TEST_F(InboxTest, IsOverWhenItIsClosedAndEmpty) {
  BeginAndEndTurn();
  ASSERT_TRUE(inbox_.Put(Ticks(1)));
  inbox_.Close();
  EXPECT_FALSE(inbox_.Put(Ticks(1)));
  EXPECT_TRUE(inbox_.WaitForTurn());
  EXPECT_EQ(TakeAll(), 1u);
  inbox_.EndTurn(absl::InfiniteFuture());
  EXPECT_FALSE(inbox_.WaitForTurn());
}

}  // namespace
}  // namespace rialto::engine
