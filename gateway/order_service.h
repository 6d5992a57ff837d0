// The public OrderService: decimals to ticks and lots, one command to the engine, back again.
#pragma once

#include <memory>

#include "gateway/engine_client.h"
#include "gateway/markets.h"
#include "grpcpp/channel.h"
#include "rialto/engine/v1/order_service.grpc.pb.h"
#include "rialto/gateway/v1/order_service.grpc.pb.h"

namespace rialto::gateway {

class OrderService : public v1::OrderService::CallbackService {
 public:
  // Orders go by `engine`, questions by `channel`; `markets` knows the instruments.
  OrderService(EngineClient& engine, const std::shared_ptr<grpc::Channel>& channel,
               const Markets& markets);

  grpc::ServerUnaryReactor* PlaceOrder(grpc::CallbackServerContext* context,
                                       const v1::PlaceOrderRequest* request,
                                       v1::PlaceOrderResponse* response) override;
  grpc::ServerUnaryReactor* CancelOrder(grpc::CallbackServerContext* context,
                                        const v1::CancelOrderRequest* request,
                                        v1::CancelOrderResponse* response) override;
  grpc::ServerUnaryReactor* AmendOrder(grpc::CallbackServerContext* context,
                                       const v1::AmendOrderRequest* request,
                                       v1::AmendOrderResponse* response) override;
  grpc::ServerUnaryReactor* GetOrder(grpc::CallbackServerContext* context,
                                     const v1::GetOrderRequest* request,
                                     v1::GetOrderResponse* response) override;
  grpc::ServerUnaryReactor* ListOpenOrders(grpc::CallbackServerContext* context,
                                           const v1::ListOpenOrdersRequest* request,
                                           v1::ListOpenOrdersResponse* response) override;

 private:
  // Sends one command; `fill_in(catalog, outcome)` turns the outcome into the response.
  template <typename Request, typename FillInResponse>
  grpc::ServerUnaryReactor* Decide(grpc::CallbackServerContext* context, const Request& request,
                                   FillInResponse fill_in);

  EngineClient& engine_;
  const std::unique_ptr<engine::v1::OrderService::Stub> stub_;
  const Markets& markets_;
};

}  // namespace rialto::gateway
