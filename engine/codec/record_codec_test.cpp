#include "engine/codec/record_codec.h"

#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "engine/codec/command_fields.h"

namespace rialto::engine {
namespace {

CallerId Id(const char* text) { return CallerId::Parse(text).value(); }

// Fills every leaf with a value that any record can hold.
struct RandomLeaves {
  std::mt19937_64& random;

  template <typename T>
  void OnVector(std::vector<T>& value) {
    value.resize(random() % 4);
  }
  void operator()(CallerId& leaf) {
    leaf = Id(std::to_string(random()).substr(0, 1 + random() % 15).c_str());
  }
  void operator()(std::string& leaf) {
    leaf.resize(random() % 100);
    for (char& c : leaf) c = static_cast<char>(random());  // Bytes, not text.
  }
  void operator()(PostOnly& leaf) { leaf = random() % 2 == 0 ? PostOnly::kNo : PostOnly::kYes; }
  template <typename T>
  void operator()(T& leaf) {
    // All sizes: small numbers, large ones and the ends.
    const uint64_t number = random() >> random() % 64;
    if constexpr (requires { leaf.value(); }) {
      leaf = T(static_cast<decltype(leaf.value())>(random() % 2 == 0 ? number : ~number));
    } else {
      leaf = static_cast<T>(random() % 2 == 0 ? number : ~number);
    }
  }
};

template <size_t... I>
std::vector<Command> OneOfEachKind(std::index_sequence<I...>) {
  return {std::variant_alternative_t<I, Command>{}...};
}

std::vector<std::string> Texts(Command& command) {
  LeafTexts visit;
  std::visit([&](auto& question) { ForEachLeaf(question, visit); }, command);
  return visit.texts;
}

TEST(RecordCodecTest, EveryFieldOfEveryCommandComesBack) {
  std::mt19937_64 random(42);
  for (Command command : OneOfEachKind(std::make_index_sequence<std::variant_size_v<Command>>())) {
    for (int round = 0; round < 500; ++round) {
      RandomLeaves fill{random};
      std::visit([&](auto& question) { ForEachLeaf(question, fill); }, command);
      std::string bytes = "what was there before";
      EncodeRecord(command, bytes);
      absl::StatusOr<Command> decoded = DecodeRecord(bytes);
      ASSERT_TRUE(decoded.ok()) << decoded.status() << " kind " << command.index();
      ASSERT_EQ(decoded->index(), command.index());
      ASSERT_EQ(Texts(*decoded), Texts(command)) << "kind " << command.index();
    }
  }
}

TEST(RecordCodecTest, EmptyIdsStayEmptyWhereThereMayBeNone) {
  const Command cancel = CancelOrder{{AccountId(1001), OrderId(7), {}}, CancelOnlyIf::kAny};
  std::string bytes;
  EncodeRecord(cancel, bytes);
  EXPECT_TRUE(std::get<CancelOrder>(DecodeRecord(bytes).value()).order.client_order_id.empty());
  EncodeRecord(MassCancel{.account_id = AccountId(1001)}, bytes);
  EXPECT_EQ(std::get<MassCancel>(DecodeRecord(bytes).value()),
            MassCancel{.account_id = AccountId(1001)});
}

// Written by the engine before terms, prices of amends and the rest were there.
TEST(RecordCodecTest, OldRecordsDecodeWithDefaults) {
  const auto decode = [](std::string_view hex) {
    return DecodeRecord(absl::HexStringToBytes(absl::string_view(hex.data(), hex.size()))).value();
  };
  EXPECT_EQ(std::get<PlaceOrder>(decode("3a1708e90712036f2d31180120022801300138a64f40195001")),
            (PlaceOrder{.account_id = AccountId(1001),
                        .client_order_id = Id("o-1"),
                        .instrument_id = InstrumentId(1),
                        .side = Side::kSell,
                        .type = OrderType::kLimit,
                        .time_in_force = TimeInForce::kGoodTillCanceled,
                        .post_only = PostOnly::kYes,
                        .price = Price(10150),
                        .quantity = Quantity(25)}));
  EXPECT_EQ(std::get<CreateInstrument>(
                decode("12220a074254432d555344100218012080c8afa0252864300138c0843d4005506458c801")),
            (CreateInstrument{.symbol = Id("BTC-USD"),
                              .base = AssetId(2),
                              .quote = AssetId(1),
                              .tick_size_e12 = 10'000'000'000,
                              .lot_size_units = 100,
                              .quantity_min = Quantity(1),
                              .quantity_max = Quantity(1'000'000),
                              .notional_min = Amount(5),
                              .maker_fee_ppm = 100,
                              .taker_fee_ppm = 200}));
  const auto limits = std::get<SetAccountLimits>(decode("220908e907100118072008"));
  EXPECT_EQ(limits.order_notional_max, Amount(8));
  EXPECT_EQ(limits.position_max, Quantity(0));
  const auto cancel = std::get<CancelOrder>(decode("420508e9071007"));
  EXPECT_EQ(cancel.order.order_id, OrderId(7));
  EXPECT_EQ(cancel.only_if, CancelOnlyIf::kAny);
  const auto amend = std::get<AmendOrder>(decode("4a0a08e9071a036f2d312009"));
  EXPECT_EQ(amend.quantity, Quantity(9));
  EXPECT_EQ(amend.price, Price(0));
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
