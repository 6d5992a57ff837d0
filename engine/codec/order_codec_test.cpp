#include "engine/codec/order_codec.h"
#include "common/base/fields.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/codec/terms_codec.h"

namespace rialto::engine {
namespace {

using testing::StartsWith;

v1::OrderCommand PlaceCommand() {
  v1::OrderCommand command;
  v1::PlaceOrderCommand& place = *command.mutable_place();
  place.set_account_id(1001);
  place.set_client_order_id("o-1");
  place.set_instrument_id(1);
  place.set_side(common::v1::ORDER_SIDE_SELL);
  place.set_type(common::v1::ORDER_TYPE_LIMIT);
  place.set_time_in_force(common::v1::TIME_IN_FORCE_IOC);
  place.set_price_ticks(10);
  place.set_quantity_lots(20);
  return command;
}

TEST(OrderCodecTest, DecodesAnOrder) {
  const PlaceOrder order = std::get<PlaceOrder>(DecodeCommand(PlaceCommand()).value());
  EXPECT_EQ(order.side, Side::kSell);
  EXPECT_EQ(order.time_in_force, TimeInForce::kImmediateOrCancel);
  EXPECT_EQ(order.price, Price(10));
  EXPECT_EQ(order.quantity, Quantity(20));
  EXPECT_EQ(order.terms, OrderTerms());
}

TEST(OrderCodecTest, DecodesEveryTerm) {
  v1::OrderCommand command = PlaceCommand();
  v1::PlaceOrderCommand& place = *command.mutable_place();
  place.set_post_only(true);
  place.set_quote_amount_units(30);
  place.set_self_trade_mode(common::v1::SELF_TRADE_MODE_DECREMENT);
  v1::OrderTerms& terms = *place.mutable_terms();
  terms.set_display_lots(1);
  terms.set_trigger_source(common::v1::TRIGGER_SOURCE_MARK);
  terms.set_trigger_price_ticks(2);
  terms.set_trail_ppm(3);
  terms.set_trail_ticks(4);
  terms.set_peg_reference(common::v1::PEG_REFERENCE_MID);
  terms.set_peg_offset_ticks(-5);
  terms.set_expire_time_ns(6);
  terms.set_not_after_ns(7);
  terms.set_tag("t-1");
  EXPECT_EQ(std::get<PlaceOrder>(DecodeCommand(command).value()),
            (PlaceOrder{.account_id = AccountId(1001),
                        .client_order_id = CallerId::Parse("o-1").value(),
                        .instrument_id = InstrumentId(1),
                        .side = Side::kSell,
                        .type = OrderType::kLimit,
                        .time_in_force = TimeInForce::kImmediateOrCancel,
                        .post_only = PostOnly::kYes,
                        .self_trade = SelfTrade::kDecrement,
                        .price = Price(10),
                        .quantity = Quantity(20),
                        .quote_amount = Amount(30),
                        .terms = {.display_quantity = Quantity(1),
                                  .trigger_source = TriggerSource::kMark,
                                  .trigger_price = Price(2),
                                  .trail_ppm = 3,
                                  .trail_ticks = 4,
                                  .peg = PegReference::kMid,
                                  .peg_offset_ticks = -5,
                                  .expire_time = Timestamp(6),
                                  .not_after = Timestamp(7),
                                  .tag = CallerId::Parse("t-1").value()}}));
}

TEST(OrderCodecTest, WhatIsSentOfTermsComesBack) {
  v1::OrderTerms sent;
  sent.set_display_lots(1);
  sent.set_trigger_source(common::v1::TRIGGER_SOURCE_BID_ASK);
  sent.set_trigger_price_ticks(2);
  sent.set_trail_ppm(3);
  sent.set_trail_ticks(4);
  sent.set_peg_reference(common::v1::PEG_REFERENCE_BEST_ASK);
  sent.set_peg_offset_ticks(-5);
  sent.set_expire_time_ns(6);
  sent.set_not_after_ns(7);
  sent.set_tag("t-1");
  v1::OrderTerms back;
  EncodeTerms(DecodeTerms(sent).value(), back);
  EXPECT_EQ(back.DebugString(), sent.DebugString());
}

TEST(OrderCodecTest, DecodesEveryKindOfCommand) {
  v1::OrderCommand command;
  command.mutable_cancel()->set_order_id(7);
  command.mutable_cancel()->set_only_if(common::v1::CANCEL_ONLY_IF_PARTIALLY_TRADED);
  EXPECT_EQ(std::get<CancelOrder>(DecodeCommand(command).value()).only_if,
            CancelOnlyIf::kPartiallyTraded);

  command.mutable_amend()->set_order_id(7);
  command.mutable_amend()->set_price_ticks(11);
  const auto amend = std::get<AmendOrder>(DecodeCommand(command).value());
  EXPECT_EQ(amend.price, Price(11));
  EXPECT_EQ(amend.quantity, Quantity(0));

  command.mutable_replace()->set_client_order_id("o-0");
  *command.mutable_replace()->mutable_replacement() = PlaceCommand().place();
  const auto replace = std::get<ReplaceOrder>(DecodeCommand(command).value());
  EXPECT_EQ(replace.order.client_order_id.view(), "o-0");
  EXPECT_EQ(replace.replacement.client_order_id.view(), "o-1");

  command.mutable_place_list()->set_kind(common::v1::LIST_KIND_BRACKET);
  for (int i = 0; i < 3; ++i) *command.mutable_place_list()->add_orders() = PlaceCommand().place();
  const auto list = std::get<PlaceOrderList>(DecodeCommand(command).value());
  EXPECT_EQ(list.kind, ListKind::kBracket);
  EXPECT_EQ(list.orders.size(), 3u);

  command.mutable_mass_cancel()->set_account_id(1001);
  command.mutable_mass_cancel()->set_instrument_id(2);
  command.mutable_mass_cancel()->set_side(common::v1::ORDER_SIDE_SELL);
  command.mutable_mass_cancel()->set_tag("t-1");
  EXPECT_EQ(std::get<MassCancel>(DecodeCommand(command).value()),
            (MassCancel{.account_id = AccountId(1001),
                        .instrument_id = InstrumentId(2),
                        .side = 2,
                        .tag = CallerId::Parse("t-1").value()}));

  command.mutable_cancel_all_after()->set_account_id(1001);
  command.mutable_cancel_all_after()->set_timeout_ns(5);
  EXPECT_EQ(std::get<CancelAllAfter>(DecodeCommand(command).value()).timeout_ns, 5);
}

TEST(OrderCodecTest, RefusesWhatIsMalformed) {
  const auto with = [](auto change) {
    v1::OrderCommand command = PlaceCommand();
    change(command);
    return std::string(DecodeCommand(command).status().message());
  };
  EXPECT_THAT(with([](auto& c) { c.clear_place(); }), StartsWith("INVALID_ORDER"));
  EXPECT_THAT(with([](auto& c) { c.mutable_place()->clear_client_order_id(); }),
              StartsWith("BAD_ID"));
  EXPECT_THAT(with([](auto& c) { c.mutable_place()->clear_side(); }), StartsWith("INVALID_ORDER"));
  EXPECT_THAT(with([](auto& c) { c.mutable_place()->set_type(common::v1::OrderType(77)); }),
              StartsWith("INVALID_ORDER"));
  EXPECT_THAT(with([](auto& c) { c.mutable_place()->clear_time_in_force(); }),
              StartsWith("INVALID_ORDER"));
  EXPECT_THAT(with([](auto& c) { c.mutable_cancel()->set_account_id(1); }), StartsWith("BAD_ID"));
  EXPECT_THAT(with([](auto& c) { c.mutable_amend()->set_client_order_id("ä"); }),
              StartsWith("BAD_ID"));
  EXPECT_THAT(with([](auto& c) { c.mutable_place()->mutable_terms()->set_tag("a b"); }),
              StartsWith("BAD_ID"));
  EXPECT_THAT(with([](auto& c) { c.mutable_place()->mutable_terms()->set_session(1); }),
              StartsWith("INVALID_ORDER: session"));
  EXPECT_THAT(
      with([](auto& c) {
        c.mutable_place()->mutable_terms()->set_trigger_source(common::v1::TriggerSource(9));
      }),
      StartsWith("INVALID_ORDER: trigger_source"));
  EXPECT_THAT(with([](auto& c) {
                c.mutable_place()->mutable_terms()->set_peg_reference(common::v1::PegReference(9));
              }),
              StartsWith("INVALID_ORDER: peg_reference"));
  EXPECT_THAT(
      with([](auto& c) { c.mutable_place()->set_self_trade_mode(common::v1::SelfTradeMode(9)); }),
      StartsWith("INVALID_ORDER: self_trade_mode"));
  EXPECT_THAT(with([](auto& c) {
                c.mutable_cancel()->set_order_id(1);
                c.mutable_cancel()->set_only_if(common::v1::CancelOnlyIf(9));
              }),
              StartsWith("INVALID_ORDER: only_if"));
  EXPECT_THAT(with([](auto& c) { c.mutable_mass_cancel()->set_instrument_id(1); }),
              StartsWith("INVALID_ORDER: a mass cancel"));
  EXPECT_THAT(with([](auto& c) {
                c.mutable_mass_cancel()->set_account_id(1);
                c.mutable_mass_cancel()->set_side(common::v1::OrderSide(9));
              }),
              StartsWith("INVALID_ORDER: side"));
  EXPECT_THAT(with([](auto& c) { c.mutable_place_list(); }), StartsWith("INVALID_ORDER: kind"));
  EXPECT_THAT(with([](auto& c) {
                c.mutable_place_list()->set_kind(common::v1::LIST_KIND_OCO);
                *c.mutable_place_list()->add_orders() = PlaceCommand().place();
              }),
              StartsWith("INVALID_ORDER: a list"));
}

TEST(OrderCodecTest, EncodesAnOutcome) {
  Outcome outcome;
  outcome.sequence = Sequence(9);
  outcome.reason = RejectReason::kInsufficientFunds;
  outcome.need = 3;
  outcome.have = 2;
  outcome.side = Side::kBuy;
  outcome.prevented = Quantity(4);
  outcome.canceled_orders = 5;
  outcome.more = true;
  outcome.due_ns = 6;
  v1::OrderOutcome message;
  EncodeOutcome(outcome, message);
  EXPECT_EQ(message.sequence(), 9u);
  EXPECT_EQ(message.reject_reason(), common::v1::REJECT_REASON_INSUFFICIENT_FUNDS);
  EXPECT_EQ(message.need(), 3);
  EXPECT_EQ(message.have(), 2);
  EXPECT_EQ(message.prevented_lots(), 4);
  EXPECT_EQ(message.canceled_orders(), 5u);
  EXPECT_TRUE(message.more());
  EXPECT_EQ(message.due_ns(), 6);
}

// Each field a number of its own, so that none can be left out or swapped.
template <typename Field>
void FillWithNumbers(Field& field, int64_t& number) {
  ++number;
  if constexpr (std::is_same_v<Field, bool>) {
    field = true;
  } else if constexpr (std::is_enum_v<Field>) {
    field = static_cast<Field>(1 + number % 2);
  } else if constexpr (requires { field.value(); }) {
    field = Field(static_cast<decltype(field.value())>(number));
  } else if constexpr (std::is_aggregate_v<Field>) {
    WithFields(field, [&](auto&... fields) { (FillWithNumbers(fields, number), ...); });
  } else {
    field = static_cast<Field>(number);
  }
}

Outcome NumberedOutcome() {
  Outcome outcome;
  int64_t number = 100;
  FillWithNumbers(outcome, number);
  return outcome;
}

TEST(OrderCodecTest, AnOutcomeIsTheSameOnTheStreamAsInAMessage) {
  v1::StreamOrdersResponse expected;
  std::string bytes;
  for (const Outcome& outcome : {NumberedOutcome(), Outcome()}) {
    v1::OrderOutcome& message = *expected.add_outcomes();
    EncodeOutcome(outcome, message);
    message.set_correlation_id(77);
    AppendOutcome(77, outcome, bytes);
  }
  v1::OrderOutcome& malformed = *expected.add_outcomes();
  malformed.set_correlation_id(78);
  malformed.set_malformed(std::string(5'000, 'x'));
  AppendMalformed(78, std::string(5'000, 'x'), bytes);
  EXPECT_EQ(bytes, expected.SerializeAsString());
}

}  // namespace
}  // namespace rialto::engine
