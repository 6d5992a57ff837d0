// All services of an engine over real gRPC, for tests.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "engine/server/account_service.h"
#include "engine/server/admin_service.h"
#include "engine/server/calendar_keeper.h"
#include "engine/server/engine_under_test.h"
#include "engine/server/event_service.h"
#include "engine/server/market_data_service.h"
#include "engine/server/order_service.h"
#include "google/protobuf/text_format.h"
#include "grpcpp/grpcpp.h"

namespace rialto::engine {

class ServicesTest : public testing::Test {
 protected:
  ServicesTest() {
    engine_.DefineMarket();
    CHECK_OK(calendars_.Start());
    CHECK_OK(events_.Start());
    CHECK_OK(snapshotter_.Start());
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    for (grpc::Service* service : std::initializer_list<grpc::Service*>{
             &order_service_, &account_service_, &market_data_, &admin_service_, &events_}) {
      builder.RegisterService(service);
    }
    server_ = builder.BuildAndStart();
    channel_ =
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials());
    orders_ = v1::OrderService::NewStub(channel_);
    accounts_ = v1::AccountService::NewStub(channel_);
    market_ = v1::MarketDataService::NewStub(channel_);
    admin_ = v1::AdminService::NewStub(channel_);
    feed_ = v1::EventService::NewStub(channel_);
  }

  ~ServicesTest() override {
    events_.EndStreams();
    order_service_.EndStreams();
    server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(5));
    snapshotter_.Stop();
    events_.Stop();
    calendars_.Stop();
  }

  using OrderRpcs = v1::OrderService::StubInterface;
  using AdminRpcs = v1::AdminService::StubInterface;
  using MarketRpcs = v1::MarketDataService::StubInterface;

  // A message in text form.
  template <typename Message>
  static Message Text(const std::string& text) {
    Message message;
    CHECK(google::protobuf::TextFormat::ParseFromString(text, &message));
    return message;
  }

  // Calls a unary RPC with a request in text form; `status_` keeps the status.
  template <typename Request, typename Response>
  Response Orders(grpc::Status (OrderRpcs::*rpc)(grpc::ClientContext*, const Request&, Response*),
                  const std::string& request) {
    return Call(*orders_, rpc, Text<Request>(request));
  }
  template <typename Request, typename Response>
  Response Admin(grpc::Status (AdminRpcs::*rpc)(grpc::ClientContext*, const Request&, Response*),
                 const std::string& request) {
    return Call(*admin_, rpc, Text<Request>(request));
  }
  template <typename Request, typename Response>
  Response Market(grpc::Status (MarketRpcs::*rpc)(grpc::ClientContext*, const Request&, Response*),
                  const std::string& request) {
    return Call(*market_, rpc, Text<Request>(request));
  }

  // The position of the last command.
  uint64_t LastSequence() { return Admin(&AdminRpcs::GetServerInfo, "").sequence(); }

  // Follows the feed until an event is as wanted, and returns it with its command's position.
  std::pair<uint64_t, v1::Event> WaitFor(const std::function<bool(const v1::Event&)>& wanted) {
    grpc::ClientContext context;
    auto stream = feed_->Subscribe(&context, v1::SubscribeRequest());
    v1::SubscribeResponse message;
    while (stream->Read(&message)) {
      for (const v1::CommandEvents& command : message.commands()) {
        for (const v1::Event& event : command.events()) {
          if (!wanted(event)) continue;
          context.TryCancel();
          return {command.sequence(), event};
        }
      }
    }
    CHECK(false);  // The feed ended.
    return {};
  }
  std::pair<uint64_t, v1::Event> WaitForCancel(uint64_t order_id) {
    return WaitFor([order_id](const v1::Event& event) {
      return event.order_canceled().order_id() == order_id;
    });
  }

  // Calls a unary RPC; `status_` keeps the status.
  template <typename Stub, typename Request, typename Response>
  Response Call(Stub& stub,
                grpc::Status (Stub::*rpc)(grpc::ClientContext*, const Request&, Response*),
                const Request& request) {
    grpc::ClientContext context;
    Response response;
    status_ = (stub.*rpc)(&context, request, &response);
    return response;
  }

  static v1::PlaceOrderRequest LimitSell(const std::string& id, const std::string& price,
                                         const std::string& quantity) {
    v1::PlaceOrderRequest request;
    common::v1::OrderForm& form = *request.mutable_order();
    form.set_account_id(1002);
    form.set_client_order_id(id);
    form.set_instrument("BTC-USD");
    form.set_side(common::v1::ORDER_SIDE_SELL);
    form.set_type(common::v1::ORDER_TYPE_LIMIT);
    form.set_price(price);
    form.set_quantity(quantity);
    return request;
  }

  v1::PlaceOrderResponse Place(const v1::PlaceOrderRequest& request) {
    return Call<v1::OrderService::StubInterface>(
        *orders_, &v1::OrderService::StubInterface::PlaceOrder, request);
  }

  TemporaryFolder folder_;
  EngineUnderTest engine_{folder_.path()};
  OrderService order_service_{engine_.sequencer};
  AccountService account_service_{engine_.sequencer};
  MarketDataService market_data_{engine_.sequencer};
  CalendarKeeper calendars_{engine_.sequencer};
  const journal::Options journal_ = JournalIn(folder_.path());
  Snapshotter snapshotter_{{engine_.files, journal_, engine_.snapshots, engine_.feed,
                            engine_.sequencer, engine_.metrics}};
  AdminService admin_service_{engine_.sequencer, calendars_, snapshotter_};
  EventService events_{engine_.feed, engine_.sequencer, engine_.metrics};
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::OrderService::StubInterface> orders_;
  std::unique_ptr<v1::AccountService::StubInterface> accounts_;
  std::unique_ptr<v1::MarketDataService::StubInterface> market_;
  std::unique_ptr<v1::AdminService::StubInterface> admin_;
  std::unique_ptr<v1::EventService::StubInterface> feed_;
  grpc::Status status_;
};

}  // namespace rialto::engine
