// RiskService on the wire: checks the request's form, asks the engine or reads, writes decimals.
//
// What changes something goes through Decide(): on record, then asked, then what came of it on
// record. A halt is asked first.
#pragma once

#include "common/follower/follower.h"
#include "rialto/risk/v1/risk_service.grpc.pb.h"
#include "risk/engine_client.h"
#include "risk/metrics.h"
#include "risk/read_store.h"

namespace rialto::risk {

class RiskService : public v1::RiskService::Service {
 public:
  RiskService(ReadStore& store, EngineClient& engine, const Follower& follower, Metrics& metrics);
  ~RiskService() override;

  grpc::Status SetAccountLimits(grpc::ServerContext* context,
                                const v1::SetAccountLimitsRequest* request,
                                v1::SetAccountLimitsResponse* response) override;
  grpc::Status GetAccountLimits(grpc::ServerContext* context,
                                const v1::GetAccountLimitsRequest* request,
                                v1::GetAccountLimitsResponse* response) override;
  grpc::Status ListAccountLimits(grpc::ServerContext* context,
                                 const v1::ListAccountLimitsRequest* request,
                                 v1::ListAccountLimitsResponse* response) override;
  grpc::Status SetAccountSettings(grpc::ServerContext* context,
                                  const v1::SetAccountSettingsRequest* request,
                                  v1::SetAccountSettingsResponse* response) override;
  grpc::Status GetAccountSettings(grpc::ServerContext* context,
                                  const v1::GetAccountSettingsRequest* request,
                                  v1::GetAccountSettingsResponse* response) override;
  grpc::Status SetTradingState(grpc::ServerContext* context,
                               const v1::SetTradingStateRequest* request,
                               v1::SetTradingStateResponse* response) override;
  grpc::Status HaltTrading(grpc::ServerContext* context, const v1::HaltTradingRequest* request,
                           v1::HaltTradingResponse* response) override;
  grpc::Status GetTradingState(grpc::ServerContext* context,
                               const v1::GetTradingStateRequest* request,
                               v1::GetTradingStateResponse* response) override;
  grpc::Status GetExposure(grpc::ServerContext* context, const v1::GetExposureRequest* request,
                           v1::GetExposureResponse* response) override;
  grpc::Status GetServerInfo(grpc::ServerContext* context, const v1::GetServerInfoRequest* request,
                             v1::GetServerInfoResponse* response) override;

 private:
  // What is asked, and for the record by whom and why.
  struct Question {
    const char* kind;
    AccountId account_id;
    const std::string& reason;
  };
  absl::StatusOr<int64_t> BeginChange(const grpc::ServerContext& context, const Question& question,
                                      const google::protobuf::Message& command);
  void EndChange(int64_t change_id, const std::string& kind, const ChangeEnd& end);
  int64_t Record(const grpc::ServerContext& context, const Question& question,
                 const google::protobuf::Message& command, const ChangeEnd& end);
  // Asks the engine once, and fills in the response.
  template <typename Command, typename Response>
  grpc::Status Decide(grpc::ServerContext& context, const Question& question,
                      const Command& command, Response& response);

  ReadStore& store_;
  EngineClient& engine_;
  const Follower& follower_;
  Metrics& metrics_;
};

}  // namespace rialto::risk
