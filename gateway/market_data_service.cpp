#include "gateway/market_data_service.h"

#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"
#include "common/paging/paging.h"
#include "common/service/grpc_status.h"
#include "gateway/limits.h"
#include "grpcpp/impl/codegen/proto_utils.h"

namespace rialto::gateway {
namespace {

constexpr PageSizes kInstrumentPageSizes{limits::kInstrumentsPerPageDefault,
                                         limits::kInstrumentsPerPageMax};
// There is one list of instruments only.
constexpr char kInstrumentsFilter[] = "instruments";

grpc::ServerUnaryReactor* FinishWith(grpc::CallbackServerContext* context,
                                     const absl::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

absl::Status ListPage(const Catalog& catalog, const v1::ListInstrumentsRequest& request,
                      v1::ListInstrumentsResponse& response) {
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size(), kInstrumentPageSizes));
  int64_t last_id = 0;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(const std::vector<int64_t> key,
                     DecodePageToken(kInstrumentsFilter, request.page_token(), 1));
    last_id = key[0];
  }
  for (const Instrument& instrument : catalog.instruments()) {
    if (instrument.id.value() <= last_id) continue;
    if (response.instruments_size() == page_size) {
      const int64_t key[] = {last_id};
      response.set_next_page_token(EncodePageToken(kInstrumentsFilter, key));
      break;
    }
    *response.add_instruments() = ToView(instrument);
    last_id = instrument.id.value();
  }
  return absl::OkStatus();
}

}  // namespace

MarketDataService::MarketDataService(Markets& markets, EngineQueries& queries,
                                     const StreamLimits& limits, Metrics& metrics)
    : markets_(markets),
      queries_(queries),
      stub_(engine::v1::MarketDataService::NewStub(queries.channel())),
      limits_(limits),
      metrics_(metrics) {}

grpc::ServerUnaryReactor* MarketDataService::ListInstruments(
    grpc::CallbackServerContext* context, const v1::ListInstrumentsRequest* request,
    v1::ListInstrumentsResponse* response) {
  const absl::StatusOr<std::shared_ptr<const Catalog>> catalog = markets_.catalog();
  if (!catalog.ok()) return FinishWith(context, catalog.status());
  return FinishWith(context, ListPage(**catalog, *request, *response));
}

grpc::ServerUnaryReactor* MarketDataService::GetDepth(grpc::CallbackServerContext* context,
                                                      const v1::GetDepthRequest* request,
                                                      v1::GetDepthResponse* response) {
  if (request->levels() < 0) {
    return FinishWith(context,
                      absl::InvalidArgumentError("INVALID_LEVELS: levels must not be negative"));
  }
  const int levels = request->levels() == 0 ? limits::kDepthLevelsDefault
                                            : std::min(request->levels(), limits::kDepthLevelsMax);
  return FinishWith(
      context, markets_.GetDepth(request->instrument(), static_cast<size_t>(levels), *response));
}

grpc::ServerUnaryReactor* MarketDataService::GetInstrumentState(
    grpc::CallbackServerContext* context, const v1::GetInstrumentStateRequest* request,
    v1::GetInstrumentStateResponse* response) {
  engine::v1::GetInstrumentStateRequest question;
  question.set_instrument(request->instrument());
  return queries_
      .PassOn<engine::v1::GetInstrumentStateRequest, engine::v1::GetInstrumentStateResponse>(
          context, std::move(question),
          [this](auto... call) { stub_->async()->GetInstrumentState(std::move(call)...); },
          [response](engine::v1::GetInstrumentStateResponse& answer) {
            response->mutable_state()->Swap(answer.mutable_state());
            response->set_sequence(answer.sequence());
          });
}

grpc::ServerUnaryReactor* MarketDataService::GetAuction(grpc::CallbackServerContext* context,
                                                        const v1::GetAuctionRequest* request,
                                                        v1::GetAuctionResponse* response) {
  engine::v1::GetAuctionRequest question;
  question.set_instrument(request->instrument());
  return queries_.PassOn<engine::v1::GetAuctionRequest, engine::v1::GetAuctionResponse>(
      context, std::move(question),
      [this](auto... call) { stub_->async()->GetAuction(std::move(call)...); },
      [response](engine::v1::GetAuctionResponse& answer) {
        response->mutable_auction()->Swap(answer.mutable_auction());
        response->set_state(answer.state());
        response->set_sequence(answer.sequence());
      });
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* MarketDataService::StreamMarket(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  auto* stream = new MarketStream(*context, limits_, metrics_.slow_consumers,
                                  [this](MarketStream& done) { markets_.Unsubscribe(done); });
  grpc::ByteBuffer bytes = *request;
  v1::StreamMarketRequest parsed;
  const grpc::Status status =
      grpc::SerializationTraits<v1::StreamMarketRequest>::Deserialize(&bytes, &parsed);
  if (status.ok()) {
    markets_.Subscribe(parsed.instrument(), *stream);
  } else {
    stream->Close(
        grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "MALFORMED: not a StreamMarketRequest"));
  }
  return stream;
}

}  // namespace rialto::gateway
