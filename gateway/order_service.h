// The public OrderService: decimals to ticks and lots, one command to the engine, back again.
#pragma once

#include <memory>

#include "gateway/engine_client.h"
#include "gateway/engine_query.h"
#include "gateway/markets.h"
#include "grpcpp/support/byte_buffer.h"
#include "rialto/engine/v1/order_service.grpc.pb.h"
#include "rialto/gateway/v1/order_service.grpc.pb.h"

namespace rialto::gateway {

// Every call as gRPC's callbacks, BatchPlaceOrders with bytes for messages: what is refused for
// want of room is never parsed.
using OrderServiceCalls = v1::OrderService::WithCallbackMethod_PlaceOrder<
    v1::OrderService::WithCallbackMethod_PlaceOrderList<
        v1::OrderService::WithRawCallbackMethod_BatchPlaceOrders<
            v1::OrderService::WithCallbackMethod_CancelOrder<
                v1::OrderService::WithCallbackMethod_BatchCancelOrders<
                    v1::OrderService::WithCallbackMethod_MassCancelOrders<
                        v1::OrderService::WithCallbackMethod_CancelAllAfter<
                            v1::OrderService::WithCallbackMethod_AmendOrder<
                                v1::OrderService::WithCallbackMethod_ReplaceOrder<
                                    v1::OrderService::WithCallbackMethod_GetOrder<
                                        v1::OrderService::WithCallbackMethod_ListOpenOrders<
                                            v1::OrderService::Service>>>>>>>>>>>;

class OrderService : public OrderServiceCalls {
 public:
  // Orders go by `engine`, questions by `queries`; `markets` knows the instruments.
  OrderService(EngineClient& engine, EngineQueries& queries, const Markets& markets);
  ~OrderService() override;

  grpc::ServerUnaryReactor* PlaceOrder(grpc::CallbackServerContext* context,
                                       const v1::PlaceOrderRequest* request,
                                       v1::PlaceOrderResponse* response) override;
  grpc::ServerUnaryReactor* PlaceOrderList(grpc::CallbackServerContext* context,
                                           const v1::PlaceOrderListRequest* request,
                                           v1::PlaceOrderListResponse* response) override;
  grpc::ServerUnaryReactor* BatchPlaceOrders(grpc::CallbackServerContext* context,
                                             const grpc::ByteBuffer* request,
                                             grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* CancelOrder(grpc::CallbackServerContext* context,
                                        const v1::CancelOrderRequest* request,
                                        v1::CancelOrderResponse* response) override;
  grpc::ServerUnaryReactor* BatchCancelOrders(grpc::CallbackServerContext* context,
                                              const v1::BatchCancelOrdersRequest* request,
                                              v1::BatchCancelOrdersResponse* response) override;
  grpc::ServerUnaryReactor* MassCancelOrders(grpc::CallbackServerContext* context,
                                             const v1::MassCancelOrdersRequest* request,
                                             v1::MassCancelOrdersResponse* response) override;
  grpc::ServerUnaryReactor* CancelAllAfter(grpc::CallbackServerContext* context,
                                           const v1::CancelAllAfterRequest* request,
                                           v1::CancelAllAfterResponse* response) override;
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

 private:
  // Sends one command; `fill_in(catalog, outcome)` turns the outcome into the response.
  template <typename Request, typename FillInResponse>
  grpc::ServerUnaryReactor* Decide(grpc::CallbackServerContext* context, const Request& request,
                                   FillInResponse fill_in);
  // Sends a batch; `fill_in(catalog, outcomes)` turns its outcomes into the response.
  template <typename Request, typename FillInResponse>
  grpc::ServerUnaryReactor* DecideAll(grpc::CallbackServerContext* context, const Request& request,
                                      FillInResponse fill_in);
  grpc::ServerUnaryReactor* Validate(grpc::CallbackServerContext* context,
                                     const v1::PlaceOrderRequest& request,
                                     v1::PlaceOrderResponse* response);

  // One command ends a bounded number of orders: it is sent until none is left.
  struct MassCancelCall {
    grpc::CallbackServerContext* context;
    grpc::ServerUnaryReactor* reactor;
    v1::MassCancelOrdersResponse* response;
    engine::v1::OrderCommand command;
  };
  void CancelMore(std::shared_ptr<MassCancelCall> call);

  EngineClient& engine_;
  EngineQueries& queries_;
  const std::unique_ptr<engine::v1::OrderService::Stub> stub_;
  const Markets& markets_;
};

}  // namespace rialto::gateway
