#include "common/follower/feed_buffer.h"

#include <thread>

#include "common/follower/retry_log.h"
#include "gtest/gtest.h"

namespace rialto {
namespace {

std::unique_ptr<engine::v1::SubscribeResponse> Message(uint64_t first, int count) {
  auto message = std::make_unique<engine::v1::SubscribeResponse>();
  for (int i = 0; i < count; ++i) {
    message->add_commands()->set_sequence(first + static_cast<uint64_t>(i));
  }
  return message;
}

constexpr FeedBatchLimits kNoLimits{1'000'000, 1'000'000};

TEST(FeedBufferTest, TakesEverythingQueuedAsOneBatch) {
  FeedBuffer buffer(1 << 20);
  EXPECT_TRUE(buffer.Push(Message(1, 2)));
  EXPECT_TRUE(buffer.Push(Message(3, 1)));
  const FeedBatch batch = buffer.Take(kNoLimits, absl::ZeroDuration());
  ASSERT_EQ(batch.commands.size(), 3u);
  EXPECT_EQ(batch.commands[2]->sequence(), 3u);
}

TEST(FeedBufferTest, StopsAtTheLimitButTakesAtLeastOneMessage) {
  FeedBuffer buffer(1 << 20);
  for (uint64_t first : {1u, 6u, 11u}) EXPECT_TRUE(buffer.Push(Message(first, 5)));
  EXPECT_EQ(buffer.Take({10, 1'000'000}, absl::ZeroDuration()).commands.size(), 10u);
  EXPECT_EQ(buffer.Take({1, 1}, absl::ZeroDuration()).commands.size(), 5u);
}

TEST(FeedBufferTest, HandsOutWhatCameBeforeTheEnd) {
  FeedBuffer buffer(1 << 20);
  EXPECT_TRUE(buffer.Push(Message(1, 1)));
  buffer.End(absl::UnavailableError("gone"));
  EXPECT_FALSE(buffer.ended());
  EXPECT_EQ(buffer.Take(kNoLimits, absl::ZeroDuration()).commands.size(), 1u);
  EXPECT_TRUE(buffer.ended());
  EXPECT_TRUE(absl::IsUnavailable(buffer.end_status()));
  EXPECT_TRUE(buffer.Take(kNoLimits, absl::InfiniteDuration()).commands.empty());
}

TEST(FeedBufferTest, HoldsThePusherBackWhileFull) {
  FeedBuffer buffer(1);
  EXPECT_TRUE(buffer.Push(Message(1, 1)));
  std::thread pusher([&] { EXPECT_TRUE(buffer.Push(Message(2, 1))); });
  EXPECT_EQ(buffer.Take({1, 1}, absl::InfiniteDuration()).commands[0]->sequence(), 1u);
  EXPECT_EQ(buffer.Take({1, 1}, absl::InfiniteDuration()).commands[0]->sequence(), 2u);
  pusher.join();
}

TEST(FeedBufferTest, LetsThePusherGoWhenTheTakerIsGone) {
  FeedBuffer buffer(1);
  EXPECT_TRUE(buffer.Push(Message(1, 1)));
  std::thread pusher([&] { EXPECT_FALSE(buffer.Push(Message(2, 1))); });
  buffer.Abandon();
  pusher.join();
}

TEST(RetryLogTest, WaitsLongerUntilItWorksAgain) {
  RetryLog log("database");
  const absl::Time start = absl::UnixEpoch();
  EXPECT_EQ(log.Failed(absl::UnavailableError("down"), start), RetryLog::kWaitMin);
  EXPECT_EQ(log.Failed(absl::UnavailableError("down"), start), 2 * RetryLog::kWaitMin);
  for (int i = 0; i < 20; ++i) (void)log.Failed(absl::UnavailableError("down"), start);
  EXPECT_EQ(log.Failed(absl::UnavailableError("down"), start), RetryLog::kWaitMax);
  log.Worked();
  EXPECT_EQ(log.Failed(absl::UnavailableError("down"), start), RetryLog::kWaitMin);
}

}  // namespace
}  // namespace rialto
