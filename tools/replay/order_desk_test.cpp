#include "tools/replay/order_desk.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/replay/local_venue.h"

namespace rialto::replay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

Ask Bid(int64_t price, int64_t quantity, uint64_t line) {
  return {.side = Side::kBuy, .price = Price(price), .quantity = Quantity(quantity), .line = line};
}

Ask Offer(int64_t price, int64_t quantity, uint64_t line) {
  return {.side = Side::kSell, .price = Price(price), .quantity = Quantity(quantity), .line = line};
}

uint64_t MustPlace(OrderDesk& desk, const Ask& ask) {
  const absl::StatusOr<Placed> placed = desk.Place(ask);
  EXPECT_TRUE(placed.ok()) << placed.status();
  EXPECT_TRUE(placed->accepted);
  return placed->key;
}

TEST(OrderDeskTest, KnowsWhatAnArrivingOrderLeavesOfTheOthers) {
  LocalVenue venue;
  OrderDesk desk(venue, "t");
  const uint64_t offer = MustPlace(desk, Offer(100, 5, 1));
  const absl::StatusOr<Placed> placed = desk.Place(Bid(100, 3, 2));
  ASSERT_TRUE(placed.ok());
  EXPECT_EQ(placed->executed, Quantity(3));
  EXPECT_EQ(placed->executed_quote, Amount(300));
  EXPECT_EQ(placed->fills, 1u);
  EXPECT_EQ(desk.book().Find(offer)->remaining, Quantity(2));
  EXPECT_EQ(desk.counts().orders, 2);
  EXPECT_EQ(desk.first_sequence(), 1u);
}

TEST(OrderDeskTest, ReducesThenCancels) {
  LocalVenue venue;
  OrderDesk desk(venue, "t");
  const uint64_t key = MustPlace(desk, Bid(100, 5, 1));
  EXPECT_TRUE(desk.Reduce(key, Quantity(2)).ok());
  EXPECT_EQ(venue.book().TotalAt(Side::kBuy, Price(100)), Quantity(3));
  EXPECT_TRUE(desk.Reduce(key, Quantity(1)).ok());
  EXPECT_TRUE(desk.Reduce(key, Quantity(2)).ok());
  EXPECT_EQ(venue.book().size(), 0u);
  EXPECT_EQ(desk.counts().amends, 2);
  EXPECT_EQ(desk.counts().cancels, 1);
  EXPECT_EQ(desk.counts().latencies_ns.size(), 4u);
}

TEST(OrderDeskTest, ImmediateOrdersNeverRest) {
  LocalVenue venue;
  OrderDesk desk(venue, "t");
  Ask ask = Bid(100, 5, 1);
  ask.lifetime = Lifetime::kImmediate;
  MustPlace(desk, ask);
  EXPECT_EQ(desk.book().size(), 0u);
  EXPECT_EQ(venue.book().size(), 0u);
  EXPECT_EQ(desk.counts().immediate, 1);
}

TEST(OrderDeskTest, CountsRejectsByReasonAndForgetsTheOrder) {
  LocalVenue venue;
  venue.Refuse(1);
  OrderDesk desk(venue, "t");
  const absl::StatusOr<Placed> placed = desk.Place(Bid(100, 5, 1));
  ASSERT_TRUE(placed.ok());
  EXPECT_FALSE(placed->accepted);
  EXPECT_EQ(desk.book().size(), 0u);
  EXPECT_THAT(desk.counts().rejects, ElementsAre(Pair("INSUFFICIENT_FUNDS", 1)));
}

TEST(OrderDeskTest, SecondRunRepeatsPlacementsAndToleratesWhatIsAlreadyDone) {
  LocalVenue venue;
  for (int run = 0; run < 2; ++run) {
    OrderDesk desk(venue, "t");
    const uint64_t reduced = MustPlace(desk, Bid(99, 5, 1));
    const uint64_t canceled = MustPlace(desk, Bid(98, 5, 2));
    EXPECT_TRUE(desk.Reduce(reduced, Quantity(1)).ok());
    EXPECT_TRUE(desk.Reduce(reduced, Quantity(1)).ok());
    EXPECT_TRUE(desk.Reduce(canceled, Quantity(5)).ok());
    EXPECT_THAT(desk.counts().rejects, IsEmpty());
    EXPECT_EQ(desk.counts().repeated, run == 0 ? 0 : 2);
    EXPECT_EQ(desk.first_sequence(), 1u);
    EXPECT_EQ(venue.book().size(), 1u);
    EXPECT_EQ(venue.book().TotalAt(Side::kBuy, Price(99)), Quantity(3));
  }
}

TEST(OrderDeskTest, LostAnswersAreSentAgain) {
  LocalVenue venue;
  venue.LoseAnswers(1);
  OrderDesk desk(venue, "t");
  const uint64_t key = MustPlace(desk, Bid(99, 5, 1));
  EXPECT_TRUE(desk.Reduce(key, Quantity(2)).ok());
  EXPECT_TRUE(desk.Reduce(key, Quantity(3)).ok());
  EXPECT_THAT(desk.counts().rejects, IsEmpty());
  EXPECT_EQ(desk.counts().resent, 3);
  EXPECT_EQ(desk.counts().repeated, 0);
  EXPECT_EQ(venue.book().size(), 0u);
}

TEST(OrderDeskTest, StopsWhenSomebodyElseTrades) {
  LocalVenue venue;
  OrderDesk other(venue, "other");
  OrderDesk desk(venue, "t");
  MustPlace(desk, Bid(98, 5, 1));
  MustPlace(other, Offer(100, 5, 1));
  const absl::StatusOr<Placed> placed = desk.Place(Bid(100, 3, 2));
  ASSERT_FALSE(placed.ok());
  EXPECT_THAT(std::string(placed.status().message()),
              HasSubstr("order t-2-0 (sequence 3): executed 3 lots where price-time priority gives "
                        "0; does somebody else trade in this instrument?"));
}

TEST(OrderDeskTest, RefusesToStartInABookOfOthersButNotInItsOwn) {
  LocalVenue venue;
  OrderDesk other(venue, "other");
  MustPlace(other, Offer(100, 5, 1));
  OrderDesk desk(venue, "t");
  desk.ExpectEarlierRun();
  const absl::StatusOr<Placed> placed = desk.Place(Bid(98, 5, 1));
  ASSERT_FALSE(placed.ok());
  EXPECT_THAT(std::string(placed.status().message()),
              HasSubstr("the instrument's book is not empty"));
  EXPECT_EQ(venue.book().size(), 1u);

  OrderDesk again(venue, "other");
  again.ExpectEarlierRun();
  EXPECT_TRUE(again.Place(Offer(100, 5, 1)).ok());
}

TEST(OrderDeskTest, EndsWhenNoDecisionCanBeHad) {
  LocalVenue venue;
  OrderDesk desk(venue, "t");
  const uint64_t key = MustPlace(desk, Bid(98, 5, 1));
  venue.FailFrom(2);
  EXPECT_EQ(desk.Reduce(key, Quantity(5)).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(desk.Place(Bid(98, 5, 2)).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace rialto::replay
