// rialto.engine.v1.AdminService: what operators do.
//
// Told in four files: admin_service.cpp (assets, accounts, the venue), admin_instruments.cpp,
// admin_calendar.cpp and admin_orders.cpp.
#pragma once

#include "engine/server/calendar_keeper.h"
#include "engine/server/sequencer.h"
#include "engine/server/snapshotter.h"
#include "rialto/engine/v1/admin_service.grpc.pb.h"

namespace rialto::engine {

class AdminService : public v1::AdminService::CallbackService {
 public:
  // All outlive the service.
  AdminService(Sequencer& sequencer, CalendarKeeper& keeper, Snapshotter& snapshotter);
  ~AdminService() override;

  grpc::ServerUnaryReactor* CreateAsset(grpc::CallbackServerContext* context,
                                        const v1::CreateAssetRequest* request,
                                        v1::CreateAssetResponse* response) override;
  grpc::ServerUnaryReactor* CreateInstrument(grpc::CallbackServerContext* context,
                                             const v1::CreateInstrumentRequest* request,
                                             v1::CreateInstrumentResponse* response) override;
  grpc::ServerUnaryReactor* SetAccountLimits(grpc::CallbackServerContext* context,
                                             const v1::SetAccountLimitsRequest* request,
                                             v1::SetAccountLimitsResponse* response) override;
  grpc::ServerUnaryReactor* UpdateInstrument(grpc::CallbackServerContext* context,
                                             const v1::UpdateInstrumentRequest* request,
                                             v1::UpdateInstrumentResponse* response) override;
  grpc::ServerUnaryReactor* SetInstrumentState(grpc::CallbackServerContext* context,
                                               const v1::SetInstrumentStateRequest* request,
                                               v1::SetInstrumentStateResponse* response) override;
  grpc::ServerUnaryReactor* SetMarkPrice(grpc::CallbackServerContext* context,
                                         const v1::SetMarkPriceRequest* request,
                                         v1::SetMarkPriceResponse* response) override;
  grpc::ServerUnaryReactor* SetFeeTier(grpc::CallbackServerContext* context,
                                       const v1::SetFeeTierRequest* request,
                                       v1::SetFeeTierResponse* response) override;
  grpc::ServerUnaryReactor* SetSessionCalendar(grpc::CallbackServerContext* context,
                                               const v1::SetSessionCalendarRequest* request,
                                               v1::SetSessionCalendarResponse* response) override;
  grpc::ServerUnaryReactor* GetSessionCalendar(grpc::CallbackServerContext* context,
                                               const v1::GetSessionCalendarRequest* request,
                                               v1::GetSessionCalendarResponse* response) override;
  grpc::ServerUnaryReactor* SetAccountSettings(grpc::CallbackServerContext* context,
                                               const v1::SetAccountSettingsRequest* request,
                                               v1::SetAccountSettingsResponse* response) override;
  grpc::ServerUnaryReactor* SetTradingState(grpc::CallbackServerContext* context,
                                            const v1::SetTradingStateRequest* request,
                                            v1::SetTradingStateResponse* response) override;
  grpc::ServerUnaryReactor* ActivateRuleSet(grpc::CallbackServerContext* context,
                                            const v1::ActivateRuleSetRequest* request,
                                            v1::ActivateRuleSetResponse* response) override;
  grpc::ServerUnaryReactor* CancelOrder(grpc::CallbackServerContext* context,
                                        const v1::AdminServiceCancelOrderRequest* request,
                                        v1::AdminServiceCancelOrderResponse* response) override;
  grpc::ServerUnaryReactor* MassCancelOrders(
      grpc::CallbackServerContext* context, const v1::AdminServiceMassCancelOrdersRequest* request,
      v1::AdminServiceMassCancelOrdersResponse* response) override;
  grpc::ServerUnaryReactor* ListOrders(grpc::CallbackServerContext* context,
                                       const v1::ListOrdersRequest* request,
                                       v1::ListOrdersResponse* response) override;
  grpc::ServerUnaryReactor* ListAllBalances(grpc::CallbackServerContext* context,
                                            const v1::ListAllBalancesRequest* request,
                                            v1::ListAllBalancesResponse* response) override;
  grpc::ServerUnaryReactor* GetConservation(grpc::CallbackServerContext* context,
                                            const v1::GetConservationRequest* request,
                                            v1::GetConservationResponse* response) override;
  grpc::ServerUnaryReactor* TakeSnapshot(grpc::CallbackServerContext* context,
                                         const v1::TakeSnapshotRequest* request,
                                         v1::TakeSnapshotResponse* response) override;
  grpc::ServerUnaryReactor* GetStateHash(grpc::CallbackServerContext* context,
                                         const v1::GetStateHashRequest* request,
                                         v1::GetStateHashResponse* response) override;
  grpc::ServerUnaryReactor* GetServerInfo(grpc::CallbackServerContext* context,
                                          const v1::GetServerInfoRequest* request,
                                          v1::GetServerInfoResponse* response) override;

 private:
  Sequencer& sequencer_;
  CalendarKeeper& keeper_;
  Snapshotter& snapshotter_;
};

}  // namespace rialto::engine
