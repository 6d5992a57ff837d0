#include "pms/service.h"

#include "common/base/decimal.h"
#include "common/mirror/mirror_answers.h"
#include "pms/request.h"

namespace rialto::pms {
namespace {

constexpr int kAveragePriceScale = 12;

void ToProto(const PositionRow& row, v1::Position& proto) {
  const Position& position = row.position;
  const Instrument& instrument = row.instrument;
  const int quote_scale = instrument.quote.scale;
  const PriceUnits units{.tick_size_e12 = instrument.tick_size_e12,
                         .base_scale = instrument.base.scale,
                         .quote_scale = quote_scale};
  const auto average = AveragePriceE12(position, units);
  const auto unrealised = UnrealisedUnits(position, row.mark.value(), units);
  proto.set_account_id(row.account_id.value());
  proto.set_instrument(instrument.symbol);
  proto.set_base_asset(instrument.base.symbol);
  proto.set_quote_asset(instrument.quote.symbol);
  proto.set_quantity(FormatDecimal(position.quantity_units, instrument.base.scale));
  proto.set_cost(FormatDecimal(position.cost_units, quote_scale));
  if (average) proto.set_average_price(FormatDecimal(*average, kAveragePriceScale));
  proto.set_mark_price(FormatPrice(instrument, row.mark));
  if (unrealised) proto.set_unrealised_pnl(FormatDecimal(*unrealised, quote_scale));
  proto.set_realised_pnl(FormatDecimal(position.realised_units, quote_scale));
  proto.set_fees(FormatDecimal(position.fee_units, quote_scale));
  proto.set_realised_pnl_net(
      FormatDecimal(position.realised_units - position.fee_units, quote_scale));
  proto.set_fill_count(position.fill_count);
}

}  // namespace

PositionService::PositionService(ReadStore& store, const Follower& follower)
    : store_(store), follower_(follower) {}

PositionService::~PositionService() = default;

grpc::Status PositionService::GetPosition(grpc::ServerContext*,
                                          const v1::GetPositionRequest* request,
                                          v1::GetPositionResponse* response) {
  if (absl::Status form = CheckForm(*request); !form.ok()) return ToReadStatus(form);
  const absl::StatusOr<PositionPage> page =
      store_.GetPosition(AccountId(request->account_id()), request->instrument());
  if (!page.ok()) return ToReadStatus(page.status());
  ToProto(page->rows.front(), *response->mutable_position());
  response->set_sequence(page->sequence.value());
  return grpc::Status::OK;
}

grpc::Status PositionService::ListPositions(grpc::ServerContext*,
                                            const v1::ListPositionsRequest* request,
                                            v1::ListPositionsResponse* response) {
  const absl::StatusOr<PositionQuery> query = ToQuery(*request);
  if (!query.ok()) return ToReadStatus(query.status());
  const absl::StatusOr<PositionPage> page = store_.ListPositions(*query);
  if (!page.ok()) return ToReadStatus(page.status());
  for (const PositionRow& row : page->rows) ToProto(row, *response->add_positions());
  if (page->has_more) response->set_next_page_token(NextPageToken(*request, page->rows.back()));
  response->set_sequence(page->sequence.value());
  return grpc::Status::OK;
}

grpc::Status PositionService::GetServerInfo(grpc::ServerContext*, const v1::GetServerInfoRequest*,
                                            v1::GetServerInfoResponse* response) {
  DescribeMirror(follower_, *response);
  return grpc::Status::OK;
}

}  // namespace rialto::pms
