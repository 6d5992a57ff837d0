// rialto.engine.v1.OrderService: orders, one at a time, several together, or as a stream of
// batches.
//
// Told in two files: order_service.cpp (one order) and order_lists.cpp (several).
#pragma once

#include "engine/server/order_stream.h"
#include "engine/server/sequencer.h"
#include "rialto/engine/v1/order_service.grpc.pb.h"

namespace rialto::engine {

// Every call as gRPC's callbacks, StreamOrders with bytes for messages.
using OrderServiceCalls = v1::OrderService::WithRawCallbackMethod_StreamOrders<
    v1::OrderService::WithCallbackMethod_PlaceOrder<
        v1::OrderService::WithCallbackMethod_PlaceOrderList<
            v1::OrderService::WithCallbackMethod_BatchPlaceOrders<
                v1::OrderService::WithCallbackMethod_CancelOrder<
                    v1::OrderService::WithCallbackMethod_BatchCancelOrders<
                        v1::OrderService::WithCallbackMethod_MassCancelOrders<
                            v1::OrderService::WithCallbackMethod_CancelAllAfter<
                                v1::OrderService::WithCallbackMethod_AmendOrder<
                                    v1::OrderService::WithCallbackMethod_ReplaceOrder<
                                        v1::OrderService::WithCallbackMethod_GetOrder<
                                            v1::OrderService::WithCallbackMethod_ListOpenOrders<
                                                v1::OrderService::Service>>>>>>>>>>>>;

class OrderService : public OrderServiceCalls {
 public:
  explicit OrderService(Sequencer& sequencer);
  ~OrderService() override;

  grpc::ServerUnaryReactor* PlaceOrder(grpc::CallbackServerContext* context,
                                       const v1::PlaceOrderRequest* request,
                                       v1::PlaceOrderResponse* response) override;
  grpc::ServerUnaryReactor* CancelOrder(grpc::CallbackServerContext* context,
                                        const v1::CancelOrderRequest* request,
                                        v1::CancelOrderResponse* response) override;
  grpc::ServerUnaryReactor* AmendOrder(grpc::CallbackServerContext* context,
                                       const v1::AmendOrderRequest* request,
                                       v1::AmendOrderResponse* response) override;
  grpc::ServerUnaryReactor* ReplaceOrder(grpc::CallbackServerContext* context,
                                         const v1::ReplaceOrderRequest* request,
                                         v1::ReplaceOrderResponse* response) override;
  grpc::ServerUnaryReactor* GetOrder(grpc::CallbackServerContext* context,
                                     const v1::GetOrderRequest* request,
                                     v1::GetOrderResponse* response) override;
  grpc::ServerUnaryReactor* ListOpenOrders(grpc::CallbackServerContext* context,
                                           const v1::ListOpenOrdersRequest* request,
                                           v1::ListOpenOrdersResponse* response) override;
  grpc::ServerUnaryReactor* PlaceOrderList(grpc::CallbackServerContext* context,
                                           const v1::PlaceOrderListRequest* request,
                                           v1::PlaceOrderListResponse* response) override;
  grpc::ServerUnaryReactor* BatchPlaceOrders(grpc::CallbackServerContext* context,
                                             const v1::BatchPlaceOrdersRequest* request,
                                             v1::BatchPlaceOrdersResponse* response) override;
  grpc::ServerUnaryReactor* BatchCancelOrders(grpc::CallbackServerContext* context,
                                              const v1::BatchCancelOrdersRequest* request,
                                              v1::BatchCancelOrdersResponse* response) override;
  grpc::ServerUnaryReactor* MassCancelOrders(grpc::CallbackServerContext* context,
                                             const v1::MassCancelOrdersRequest* request,
                                             v1::MassCancelOrdersResponse* response) override;
  grpc::ServerUnaryReactor* CancelAllAfter(grpc::CallbackServerContext* context,
                                           const v1::CancelAllAfterRequest* request,
                                           v1::CancelAllAfterResponse* response) override;
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StreamOrders(
      grpc::CallbackServerContext* context) override;

  // Ends all streams with UNAVAILABLE: the engine is stopping.
  void EndStreams() { streams_.End(); }

 private:
  Sequencer& sequencer_;
  OrderStreams streams_;
};

}  // namespace rialto::engine
