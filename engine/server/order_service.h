// rialto.engine.v1.OrderService: orders, one at a time or as a stream of batches.
#pragma once

#include "engine/server/order_stream.h"
#include "engine/server/sequencer.h"
#include "rialto/engine/v1/order_service.grpc.pb.h"

namespace rialto::engine {

class OrderService : public v1::OrderService::CallbackService {
 public:
  explicit OrderService(Sequencer& sequencer) : sequencer_(sequencer) {}

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
  grpc::ServerBidiReactor<v1::StreamOrdersRequest, v1::StreamOrdersResponse>* StreamOrders(
      grpc::CallbackServerContext* context) override;

  // Ends all streams with UNAVAILABLE: the engine is stopping.
  void EndStreams() { streams_.End(); }

 private:
  Sequencer& sequencer_;
  OrderStreams streams_;
};

}  // namespace rialto::engine
