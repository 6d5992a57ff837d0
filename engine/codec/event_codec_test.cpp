#include "engine/codec/event_codec.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/codec/event_fields.h"

namespace rialto::engine {
namespace {

template <size_t... I>
Events OneOfEachKind(std::index_sequence<I...>) {
  return {std::variant_alternative_t<I, Event>{}...};
}

Events OneOfEachKind() {
  return OneOfEachKind(std::make_index_sequence<std::variant_size_v<Event>>());
}

// Numbers the leaves of an event 1, 2, 3 ... in the order of its fields; enums count to 3.
struct NumberLeaves {
  int64_t number = 0;

  template <typename T>
  void OnVector(std::vector<T>& value) {
    value.resize(1);
  }
  void operator()(CallerId& leaf) { leaf = CallerId::Parse(Next()).value(); }
  void operator()(std::string& leaf) { leaf = Next(); }
  void operator()(bool& leaf) {
    ++number;
    leaf = true;
  }
  void operator()(PostOnly& leaf) {
    ++number;
    leaf = PostOnly::kYes;
  }
  template <typename T>
  void operator()(T& leaf) {
    ++number;
    if constexpr (std::is_enum_v<T>) {
      leaf = static_cast<T>(1 + number % 2);
    } else {
      leaf = T(static_cast<decltype(Plain(leaf))>(number));
    }
  }

 private:
  template <typename T>
  static auto Plain(const T& leaf) {
    if constexpr (requires { leaf.value(); }) {
      return leaf.value();
    } else {
      return leaf;
    }
  }
  std::string Next() { return "t" + std::to_string(++number); }
};

// Changes the leaf at `place` only.
struct ChangeOne {
  int place = 0;
  int seen = 0;

  template <typename T>
  void OnVector(std::vector<T>& value) {
    value.resize(1);
  }
  void operator()(CallerId& leaf) {
    if (seen++ == place) leaf = CallerId::Parse("changed").value();
  }
  void operator()(std::string& leaf) {
    if (seen++ == place) leaf = "changed";
  }
  void operator()(bool& leaf) {
    if (seen++ == place) leaf = !leaf;
  }
  void operator()(PostOnly& leaf) {
    if (seen++ == place) leaf = leaf == PostOnly::kYes ? PostOnly::kNo : PostOnly::kYes;
  }
  template <typename T>
  void operator()(T& leaf) {
    if (seen++ == place) leaf = T(77);
  }
};

std::string Words(const std::string& text) {
  return absl::StrJoin(absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty()), " ");
}

// What followers hear of each kind when its fields are 1, 2, 3 ...
TEST(EventCodecTest, EveryFieldOfEveryEventHasItsPlace) {
  std::string said;
  for (Event& event : OneOfEachKind()) {
    NumberLeaves fill;
    std::visit([&](auto& happened) { ForEachLeaf(happened, fill); }, event);
    v1::CommandEvents message;
    EncodeEvents({Sequence(1), Timestamp(1)}, {event}, message);
    said += message.events(0).ShortDebugString() + "\n";
  }
  EXPECT_EQ(Words(said), Words(R"(
asset_created { asset_id: 1 symbol: "t2" scale: 3 }
instrument_created { instrument_id: 1 symbol: "t2" base_asset_id: 3 quote_asset_id: 4
  tick_size_e12: 5 lot_size_units: 6 quantity_min_lots: 7 quantity_max_lots: 8 notional_min_units:
  9 notional_max_units: 10 maker_fee_ppm: 11 taker_fee_ppm: 12 price_min_ticks: 13
  price_max_ticks: 14 market_collar_ppm: 15 limit_collar_ppm: 16 price_band_ppm: 17
  volatility_ppm: 18 volatility_window_ns: 19 volatility_auction_ns: 20 open_orders_max: 21
  pending_orders_max: 22 iceberg_parts_max: 23 self_trade_default: SELF_TRADE_MODE_ALLOW
  self_trade_modes: 25 }
account_opened { account_id: 1 name: "t2" }
account_limits_set { account_id: 1 instrument_id: 2 order_quantity_max_lots: 3
  order_notional_max_units: 4 position_max_lots: 5 exposure_max_units: 6 }
deposited { transaction_id: "t1" account_id: 2 asset_id: 3 amount_units: 4 }
withdrawn { transaction_id: "t1" account_id: 2 asset_id: 3 amount_units: 4 }
transfer_rejected { transaction_id: "t1" account_id: 2 asset_id: 3 amount_units: 4 reason: 2 need:
  6 have: 7 }
order_accepted { order_id: 1 account_id: 2 client_order_id: "t3" instrument_id: 4 side:
  ORDER_SIDE_SELL type: ORDER_TYPE_LIMIT time_in_force: TIME_IN_FORCE_IOC post_only: true
  price_ticks: 10 quantity_lots: 11 quote_amount_units: 12 hold_units: 24 self_trade_mode:
  SELF_TRADE_MODE_EXPIRE_TAKER terms { display_lots: 13 trigger_source: TRIGGER_SOURCE_LAST
  trigger_price_ticks: 15 trail_ppm: 16 trail_ticks: 17 peg_reference: PEG_REFERENCE_BEST_BID
  peg_offset_ticks: 19 expire_time_ns: 20 not_after_ns: 21 tag: "t22" session: 23 } list_id: 25
  list_kind: 26 }
order_rejected { account_id: 1 client_order_id: "t2" order_id: 3 instrument_id: 4 reason: 2 need:
  6 have: 7 }
trade { trade_id: 1 instrument_id: 2 price_ticks: 3 quantity_lots: 4 taker_side: ORDER_SIDE_SELL
  taker_order_id: 6 taker_account_id: 7 taker_remaining_lots: 8 maker_order_id: 9
  maker_account_id: 10 maker_remaining_lots: 11 base_units: 14 buyer_cost_units: 15
  seller_gross_units: 16 buyer_fee_units: 17 seller_fee_units: 18 maker_price_ticks: 12
  taker_price_ticks: 13 }
order_rested { order_id: 1 instrument_id: 3 side: ORDER_SIDE_BUY price_ticks: 5 remaining_lots: 6
  account_id: 2 displayed_lots: 7 }
order_canceled { order_id: 1 account_id: 2 instrument_id: 3 side: ORDER_SIDE_BUY price_ticks: 5
  canceled_lots: 6 reason: CANCEL_REASON_REQUESTED was_resting: true displayed_lots: 7 }
order_reduced { order_id: 1 account_id: 2 instrument_id: 3 side: ORDER_SIDE_BUY price_ticks: 5
  reduced_lots: 6 remaining_lots: 7 displayed_lots: 8 }
balance_changed { account_id: 1 asset_id: 2 available_units: 3 held_units: 4 }
instrument_changed { definition { instrument_id: 1 symbol: "t2" base_asset_id: 3 quote_asset_id: 4
  tick_size_e12: 5 lot_size_units: 6 quantity_min_lots: 7 quantity_max_lots: 8 notional_min_units:
  9 notional_max_units: 10 maker_fee_ppm: 11 taker_fee_ppm: 12 price_min_ticks: 13
  price_max_ticks: 14 market_collar_ppm: 15 limit_collar_ppm: 16 price_band_ppm: 17
  volatility_ppm: 18 volatility_window_ns: 19 volatility_auction_ns: 20 open_orders_max: 21
  pending_orders_max: 22 iceberg_parts_max: 23 self_trade_default: SELF_TRADE_MODE_ALLOW
  self_trade_modes: 25 } }
instrument_state_changed { instrument_id: 1 state: INSTRUMENT_STATE_TRADING cause:
  STATE_CAUSE_SCHEDULE auction_end_ns: 4 }
auction_uncrossed { instrument_id: 1 price_ticks: 2 volume_lots: 3 }
schedule_set { instrument_id: 1 calendar: "t2" transitions { at_ns: 3 state:
  INSTRUMENT_STATE_TRADING } }
mark_price_set { instrument_id: 1 price_ticks: 2 }
fee_tier_set { instrument_id: 1 tier: 2 maker_fee_ppm: 3 taker_fee_ppm: 4 }
account_settings_set { account_id: 1 fee_tier: 2 trade_group: 3 open_orders_max: 4 order_rate_max:
  5 order_rate_window_ns: 6 duplicate_window_ns: 7 }
trading_state_set { account_id: 1 state: TRADING_STATE_ACTIVE }
order_triggered { order_id: 1 account_id: 2 instrument_id: 3 source: TRIGGER_SOURCE_LAST
  price_ticks: 5 quantity_lots: 6 hold_units: 7 }
self_trade_prevented { match_id: 1 instrument_id: 2 price_ticks: 3 mode: SELF_TRADE_MODE_ALLOW
  taker_side: ORDER_SIDE_SELL taker_order_id: 6 taker_account_id: 7 taker_prevented_lots: 8
  taker_remaining_lots: 9 maker_order_id: 10 maker_account_id: 11 maker_prevented_lots: 12
  maker_remaining_lots: 13 maker_price_ticks: 14 maker_displayed_lots: 15 taker_price_ticks: 16
  taker_displayed_lots: 17 }
order_replenished { order_id: 1 instrument_id: 2 side: ORDER_SIDE_SELL price_ticks: 4
  displayed_lots: 5 }
order_moved { order_id: 1 account_id: 2 instrument_id: 3 side: ORDER_SIDE_BUY from_price_ticks: 5
  from_displayed_lots: 6 price_ticks: 7 quantity_lots: 8 hold_units: 9 }
mass_canceled { account_id: 1 instrument_id: 2 side: 3 tag: "t4" session: 5 reason:
  CANCEL_REASON_REQUESTED canceled_orders: 7 more: true }
cancel_all_after_set { account_id: 1 at_ns: 2 }
transferred { transaction_id: "t1" debit_account_id: 2 credit_account_id: 3 asset_id: 4
  amount_units: 5 reverses: "t6" reference: "t7" }
transfer_pending { transaction_id: "t1" debit_account_id: 2 credit_account_id: 3 asset_id: 4
  amount_units: 5 expire_time_ns: 6 reference: "t7" }
pending_resolved { transaction_id: "t1" pending_transaction_id: "t2" state:
  TRANSFER_STATE_DONE debit_account_id: 4 credit_account_id: 5 asset_id: 6 posted_units: 7
  released_units: 8 reference: "t9" }
rule_set_activated { rule_set: 1 }
)"));
}

// Two events that differ in one field are told apart by who hears of them.
TEST(EventCodecTest, NoFieldIsLost) {
  const auto bytes = [](const Event& event) {
    v1::CommandEvents message;
    EncodeEvents({Sequence(1), Timestamp(1)}, {event}, message);
    return message.SerializeAsString();
  };
  for (const Event& kind : OneOfEachKind()) {
    int leaves = 1;
    for (int place = 0; place < leaves; ++place) {
      Event numbered = kind;
      NumberLeaves fill;
      std::visit([&](auto& happened) { ForEachLeaf(happened, fill); }, numbered);
      Event changed = numbered;
      ChangeOne change{place};
      std::visit([&](auto& happened) { ForEachLeaf(happened, change); }, changed);
      leaves = change.seen;
      EXPECT_NE(bytes(changed), bytes(numbered)) << "kind " << kind.index() << " field " << place;
    }
  }
}

TEST(EventCodecTest, EveryEventHasItsMessage) {
  v1::CommandEvents message;
  EncodeEvents({Sequence(7), Timestamp(11)}, OneOfEachKind(), message);
  EXPECT_EQ(message.sequence(), 7u);
  EXPECT_EQ(message.timestamp_ns(), 11);
  ASSERT_EQ(message.events_size(), static_cast<int>(std::variant_size_v<Event>));
  for (int i = 0; i < message.events_size(); ++i) {
    EXPECT_EQ(static_cast<int>(message.events(i).event_case()), i + 1);
  }
}

// Nobody pays for terms that most orders do without.
TEST(EventCodecTest, EmptyTermsAreNotSent) {
  v1::CommandEvents message;
  EncodeEvents({Sequence(1), Timestamp(1)}, {OrderAccepted{}}, message);
  EXPECT_FALSE(message.events(0).order_accepted().has_terms());
}

}  // namespace
}  // namespace rialto::engine
