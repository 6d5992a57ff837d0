// What a state may say and still not be loaded: checksums do not keep nonsense out of one that was
// made to fit them.
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <utility>

#include "engine/core/engine.h"
#include "engine/sim/state_text.h"

namespace rialto::engine {
namespace {

CallerId Id(std::string_view text) { return CallerId::Parse(text).value(); }

// Numbers that a state has once, or in one place first: what stands beside them is found by them.
constexpr Amount kTransferred(123'456'789'012);
constexpr Price kTrigger(987'654'321'000);
constexpr Price kLimit(876'543'210'000);
constexpr int64_t kTimeout = 77'777'777'777;

template <typename T>
std::string BytesOf(T number) {
  return std::string(reinterpret_cast<const char*>(&number), sizeof number);
}

// A state with a bit of everything, and what can be done to its bytes.
class SnapshotTest : public testing::Test {
 protected:
  SnapshotTest() {
    Apply(CreateAsset{Id("BTC"), 2});
    Apply(CreateAsset{Id("USD"), 2});
    Apply(CreateInstrument{.symbol = Id("BTC-USD"),
                           .base = AssetId(1),
                           .quote = AssetId(2),
                           .tick_size_e12 = 1'000'000'000'000,
                           .lot_size_units = 1,
                           .quantity_min = Quantity(1),
                           .quantity_max = Quantity(1'000'000)});
    Apply(OpenAccount{Id("alice")});
    Apply(Deposit{Id("D"), kAlice, AssetId(1), kTransferred});
    PlaceOrder order{.account_id = kAlice,
                     .client_order_id = Id("limit"),
                     .instrument_id = InstrumentId(1),
                     .side = Side::kSell,
                     .price = kLimit,
                     .quantity = Quantity(1)};
    Apply(order);
    order.client_order_id = Id("stop");
    order.type = OrderType::kStop;
    order.price = Price(0);
    order.terms.trigger_source = TriggerSource::kMark;
    order.terms.trigger_price = kTrigger;
    Apply(order);
    Apply(CancelAllAfter{kAlice, kTimeout});
    state_ = SaveToString(engine_);
  }

  void Apply(const Command& command) {
    const CommandHeader header{engine_.sequence().Next(), Timestamp(now_ += 1'000)};
    const Outcome outcome = engine_.Apply(header, command, events_);
    ASSERT_TRUE(outcome.accepted()) << "reason " << static_cast<int>(outcome.reason);
  }

  // Where `bytes` begin, the last time that they stand there or the first.
  size_t Find(const std::string& bytes) const { return state_.find(bytes); }
  size_t FindLast(const std::string& bytes) const { return state_.rfind(bytes); }

  // Whether the state is loaded when `wrong` stands where `right` does.
  template <typename T>
  bool LoadsWith(size_t offset, T right, std::type_identity_t<T> wrong) const {
    EXPECT_EQ(state_.compare(offset, sizeof(T), BytesOf(right)), 0);
    std::string state = state_;
    state.replace(offset, sizeof(T), BytesOf(wrong));
    Engine loaded;
    return LoadFromString(state, loaded);
  }

  static constexpr AccountId kAlice = kFirstUserAccount;

  Engine engine_;
  Events events_;
  int64_t now_ = 1'000;
  std::string state_;
};

TEST_F(SnapshotTest, IsLoadedAsItWasSaved) {
  Engine loaded;
  ASSERT_TRUE(LoadFromString(state_, loaded));
  EXPECT_EQ(SaveToString(loaded), state_);
  loaded.Validate();
}

// What was refused is remembered as it was asked for.
TEST_F(SnapshotTest, OfWhatWasRefusedEveryValueIsLoaded) {
  const PlaceOrder order{.account_id = kAlice,
                         .client_order_id = Id("no-side"),
                         .instrument_id = InstrumentId(1),
                         .side = Side{0},
                         .price = kLimit,
                         .quantity = Quantity(1)};
  const Transfer transfer{.transaction_id = Id("no-kind"), .kind = TransferKind{99}};
  for (const Command& command : {Command(order), Command(MakeTransfers{{transfer}})}) {
    const CommandHeader header{engine_.sequence().Next(), Timestamp(now_ += 1'000)};
    ASSERT_FALSE(engine_.Apply(header, command, events_).accepted());
  }
  const std::string state = SaveToString(engine_);
  Engine loaded;
  ASSERT_TRUE(LoadFromString(state, loaded));
  EXPECT_EQ(SaveToString(loaded), state);
}

// The trigger's source chooses where it waits.
TEST_F(SnapshotTest, ATriggerSourceThatIsNone) {
  const size_t offset = Find(BytesOf(kTrigger.value())) - 1;
  EXPECT_TRUE(LoadsWith(offset, TriggerSource::kMark, TriggerSource::kLast));
  EXPECT_FALSE(LoadsWith(offset, TriggerSource::kMark, TriggerSource::kNone));
  EXPECT_FALSE(LoadsWith(offset, TriggerSource::kMark, TriggerSource{5}));
  EXPECT_FALSE(LoadsWith(offset, TriggerSource::kMark, TriggerSource{131}));
}

TEST_F(SnapshotTest, AnAssetOutOfItsPlace) {
  const size_t offset = Find("BTC") - 1 - sizeof(uint32_t);
  EXPECT_FALSE(LoadsWith(offset, uint32_t{1}, 2));
  EXPECT_FALSE(LoadsWith(offset, uint32_t{1}, 0));
}

TEST_F(SnapshotTest, AnOrderOfNoInstrument) {
  const size_t offset = Find(BytesOf(kLimit.value())) + 4 * sizeof(int64_t);
  EXPECT_FALSE(LoadsWith(offset, uint32_t{1}, 0));
  EXPECT_FALSE(LoadsWith(offset, uint32_t{1}, 2));
}

TEST_F(SnapshotTest, ATransferOfNoAsset) {
  const std::string of_alice = BytesOf(kAlice.value()) + BytesOf(uint32_t{1});
  const size_t offset = Find(of_alice + BytesOf(kTransferred.value()));
  ASSERT_NE(offset, std::string::npos);
  EXPECT_FALSE(LoadsWith(offset, kAlice.value(), kAlice.value() + 1));
  EXPECT_FALSE(LoadsWith(offset + sizeof(uint64_t), uint32_t{1}, 3));
}

TEST_F(SnapshotTest, ATimerOfNothing) {
  const size_t offset = FindLast(BytesOf(now_ + kTimeout)) + sizeof(int64_t);
  const uint8_t kind = 4;
  EXPECT_FALSE(LoadsWith(offset, kind, 0));
  EXPECT_FALSE(LoadsWith(offset, kind, 1));  // Of an instrument with this number.
  EXPECT_FALSE(LoadsWith(offset, kind, 3));
  EXPECT_FALSE(LoadsWith(offset, kind, 5));
  EXPECT_FALSE(LoadsWith(offset, kind, 6));
  EXPECT_FALSE(LoadsWith(offset + 1, kAlice.value(), kAlice.value() + 1));
}

// --- Enums ---

// How many values of `E` a reader takes, of all that its bytes can say.
template <typename E>
int CountTaken() {
  int taken = 0;
  for (uint32_t number = 0; number < 1u << (8 * sizeof(E)); ++number) {
    std::string_view bytes(reinterpret_cast<const char*>(&number), sizeof(E));
    const auto take = [&](char* buffer, size_t size) {
      const size_t count = bytes.copy(buffer, size);
      bytes.remove_prefix(count);
      return count;
    };
    StateReader in(take);
    const E value = in.Read<E>();
    EXPECT_EQ(static_cast<uint32_t>(value), in.ok() ? number : 0);
    if (in.ok()) ++taken;
  }
  return taken;
}

TEST(StateReaderTest, AValueThatAnEnumDoesNotHaveIsNonsense) {
  EXPECT_EQ(CountTaken<Side>(), 2);
  EXPECT_EQ(CountTaken<OrderType>(), 8);
  EXPECT_EQ(CountTaken<TimeInForce>(), 5);
  EXPECT_EQ(CountTaken<PostOnly>(), 2);
  EXPECT_EQ(CountTaken<SelfTrade>(), 6);
  EXPECT_EQ(CountTaken<TriggerSource>(), 5);
  EXPECT_EQ(CountTaken<PegReference>(), 4);
  EXPECT_EQ(CountTaken<ListKind>(), 3);
  EXPECT_EQ(CountTaken<OrderStatus>(), 5);
  EXPECT_EQ(CountTaken<CancelReason>(), 20);
  EXPECT_EQ(CountTaken<InstrumentState>(), 6);
  EXPECT_EQ(CountTaken<TradingState>(), 3);
  EXPECT_EQ(CountTaken<StateCause>(), 4);
  EXPECT_EQ(CountTaken<TransferKind>(), 7);
  EXPECT_EQ(CountTaken<TransferState>(), 6);
  EXPECT_EQ(CountTaken<Waiting>(), 4);
  EXPECT_EQ(CountTaken<Reaction::Kind>(), 3);
  EXPECT_EQ(CountTaken<RejectReason>(), 51);
}

}  // namespace
}  // namespace rialto::engine
