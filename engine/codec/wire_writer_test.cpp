#include "engine/codec/wire_writer.h"

#include <gtest/gtest.h>

#include "engine/core/command.h"
#include "rialto/engine/v1/event.pb.h"

namespace rialto::engine {
namespace {

std::string Bytes(const WireWriter& writer) { return std::string(writer.view()); }

TEST(WireWriterTest, WritesTheBytesThatProtobufWrites) {
  v1::OrderRejected message;
  message.set_account_id(UINT64_MAX);
  message.set_client_order_id(std::string(36, 'x'));
  message.set_instrument_id(300);
  message.set_reason(common::v1::REJECT_REASON_INSUFFICIENT_FUNDS);
  message.set_need(-1);
  message.set_have(INT64_MAX);
  using To = v1::OrderRejected;
  WireWriter writer;
  writer.Field(To::kAccountIdFieldNumber, AccountId(UINT64_MAX));
  writer.Text(To::kClientOrderIdFieldNumber, std::string(36, 'x'));
  writer.Field(To::kOrderIdFieldNumber, OrderId(0));
  writer.Field(To::kInstrumentIdFieldNumber, InstrumentId(300));
  writer.Field(To::kReasonFieldNumber, common::v1::REJECT_REASON_INSUFFICIENT_FUNDS);
  writer.Field(To::kNeedFieldNumber, int64_t{-1});
  writer.Field(To::kHaveFieldNumber, INT64_MAX);
  EXPECT_EQ(Bytes(writer), message.SerializeAsString());
}

TEST(WireWriterTest, LengthsOfOneAndOfTwoBytesAreRight) {
  for (const size_t size : {0, 1, 100, 123, 124, 125, 126, 127, 128, 1'000}) {
    v1::Event event;
    event.mutable_account_opened()->set_name(std::string(size, 'n'));
    WireWriter writer;
    writer.Message(v1::Event::kAccountOpenedFieldNumber, [&] {
      writer.Text(v1::AccountOpened::kNameFieldNumber, std::string(size, 'n'));
    });
    EXPECT_EQ(Bytes(writer), event.SerializeAsString()) << size;
    std::string bytes;
    AppendDelimited(v1::Event::kAccountOpenedFieldNumber,
                    event.account_opened().SerializeAsString(), bytes);
    EXPECT_EQ(bytes, event.SerializeAsString()) << size;
  }
}

TEST(WireWriterTest, NumbersBelowZeroHaveTenBytes) {
  v1::FeeTierSet message;
  message.set_maker_fee_ppm(-5);
  WireWriter writer;
  writer.Field(v1::FeeTierSet::kMakerFeePpmFieldNumber, int32_t{-5});
  EXPECT_EQ(Bytes(writer), message.SerializeAsString());
}

TEST(WireWriterDeathTest, NeverWritesBeyondItsMemory) {
  WireWriter writer;
  writer.Text(1, std::string(WireWriter::kBytesMax - 20, 'x'));
  EXPECT_DEATH(writer.Text(1, "twenty characters...."), "CHECK failed");
}

}  // namespace
}  // namespace rialto::engine
