// The textbook book and Rialto's say the same on the measured workloads, and show the same book.
#include <cstdint>
#include <string>

#include "bench/book_contender.h"
#include "bench/challenge_workload.h"
#include "bench/entries.h"
#include "bench/exchange_core_workload.h"
#include "bench/replay.h"
#include "bench/textbook_book.h"
#include "gtest/gtest.h"

namespace rialto::bench {
namespace {

using engine::Side;

// Reports after every command, and now and then the best prices and what is there.
void ExpectSame(const Workload& workload) {
  Books<TextbookBook> textbook(workload.instruments);
  Books<RialtoBook> ours(workload.instruments);
  uint64_t commands = 0;
  for (const auto* list : {&workload.prefill, &workload.measured}) {
    for (const BookCommand& command : *list) {
      textbook.Replay(command);
      ours.Replay(command);
      ++commands;
      ASSERT_EQ(ours.digest(), textbook.digest()) << workload.name << ", command " << commands;
      if (commands % 97 != 0) continue;
      for (const Side side : {Side::kBuy, Side::kSell}) {
        const Price best = textbook[command.instrument].BestPrice(side);
        ASSERT_EQ(ours[command.instrument].BestPrice(side), best) << commands;
        ASSERT_EQ(ours[command.instrument].TotalAt(side, best),
                  textbook[command.instrument].TotalAt(side, best).value())
            << commands;
      }
      ASSERT_EQ(ours[command.instrument].order_count(), textbook[command.instrument].order_count());
    }
  }
}

TEST(BooksAgreeTest, OnExchangeCoresFlow) {
  ExpectSame(MakeExchangeCoreWorkload({.commands = 50'000}));
}

TEST(BooksAgreeTest, OnEveryScenarioOfTheChallenge) {
  for (const ChallengeScenario& scenario : ChallengeScenarios()) {
    ExpectSame(MakeChallengeWorkload(scenario, 20'000));
  }
}

TEST(BooksAgreeTest, OnTenInstruments) { ExpectSame(MakeTenInstruments(50'000)); }

TEST(BooksAgreeTest, NoticesAnotherReport) {
  ReportDigest one;
  ReportDigest other;
  one.OnTrade({.taker = OrderId(2),
               .maker = OrderId(1),
               .taker_side = Side::kBuy,
               .price = Price(10),
               .quantity = Quantity(3)});
  other.OnTrade({.taker = OrderId(1),
                 .maker = OrderId(2),
                 .taker_side = Side::kBuy,
                 .price = Price(10),
                 .quantity = Quantity(3)});
  EXPECT_NE(one.value(), other.value());
}

}  // namespace
}  // namespace rialto::bench
