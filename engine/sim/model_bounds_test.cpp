// The core and the naive model side by side at the bounds of limits.h, which random commands do not
// reach: what one command may do, and what goes on with the next.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/core/limits.h"
#include "engine/core/rule_set.h"
#include "engine/sim/naive_pair.h"

namespace rialto::engine {
namespace {

constexpr auto kGtc = TimeInForce::kGoodTillCanceled;
constexpr auto kIoc = TimeInForce::kImmediateOrCancel;
constexpr auto kFok = TimeInForce::kFillOrKill;
constexpr int64_t kMillisecondNs = 1'000'000;
constexpr int64_t kDayNs = 24LL * 3600 * 1'000 * kMillisecondNs;
constexpr Timestamp kBegin{1'795'132'800'000'000'000};
constexpr InstrumentId kMarket{1};

CallerId Id(const std::string& kind, uint64_t number) {
  return *CallerId::Parse(absl::StrCat(kind, number));
}

// Both engines with one instrument, whose lot is cheap, and two rich accounts: 1001 and 1002.
class Venue {
 public:
  Venue() {
    pair_.Record(&seen_);
    CreateInstrument definition;
    definition.symbol = Id("M", 1);
    definition.base = AssetId(1);
    definition.quote = AssetId(2);
    definition.tick_size_e12 = 333'000'000'000;
    definition.lot_size_units = 3;
    definition.quantity_min = Quantity(1);
    definition.quantity_max = Quantity(1'000'000);
    definition.maker_fee_ppm = 1'500;
    definition.taker_fee_ppm = 2'500;
    Do(CreateAsset{Id("A", 1), 2});
    Do(CreateAsset{Id("A", 2), 1});
    Do(definition);
    for (const uint64_t user : {1, 2}) {
      Do(OpenAccount{Id("U", user)});
      for (const uint32_t asset : {1, 2}) {
        Do(Deposit{Id("t", user * 10 + asset), AccountId(1000 + user), AssetId(asset),
                   Amount(1'000'000'000'000'000)});
      }
    }
  }
  ~Venue() { pair_.Validate(); }

  // One millisecond later.
  const Outcome& Do(const Command& command) { return DoAt(now() + kMillisecondNs, command); }
  const Outcome& DoAt(int64_t at_ns, const Command& command) {
    const std::string difference = pair_.Apply(Timestamp(at_ns), command);
    EXPECT_EQ(difference, "");
    return pair_.outcome();
  }
  // Until nothing is left over; returns how often.
  int TickWhileDue() {
    int count = 0;
    for (; IsDue() && count < 100; ++count) Do(Tick{});
    return count;
  }
  bool IsDue() const { return pair_.NextDue() != Timestamp(0) && pair_.NextDue() <= pair_.now(); }

  // Of account 1001 to buy, 1002 to sell.
  PlaceOrder Order(Side side, int64_t price, int64_t quantity, TimeInForce time_in_force = kGtc) {
    return {.account_id = AccountId(side == Side::kBuy ? 1001 : 1002),
            .client_order_id = Id("o", ++order_count_),
            .instrument_id = kMarket,
            .side = side,
            .time_in_force = time_in_force,
            .price = Price(price),
            .quantity = Quantity(quantity)};
  }
  PlaceOrder Market(Side side, int64_t amount, TimeInForce time_in_force) {
    PlaceOrder order = Order(side, 0, 0, time_in_force);
    order.type = OrderType::kMarket;
    order.quote_amount = Amount(amount);
    return order;
  }
  void PlaceMany(uint32_t count, Side side, int64_t price) {
    for (uint32_t i = 0; i < count; ++i) Do(Order(side, price, 1));
  }
  void SetState(InstrumentState state) { Do(SetInstrumentState{kMarket, state, {}}); }

  int64_t now() const { return std::max(pair_.now(), kBegin).value(); }
  uint64_t open_orders() const { return pair_.open_orders(); }
  uint64_t seen(const std::string& what) { return seen_[what]; }
  const Outcome& outcome() const { return pair_.outcome(); }
  NaivePair& pair() { return pair_; }

 private:
  NaivePair pair_;
  Seen seen_;
  uint64_t order_count_ = 0;
};

// --- Fills ---

// A book as deep as one command can trade with, and a little deeper, swept by an order of each
// kind.
void SweepDeepBooks(Side maker_side) {
  Venue venue;
  const Side side = Opposite(maker_side);
  constexpr int64_t kFills = limits::kFillsPerCommandMax;
  const auto round = [&](int64_t makers, const PlaceOrder& taker) {
    venue.PlaceMany(static_cast<uint32_t>(makers), maker_side, 500);
    venue.Do(venue.Order(side, 500, kFills + 2, kFok));
    EXPECT_EQ(venue.outcome().cancel_reason, CancelReason::kUnfilledFillOrKill);
    venue.Do(venue.Market(side, 100'000'000, kFok));
    EXPECT_EQ(venue.outcome().cancel_reason, CancelReason::kUnfilledFillOrKill);
    venue.Do(taker);
    const CancelReason reason = venue.outcome().cancel_reason;
    // Whatever is left goes, so that the next round starts from an empty book.
    venue.Do(MassCancel{});
    return reason;
  };
  EXPECT_EQ(round(kFills + 1, venue.Order(side, 500, kFills + 5)), CancelReason::kFillLimit);
  EXPECT_EQ(round(kFills + 1, venue.Order(side, 500, kFills + 5, kIoc)), CancelReason::kFillLimit);
  EXPECT_EQ(round(kFills + 1, venue.Market(side, 100'000'000, kIoc)), CancelReason::kFillLimit);
  EXPECT_EQ(round(kFills + 1, venue.Order(side, 500, kFills, kFok)), CancelReason::kNone);
  EXPECT_EQ(round(kFills + 1, venue.Order(side, 500, kFills, kIoc)), CancelReason::kNone);
  // Nothing left to cross: it rests, until the mass cancel.
  EXPECT_EQ(round(kFills, venue.Order(side, 500, kFills + 5)), CancelReason::kNone);
}

TEST(ModelBoundsTest, OneCommandTradesWithSoManyOffersAndNoMore) { SweepDeepBooks(Side::kSell); }
TEST(ModelBoundsTest, OneCommandTradesWithSoManyBidsAndNoMore) { SweepDeepBooks(Side::kBuy); }

TEST(ModelBoundsTest, PreventedMatchesCountAsFills) {
  Venue venue;
  for (uint32_t i = 0; i <= limits::kFillsPerCommandMax; ++i) {
    PlaceOrder own = venue.Order(Side::kSell, 500, 1);
    own.account_id = AccountId(1001);
    venue.Do(own);
  }
  PlaceOrder taker = venue.Order(Side::kBuy, 500, 5);
  taker.self_trade = SelfTrade::kExpireMaker;
  EXPECT_EQ(venue.Do(taker).cancel_reason, CancelReason::kFillLimit);
  EXPECT_EQ(venue.open_orders(), 1U);
}

TEST(ModelBoundsTest, AnUncrossGoesOnWithTheNextCommandAndTakesNoOrderMeanwhile) {
  for (const InstrumentState state :
       {InstrumentState::kTrading, InstrumentState::kPostOnly, InstrumentState::kClosed}) {
    Venue venue;
    venue.SetState(InstrumentState::kAuction);
    venue.PlaceMany(2 * limits::kFillsPerCommandMax + 10, Side::kBuy, 505);
    venue.PlaceMany(2 * limits::kFillsPerCommandMax + 5, Side::kSell, 495);
    venue.SetState(state);
    EXPECT_TRUE(venue.IsDue());
    EXPECT_EQ(venue.open_orders(), 2 * limits::kFillsPerCommandMax + 15);
    EXPECT_EQ(venue.Do(venue.Order(Side::kBuy, 500, 1)).reason, RejectReason::kInstrumentState);
    EXPECT_EQ(venue.TickWhileDue(), 1);
    EXPECT_EQ(venue.open_orders(), 5U);
    EXPECT_EQ(venue.seen("AuctionUncrossed"), 1U);
    EXPECT_EQ(venue.seen("InstrumentStateChanged"), 2U);
  }
}

TEST(ModelBoundsTest, AHaltEndsAnUncrossThatGoesOn) {
  Venue venue;
  venue.SetState(InstrumentState::kAuction);
  venue.PlaceMany(2 * limits::kFillsPerCommandMax + 10, Side::kBuy, 505);
  venue.PlaceMany(2 * limits::kFillsPerCommandMax + 10, Side::kSell, 495);
  venue.SetState(InstrumentState::kTrading);
  // The next step of the uncross comes before the command that ends it.
  venue.SetState(InstrumentState::kHalted);
  EXPECT_EQ(venue.open_orders(), 20U);
  venue.TickWhileDue();
  EXPECT_EQ(venue.open_orders(), 20U);
}

// The sell meets all of its owner's bids, each of which would set a price of its own.
TEST(ModelBoundsTest, AnUncrossOfOneOwnerIsBoundedToo) {
  Venue venue;
  venue.Do(ActivateRuleSet{rules::kStepByStep});
  venue.SetState(InstrumentState::kAuction);
  PlaceOrder sell = venue.Order(Side::kSell, 1, 1);
  sell.account_id = AccountId(1001);
  venue.Do(sell);
  constexpr int64_t kBids = limits::kFillsPerCommandMax + 10;
  for (int64_t i = 0; i < kBids; ++i) {
    PlaceOrder bid = venue.Order(Side::kBuy, 2 + i % 50, 1);
    bid.self_trade = SelfTrade::kExpireTaker;
    venue.Do(bid);
  }
  venue.SetState(InstrumentState::kTrading);
  EXPECT_EQ(venue.open_orders(), 11U);
  EXPECT_TRUE(venue.IsDue());
  EXPECT_EQ(venue.TickWhileDue(), 1);
  EXPECT_EQ(venue.open_orders(), 1U);
  EXPECT_EQ(venue.seen("AuctionUncrossed"), 1U);
}

// --- Activations ---

TEST(ModelBoundsTest, SoManyStopsBecomeActiveAndTheRestWithTheNextCommand) {
  Venue venue;
  venue.Do(venue.Order(Side::kSell, 510, 1'000));
  for (uint32_t i = 0; i <= limits::kActivationsPerCommandMax; ++i) {
    PlaceOrder stop = venue.Order(Side::kBuy, 0, 1);
    stop.type = OrderType::kStop;
    stop.terms.trigger_source = TriggerSource::kMark;
    stop.terms.trigger_price = Price(500 + i % 7);
    venue.Do(stop);
  }
  venue.Do(SetMarkPrice{kMarket, Price(506)});
  EXPECT_EQ(venue.seen("OrderTriggered"), limits::kActivationsPerCommandMax);
  EXPECT_TRUE(venue.IsDue());
  EXPECT_EQ(venue.TickWhileDue(), 1);
  EXPECT_EQ(venue.seen("OrderTriggered"), limits::kActivationsPerCommandMax + 1);
  EXPECT_EQ(venue.open_orders(), 0U);
}

TEST(ModelBoundsTest, SoManyChildrenBecomeActiveAndTheRestWithTheNextCommand) {
  Venue venue;
  for (uint32_t i = 0; i <= limits::kActivationsPerCommandMax; ++i) {
    PlaceOrderList list{ListKind::kOneTriggersOther, {}};
    list.orders.push_back(venue.Order(Side::kBuy, 500, 1));
    list.orders.push_back(venue.Order(Side::kBuy, 400, 1));
    venue.Do(list);
  }
  venue.Do(venue.Order(Side::kSell, 500, limits::kActivationsPerCommandMax + 1, kIoc));
  EXPECT_EQ(venue.seen("OrderTriggered"), limits::kActivationsPerCommandMax);
  EXPECT_EQ(venue.TickWhileDue(), 1);
  EXPECT_EQ(venue.seen("OrderTriggered"), limits::kActivationsPerCommandMax + 1);
}

TEST(ModelBoundsTest, NothingBecomesActiveAfterSoManyFills) {
  Venue venue;
  venue.PlaceMany(limits::kFillsPerCommandMax + 5, Side::kSell, 500);
  PlaceOrder stop = venue.Order(Side::kBuy, 0, 2);
  stop.type = OrderType::kStop;
  stop.terms.trigger_source = TriggerSource::kLast;
  stop.terms.trigger_price = Price(500);
  venue.Do(stop);
  venue.Do(venue.Order(Side::kBuy, 500, limits::kFillsPerCommandMax, kIoc));
  EXPECT_EQ(venue.seen("OrderTriggered"), 0U);
  EXPECT_EQ(venue.TickWhileDue(), 1);
  EXPECT_EQ(venue.seen("OrderTriggered"), 1U);
  EXPECT_EQ(venue.open_orders(), 3U);
}

// --- Cancels and timers ---

TEST(ModelBoundsTest, SoManyOrdersAreMassCanceledAndTheCallerHearsOfMore) {
  Venue venue;
  venue.PlaceMany(limits::kCancelsPerCommandMax + 1, Side::kBuy, 500);
  MassCancel command;
  command.account_id = AccountId(1001);
  venue.Do(command);
  EXPECT_EQ(venue.outcome().canceled_orders, limits::kCancelsPerCommandMax);
  EXPECT_TRUE(venue.outcome().more);
  venue.Do(command);
  EXPECT_EQ(venue.outcome().canceled_orders, 1U);
  EXPECT_FALSE(venue.outcome().more);
  EXPECT_EQ(venue.open_orders(), 0U);
}

TEST(ModelBoundsTest, ADeadMansSwitchGoesOnUntilNoOrderIsLeft) {
  Venue venue;
  venue.PlaceMany(limits::kCancelsPerCommandMax + 1, Side::kBuy, 500);
  venue.Do(CancelAllAfter{AccountId(1001), kMillisecondNs});
  venue.Do(Tick{});
  EXPECT_EQ(venue.open_orders(), 1U);
  EXPECT_TRUE(venue.IsDue());
  EXPECT_EQ(venue.TickWhileDue(), 1);
  EXPECT_EQ(venue.open_orders(), 0U);
  EXPECT_EQ(venue.seen("CancelAllAfterSet"), 2U);
}

TEST(ModelBoundsTest, TheEndOfADayGoesOnUntilNoDayOrderIsLeft) {
  Venue venue;
  venue.Do(
      SetSchedule{kMarket, "", {{Timestamp(kBegin.value() + kDayNs), InstrumentState::kClosed}}});
  for (uint32_t i = 0; i <= limits::kCancelsPerCommandMax; ++i) {
    venue.Do(venue.Order(i % 2 == 0 ? Side::kBuy : Side::kSell, i % 2 == 0 ? 499 : 500, 1,
                         TimeInForce::kDay));
  }
  venue.Do(venue.Order(Side::kBuy, 400, 1));
  venue.DoAt(kBegin.value() + kDayNs, Tick{});
  EXPECT_EQ(venue.open_orders(), 2U);
  EXPECT_EQ(venue.TickWhileDue(), 1);
  EXPECT_EQ(venue.open_orders(), 1U);
  EXPECT_EQ(venue.seen("DAY_END"), limits::kCancelsPerCommandMax + 1);
}

TEST(ModelBoundsTest, SoManyTimersRunAndTheRestWithTheNextCommand) {
  Venue venue;
  for (uint32_t i = 0; i <= limits::kTimersPerCommandMax; ++i) {
    PlaceOrder order = venue.Order(Side::kBuy, 500, 1, TimeInForce::kGoodTillDate);
    order.terms.expire_time = Timestamp(kBegin.value() + kDayNs);
    venue.Do(order);
  }
  venue.DoAt(kBegin.value() + kDayNs - 1, Tick{});
  EXPECT_EQ(venue.open_orders(), limits::kTimersPerCommandMax + 1);
  venue.Do(Tick{});
  EXPECT_EQ(venue.open_orders(), 1U);
  EXPECT_EQ(venue.TickWhileDue(), 1);
  EXPECT_EQ(venue.open_orders(), 0U);
}

// --- What there may be at a time ---

TEST(ModelBoundsTest, SoManyAssetsAndInstruments) {
  Venue venue;
  CreateInstrument definition;
  definition.base = AssetId(2);
  definition.quote = AssetId(1);
  definition.tick_size_e12 = 1'000'000'000'000;
  definition.lot_size_units = 1;
  definition.quantity_min = Quantity(1);
  definition.quantity_max = Quantity(10);
  for (uint32_t i = 3; i <= limits::kAssetsMax + 1; ++i) venue.Do(CreateAsset{Id("A", i), i % 13});
  EXPECT_EQ(venue.outcome().reason, RejectReason::kVenueFull);
  for (uint32_t i = 2; i <= limits::kInstrumentsMax + 1; ++i) {
    definition.symbol = Id("M", i);
    venue.Do(definition);
  }
  EXPECT_EQ(venue.outcome().reason, RejectReason::kVenueFull);
  EXPECT_EQ(venue.seen("VENUE_FULL"), 2U);
}

TEST(ModelBoundsTest, SoManyOpenOrdersOfAnAccount) {
  Venue venue;
  for (int64_t i = 0; i < limits::kOpenOrdersPerAccountMax; ++i) {
    venue.Do(venue.Order(Side::kBuy, 1 + i % 1'000, 1));
  }
  EXPECT_EQ(venue.Do(venue.Order(Side::kBuy, 9, 1)).reason, RejectReason::kTooManyOpenOrders);
  // What does not rest is taken; a canceled order makes room for one.
  EXPECT_EQ(venue.Do(venue.Order(Side::kBuy, 9, 1, kIoc)).reason, RejectReason::kNone);
  venue.Do(CancelOrder{{AccountId(1001), OrderId(0), Id("o", 7)}, CancelOnlyIf::kAny});
  EXPECT_EQ(venue.Do(venue.Order(Side::kBuy, 9, 1)).reason, RejectReason::kNone);
  EXPECT_EQ(venue.Do(venue.Order(Side::kBuy, 9, 1)).reason, RejectReason::kTooManyOpenOrders);
}

TEST(ModelBoundsTest, SoManyTrailingStopsOfAnInstrument) {
  Venue venue;
  for (int64_t i = 0; i <= limits::kTrailingPerInstrumentMax; ++i) {
    PlaceOrder order = venue.Order(i % 2 == 0 ? Side::kBuy : Side::kSell, 600, 1);
    order.type = OrderType::kTrailingStop;
    order.terms.trigger_source = TriggerSource::kMark;
    order.terms.trail_ticks = 5 + i % 3;
    venue.Do(order);
  }
  EXPECT_EQ(venue.outcome().reason, RejectReason::kTooManyPendingOrders);
  for (const int64_t mark : {500, 510, 506, 504, 515, 500}) {
    venue.Do(SetMarkPrice{kMarket, Price(mark)});
  }
  EXPECT_EQ(venue.open_orders(), 0U);
}

TEST(ModelBoundsTest, SoManyPeggedOrdersOfAnInstrument) {
  Venue venue;
  venue.Do(venue.Order(Side::kBuy, 500, 1));
  for (int64_t i = 0; i <= limits::kPeggedPerInstrumentMax; ++i) {
    PlaceOrder order = venue.Order(Side::kBuy, 600, 1);
    order.type = OrderType::kPegged;
    order.terms.peg = PegReference::kBestBid;
    order.terms.peg_offset_ticks = -(i % 5);
    venue.Do(order);
  }
  EXPECT_EQ(venue.outcome().reason, RejectReason::kTooManyPendingOrders);
  venue.Do(venue.Order(Side::kBuy, 505, 1));
  EXPECT_EQ(venue.seen("moved"), static_cast<uint64_t>(limits::kPeggedPerInstrumentMax));
}

}  // namespace
}  // namespace rialto::engine
