#include "risk/service.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/decimal.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/catalog/order_form.h"
#include "common/mirror/mirror_answers.h"
#include "common/service/grpc_status.h"
#include "risk/request.h"

namespace rialto::risk {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;

void ToProto(const LimitsRow& row, v1::AccountLimits& proto) {
  proto.set_account_id(row.account_id.value());
  proto.set_instrument(row.instrument.symbol);
  proto.set_order_quantity_max(FormatQuantity(row.instrument, row.order_quantity_max));
  proto.set_order_notional_max(FormatAmount(row.instrument.quote, row.order_notional_max));
  proto.set_position_max(FormatQuantity(row.instrument, row.position_max));
  proto.set_exposure_max(FormatAmount(row.instrument.quote, row.exposure_max));
  proto.set_set_sequence(row.set_sequence.value());
  if (row.set_sequence == Sequence()) return;
  *proto.mutable_set_time() = ToTimestamp(row.set_time.value());
}

void ToProto(const SettingsRow& row, v1::AccountSettings& proto) {
  proto.set_account_id(row.settings.account_id());
  proto.set_fee_tier(row.settings.fee_tier());
  proto.set_trade_group(row.settings.trade_group());
  proto.set_open_orders_max(row.settings.open_orders_max());
  proto.set_order_rate_max(row.settings.order_rate_max());
  proto.set_order_rate_window_ms(row.settings.order_rate_window_ns() / kNsPerMs);
  proto.set_duplicate_window_ms(row.settings.duplicate_window_ns() / kNsPerMs);
  proto.set_set_sequence(row.set_sequence.value());
  if (row.set_sequence == Sequence()) return;
  *proto.mutable_set_time() = ToTimestamp(row.set_time.value());
}

void ToProto(const WorkingOrders& orders, const Instrument& instrument, v1::PendingOrders& proto) {
  proto.set_order_count(orders.order_count);
  proto.set_quantity(FormatQuantity(instrument, orders.quantity_lots));
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
template <typename Response>
ChangeEnd EndOf(const absl::StatusOr<Response>& decision) {
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

template <typename Decision, typename Response>
void FillIn(const Decision& decision, Response& response) {
  response.set_sequence(decision.sequence());
  if (decision.has_rejected()) *response.mutable_rejected() = decision.rejected();
}

}  // namespace

RiskService::RiskService(ReadStore& store, EngineClient& engine, const Follower& follower,
                         Metrics& metrics)
    : store_(store), engine_(engine), follower_(follower), metrics_(metrics) {}

RiskService::~RiskService() = default;

// The reason is on record before anything changes.
absl::StatusOr<int64_t> RiskService::BeginChange(const grpc::ServerContext& context,
                                                 const Question& question,
                                                 const google::protobuf::Message& command) {
  return store_.BeginChange({.kind = question.kind,
                             .peer = context.peer(),
                             .reason = question.reason,
                             .account_id = question.account_id,
                             .asked = AsJson(command)});
}

// The decision stands whether or not it can be recorded: the caller hears it either way.
void RiskService::EndChange(int64_t change_id, const std::string& kind, const ChangeEnd& end) {
  metrics_.changes_total.Add({{"kind", kind}, {"result", end.outcome}}).Increment();
  const absl::Status status = store_.EndChange(change_id, end);
  if (status.ok()) return;
  LOG_WARNING("change_not_recorded change_id={} outcome={} error=\"{}\"", change_id, end.outcome,
              std::string(status.message()));
}

template <typename Command, typename Response>
grpc::Status RiskService::Decide(grpc::ServerContext& context, const Question& question,
                                 const Command& command, Response& response) {
  const absl::StatusOr<int64_t> change_id = BeginChange(context, question, command);
  if (!change_id.ok()) return ToReadStatus(change_id.status());
  const auto decision = engine_.Decide(command, context);
  EndChange(*change_id, question.kind, EndOf(decision));
  if (!decision.ok()) return ToGrpcStatus(decision.status());
  FillIn(*decision, response);
  response.set_change_id(*change_id);
  return grpc::Status::OK;
}

grpc::Status RiskService::SetAccountLimits(grpc::ServerContext* context,
                                           const v1::SetAccountLimitsRequest* request,
                                           v1::SetAccountLimitsResponse* response) {
  if (absl::Status form = CheckForm(*request); !form.ok()) return ToReadStatus(form);
  const absl::StatusOr<Instrument> instrument =
      store_.FindInstrument(request->limits().instrument());
  if (!instrument.ok()) return ToReadStatus(instrument.status());
  const auto command = ToCommand(*request, *instrument);
  if (!command.ok()) return ToReadStatus(command.status());
  return Decide(*context, {"limits", AccountId(command->account_id()), request->reason()}, *command,
                *response);
}

grpc::Status RiskService::SetAccountSettings(grpc::ServerContext* context,
                                             const v1::SetAccountSettingsRequest* request,
                                             v1::SetAccountSettingsResponse* response) {
  const auto command = ToCommand(*request);
  if (!command.ok()) return ToReadStatus(command.status());
  return Decide(*context, {"settings", AccountId(command->account_id()), request->reason()},
                *command, *response);
}

grpc::Status RiskService::SetTradingState(grpc::ServerContext* context,
                                          const v1::SetTradingStateRequest* request,
                                          v1::SetTradingStateResponse* response) {
  const auto command = ToCommand(*request);
  if (!command.ok()) return ToReadStatus(command.status());
  return Decide(*context, {"trading_state", AccountId(command->account_id()), request->reason()},
                *command, *response);
}

// First nothing new, then the end of what is there: in between nothing can slip in. The record
// comes last: a halt waits for no database.
grpc::Status RiskService::HaltTrading(grpc::ServerContext* context,
                                      const v1::HaltTradingRequest* request,
                                      v1::HaltTradingResponse* response) {
  const absl::StatusOr<HaltCommands> commands = ToCommand(*request);
  if (!commands.ok()) return ToReadStatus(commands.status());
  LOG_WARNING("halt_asked account_id={} peer={} reason=\"{}\"", request->account_id(),
              context->peer(), request->reason());
  const Question question{"halt", AccountId(request->account_id()), request->reason()};
  const auto halted = engine_.Decide(commands->halt, *context);
  if (!halted.ok() || halted->has_rejected()) {
    response->set_change_id(Record(*context, question, commands->halt, EndOf(halted)));
    if (!halted.ok()) return ToGrpcStatus(halted.status());
    FillIn(*halted, *response);
    return grpc::Status::OK;
  }
  const auto canceled = engine_.Decide(commands->cancel, *context);
  ChangeEnd end = EndOf(canceled);
  end.sequence = Sequence(halted->sequence());
  const int64_t change_id = Record(*context, question, commands->halt, end);
  if (!canceled.ok() || canceled->has_rejected()) {
    return ToGrpcStatus(absl::UnavailableError(
        absl::StrCat("HALTED_NOT_CANCELED: halted at sequence ", halted->sequence(),
                     ", but orders may still be open; call again: ", end.answer)));
  }
  FillIn(*halted, *response);
  response->set_canceled_orders(canceled->canceled_orders());
  response->set_change_id(change_id);
  return grpc::Status::OK;
}

// What was done already; 0 when it could not be recorded.
int64_t RiskService::Record(const grpc::ServerContext& context, const Question& question,
                            const google::protobuf::Message& command, const ChangeEnd& end) {
  const absl::StatusOr<int64_t> change_id = BeginChange(context, question, command);
  if (change_id.ok()) {
    EndChange(*change_id, question.kind, end);
    return *change_id;
  }
  LOG_ERROR("change_not_recorded kind={} account_id={} outcome={} error=\"{}\"", question.kind,
            question.account_id.value(), end.outcome, std::string(change_id.status().message()));
  return 0;
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

grpc::Status RiskService::GetAccountSettings(grpc::ServerContext*,
                                             const v1::GetAccountSettingsRequest* request,
                                             v1::GetAccountSettingsResponse* response) {
  if (absl::Status form = CheckAccountId(request->account_id()); !form.ok()) {
    return ToReadStatus(form);
  }
  const absl::StatusOr<SettingsRow> row = store_.GetSettings(AccountId(request->account_id()));
  if (!row.ok()) return ToReadStatus(row.status());
  ToProto(*row, *response->mutable_settings());
  response->set_sequence(row->sequence.value());
  return grpc::Status::OK;
}

grpc::Status RiskService::GetTradingState(grpc::ServerContext*,
                                          const v1::GetTradingStateRequest* request,
                                          v1::GetTradingStateResponse* response) {
  if (absl::Status form = CheckAccountId(request->account_id()); !form.ok()) {
    return ToReadStatus(form);
  }
  const absl::StatusOr<TradingStatesRow> row =
      store_.GetTradingStates(AccountId(request->account_id()));
  if (!row.ok()) return ToReadStatus(row.status());
  response->set_of_account(row->of_account);
  response->set_of_everyone(row->of_everyone);
  response->set_state(std::max(row->of_account, row->of_everyone));  // By severity.
  response->set_sequence(row->sequence.value());
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
  ToProto(row->exposure.pending_buy, row->instrument, *response->mutable_pending_buy());
  ToProto(row->exposure.pending_sell, row->instrument, *response->mutable_pending_sell());
  response->set_sequence(row->sequence.value());
  return grpc::Status::OK;
}

grpc::Status RiskService::GetServerInfo(grpc::ServerContext*, const v1::GetServerInfoRequest*,
                                        v1::GetServerInfoResponse* response) {
  DescribeMirror(follower_, *response);
  return grpc::Status::OK;
}

}  // namespace rialto::risk
