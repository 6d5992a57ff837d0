#include "charts/service.h"

#include "charts/request.h"
#include "common/base/decimal.h"
#include "common/mirror/mirror_answers.h"

namespace rialto::charts {
namespace {

void ToProto(Timestamp time, google::protobuf::Timestamp& proto) {
  proto.set_seconds(time.value() / 1'000'000'000);
  proto.set_nanos(static_cast<int32_t>(time.value() % 1'000'000'000));
}

void ToProto(const Candle& candle, const CandlePage& page, v1::Candle& proto) {
  const Instrument& instrument = page.instrument;
  const int quote_scale = instrument.quote.scale;
  const Timestamp close_time = CloseTime(candle.key.open_time);
  ToProto(candle.key.open_time, *proto.mutable_open_time());
  ToProto(close_time, *proto.mutable_close_time());
  proto.set_open(FormatPrice(instrument, candle.open));
  proto.set_high(FormatPrice(instrument, candle.high));
  proto.set_low(FormatPrice(instrument, candle.low));
  proto.set_close(FormatPrice(instrument, candle.close));
  proto.set_base_volume(FormatQuantity(instrument, candle.base_volume_lots));
  proto.set_quote_volume(FormatDecimal(candle.quote_volume_units, quote_scale));
  proto.set_trade_count(candle.trade_count);
  proto.set_taker_buy_base_volume(FormatQuantity(instrument, candle.taker_buy_base_lots));
  proto.set_taker_buy_quote_volume(FormatDecimal(candle.taker_buy_quote_units, quote_scale));
  proto.set_first_trade_id(candle.first_trade_id.value());
  proto.set_last_trade_id(candle.last_trade_id.value());
  proto.set_revision(candle.revision);
  proto.set_state(close_time <= page.engine_time ? v1::CANDLE_STATE_CLOSED
                                                 : v1::CANDLE_STATE_FORMING);
  proto.set_fill(candle.trade_count > 0 ? v1::CANDLE_FILL_TRADED : v1::CANDLE_FILL_NO_TRADES);
}

}  // namespace

ChartService::ChartService(ReadStore& store, const Follower& follower)
    : store_(store), follower_(follower) {}

ChartService::~ChartService() = default;

grpc::Status ChartService::ListCandles(grpc::ServerContext*, const v1::ListCandlesRequest* request,
                                       v1::ListCandlesResponse* response) {
  const absl::StatusOr<CandleQuery> query = ToQuery(*request);
  if (!query.ok()) return ToReadStatus(query.status());
  const absl::StatusOr<CandlePage> page = store_.ListCandles(*query);
  if (!page.ok()) return ToReadStatus(page.status());
  for (const Candle& candle : page->candles) ToProto(candle, *page, *response->add_candles());
  if (page->next_begin) response->set_next_page_token(NextPageToken(*request, *page->next_begin));
  response->set_sequence(page->sequence.value());
  return grpc::Status::OK;
}

grpc::Status ChartService::GetServerInfo(grpc::ServerContext*, const v1::GetServerInfoRequest*,
                                         v1::GetServerInfoResponse* response) {
  DescribeMirror(follower_, *response);
  return grpc::Status::OK;
}

}  // namespace rialto::charts
