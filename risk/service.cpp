#include "risk/service.h"

#include "common/base/check.h"
#include "common/base/decimal.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/mirror/mirror_answers.h"
#include "common/service/grpc_status.h"
#include "risk/request.h"

namespace rialto::risk {
namespace {

void ToProto(const LimitsRow& row, v1::AccountLimits& proto) {
  proto.set_account_id(row.account_id.value());
  proto.set_instrument(row.instrument.symbol);
  proto.set_order_quantity_max(FormatQuantity(row.instrument, row.order_quantity_max));
  proto.set_order_notional_max(FormatAmount(row.instrument.quote, row.order_notional_max));
  proto.set_set_sequence(row.set_sequence.value());
  if (row.set_sequence == Sequence()) return;
  proto.mutable_set_time()->set_seconds(row.set_time.value() / 1'000'000'000);
  proto.mutable_set_time()->set_nanos(static_cast<int32_t>(row.set_time.value() % 1'000'000'000));
}

void ToProto(const WorkingOrders& orders, const Instrument& instrument, v1::WorkingOrders& proto) {
  const std::optional<absl::int128> notional =
      NotionalUnits(orders, {instrument.tick_size_e12, instrument.lot_size_units,
                             instrument.base.scale, instrument.quote.scale});
  // Each order's notional fits 63 bits, or the engine would have refused it.
  CHECK(notional.has_value());
  proto.set_order_count(orders.order_count);
  proto.set_quantity(FormatQuantity(instrument, orders.quantity_lots));
  proto.set_notional(FormatDecimal(*notional, instrument.quote.scale));
}

// What the engine's answer, or the lack of one, means for the record.
LimitChangeEnd EndOf(const absl::StatusOr<engine::v1::SetAccountLimitsResponse>& decision) {
  if (!decision.ok()) {
    const bool is_unknown = absl::IsUnavailable(decision.status()) ||
                            absl::IsDeadlineExceeded(decision.status()) ||
                            absl::IsCancelled(decision.status());
    return {.outcome = is_unknown ? "unknown" : "failed",
            .answer = std::string(decision.status().message())};
  }
  return {.outcome = decision->has_rejected() ? "refused" : "set",
          .answer = decision->rejected().message(),
          .sequence = Sequence(decision->sequence())};
}

}  // namespace

grpc::Status RiskService::SetAccountLimits(grpc::ServerContext* context,
                                           const v1::SetAccountLimitsRequest* request,
                                           v1::SetAccountLimitsResponse* response) {
  if (absl::Status form = CheckForm(*request); !form.ok()) return ToReadStatus(form);
  const absl::StatusOr<Instrument> instrument =
      store_.FindInstrument(request->limits().instrument());
  if (!instrument.ok()) return ToReadStatus(instrument.status());
  const absl::StatusOr<engine::v1::SetAccountLimitsRequest> command =
      ToCommand(*request, *instrument);
  if (!command.ok()) return ToReadStatus(command.status());

  // The reason is on record before anything changes.
  const absl::StatusOr<int64_t> change_id =
      store_.BeginChange({.peer = context->peer(),
                          .reason = request->reason(),
                          .account_id = AccountId(command->account_id()),
                          .instrument = command->instrument(),
                          .order_quantity_max = command->order_quantity_max(),
                          .order_notional_max = command->order_notional_max()});
  if (!change_id.ok()) return ToReadStatus(change_id.status());
  const absl::StatusOr<engine::v1::SetAccountLimitsResponse> decision =
      engine_.SetAccountLimits(*command, *context);
  EndChange(*change_id, EndOf(decision));
  if (!decision.ok()) return ToGrpcStatus(decision.status());
  response->set_sequence(decision->sequence());
  if (decision->has_rejected()) *response->mutable_rejected() = decision->rejected();
  response->set_change_id(*change_id);
  return grpc::Status::OK;
}

// The decision stands whether or not it can be recorded: the caller hears it either way.
void RiskService::EndChange(int64_t change_id, const LimitChangeEnd& end) {
  metrics_.limit_changes_total.Add({{"result", end.outcome}}).Increment();
  const absl::Status status = store_.EndChange(change_id, end);
  if (status.ok()) return;
  LOG_WARNING("limit_change_not_recorded change_id={} outcome={} error=\"{}\"", change_id,
              end.outcome, std::string(status.message()));
}

grpc::Status RiskService::GetAccountLimits(grpc::ServerContext*,
                                           const v1::GetAccountLimitsRequest* request,
                                           v1::GetAccountLimitsResponse* response) {
  if (absl::Status form = CheckKey(request->account_id(), request->instrument()); !form.ok()) {
    return ToReadStatus(form);
  }
  const absl::StatusOr<LimitsPage> page =
      store_.GetLimits(AccountId(request->account_id()), request->instrument());
  if (!page.ok()) return ToReadStatus(page.status());
  ToProto(page->rows.front(), *response->mutable_limits());
  response->set_sequence(page->sequence.value());
  return grpc::Status::OK;
}

grpc::Status RiskService::ListAccountLimits(grpc::ServerContext*,
                                            const v1::ListAccountLimitsRequest* request,
                                            v1::ListAccountLimitsResponse* response) {
  const absl::StatusOr<LimitsQuery> query = ToQuery(*request);
  if (!query.ok()) return ToReadStatus(query.status());
  const absl::StatusOr<LimitsPage> page = store_.ListLimits(*query);
  if (!page.ok()) return ToReadStatus(page.status());
  for (const LimitsRow& row : page->rows) ToProto(row, *response->add_limits());
  if (page->has_more) response->set_next_page_token(NextPageToken(*request, page->rows.back()));
  response->set_sequence(page->sequence.value());
  return grpc::Status::OK;
}

grpc::Status RiskService::GetExposure(grpc::ServerContext*, const v1::GetExposureRequest* request,
                                      v1::GetExposureResponse* response) {
  if (absl::Status form = CheckKey(request->account_id(), request->instrument()); !form.ok()) {
    return ToReadStatus(form);
  }
  const absl::StatusOr<ExposureRow> row =
      store_.GetExposure(AccountId(request->account_id()), request->instrument());
  if (!row.ok()) return ToReadStatus(row.status());
  ToProto(row->exposure.buy, row->instrument, *response->mutable_buy());
  ToProto(row->exposure.sell, row->instrument, *response->mutable_sell());
  response->set_sequence(row->sequence.value());
  return grpc::Status::OK;
}

grpc::Status RiskService::GetServerInfo(grpc::ServerContext*, const v1::GetServerInfoRequest*,
                                        v1::GetServerInfoResponse* response) {
  DescribeMirror(follower_, *response);
  return grpc::Status::OK;
}

}  // namespace rialto::risk
