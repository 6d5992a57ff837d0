#include "tools/replay/local_stack.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/decimal.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "rialto/engine/v1/account_service.grpc.pb.h"
#include "rialto/engine/v1/admin_service.grpc.pb.h"
#include "rialto/engine/v1/event_service.grpc.pb.h"
#include "rialto/engine/v1/market_data_service.grpc.pb.h"
#include "rialto/gateway/v1/market_data_service.grpc.pb.h"
#include "rialto/gateway/v1/order_service.grpc.pb.h"

namespace rialto::replay {
namespace {

constexpr uint64_t kFirstAccount = 1001;

// How many decimals "0.01" has.
int DecimalsOf(const std::string& step) {
  const size_t point = step.find('.');
  return point == step.npos ? 0 : static_cast<int>(step.size() - point - 1);
}

template <typename View>
const View* Find(const std::vector<View>& views, const std::string& symbol) {
  const auto found = std::find_if(views.begin(), views.end(),
                                  [&](const View& view) { return view.symbol() == symbol; });
  return found == views.end() ? nullptr : &*found;
}

}  // namespace

class LocalStack::Admin : public engine::v1::AdminService::Service {
 public:
  explicit Admin(LocalStack& stack) : stack_(stack) {}

  grpc::Status CreateAsset(grpc::ServerContext*, const engine::v1::CreateAssetRequest* request,
                           engine::v1::CreateAssetResponse* response) override {
    stack_.AddAsset(request->symbol(), request->scale());
    response->set_asset_id(1);
    return grpc::Status::OK;
  }
  grpc::Status CreateInstrument(grpc::ServerContext*,
                                const engine::v1::CreateInstrumentRequest* request,
                                engine::v1::CreateInstrumentResponse* response) override {
    stack_.AddInstrument(request->instrument());
    response->set_instrument_id(kLocalInstrument.value());
    return grpc::Status::OK;
  }

 private:
  LocalStack& stack_;
};

class LocalStack::Account : public engine::v1::AccountService::Service {
 public:
  explicit Account(LocalStack& stack) : stack_(stack) {}

  grpc::Status OpenAccount(grpc::ServerContext*, const engine::v1::OpenAccountRequest* request,
                           engine::v1::OpenAccountResponse* response) override {
    const absl::MutexLock lock(&stack_.mutex_);
    auto& names = stack_.accounts_;
    auto found = std::find(names.begin(), names.end(), request->name());
    if (found == names.end()) found = names.insert(names.end(), request->name());
    response->set_account_id(kFirstAccount + static_cast<uint64_t>(found - names.begin()));
    return grpc::Status::OK;
  }
  grpc::Status Deposit(grpc::ServerContext*, const engine::v1::DepositRequest* request,
                       engine::v1::DepositResponse* response) override {
    const absl::MutexLock lock(&stack_.mutex_);
    const std::string content =
        absl::StrCat(request->account_id(), " ", request->asset(), " ", request->amount());
    const auto [deposit, is_new] = stack_.deposits_.try_emplace(request->transaction_id(), content);
    if (deposit->second != content) {
      response->mutable_rejected()->set_message("TRANSACTION_ID_REUSED");
    } else {
      response->mutable_balance();
    }
    return grpc::Status::OK;
  }

 private:
  LocalStack& stack_;
};

class LocalStack::EngineMarketData : public engine::v1::MarketDataService::Service {
 public:
  explicit EngineMarketData(LocalStack& stack) : stack_(stack) {}

  grpc::Status ListAssets(grpc::ServerContext*, const engine::v1::ListAssetsRequest*,
                          engine::v1::ListAssetsResponse* response) override {
    const absl::MutexLock lock(&stack_.mutex_);
    for (const auto& asset : stack_.assets_) *response->add_assets() = asset;
    return grpc::Status::OK;
  }
  grpc::Status ListInstruments(grpc::ServerContext*, const engine::v1::ListInstrumentsRequest*,
                               engine::v1::ListInstrumentsResponse* response) override {
    const absl::MutexLock lock(&stack_.mutex_);
    for (const auto& instrument : stack_.instruments_) *response->add_instruments() = instrument;
    return grpc::Status::OK;
  }

 private:
  LocalStack& stack_;
};

class LocalStack::Events : public engine::v1::EventService::Service {
 public:
  explicit Events(LocalStack& stack) : stack_(stack) {}

  grpc::Status Subscribe(grpc::ServerContext* context, const engine::v1::SubscribeRequest* request,
                         grpc::ServerWriter<engine::v1::SubscribeResponse>* writer) override {
    uint64_t next = request->from_sequence();
    const auto has_more = [&] { return next <= stack_.venue_.history().size(); };
    while (!context->IsCancelled()) {
      engine::v1::SubscribeResponse response;
      bool is_last = false;
      {
        const absl::MutexLock lock(&stack_.mutex_);
        stack_.mutex_.AwaitWithTimeout(absl::Condition(&has_more), absl::Milliseconds(50));
        while (has_more() && response.commands_size() < 3)
          *response.add_commands() = stack_.venue_.history()[next++ - 1];
        is_last = stack_.feeds_to_break_ > 0 && stack_.feeds_to_break_-- > 0;
      }
      if (!writer->Write(response)) break;
      if (is_last) return {grpc::StatusCode::UNAVAILABLE, "broken for the test"};
    }
    return grpc::Status::CANCELLED;
  }

 private:
  LocalStack& stack_;
};

class LocalStack::Orders : public gateway::v1::OrderService::Service {
 public:
  explicit Orders(LocalStack& stack) : stack_(stack) {}

  grpc::Status PlaceOrder(grpc::ServerContext*, const gateway::v1::PlaceOrderRequest* request,
                          gateway::v1::PlaceOrderResponse* response) override {
    const absl::MutexLock lock(&stack_.mutex_);
    const common::v1::OrderForm& form = request->order();
    NewOrder order;
    order.trader = TraderOf(form.account_id());
    order.client_order_id = form.client_order_id();
    order.side = form.side() == common::v1::ORDER_SIDE_BUY ? Side::kBuy : Side::kSell;
    order.price = Price(*ParseDecimal(form.price(), DecimalsOf(instrument().tick_size())));
    order.quantity = Quantity(*ParseDecimal(form.quantity(), LotDecimals()));
    if (form.time_in_force() == common::v1::TIME_IN_FORCE_IOC)
      order.lifetime = Lifetime::kImmediate;
    const Decision decision = *stack_.venue_.Place(order);
    response->set_sequence(decision.sequence);
    response->set_repeated_request(decision.repeated);
    if (!Refuse(decision, *response)) Accept(decision, *response->mutable_accepted());
    return Answer();
  }

  grpc::Status CancelOrder(grpc::ServerContext*, const gateway::v1::CancelOrderRequest* request,
                           gateway::v1::CancelOrderResponse* response) override {
    const absl::MutexLock lock(&stack_.mutex_);
    const Decision decision =
        *stack_.venue_.Cancel({TraderOf(request->account_id()), request->client_order_id()});
    response->set_sequence(decision.sequence);
    if (!Refuse(decision, *response)) Accept(decision, *response->mutable_canceled());
    return Answer();
  }

  grpc::Status AmendOrder(grpc::ServerContext*, const gateway::v1::AmendOrderRequest* request,
                          gateway::v1::AmendOrderResponse* response) override {
    const absl::MutexLock lock(&stack_.mutex_);
    const Decision decision =
        *stack_.venue_.Amend({TraderOf(request->account_id()), request->client_order_id()},
                             Quantity(*ParseDecimal(request->quantity(), LotDecimals())));
    response->set_sequence(decision.sequence);
    if (!Refuse(decision, *response)) Accept(decision, *response->mutable_amended());
    return Answer();
  }

 private:
  const common::v1::InstrumentView& instrument() const { return stack_.instruments_.front(); }
  int LotDecimals() const { return DecimalsOf(instrument().lot_size()); }

  // The LocalVenue tells accounts apart by role and index; here their number is enough.
  static Trader TraderOf(uint64_t account_id) {
    return {Role::kBuyer, static_cast<int>(account_id)};
  }

  template <typename Response>
  static bool Refuse(const Decision& decision, Response& response) {
    if (decision.accepted()) return false;
    response.mutable_rejected()->set_reason(decision.reject_reason);
    response.mutable_rejected()->set_message(decision.message);
    return true;
  }

  void Accept(const Decision& decision, common::v1::OrderAccepted& accepted) const {
    accepted.set_order_id(decision.order_id);
    accepted.set_executed_quantity(FormatDecimal(decision.executed.value(), LotDecimals()));
    accepted.set_remaining_quantity(FormatDecimal(decision.remaining.value(), LotDecimals()));
    accepted.set_executed_quote_amount(FormatDecimal(decision.executed_quote.value(), 2));
  }

  grpc::Status Answer() const {
    if (stack_.answers_to_lose_ == 0) return grpc::Status::OK;
    --stack_.answers_to_lose_;
    return {grpc::StatusCode::UNAVAILABLE, "OUTCOME_UNKNOWN: lost for the test"};
  }

  LocalStack& stack_;
};

class LocalStack::GatewayMarketData : public gateway::v1::MarketDataService::Service {
 public:
  explicit GatewayMarketData(LocalStack& stack) : stack_(stack) {}

  grpc::Status GetDepth(grpc::ServerContext*, const gateway::v1::GetDepthRequest* request,
                        gateway::v1::GetDepthResponse* response) override {
    const absl::MutexLock lock(&stack_.mutex_);
    const auto* instrument = Find(stack_.instruments_, request->instrument());
    if (instrument == nullptr) return {grpc::StatusCode::NOT_FOUND, "UNKNOWN_INSTRUMENT"};
    const auto add = [&](Side side, auto& levels) {
      for (const Level& level :
           stack_.venue_.book().Levels(side, static_cast<size_t>(request->levels()))) {
        auto* shown = levels.Add();
        shown->set_price(FormatDecimal(level.price.value(), DecimalsOf(instrument->tick_size())));
        shown->set_quantity(
            FormatDecimal(level.quantity.value(), DecimalsOf(instrument->lot_size())));
      }
    };
    add(Side::kBuy, *response->mutable_bids());
    add(Side::kSell, *response->mutable_asks());
    return grpc::Status::OK;
  }

 private:
  LocalStack& stack_;
};

LocalStack::LocalStack() {
  services_.push_back(std::make_unique<Admin>(*this));
  services_.push_back(std::make_unique<Account>(*this));
  services_.push_back(std::make_unique<EngineMarketData>(*this));
  services_.push_back(std::make_unique<Events>(*this));
  services_.push_back(std::make_unique<Orders>(*this));
  services_.push_back(std::make_unique<GatewayMarketData>(*this));
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  for (const auto& service : services_) builder.RegisterService(service.get());
  server_ = builder.BuildAndStart();
  CHECK(server_ != nullptr);
  address_ = absl::StrCat("127.0.0.1:", port);
}

LocalStack::~LocalStack() { server_->Shutdown(); }

void LocalStack::AddAsset(const std::string& symbol, uint32_t scale) {
  const absl::MutexLock lock(&mutex_);
  assets_.emplace_back();
  assets_.back().set_symbol(symbol);
  assets_.back().set_scale(scale);
}

void LocalStack::AddInstrument(const common::v1::InstrumentView& view) {
  const absl::MutexLock lock(&mutex_);
  instruments_.push_back(view);
  instruments_.back().set_instrument_id(kLocalInstrument.value());
}

void LocalStack::LoseAnswers(int count) {
  const absl::MutexLock lock(&mutex_);
  answers_to_lose_ = count;
}

void LocalStack::BreakFeed(int count) {
  const absl::MutexLock lock(&mutex_);
  feeds_to_break_ = count;
}

}  // namespace rialto::replay
