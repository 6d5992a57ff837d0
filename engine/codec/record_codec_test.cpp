#include "engine/codec/record_codec.h"

#include <string>

#include <gtest/gtest.h>

namespace rialto::engine {
namespace {

CallerId Id(const char* text) { return CallerId::Parse(text).value(); }

// The bytes are the identity of a command: what decodes encodes to the same bytes again.
void ExpectRoundTrip(const Command& command) {
  std::string bytes;
  EncodeRecord(command, bytes);
  absl::StatusOr<Command> decoded = DecodeRecord(bytes);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->index(), command.index());
  std::string again;
  EncodeRecord(*decoded, again);
  EXPECT_EQ(again, bytes);
}

PlaceOrder SomeOrder() {
  return PlaceOrder{.account_id = AccountId(1001),
                    .client_order_id = Id("o-1"),
                    .instrument_id = InstrumentId(1),
                    .side = Side::kSell,
                    .type = OrderType::kLimit,
                    .time_in_force = TimeInForce::kGoodTillCanceled,
                    .post_only = PostOnly::kYes,
                    .price = Price(-5),
                    .quantity = Quantity(INT64_MAX),
                    .quote_amount = Amount(INT64_MIN)};
}

TEST(RecordCodecTest, EveryCommandRoundTrips) {
  ExpectRoundTrip(CreateAsset{Id("USD"), 2});
  ExpectRoundTrip(CreateInstrument{.symbol = Id("BTC-USD"),
                                   .base = AssetId(2),
                                   .quote = AssetId(1),
                                   .tick_size_e12 = 1,
                                   .lot_size_units = 2,
                                   .quantity_min = Quantity(3),
                                   .quantity_max = Quantity(4),
                                   .notional_min = Amount(5),
                                   .notional_max = Amount(6),
                                   .maker_fee_ppm = 7,
                                   .taker_fee_ppm = 8});
  ExpectRoundTrip(OpenAccount{Id("alice")});
  ExpectRoundTrip(SetAccountLimits{AccountId(1001), InstrumentId(1), Quantity(2), Amount(3)});
  ExpectRoundTrip(Deposit{Id("d-1"), AccountId(1001), AssetId(1), Amount(5)});
  ExpectRoundTrip(Withdraw{Id("w-1"), AccountId(1001), AssetId(1), Amount(5)});
  ExpectRoundTrip(SomeOrder());
  ExpectRoundTrip(CancelOrder{{AccountId(1001), OrderId(7), ClientOrderId()}});
  ExpectRoundTrip(AmendOrder{{AccountId(1001), OrderId(), Id("o-1")}, Quantity(9)});
}

TEST(RecordCodecTest, AnOrderKeepsEveryField) {
  std::string bytes;
  EncodeRecord(SomeOrder(), bytes);
  EXPECT_EQ(std::get<PlaceOrder>(DecodeRecord(bytes).value()), SomeOrder());
}

TEST(RecordCodecTest, UnknownBytesAreDataLoss) {
  EXPECT_EQ(DecodeRecord("").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(DecodeRecord("\xff\xff\xff").status().code(), absl::StatusCode::kDataLoss);
  std::string bytes;
  EncodeRecord(OpenAccount{Id("alice")}, bytes);
  bytes[bytes.size() - 1] = ' ';
  EXPECT_EQ(DecodeRecord(bytes).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace rialto::engine
