// Call auctions: worked examples of the price, then who trades, and what an auction lets in.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/sim/check_scenario.h"

namespace rialto::engine {
namespace {

const std::string kMarket = R"(
  asset BTC 2
  asset USD 2
  instrument BTC-USD tick 1 lot 0.01
  open alice bob carol
  deposit alice USD 100000000
  deposit bob   BTC 1000000
  deposit carol USD 100000000
  deposit carol BTC 1000000
)";
const std::string kAuction = kMarket + R"(
  state BTC-USD auction                          -> ok, BTC-USD AUCTION
)";

// --- The price: one table per rule ---

TEST(AuctionTest, ThePriceIsWhereMostTrades) {
  // At or above / at or below: 103: 10 and 35; 102: 30 and 35; 101: 30 and 15; 30 trade at 102.
  Check(kAuction + R"(
    place alice B1 BTC-USD buy 10 @ 103          -> accepted, rests 10
    place alice B2 BTC-USD buy 20 @ 102          -> accepted, rests 20
    place bob   S1 BTC-USD sell 15 @ 101         -> accepted, rests 15
    place bob   S2 BTC-USD sell 20 @ 102         -> accepted, rests 20
    book  BTC-USD                                -> ask 15 @ 101, ask 20 @ 102, bid 10 @ 103, bid 20 @ 102
    auction BTC-USD                              -> 30 @ 102
    state BTC-USD trading                        -> ok, uncrossed 30 @ 102, S1 trade B1 10 @ 102, S1 trade B2 5 @ 102, S2 trade B2 15 @ 102, BTC-USD TRADING
    book  BTC-USD                                -> ask 5 @ 102
    balance alice USD                            -> available 99996940 held 0
    balance bob   USD                            -> available 3060 held 0
  )");
}

TEST(AuctionTest, ThenWhereLeastIsLeftOver) {
  // An exchange's published example: 1,000 trade anywhere from 610 to 639, with 500 buyers left
  // over at 639 and 1,500 or more below.
  Check(kAuction + R"(
    place alice B1 BTC-USD buy 500 @ 640         -> accepted, rests 500
    place alice B2 BTC-USD buy 500 @ 639         -> accepted, rests 500
    place alice B3 BTC-USD buy 500 @ 639         -> accepted, rests 500
    place alice B4 BTC-USD buy 1000 @ 634        -> accepted, rests 1000
    place alice B5 BTC-USD buy 500 @ 633         -> accepted, rests 500
    place bob   S1 BTC-USD sell 1000 @ 610       -> accepted, rests 1000
    place bob   S2 BTC-USD sell 500 @ 640        -> accepted, rests 500
    place bob   S3 BTC-USD sell 520 @ 641        -> accepted, rests 520
    place bob   S4 BTC-USD sell 550 @ 642        -> accepted, rests 550
    place bob   S5 BTC-USD sell 519 @ 643        -> accepted, rests 519
    state BTC-USD trading                        -> ok, uncrossed 1000 @ 639, S1 trade B1 500 @ 639, S1 trade B2 500 @ 639, BTC-USD TRADING
  )");
}

TEST(AuctionTest, ADeepBookHasOnePriceOfMostVolume) {
  // Another venue's example: 290 trade at 124, 280 at 125, 135 at 123.
  Check(kAuction + R"(
    place alice B1 BTC-USD buy 45 @ 130          -> accepted, rests 45
    place alice B2 BTC-USD buy 95 @ 129          -> accepted, rests 95
    place alice B3 BTC-USD buy 25 @ 128          -> accepted, rests 25
    place alice B4 BTC-USD buy 35 @ 127          -> accepted, rests 35
    place alice B5 BTC-USD buy 25 @ 126          -> accepted, rests 25
    place alice B6 BTC-USD buy 55 @ 125          -> accepted, rests 55
    place alice B7 BTC-USD buy 200 @ 124         -> accepted, rests 200
    place alice B8 BTC-USD buy 80 @ 123          -> accepted, rests 80
    place alice B9 BTC-USD buy 60 @ 122          -> accepted, rests 60
    place bob   S1 BTC-USD sell 10 @ 122         -> accepted, rests 10
    place bob   S2 BTC-USD sell 125 @ 123        -> accepted, rests 125
    place bob   S3 BTC-USD sell 155 @ 124        -> accepted, rests 155
    place bob   S4 BTC-USD sell 90 @ 125         -> accepted, rests 90
    place bob   S5 BTC-USD sell 20 @ 126         -> accepted, rests 20
    place bob   S6 BTC-USD sell 10 @ 127         -> accepted, rests 10
    state BTC-USD trading                        -> ok, uncrossed 290 @ 124, S1 trade B1 10 @ 124, S2 trade B1 35 @ 124, S2 trade B2 90 @ 124, S3 trade B2 5 @ 124, S3 trade B3 25 @ 124, S3 trade B4 35 @ 124, S3 trade B5 25 @ 124, S3 trade B6 55 @ 124, S3 trade B7 10 @ 124, BTC-USD TRADING
    book  BTC-USD                                -> ask 90 @ 125, ask 20 @ 126, ask 10 @ 127, bid 190 @ 124, bid 80 @ 123, bid 60 @ 122
  )");
}

// Bids and asks as "quantity @ price", the mark price (0: none) and what the uncross says.
struct Example {
  std::string bids;
  std::string asks;
  int mark = 0;
  std::string uncrossed;
};

std::string Orders(const std::string& account, const std::string& side, const std::string& list) {
  std::string text;
  int count = 0;
  for (size_t begin = 0; begin < list.size();) {
    const size_t end = std::min(list.find(',', begin), list.size());
    absl::StrAppend(&text, "place ", account, " ", side, ++count, " BTC-USD ", side, " ",
                    list.substr(begin, end - begin), "\n");
    begin = end + 1;
  }
  return text;
}

TEST(AuctionTest, TheTableOfTieBreaks) {
  const Example examples[] = {
      // Nothing is left over at either price: the one closest to the reference price.
      {"5 @ 103", "5 @ 101", 101, "5 @ 101"},
      {"5 @ 103", "5 @ 101", 90, "5 @ 101"},
      {"5 @ 103", "5 @ 101", 103, "5 @ 103"},
      {"5 @ 103", "5 @ 101", 200, "5 @ 103"},
      // As close to one as to the other: the higher. No reference: the highest.
      {"5 @ 103", "5 @ 101", 102, "5 @ 103"},
      {"5 @ 103", "5 @ 101", 0, "5 @ 103"},
      // Buyers are left over at all of them: the highest, wherever the reference is.
      {"8 @ 103", "5 @ 101", 90, "5 @ 103"},
      {"8 @ 103,1 @ 90", "5 @ 101", 101, "5 @ 103"},
      // Sellers are left over at all of them: the lowest.
      {"5 @ 103", "8 @ 101", 200, "5 @ 101"},
      {"5 @ 103", "8 @ 101", 0, "5 @ 101"},
      // One is left over to buy at 101, one to sell at 103: the reference price.
      {"5 @ 103,1 @ 101", "5 @ 101,1 @ 103", 101, "5 @ 101"},
      {"5 @ 103,1 @ 101", "5 @ 101,1 @ 103", 103, "5 @ 103"},
      {"5 @ 103,1 @ 101", "5 @ 101,1 @ 103", 102, "5 @ 103"},
      {"5 @ 103,1 @ 101", "5 @ 101,1 @ 103", 0, "5 @ 103"},
      // One is left over at 104, three below: that goes before the reference price.
      {"5 @ 104,3 @ 101", "5 @ 100,1 @ 104", 100, "5 @ 104"},
      // Most volume in the middle.
      {"5 @ 104,2 @ 102", "5 @ 100,2 @ 102", 100, "7 @ 102"},
      // Prices that touch trade; prices that do not, do not.
      {"5 @ 101", "3 @ 101", 0, "3 @ 101"},
      {"5 @ 100", "5 @ 101", 0, "nothing"},
      {"5 @ 100", "", 0, "nothing"},
      {"", "5 @ 100", 0, "nothing"},
      {"", "", 0, "nothing"},
      // Volume goes before everything: a lot more at a price nobody would call fair.
      {"5 @ 110,0.01 @ 101", "4 @ 110,5.01 @ 101", 110, "5.01 @ 101"},
      {"5.01 @ 110,9 @ 50", "5 @ 50,0.01 @ 110", 50, "5.01 @ 110"},
      // A reference price beyond both ends is as good as the end.
      {"3 @ 107,2 @ 105", "3 @ 103,2 @ 105", 1, "5 @ 105"},
  };
  for (const Example& example : examples) {
    const std::string mark =
        example.mark == 0 ? "" : absl::StrCat("mark BTC-USD ", example.mark, "\n");
    // The trades follow: what matters here is said first.
    Check(absl::StrCat(kAuction, mark, Orders("alice", "buy", example.bids),
                       Orders("bob", "sell", example.asks), "auction BTC-USD -> ",
                       example.uncrossed, "\nstate BTC-USD trading -> ok, uncrossed ",
                       example.uncrossed, ", ...\n"));
  }
}

TEST(AuctionTest, TheLastTradeIsTheReferenceWhenThereIsNoMark) {
  Check(kMarket + R"(
    place bob   S1 BTC-USD sell 1 @ 101          -> accepted, rests 1
    place alice B1 BTC-USD buy 1 @ 101           -> accepted, trade S1 1 @ 101
    state BTC-USD auction                        -> ok, BTC-USD AUCTION
    place alice B2 BTC-USD buy 5 @ 103           -> accepted, rests 5
    place bob   S2 BTC-USD sell 5 @ 101          -> accepted, rests 5
    state BTC-USD trading                        -> ok, uncrossed 5 @ 101, S2 trade B2 5 @ 101, BTC-USD TRADING
  )");
}

// --- Who trades ---

TEST(AuctionTest, BetterPricesThenOlderOrdersTrade) {
  Check(kAuction + R"(
    place alice B1 BTC-USD buy 1 @ 100           -> accepted, rests 1
    place carol B2 BTC-USD buy 1 @ 100           -> accepted, rests 1
    place alice B3 BTC-USD buy 1 @ 105           -> accepted, rests 1
    place bob   S1 BTC-USD sell 1 @ 100          -> accepted, rests 1
    place bob   S2 BTC-USD sell 1 @ 95           -> accepted, rests 1
    // The larger order id is the taker.
    state BTC-USD trading                        -> ok, uncrossed 2 @ 100, S2 trade B3 1 @ 100, S1 trade B1 1 @ 100, BTC-USD TRADING
    book  BTC-USD                                -> bid 1 @ 100
  )");
}

TEST(AuctionTest, BothSidesAreRefundedDownToTheAuctionPrice) {
  Check(kAuction + R"(
    mark    BTC-USD 95
    place   bob   S1 BTC-USD sell 1 @ 90         -> accepted, rests 1
    place   alice B1 BTC-USD buy 1 @ 100         -> accepted, rests 1
    place   alice B2 BTC-USD buy 1 @ 95          -> accepted, rests 1
    place   bob   S2 BTC-USD sell 1 @ 95         -> accepted, rests 1
    balance alice USD                            -> available 99999805 held 195
    state   BTC-USD trading                      -> ok, uncrossed 2 @ 95, B1 trade S1 1 @ 95, S2 trade B2 1 @ 95, BTC-USD TRADING
    balance alice USD                            -> available 99999810 held 0
    balance bob   USD                            -> available 190 held 0
  )");
}

TEST(AuctionTest, BothSidesPayAsMakers) {
  Check(R"(
    asset BTC 2
    asset USD 2
    instrument BTC-USD tick 1 lot 0.01 fees 0.1% 0.2%
    open alice bob
    deposit alice USD 1000
    deposit bob   BTC 10
    state   BTC-USD auction                      -> ok, BTC-USD AUCTION
    place   bob   S1 BTC-USD sell 1 @ 100        -> accepted, rests 1
    place   alice B1 BTC-USD buy 1 @ 100         -> accepted, rests 1
    state   BTC-USD trading                      -> ok, uncrossed 1 @ 100, B1 trade S1 1 @ 100 buyer fee 0.1 seller fee 0.1, BTC-USD TRADING
    balance alice USD                            -> available 899.9 held 0
    balance bob   USD                            -> available 99.9 held 0
  )");
}

TEST(AuctionTest, HiddenPartsCountAndTradePartByPart) {
  Check(kAuction + R"(
    place alice B1 BTC-USD buy 3 @ 100 show 1    -> accepted, rests 3 (shows 1)
    place alice B2 BTC-USD buy 1 @ 100           -> accepted, rests 1
    place bob   S1 BTC-USD sell 3.5 @ 100        -> accepted, rests 3.5
    state BTC-USD trading                        -> ok, uncrossed 3.5 @ 100, S1 trade B1 1 @ 100, B1 replenished 1, S1 trade B2 1 @ 100, S1 trade B1 1 @ 100, B1 replenished 1, S1 trade B1 0.5 @ 100, BTC-USD TRADING
    book  BTC-USD                                -> bid 0.5 @ 100
  )");
}

TEST(AuctionTest, SelfTradesArePreventedInAnAuctionToo) {
  Check(kAuction + R"(
    place carol B1 BTC-USD buy 1 @ 100           -> accepted, rests 1
    place alice B2 BTC-USD buy 1 @ 100           -> accepted, rests 1
    place carol S1 BTC-USD sell 1 @ 100 expire-maker -> accepted, rests 1
    state BTC-USD trading                        -> ok, uncrossed 1 @ 100, S1 prevented B1 taker 0 maker 1 @ 100, B1 canceled 0 SELF_TRADE_PREVENTED, S1 trade B2 1 @ 100, BTC-USD TRADING
  )");
  Check(kAuction + R"(
    place carol B1 BTC-USD buy 3 @ 100           -> accepted, rests 3
    place carol S1 BTC-USD sell 1 @ 100 decrement -> accepted, rests 1
    state BTC-USD trading                        -> ok, uncrossed 1 @ 100, S1 prevented B1 taker 1 maker 1 @ 100, S1 canceled 0 SELF_TRADE_PREVENTED, BTC-USD TRADING
    book  BTC-USD                                -> bid 2 @ 100
    balance carol BTC                            -> available 1000000 held 0
  )");
}

// The bid that set the price expires against its owner's ask: what is left crosses elsewhere.
const std::string kCrossedTwice = kAuction + R"(
  place carol S1 BTC-USD sell 10 @ 95              -> accepted, rests 10
  place carol B1 BTC-USD buy 10 @ 105 expire-taker -> accepted, rests 10
  place alice B2 BTC-USD buy 10 @ 97               -> accepted, rests 10
)";

TEST(AuctionTest, ABookThatIsStillCrossedUncrossesAgain) {
  Check(kCrossedTwice + R"(
    state BTC-USD trading                        -> ok, uncrossed 10 @ 105, B1 prevented S1 taker 10 maker 0 @ 105, B1 canceled 0 SELF_TRADE_PREVENTED, uncrossed 10 @ 97, B2 trade S1 10 @ 97, BTC-USD TRADING
    book  BTC-USD                                -> empty
  )");
  // Where nothing trades after it, once is enough.
  Check(kCrossedTwice + R"(
    state BTC-USD closed                         -> ok, uncrossed 10 @ 105, B1 prevented S1 taker 10 maker 0 @ 105, B1 canceled 0 SELF_TRADE_PREVENTED, BTC-USD CLOSED
    book  BTC-USD                                -> ask 10 @ 95, bid 10 @ 97
    state BTC-USD trading                        -> ok, uncrossed 10 @ 97, B2 trade S1 10 @ 97, BTC-USD TRADING
  )");
}

TEST(AuctionTest, TheAuctionPriceFiresStops) {
  Check(kAuction + R"(
    place alice S9 BTC-USD buy 1 stop 100 last @ 100 -> pending
    place alice B1 BTC-USD buy 1 @ 100           -> accepted, rests 1
    place bob   S1 BTC-USD sell 2 @ 100          -> accepted, rests 2
    state BTC-USD trading                        -> ok, uncrossed 1 @ 100, S1 trade B1 1 @ 100, BTC-USD TRADING, S9 triggered at 100, S9 trade S1 1 @ 100
  )");
}

// --- What an auction lets in, how it ends ---

TEST(AuctionTest, OnlyOrdersThatRestAreTaken) {
  Check(kAuction + R"(
    place bob   S1 BTC-USD sell 1 @ 100          -> accepted, rests 1
    place alice B1 BTC-USD buy 1 market          -> INSTRUMENT_STATE AUCTION
    place alice B2 BTC-USD buy 1 @ 100 ioc       -> INSTRUMENT_STATE AUCTION
    place alice B3 BTC-USD buy 1 @ 100 fok       -> INSTRUMENT_STATE AUCTION
    place alice B4 BTC-USD buy 1 peg bid @ 100   -> INSTRUMENT_STATE AUCTION
    // Nothing is taken here: a post-only order may cross.
    place alice B5 BTC-USD buy 1 @ 101 post-only -> accepted, rests 1
    place alice B6 BTC-USD buy 1 stop 90 mark    -> pending
    place alice B7 BTC-USD buy 1 stop 90 mark @ 95 ioc -> pending
    place alice B8 BTC-USD buy 1 @ 101 day       -> accepted, rests 1
    amend alice B5 to 2 @ 102                    -> accepted, moved to 2 @ 102, rests 2
    book  BTC-USD                                -> ask 1 @ 100, bid 2 @ 102, bid 1 @ 101
  )");
}

TEST(AuctionTest, AnAuctionMayEndByTheClock) {
  Check(kMarket + R"(
    at 12:00 state BTC-USD auction until 12:05   -> ok, BTC-USD AUCTION until 12:05:00
    due                                          -> 12:05:00
    place alice B1 BTC-USD buy 1 @ 100           -> accepted, rests 1
    place bob   S1 BTC-USD sell 1 @ 100          -> accepted, rests 1
    at 12:04:59 tick                             -> ok
    at 12:05 tick                                -> ok, uncrossed 1 @ 100, S1 trade B1 1 @ 100, BTC-USD TRADING by AUCTION_END
    due                                          -> never
  )");
}

TEST(AuctionTest, AnotherStateMovesTheEnd) {
  Check(kMarket + R"(
    at 12:00 state BTC-USD auction until 12:05   -> ok, BTC-USD AUCTION until 12:05:00
    at 12:01 state BTC-USD auction until 12:06   -> ok, BTC-USD AUCTION until 12:06:00
    at 12:05:30 tick                             -> ok
    state BTC-USD halted                         -> ok, BTC-USD HALTED
    at 12:07 tick                                -> ok
    due                                          -> never
    at 12:10 state BTC-USD auction until 12:10   -> INVALID_DEFINITION
    at 12:11 state BTC-USD trading until 12:15   -> INVALID_DEFINITION
    at 12:12 state BTC-USD auction until -1ns    -> INVALID_DEFINITION
    at 12:13 state BTC-USD 7                     -> INVALID_DEFINITION
    at 12:14 state BTC-USD 0                     -> INVALID_DEFINITION
    state DOGE-USD 0                             -> UNKNOWN_INSTRUMENT
  )");
}

TEST(AuctionTest, ACrossedBookMayNotTradeUntilTradingBegins) {
  Check(kAuction + R"(
    place alice B1 BTC-USD buy 1 @ 102           -> accepted, rests 1
    place bob   S1 BTC-USD sell 1 @ 100          -> accepted, rests 1
    state BTC-USD halted                         -> ok, BTC-USD HALTED
    state BTC-USD cancel-only                    -> ok, BTC-USD CANCEL_ONLY
    book  BTC-USD                                -> ask 1 @ 100, bid 1 @ 102
    state BTC-USD post-only                      -> ok, uncrossed 1 @ 102, S1 trade B1 1 @ 102, BTC-USD POST_ONLY
  )");
  Check(kAuction + R"(
    place alice B1 BTC-USD buy 1 @ 102           -> accepted, rests 1
    place bob   S1 BTC-USD sell 1 @ 100          -> accepted, rests 1
    state BTC-USD closed                         -> ok, uncrossed 1 @ 102, S1 trade B1 1 @ 102, BTC-USD CLOSED
  )");
}

TEST(AuctionTest, AnUncrossOfManyFillsGoesOnWithTheNextCommand) {
  Check(kAuction + R"(
    repeat 20001 place bob S* BTC-USD sell 0.01 @ 100
    place alice B1 BTC-USD buy 200.02 @ 100      -> accepted, rests 200.02
    state BTC-USD trading                        -> ok, uncrossed 200.01 @ 100, 10000 trades of 100
    due                                          -> now
    // The next 10,000, and still the instrument takes no order.
    place alice B2 BTC-USD buy 1 @ 50            -> INSTRUMENT_STATE AUCTION, 10000 trades of 100
    place alice B3 BTC-USD buy 1 @ 50            -> accepted, B1 trade S20001 0.01 @ 100, BTC-USD TRADING, rests 1
    book  BTC-USD                                -> bid 0.01 @ 100, bid 1 @ 50
  )");
}

// Before, each of them set a new price of its own.
TEST(AuctionTest, WhoWouldTradeWithHimselfIsOutBeforeANewPriceIsLookedFor) {
  const std::string own = kAuction + R"(
    deposit alice BTC 1
    place alice S1 BTC-USD sell 1 @ 100          -> accepted, rests 1
    place alice B1 BTC-USD buy 1 @ 101 expire-taker -> accepted, rests 1
    place alice B2 BTC-USD buy 1 @ 102 expire-taker -> accepted, rests 1
    place alice B3 BTC-USD buy 1 @ 103 expire-taker -> accepted, rests 1
    state BTC-USD trading                        -> ok, )";
  const std::string first =
      "uncrossed 1 @ 103, B3 prevented S1 taker 1 maker 0 @ 103, B3 canceled 0 "
      "SELF_TRADE_PREVENTED, ";
  Check("rule-set 4 -> ok\n" + own + first +
        "B2 prevented S1 taker 1 maker 0 @ 103, B2 canceled 0 SELF_TRADE_PREVENTED, "
        "B1 prevented S1 taker 1 maker 0 @ 103, B1 canceled 0 SELF_TRADE_PREVENTED, "
        "BTC-USD TRADING");
  Check(own + first +
        "uncrossed 1 @ 102, B2 prevented S1 taker 1 maker 0 @ 102, B2 canceled 0 "
        "SELF_TRADE_PREVENTED, uncrossed 1 @ 101, B1 prevented S1 taker 1 maker 0 @ 101, "
        "B1 canceled 0 SELF_TRADE_PREVENTED, BTC-USD TRADING");
}

}  // namespace
}  // namespace rialto::engine
