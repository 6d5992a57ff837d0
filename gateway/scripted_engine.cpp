#include "gateway/scripted_engine.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/check.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"

namespace rialto::gateway {
namespace {

using engine::v1::Event;

engine::v1::OrderOutcome AcceptOpen(const engine::v1::OrderCommand& command) {
  engine::v1::OrderOutcome outcome;
  outcome.set_sequence(1'000 + command.correlation_id());
  outcome.set_order_id(outcome.sequence());
  outcome.set_status(common::v1::ORDER_STATUS_OPEN);
  outcome.set_instrument_id(1);
  outcome.set_remaining_lots(command.place().quantity_lots());
  return outcome;
}

}  // namespace

// While it lives, BreakCalls() cancels the call.
class ScriptedEngine::OpenCall {
 public:
  OpenCall(ScriptedEngine& engine, grpc::ServerContext* context)
      : engine_(engine), context_(context) {
    absl::MutexLock lock(&engine_.mutex_);
    engine_.open_calls_.insert(context_);
  }
  ~OpenCall() {
    absl::MutexLock lock(&engine_.mutex_);
    engine_.open_calls_.erase(context_);
  }

 private:
  ScriptedEngine& engine_;
  grpc::ServerContext* context_;
};

class ScriptedEngine::Orders : public engine::v1::OrderService::Service {
 public:
  explicit Orders(ScriptedEngine& engine) : engine_(engine) {}

  grpc::Status StreamOrders(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<engine::v1::StreamOrdersResponse, engine::v1::StreamOrdersRequest>*
          stream) override {
    OpenCall open(engine_, context);
    engine::v1::StreamOrdersRequest request;
    while (stream->Read(&request)) {
      engine::v1::StreamOrdersResponse response;
      {
        absl::MutexLock lock(&engine_.mutex_);
        engine_.batch_sizes_.push_back(request.commands_size());
        const auto released = [this] { return !engine_.held_ || engine_.stopping_; };
        while (
            !engine_.mutex_.AwaitWithTimeout(absl::Condition(&released), absl::Milliseconds(10))) {
          if (context->IsCancelled()) return grpc::Status::CANCELLED;
        }
        for (const engine::v1::OrderCommand& command : request.commands()) {
          engine::v1::OrderOutcome outcome = engine_.decide_(command);
          outcome.set_correlation_id(command.correlation_id());
          *response.add_outcomes() = outcome;
        }
      }
      if (!stream->Write(response)) break;
    }
    return grpc::Status::OK;
  }
  // Only asked to validate.
  grpc::Status PlaceOrder(grpc::ServerContext*, const engine::v1::PlaceOrderRequest* request,
                          engine::v1::PlaceOrderResponse* response) override {
    if (!request->validate_only()) return grpc::Status(grpc::StatusCode::INTERNAL, "not asked so");
    response->set_sequence(70);
    response->set_validated_only(true);
    if (request->order().quantity() == "1000") {
      response->mutable_rejected()->set_message("INSUFFICIENT_FUNDS: need 2, available 1");
    } else {
      response->mutable_accepted()->set_remaining_quantity(request->order().quantity());
    }
    return grpc::Status::OK;
  }
  grpc::Status GetOrder(grpc::ServerContext*, const engine::v1::GetOrderRequest* request,
                        engine::v1::GetOrderResponse* response) override {
    if (request->order_id() != 7) {
      return grpc::Status(grpc::StatusCode::NOT_FOUND, "UNKNOWN_ORDER: it is not open");
    }
    response->mutable_order()->set_order_id(7);
    response->mutable_order()->set_account_id(request->account_id());
    response->set_sequence(70);
    return grpc::Status::OK;
  }
  grpc::Status ListOpenOrders(grpc::ServerContext*,
                              const engine::v1::ListOpenOrdersRequest* request,
                              engine::v1::ListOpenOrdersResponse* response) override {
    const auto released = [this] { return !engine_.pages_held_ || engine_.stopping_; };
    {
      absl::MutexLock lock(&engine_.mutex_);
      engine_.mutex_.Await(absl::Condition(&released));
    }
    for (int i = 0; i < request->page_size(); ++i) response->add_orders()->set_order_id(7);
    response->set_next_page_token(absl::StrCat(request->page_token(), "+"));
    response->set_sequence(70);
    return grpc::Status::OK;
  }

 private:
  ScriptedEngine& engine_;
};

class ScriptedEngine::Events : public engine::v1::EventService::Service {
 public:
  explicit Events(ScriptedEngine& engine) : engine_(engine) {}

  grpc::Status Subscribe(grpc::ServerContext* context, const engine::v1::SubscribeRequest* request,
                         grpc::ServerWriter<engine::v1::SubscribeResponse>* writer) override {
    OpenCall open(engine_, context);
    size_t next = request->from_sequence() - 1;
    const auto more = [this, &next] { return engine_.history_.size() > next || engine_.stopping_; };
    {
      absl::MutexLock lock(&engine_.mutex_);
      engine_.subscriptions_.push_back(request->from_sequence());
    }
    while (!context->IsCancelled()) {
      engine::v1::SubscribeResponse response;
      {
        absl::MutexLock lock(&engine_.mutex_);
        engine_.mutex_.AwaitWithTimeout(absl::Condition(&more), absl::Milliseconds(50));
        if (engine_.stopping_) break;
        for (int i = 0; i < 100 && next < engine_.history_.size(); ++i) {
          *response.add_commands() = engine_.history_[next++];
        }
        response.set_head_sequence(engine_.history_.size());
      }
      if (!writer->Write(response)) break;
    }
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "stopping");
  }

 private:
  ScriptedEngine& engine_;
};

class ScriptedEngine::MarketData : public engine::v1::MarketDataService::Service {
 public:
  explicit MarketData(ScriptedEngine& engine) : engine_(engine) {}

  grpc::Status ListAssets(grpc::ServerContext*, const engine::v1::ListAssetsRequest*,
                          engine::v1::ListAssetsResponse* response) override {
    absl::MutexLock lock(&engine_.mutex_);
    for (const Asset& asset : engine_.catalog_.assets()) *response->add_assets() = ToView(asset);
    response->set_sequence(engine_.history_.size());
    return grpc::Status::OK;
  }
  grpc::Status ListInstruments(grpc::ServerContext*, const engine::v1::ListInstrumentsRequest*,
                               engine::v1::ListInstrumentsResponse* response) override {
    absl::MutexLock lock(&engine_.mutex_);
    for (const Instrument& instrument : engine_.catalog_.instruments()) {
      *response->add_instruments() = ToView(instrument);
    }
    response->set_sequence(engine_.history_.size());
    return grpc::Status::OK;
  }
  grpc::Status GetDepth(grpc::ServerContext*, const engine::v1::GetDepthRequest* request,
                        engine::v1::GetDepthResponse* response) override {
    *response = engine_.DepthNow(request->instrument());
    return grpc::Status::OK;
  }
  grpc::Status GetInstrumentState(grpc::ServerContext*,
                                  const engine::v1::GetInstrumentStateRequest* request,
                                  engine::v1::GetInstrumentStateResponse* response) override {
    response->mutable_state()->set_instrument(request->instrument());
    response->mutable_state()->set_state(engine_.StateNow(request->instrument()));
    response->mutable_state()->set_last_price("1.01");
    response->set_sequence(engine_.last_sequence());
    return grpc::Status::OK;
  }
  grpc::Status GetAuction(grpc::ServerContext*, const engine::v1::GetAuctionRequest* request,
                          engine::v1::GetAuctionResponse* response) override {
    response->mutable_auction()->set_price("1.01");
    response->mutable_auction()->set_volume("0.0005");
    response->set_state(engine_.StateNow(request->instrument()));
    response->set_sequence(engine_.last_sequence());
    return grpc::Status::OK;
  }

 private:
  ScriptedEngine& engine_;
};

class ScriptedEngine::Accounts : public engine::v1::AccountService::Service {
 public:
  grpc::Status ListBalances(grpc::ServerContext*, const engine::v1::ListBalancesRequest* request,
                            engine::v1::ListBalancesResponse* response) override {
    if (request->account_id() != 1001) {
      return grpc::Status(grpc::StatusCode::NOT_FOUND, "UNKNOWN_ACCOUNT: no such account");
    }
    response->add_balances()->set_asset("USD");
    response->mutable_balances(0)->set_available("12.50");
    response->set_sequence(70);
    return grpc::Status::OK;
  }

  // Takes what is asked, unless the id is "poor".
  grpc::Status Transfer(grpc::ServerContext*, const engine::v1::TransferRequest* request,
                        engine::v1::TransferResponse* response) override {
    response->set_sequence(71);
    if (request->transfer().transaction_id() == "poor") {
      response->mutable_rejected()->set_message("INSUFFICIENT_FUNDS: need 2, available 1");
      response->set_repeated_request(true);
    } else {
      response->mutable_accepted()->set_amount(request->transfer().amount());
    }
    return grpc::Status::OK;
  }
};

class ScriptedEngine::Admin : public engine::v1::AdminService::Service {
 public:
  grpc::Status GetServerInfo(grpc::ServerContext*, const engine::v1::GetServerInfoRequest*,
                             engine::v1::GetServerInfoResponse*) override {
    return grpc::Status::OK;
  }
};

ScriptedEngine::ScriptedEngine()
    : decide_(AcceptOpen),
      orders_(std::make_unique<Orders>(*this)),
      events_(std::make_unique<Events>(*this)),
      market_data_(std::make_unique<MarketData>(*this)),
      accounts_(std::make_unique<Accounts>()),
      admin_(std::make_unique<Admin>()) {
  Append({AssetDefined(1, "USD", 2)});
  Append({AssetDefined(2, "BTC", 8)});
  Append({InstrumentDefined(1, "BTC-USD")});
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(orders_.get());
  builder.RegisterService(events_.get());
  builder.RegisterService(market_data_.get());
  builder.RegisterService(accounts_.get());
  builder.RegisterService(admin_.get());
  server_ = builder.BuildAndStart();
  CHECK(server_ != nullptr);
  address_ = absl::StrCat("127.0.0.1:", port);
}

ScriptedEngine::~ScriptedEngine() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  server_->Shutdown(std::chrono::system_clock::now());
  server_->Wait();
}

void ScriptedEngine::SetDecide(Decide decide) {
  absl::MutexLock lock(&mutex_);
  decide_ = std::move(decide);
}

void ScriptedEngine::Hold() {
  absl::MutexLock lock(&mutex_);
  held_ = true;
}

void ScriptedEngine::HoldPages() {
  absl::MutexLock lock(&mutex_);
  pages_held_ = true;
}

void ScriptedEngine::Release() {
  absl::MutexLock lock(&mutex_);
  held_ = pages_held_ = false;
}

std::vector<int> ScriptedEngine::batch_sizes() const {
  absl::MutexLock lock(&mutex_);
  return batch_sizes_;
}

std::vector<uint64_t> ScriptedEngine::subscriptions() const {
  absl::MutexLock lock(&mutex_);
  return subscriptions_;
}

uint64_t ScriptedEngine::Append(std::vector<Event> events) {
  absl::MutexLock lock(&mutex_);
  engine::v1::CommandEvents command;
  command.set_sequence(history_.size() + 1);
  command.set_timestamp_ns(static_cast<int64_t>(command.sequence()) * 1'000);
  for (Event& event : events) {
    catalog_.Apply(event);
    *command.add_events() = std::move(event);
  }
  history_.push_back(std::move(command));
  return history_.size();
}

uint64_t ScriptedEngine::last_sequence() const {
  absl::MutexLock lock(&mutex_);
  return history_.size();
}

engine::v1::GetDepthResponse ScriptedEngine::DepthNow(const std::string& symbol) const {
  absl::MutexLock lock(&mutex_);
  const Instrument& instrument = *catalog_.FindInstrument(symbol);
  std::map<uint64_t, BookOrder> orders;
  for (const engine::v1::CommandEvents& command : history_) {
    for (const Event& event : command.events()) Follow(event, orders);
  }
  std::map<int64_t, std::pair<absl::int128, uint32_t>> bids;  // By falling price.
  std::map<int64_t, std::pair<absl::int128, uint32_t>> asks;
  for (const auto& [id, order] : orders) {
    if (order.instrument_id != instrument.id.value()) continue;
    auto& level = order.side == common::v1::ORDER_SIDE_BUY ? bids[-order.price_ticks]
                                                           : asks[order.price_ticks];
    level.first += order.lots;
    level.second += 1;
  }
  engine::v1::GetDepthResponse depth;
  const auto add = [&](int64_t price_ticks, const auto& level, common::v1::DepthLevel* proto) {
    proto->set_price(FormatPrice(instrument, Price(price_ticks)));
    proto->set_quantity(FormatQuantity(instrument, level.first));
    proto->set_orders(level.second);
  };
  for (const auto& [price, level] : bids) add(-price, level, depth.add_bids());
  for (const auto& [price, level] : asks) add(price, level, depth.add_asks());
  depth.set_sequence(history_.size());
  return depth;
}

common::v1::InstrumentState ScriptedEngine::StateNow(const std::string& symbol) const {
  absl::MutexLock lock(&mutex_);
  const InstrumentId id = catalog_.FindInstrument(symbol)->id;
  common::v1::InstrumentState state = common::v1::INSTRUMENT_STATE_TRADING;
  for (const engine::v1::CommandEvents& command : history_) {
    for (const Event& event : command.events()) {
      if (event.instrument_state_changed().instrument_id() == id.value()) {
        state = event.instrument_state_changed().state();
      }
    }
  }
  return state;
}

void ScriptedEngine::BreakCalls() {
  absl::MutexLock lock(&mutex_);
  for (grpc::ServerContext* call : open_calls_) call->TryCancel();
}

}  // namespace rialto::gateway
