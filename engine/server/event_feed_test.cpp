#include "engine/server/event_feed.h"

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "engine/codec/event_codec.h"
#include "engine/core/limits.h"
#include "engine/journal/faulty_file_system.h"
#include "engine/server/engine_under_test.h"

namespace rialto::engine {
namespace {

// All sequences from `from` on, each once and in order.
std::vector<uint64_t> Read(EventFeed& feed, uint64_t from) {
  std::vector<uint64_t> sequences;
  const std::unique_ptr<journal::Cursor> cursor = feed.OpenCursor(Sequence(from));
  while (true) {
    absl::StatusOr<std::optional<journal::Record>> record = cursor->Next(feed.published());
    CHECK_OK(record);
    if (!record->has_value()) return sequences;
    v1::SubscribeResponse message;
    CHECK(message.ParseFromArray((*record)->payload.data(),
                                 static_cast<int>((*record)->payload.size())));
    for (const v1::CommandEvents& command : message.commands()) {
      sequences.push_back(command.sequence());
    }
  }
}

void Fill(EventFeed& feed, uint64_t first, uint64_t last) {
  for (uint64_t sequence = first; sequence <= last; ++sequence) {
    const Events events{AccountOpened{AccountId(1000 + sequence), Id("x")}};
    CHECK_OK(feed.Append({Sequence(sequence), Timestamp(static_cast<int64_t>(sequence))}, events));
    if (sequence % 7 == 0) CHECK_OK(feed.Publish());
  }
  CHECK_OK(feed.Publish());
}

TEST(EventFeedTest, HoldsEverySequenceOnce) {
  TemporaryFolder folder;
  journal::PosixFileSystem files;
  EventFeed feed(files, FeedIn(folder.path()));
  ASSERT_TRUE(feed.Recover().ok());
  Fill(feed, 1, 100);
  const std::vector<uint64_t> all = Read(feed, 1);
  ASSERT_EQ(all.size(), 100u);
  for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], i + 1);
  EXPECT_EQ(Read(feed, 99).back(), 100u);
  EXPECT_LE(Read(feed, 99).front(), 99u);
}

// 10,000 fills, each of another account's bracket, whose other leg ends with it. A command that
// makes orders active may do nearly that and then one sweep more.
TEST(EventFeedTest, WhatTheLargestCommandDoesFitsARecord) {
  Engine engine;
  Events events;
  const auto apply = [&](const Command& command) {
    const Sequence sequence = engine.sequence().Next();
    events.clear();
    return engine.Apply(
        {sequence, Timestamp(1'795'132'800'000'000'000 + static_cast<int64_t>(sequence.value()))},
        command, events);
  };
  const auto name = [](const std::string& kind, uint64_t number) {  // As long as one may be.
    return Id(absl::StrFormat("%s-%0*d", kind, CallerId::kSizeMax - kind.size() - 1, number));
  };
  apply(CreateAsset{Id("USD"), 2});
  apply(CreateAsset{Id("BTC"), 8});
  apply(CreateInstrument{.symbol = Id("BTC-USD"),
                         .base = AssetId(2),
                         .quote = AssetId(1),
                         .tick_size_e12 = 10'000'000'000,
                         .lot_size_units = 100'000'000,
                         .quantity_min = Quantity(1),
                         .quantity_max = Quantity(1'000'000),
                         .maker_fee_ppm = 100,
                         .taker_fee_ppm = 200});
  constexpr uint64_t kMakers = limits::kFillsPerCommandMax;
  const AccountId taker(apply(OpenAccount{Id("taker")}).created_id);
  apply(Deposit{Id("taker"), taker, AssetId(1), Amount(1'000'000'000'000'000'000)});
  for (uint64_t i = 0; i < kMakers; ++i) {
    const AccountId maker(apply(OpenAccount{name("maker", i)}).created_id);
    apply(Deposit{name("deposit", i), maker, AssetId(2), Amount(100'000'000'000'000)});
    PlaceOrder profit{.account_id = maker,
                      .client_order_id = name("profit", i),
                      .instrument_id = InstrumentId(1),
                      .side = Side::kSell,
                      .price = Price(10'000'000),
                      .quantity = Quantity(1)};
    PlaceOrder loss = profit;
    loss.client_order_id = name("loss", i);
    loss.type = OrderType::kStopLimit;
    loss.price = Price(1);
    loss.terms.trigger_source = TriggerSource::kLast;
    loss.terms.trigger_price = Price(1);
    profit.terms.tag = loss.terms.tag = name("tag", i);
    const Outcome placed = apply(PlaceOrderList{.orders = {profit, loss}});
    ASSERT_TRUE(placed.accepted()) << i << " " << static_cast<int>(placed.reason);
  }
  ASSERT_TRUE(apply(PlaceOrder{.account_id = taker,
                               .client_order_id = name("taker", 0),
                               .instrument_id = InstrumentId(1),
                               .side = Side::kBuy,
                               .price = Price(10'000'000),
                               .quantity = Quantity(kMakers)})
                  .accepted());
  std::string bytes;
  EncodeEvents({engine.sequence(), engine.now()}, events, bytes);
  EXPECT_GT(events.size(), 4 * kMakers);
  EXPECT_LT(2 * bytes.size(), EventFeed::kRecordBytesMax - (1u << 20));
}

TEST(EventFeedTest, NothingIsVisibleBeforePublish) {
  TemporaryFolder folder;
  journal::PosixFileSystem files;
  EventFeed feed(files, FeedIn(folder.path()));
  ASSERT_TRUE(feed.Recover().ok());
  ASSERT_TRUE(feed.Append({Sequence(1), Timestamp(1)}, {}).ok());
  EXPECT_TRUE(Read(feed, 1).empty());
  ASSERT_TRUE(feed.Publish().ok());
  EXPECT_EQ(Read(feed, 1), std::vector<uint64_t>{1});
}

TEST(EventFeedTest, SaysThatItsDiskIsFillingUpWhileItCanStillBeWritten) {
  journal::FaultyFileSystem files;
  journal::Options options = FeedIn("somewhere");
  options.spare_segments = 1;
  EventFeed feed(files, options);
  ASSERT_TRUE(feed.Recover().ok());
  EXPECT_TRUE(feed.shortage().ok());
  files.SetCapacityBytes(2 * options.segment_bytes + 100);  // What there is, and no third file.
  uint64_t last = 0;
  const absl::Time deadline = absl::Now() + absl::Seconds(10);
  while (feed.shortage().ok() && absl::Now() < deadline && last < 350'000) {
    Fill(feed, last + 1, last + 700);
    last += 700;
  }
  EXPECT_TRUE(absl::IsResourceExhausted(feed.shortage())) << last;
  Fill(feed, last + 1, last + 700);
  EXPECT_EQ(feed.published(), Sequence(last + 700));
}

TEST(EventFeedTest, ReplayAfterARestartAddsOnlyWhatIsMissing) {
  TemporaryFolder folder;
  journal::PosixFileSystem files;
  {
    EventFeed feed(files, FeedIn(folder.path()));
    ASSERT_TRUE(feed.Recover().ok());
    Fill(feed, 1, 50);
  }
  EventFeed feed(files, FeedIn(folder.path()));
  ASSERT_TRUE(feed.Recover().ok());
  Fill(feed, 1, 60);
  const std::vector<uint64_t> all = Read(feed, 1);
  ASSERT_EQ(all.size(), 60u);
  EXPECT_EQ(all.back(), 60u);
}

TEST(EventFeedTest, WhatATryThatWasGivenUpDidNotPublishIsForgotten) {
  TemporaryFolder folder;
  journal::PosixFileSystem files;
  EventFeed feed(files, FeedIn(folder.path()));
  ASSERT_TRUE(feed.Recover().ok());
  for (uint64_t sequence = 1; sequence <= 5; ++sequence) {
    ASSERT_TRUE(feed.Append({Sequence(sequence), Timestamp(1)}, {}).ok());
  }
  ASSERT_TRUE(feed.Recover().ok());
  EXPECT_EQ(feed.stored(), Sequence(0));
  Fill(feed, 1, 20);
  const std::vector<uint64_t> all = Read(feed, 1);
  ASSERT_EQ(all.size(), 20u);
  for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], i + 1);
}

TEST(EventFeedTest, ADamagedFeedIsRefilledFromTheDamageOn) {
  TemporaryFolder folder;
  journal::PosixFileSystem files;
  {
    EventFeed feed(files, FeedIn(folder.path()));
    ASSERT_TRUE(feed.Recover().ok());
    Fill(feed, 1, 50);
  }
  {
    std::fstream file(folder.path() + "/feed/00000000000000000001.jnl",
                      std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 + 600);
    file.put('\x7f');
  }
  EventFeed feed(files, FeedIn(folder.path()));
  ASSERT_TRUE(feed.Recover().ok());
  EXPECT_LT(feed.stored(), Sequence(50));
  Fill(feed, 1, 50);
  EXPECT_EQ(Read(feed, 1).size(), 50u);
}

TEST(EventFeedTest, ManyEventsOfOneBatchGoIntoSeveralRecords) {
  TemporaryFolder folder;
  journal::PosixFileSystem files;
  EventFeed feed(files, FeedIn(folder.path()));
  ASSERT_TRUE(feed.Recover().ok());
  for (uint64_t sequence = 1; sequence <= 20; ++sequence) {
    const Events events(5'000, Event(BalanceChanged{AccountId(1001), AssetId(1), Amount(1), {}}));
    ASSERT_TRUE(feed.Append({Sequence(sequence), Timestamp(1)}, events).ok());
  }
  ASSERT_TRUE(feed.Publish().ok());
  EXPECT_EQ(feed.published(), Sequence(20));
  EXPECT_EQ(Read(feed, 1).size(), 20u);
}

}  // namespace
}  // namespace rialto::engine
