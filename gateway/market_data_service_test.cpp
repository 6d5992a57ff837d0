#include "gateway/market_data_service.h"

#include <algorithm>
#include <map>
#include <random>

#include "absl/strings/match.h"
#include "gateway/gateway_under_test.h"

namespace rialto::gateway {
namespace {

constexpr auto kBuy = common::v1::ORDER_SIDE_BUY;
constexpr auto kSell = common::v1::ORDER_SIDE_SELL;

// Random but consistent life of the book of one instrument.
class RandomMarket {
 public:
  RandomMarket(ScriptedEngine& engine, uint32_t instrument_id)
      : engine_(engine), instrument_id_(instrument_id) {}

  void Step() {
    std::vector<engine::v1::Event> events;
    for (int count = Roll(3); count >= 0; --count) AddEvents(events);
    engine_.Append(std::move(events));
  }

 private:
  int Roll(int max) { return static_cast<int>(random_() % static_cast<unsigned>(max + 1)); }
  int64_t Lots(int64_t max) { return 1 + Roll(static_cast<int>(max) - 1); }

  int64_t NewPrice(common::v1::OrderSide side) {
    return side == kBuy ? 100 - Roll(30) : 101 + Roll(30);
  }

  void AddOrder(std::vector<engine::v1::Event>& events) {
    const auto side = Roll(1) == 0 ? kBuy : kSell;
    const int64_t hidden = Roll(3) == 0 ? Lots(20) : 0;
    orders_.push_back({++last_order_id_, instrument_id_, side, NewPrice(side), Lots(20), hidden});
    events.push_back(Rested(orders_.back()));
  }

  // What may happen to an order in a book, as the engine tells it.
  void AddEvents(std::vector<engine::v1::Event>& events) {
    const int kind = Roll(8);
    if (orders_.empty() || kind <= 2) return AddOrder(events);
    const size_t at = static_cast<size_t>(Roll(static_cast<int>(orders_.size()) - 1));
    BookOrder& order = orders_[at];
    const auto taker = std::find_if(orders_.begin(), orders_.end(),
                                    [&](const BookOrder& o) { return o.side != order.side; });
    if (kind == 3 && order.remaining() > 1) {
      events.push_back(Reduced(order, Lots(order.remaining() - 1)));
    } else if (kind == 4) {
      events.push_back(Moved(order));
      order.price_ticks = NewPrice(order.side);
      events.push_back(Rested(order));
    } else if (kind == 5) {
      events.push_back(Prevented(order, Lots(order.lots)));
    } else if (kind == 6 && taker != orders_.end()) {
      events.push_back(TradedInAuction(order, *taker, Lots(std::min(order.lots, taker->lots))));
    } else if (kind == 7) {
      events.push_back(Canceled(order));
      orders_.erase(orders_.begin() + static_cast<long>(at));
    } else {
      events.push_back(Traded(order, Lots(order.lots)));
    }
    const bool prevented = events.back().has_self_trade_prevented();
    for (BookOrder& open : orders_) {
      if (open.lots == 0 && open.hidden > 0) events.push_back(Replenished(open, Lots(5)));
      if (prevented && open.remaining() == 0) events.push_back(Canceled(open));
    }
    std::erase_if(orders_, [](const BookOrder& open) { return open.remaining() == 0; });
  }

  ScriptedEngine& engine_;
  const uint32_t instrument_id_;
  std::mt19937 random_{42};
  std::vector<BookOrder> orders_;
  uint64_t last_order_id_ = 0;
};

using Levels = std::map<std::string, std::string>;  // Price to "quantity xorders".

// A subscriber that believes only what the stream says.
class Watcher {
 public:
  Watcher(GatewayUnderTest& gateway, const std::string& instrument) {
    v1::StreamMarketRequest request;
    request.set_instrument(instrument);
    reader_ = gateway.market_data->StreamMarket(&context_, request);
  }
  ~Watcher() { context_.TryCancel(); }

  bool ReadOne() {
    v1::StreamMarketResponse message;
    if (!reader_->Read(&message)) return false;
    if (message.has_snapshot()) {
      EXPECT_EQ(sequence_, 0u) << "the snapshot comes first and once";
      sequence_ = message.snapshot().sequence();
      state_ = message.snapshot().state();
      Take(message.snapshot().bids(), bids_);
      Take(message.snapshot().asks(), asks_);
    } else if (message.has_update()) {
      EXPECT_EQ(message.update().prev_sequence(), sequence_) << "a gap";
      EXPECT_GT(message.update().sequence(), sequence_);
      sequence_ = message.update().sequence();
      Take(message.update().bids(), bids_);
      Take(message.update().asks(), asks_);
      trades_ += message.update().trades_size();
      if (message.update().state() != common::v1::INSTRUMENT_STATE_UNSPECIFIED) {
        state_ = message.update().state();
      }
      ++updates_;
    } else {
      heartbeat_ = message.heartbeat();
      ++heartbeats_;
    }
    return true;
  }
  grpc::Status Finish() { return reader_->Finish(); }

  void ExpectEqual(const engine::v1::GetDepthResponse& depth) {
    Levels bids;
    Levels asks;
    Take(depth.bids(), bids);
    Take(depth.asks(), asks);
    EXPECT_EQ(bids_, bids);
    EXPECT_EQ(asks_, asks);
  }

  uint64_t sequence_ = 0;
  common::v1::InstrumentState state_ = common::v1::INSTRUMENT_STATE_UNSPECIFIED;
  int trades_ = 0;
  int updates_ = 0;
  int heartbeats_ = 0;
  v1::MarketHeartbeat heartbeat_;
  Levels bids_;
  Levels asks_;

 private:
  template <typename ProtoLevels>
  static void Take(const ProtoLevels& proto, Levels& levels) {
    for (const common::v1::DepthLevel& level : proto) {
      if (level.orders() == 0) {
        EXPECT_EQ(level.quantity(), "0.0000");
        levels.erase(level.price());
      } else {
        levels[level.price()] = absl::StrCat(level.quantity(), "x", level.orders());
      }
    }
  }

  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::StreamMarketResponse>> reader_;
};

TEST(MarketDataServiceTest, SnapshotAndUpdatesAddUpToTheBook) {
  ScriptedEngine engine;
  RandomMarket market(engine, 1);
  for (int i = 0; i < 500; ++i) market.Step();  // Known by GetDepth when the gateway starts.
  GatewayUnderTest gateway(engine);
  for (int i = 0; i < 500; ++i) market.Step();  // Partly before, partly after the snapshot.
  Watcher watcher(gateway, "BTC-USD");
  Watcher other(gateway, "BTC-USD");
  for (int i = 0; i < 2'000; ++i) market.Step();
  const uint64_t last = engine.last_sequence();
  while (watcher.sequence_ < last && watcher.ReadOne()) {
  }
  while (other.sequence_ < last && other.ReadOne()) {
  }
  EXPECT_GT(watcher.updates_, 0);
  EXPECT_GT(watcher.trades_, 0);
  watcher.ExpectEqual(engine.DepthNow("BTC-USD"));
  other.ExpectEqual(engine.DepthNow("BTC-USD"));

  v1::GetDepthRequest request;
  v1::GetDepthResponse depth;
  request.set_instrument("BTC-USD");
  request.set_levels(1'000);
  ASSERT_TRUE(
      Ask(*gateway.market_data, &v1::MarketDataService::Stub::GetDepth, request, &depth).ok());
  const engine::v1::GetDepthResponse expected = engine.DepthNow("BTC-USD");
  ASSERT_EQ(depth.bids_size(), expected.bids_size());
  for (int i = 0; i < depth.bids_size(); ++i) {
    EXPECT_EQ(depth.bids(i).price(), expected.bids(i).price());
    EXPECT_EQ(depth.bids(i).quantity(), expected.bids(i).quantity());
  }
  EXPECT_EQ(depth.sequence(), last);
}

TEST(MarketDataServiceTest, ABrokenFeedGoesOnWhereItWas) {
  ScriptedEngine engine;
  RandomMarket market(engine, 1);
  GatewayUnderTest gateway(engine);
  Watcher watcher(gateway, "BTC-USD");
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 100; ++i) market.Step();
    engine.BreakCalls();
    for (int i = 0; i < 100; ++i) market.Step();
    while (watcher.sequence_ < engine.last_sequence() && watcher.ReadOne()) {
    }
    watcher.ExpectEqual(engine.DepthNow("BTC-USD"));
  }
  EXPECT_GE(engine.subscriptions().size(), 2u);
}

TEST(MarketDataServiceTest, NewInstrumentsAppearByThemselves) {
  ScriptedEngine engine;
  GatewayUnderTest gateway(engine);
  engine.Append({InstrumentDefined(2, "ETH-USD")});
  RandomMarket market(engine, 2);
  for (int i = 0; i < 50; ++i) market.Step();
  EXPECT_TRUE(Eventually([&] { return gateway.markets.next_sequence() > engine.last_sequence(); }));
  Watcher watcher(gateway, "ETH-USD");
  ASSERT_TRUE(watcher.ReadOne());
  watcher.ExpectEqual(engine.DepthNow("ETH-USD"));

  v1::ListInstrumentsRequest request;
  v1::ListInstrumentsResponse page;
  request.set_page_size(1);
  const auto list = &v1::MarketDataService::Stub::ListInstruments;
  ASSERT_TRUE(Ask(*gateway.market_data, list, request, &page).ok());
  ASSERT_EQ(page.instruments_size(), 1);
  EXPECT_EQ(page.instruments(0).symbol(), "BTC-USD");
  request.set_page_token(page.next_page_token());
  page.Clear();
  ASSERT_TRUE(Ask(*gateway.market_data, list, request, &page).ok());
  EXPECT_EQ(page.instruments(0).symbol(), "ETH-USD");
  EXPECT_EQ(page.next_page_token(), "");
  request.set_page_token("x");
  EXPECT_EQ(Ask(*gateway.market_data, list, request, &page).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST(MarketDataServiceTest, ChangedParametersAreListed) {
  ScriptedEngine engine;
  GatewayUnderTest gateway(engine);
  engine::v1::Event event;
  *event.mutable_instrument_changed()->mutable_definition() =
      InstrumentDefined(1, "BTC-USD").instrument_created();
  event.mutable_instrument_changed()->mutable_definition()->set_price_band_ppm(50'000);
  engine.Append({event});
  EXPECT_TRUE(Eventually([&] { return gateway.markets.next_sequence() > engine.last_sequence(); }));
  v1::ListInstrumentsResponse page;
  ASSERT_TRUE(Ask(*gateway.market_data, &v1::MarketDataService::Stub::ListInstruments,
                  v1::ListInstrumentsRequest(), &page)
                  .ok());
  ASSERT_EQ(page.instruments_size(), 1);
  EXPECT_EQ(page.instruments(0).price_band_ppm(), 50'000u);
}

TEST(MarketDataServiceTest, StatesComeWithTheSnapshotAndAsTheyChange) {
  ScriptedEngine engine;
  engine.Append({StateChanged(1, common::v1::INSTRUMENT_STATE_AUCTION)});
  GatewayUnderTest gateway(engine);
  Watcher watcher(gateway, "BTC-USD");
  ASSERT_TRUE(watcher.ReadOne());
  EXPECT_EQ(watcher.state_, common::v1::INSTRUMENT_STATE_AUCTION);
  const uint64_t halted = engine.Append({StateChanged(1, common::v1::INSTRUMENT_STATE_HALTED)});
  while (watcher.sequence_ < halted) ASSERT_TRUE(watcher.ReadOne());
  EXPECT_EQ(watcher.state_, common::v1::INSTRUMENT_STATE_HALTED);
  const uint64_t rested = engine.Append({Rested({1, 1, kBuy, 99, 5})});
  while (watcher.sequence_ < rested) ASSERT_TRUE(watcher.ReadOne());
  EXPECT_EQ(watcher.state_, common::v1::INSTRUMENT_STATE_HALTED);

  v1::GetInstrumentStateRequest state_request;
  v1::GetInstrumentStateResponse state;
  state_request.set_instrument("BTC-USD");
  ASSERT_TRUE(Ask(*gateway.market_data, &v1::MarketDataService::Stub::GetInstrumentState,
                  state_request, &state)
                  .ok());
  EXPECT_EQ(state.state().state(), common::v1::INSTRUMENT_STATE_HALTED);
  EXPECT_EQ(state.state().last_price(), "1.01");
  EXPECT_EQ(state.sequence(), rested);
  v1::GetAuctionRequest auction_request;
  v1::GetAuctionResponse auction;
  auction_request.set_instrument("BTC-USD");
  ASSERT_TRUE(
      Ask(*gateway.market_data, &v1::MarketDataService::Stub::GetAuction, auction_request, &auction)
          .ok());
  EXPECT_EQ(auction.auction().volume(), "0.0005");
  EXPECT_EQ(auction.state(), common::v1::INSTRUMENT_STATE_HALTED);
}

TEST(MarketDataServiceTest, UnknownInstrumentsAndBadLevelsAreNamed) {
  ScriptedEngine engine;
  GatewayUnderTest gateway(engine);
  v1::GetDepthRequest request;
  v1::GetDepthResponse depth;
  request.set_instrument("DOGE-USD");
  const auto get = &v1::MarketDataService::Stub::GetDepth;
  grpc::Status status = Ask(*gateway.market_data, get, request, &depth);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "UNKNOWN_INSTRUMENT: no instrument \"DOGE-USD\"");
  request.set_levels(-1);
  EXPECT_EQ(Ask(*gateway.market_data, get, request, &depth).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  Watcher watcher(gateway, "DOGE-USD");
  EXPECT_FALSE(watcher.ReadOne());
  EXPECT_EQ(watcher.Finish().error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST(MarketDataServiceTest, SlowConsumersAreClosedAndOthersAreNot) {
  ScriptedEngine engine;
  GatewayUnderTest gateway(engine, {.bytes_max = 64 << 10, .messages_max = 100});
  RandomMarket market(engine, 1);
  Watcher slow(gateway, "BTC-USD");
  ASSERT_TRUE(slow.ReadOne());
  Watcher quick(gateway, "BTC-USD");
  ASSERT_TRUE(quick.ReadOne());
  for (int i = 0; i < 100'000 && gateway.metrics.slow_consumers.Value() == 0; ++i) {
    for (int step = 0; step < 50; ++step) market.Step();
    while (quick.sequence_ < engine.last_sequence()) ASSERT_TRUE(quick.ReadOne());
  }
  EXPECT_EQ(gateway.metrics.slow_consumers.Value(), 1);
  while (slow.ReadOne()) {  // What was under way still arrives, without a gap.
  }
  const grpc::Status status = slow.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(absl::StartsWith(status.error_message(), "SLOW_CONSUMER: "))
      << status.error_message();
  quick.ExpectEqual(engine.DepthNow("BTC-USD"));
}

// Its status waits behind the write that the peer has no room for: without an end by force the
// stream, and a snapshot of its own, would stay for as long as the peer is connected.
TEST(MarketDataServiceTest, AStuckWriteIsNoticedAndTheStreamFreed) {
  ScriptedEngine engine;
  GatewayUnderTest gateway(engine, {.stall_max = std::chrono::milliseconds(100)});
  RandomMarket market(engine, 1);
  Watcher stuck(gateway, "BTC-USD");
  ASSERT_TRUE(stuck.ReadOne());
  EXPECT_TRUE(Eventually([&] {
    market.Step();
    return gateway.metrics.slow_consumers.Value() == 1;
  }));
  EXPECT_TRUE(Eventually([&] { return gateway.metrics.subscribers.Value() == 0; }));
  EXPECT_EQ(gateway.channel->GetState(false), GRPC_CHANNEL_READY);  // It is connected still.
}

TEST(MarketDataServiceTest, HeartbeatsTellHowFarAndWhetherAllIsWell) {
  ScriptedEngine engine;
  GatewayUnderTest gateway(engine);
  Watcher watcher(gateway, "BTC-USD");
  while (watcher.heartbeats_ == 0) ASSERT_TRUE(watcher.ReadOne());
  EXPECT_EQ(watcher.heartbeat_.sequence(), engine.last_sequence());
  EXPECT_TRUE(watcher.heartbeat_.feed_live());
  gateway.context.RequestStop(absl::OkStatus());
  while (watcher.ReadOne()) {
  }
  EXPECT_EQ(watcher.Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST(MarketDataServiceTest, ABookThatGetDepthCanNotGiveIsRebuiltFromTheFirstEvent) {
  ScriptedEngine engine;
  const BookOrder huge{1, 1, kSell, 101, INT64_MAX};
  const BookOrder as_huge{2, 1, kSell, 101, INT64_MAX};
  engine.Append({Rested(huge), Rested(as_huge)});
  GatewayUnderTest gateway(engine);
  EXPECT_EQ(engine.subscriptions().at(0), 1u);
  Watcher watcher(gateway, "BTC-USD");
  ASSERT_TRUE(watcher.ReadOne());
  watcher.ExpectEqual(engine.DepthNow("BTC-USD"));
  EXPECT_EQ(watcher.asks_["1.01"], "1844674407370955.1614x2");
}

TEST(MarketsDeathTest, AGapInTheFeedEndsTheProcess) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  prometheus::Registry registry;
  Metrics metrics(registry);
  Markets markets(metrics);
  markets.Load({});
  engine::v1::SubscribeResponse message;
  message.add_commands()->set_sequence(1);
  markets.Apply(message);
  EXPECT_DEATH(markets.Apply(message), "");
  message.mutable_commands(0)->set_sequence(3);
  EXPECT_DEATH(markets.Apply(message), "");
}

TEST(MarketsDeathTest, AnIcebergWithoutItsNextPartEndsTheProcess) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  prometheus::Registry registry;
  Metrics metrics(registry);
  Markets markets(metrics);
  markets.Load({});
  engine::v1::SubscribeResponse message;
  engine::v1::CommandEvents& definitions = *message.add_commands();
  definitions.set_sequence(1);
  *definitions.add_events() = AssetDefined(1, "USD", 2);
  *definitions.add_events() = AssetDefined(2, "BTC", 8);
  *definitions.add_events() = InstrumentDefined(1, "BTC-USD");
  BookOrder iceberg{1, 1, kSell, 101, 3, 4};
  engine::v1::CommandEvents& placement = *message.add_commands();
  placement.set_sequence(2);
  *placement.add_events() = Rested(iceberg);
  markets.Apply(message);
  message.clear_commands();
  message.add_commands()->set_sequence(3);
  *message.mutable_commands(0)->add_events() = Traded(iceberg, 3);
  EXPECT_DEATH(markets.Apply(message), "hollow_levels");
  *message.mutable_commands(0)->add_events() = Replenished(iceberg, 3);
  markets.Apply(message);
  EXPECT_EQ(markets.next_sequence(), 4u);
}

}  // namespace
}  // namespace rialto::gateway
