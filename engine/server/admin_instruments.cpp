// AdminService: instruments, their parameters and their states.

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/catalog/order_form.h"
#include "engine/core/limits.h"
#include "engine/server/admin_service.h"
#include "engine/server/outcome_text.h"
#include "engine/server/request_form.h"
#include "engine/server/unary_call.h"

namespace rialto::engine {
namespace {

absl::StatusOr<CreateInstrument> ParseDefinition(const Catalog& catalog,
                                                 const common::v1::InstrumentView& view) {
  ASSIGN_OR_RETURN(const CallerId symbol, CallerId::Parse(view.symbol()));
  ASSIGN_OR_RETURN(const v1::InstrumentCreated parsed, ToDefinition(catalog, view));
  return CreateInstrument{.symbol = symbol,
                          .base = AssetId(parsed.base_asset_id()),
                          .quote = AssetId(parsed.quote_asset_id()),
                          .tick_size_e12 = parsed.tick_size_e12(),
                          .lot_size_units = parsed.lot_size_units(),
                          .quantity_min = Quantity(parsed.quantity_min_lots()),
                          .quantity_max = Quantity(parsed.quantity_max_lots()),
                          .notional_min = Amount(parsed.notional_min_units()),
                          .notional_max = Amount(parsed.notional_max_units()),
                          .maker_fee_ppm = parsed.maker_fee_ppm(),
                          .taker_fee_ppm = parsed.taker_fee_ppm(),
                          .price_min = Price(parsed.price_min_ticks()),
                          .price_max = Price(parsed.price_max_ticks()),
                          .market_collar_ppm = parsed.market_collar_ppm(),
                          .limit_collar_ppm = parsed.limit_collar_ppm(),
                          .price_band_ppm = parsed.price_band_ppm(),
                          .volatility_ppm = parsed.volatility_ppm(),
                          .volatility_window_ns = parsed.volatility_window_ns(),
                          .volatility_auction_ns = parsed.volatility_auction_ns(),
                          .open_orders_max = parsed.open_orders_max(),
                          .pending_orders_max = parsed.pending_orders_max(),
                          .iceberg_parts_max = parsed.iceberg_parts_max(),
                          .self_trade_default = static_cast<SelfTrade>(parsed.self_trade_default()),
                          .self_trade_modes = static_cast<uint8_t>(parsed.self_trade_modes())};
}

absl::StatusOr<SetInstrument> Parse(const Catalog& catalog,
                                    const v1::UpdateInstrumentRequest& request) {
  ASSIGN_OR_RETURN(const rialto::Instrument* instrument,
                   FindInstrument(catalog, request.instrument().symbol()));
  ASSIGN_OR_RETURN(const CreateInstrument definition,
                   ParseDefinition(catalog, request.instrument()));
  return SetInstrument{instrument->id, definition};
}

absl::StatusOr<SetInstrumentState> Parse(const Catalog& catalog,
                                         const v1::SetInstrumentStateRequest& request) {
  ASSIGN_OR_RETURN(const rialto::Instrument* instrument,
                   FindInstrument(catalog, request.instrument()));
  if (!common::v1::InstrumentState_IsValid(request.state()) ||
      request.state() == common::v1::INSTRUMENT_STATE_UNSPECIFIED) {
    return absl::InvalidArgumentError(
        "BAD_STATE: state is missing, or one the engine does not know");
  }
  SetInstrumentState command{instrument->id, static_cast<InstrumentState>(request.state()),
                             Timestamp(0)};
  if (request.has_auction_end()) {
    ASSIGN_OR_RETURN(const int64_t at, ToNanoseconds("auction_end", request.auction_end()));
    command.auction_end = Timestamp(at);
  }
  return command;
}

absl::StatusOr<SetMarkPrice> Parse(const Catalog& catalog, const v1::SetMarkPriceRequest& request) {
  ASSIGN_OR_RETURN(const rialto::Instrument* instrument,
                   FindInstrument(catalog, request.instrument()));
  SetMarkPrice command{instrument->id, Price(0)};
  if (!request.price().empty()) {
    ASSIGN_OR_RETURN(command.price, ParsePrice(*instrument, request.price()));
  }
  return command;
}

absl::StatusOr<SetFeeTier> Parse(const Catalog& catalog, const v1::SetFeeTierRequest& request) {
  ASSIGN_OR_RETURN(const rialto::Instrument* instrument,
                   FindInstrument(catalog, request.instrument()));
  return SetFeeTier{instrument->id, request.tier(), request.maker_fee_ppm(),
                    request.taker_fee_ppm()};
}

absl::StatusOr<SetAccountLimits> Parse(const Catalog& catalog,
                                       const v1::SetAccountLimitsRequest& request) {
  ASSIGN_OR_RETURN(const rialto::Instrument* instrument,
                   FindInstrument(catalog, request.instrument()));
  SetAccountLimits command{.account_id = AccountId(request.account_id()),
                           .instrument_id = instrument->id};
  if (!request.order_quantity_max().empty()) {
    ASSIGN_OR_RETURN(command.order_quantity_max,
                     ParseQuantity(*instrument, request.order_quantity_max()));
  }
  if (!request.order_notional_max().empty()) {
    ASSIGN_OR_RETURN(command.order_notional_max,
                     ParseAmount(instrument->quote, request.order_notional_max()));
  }
  if (!request.position_max().empty()) {
    ASSIGN_OR_RETURN(command.position_max, ParseQuantity(*instrument, request.position_max()));
  }
  if (!request.exposure_max().empty()) {
    ASSIGN_OR_RETURN(command.exposure_max, ParseAmount(instrument->quote, request.exposure_max()));
  }
  if (command.order_quantity_max < Quantity(0) || command.order_notional_max < Amount(0) ||
      command.position_max < Quantity(0) || command.exposure_max < Amount(0)) {
    return absl::InvalidArgumentError("INVALID_LIMIT: a limit must be 0 (none) or above");
  }
  return command;
}

// Submits what was parsed; a refusal is about the instrument it names.
template <typename ParsedCommand, typename Response>
grpc::ServerUnaryReactor* Set(Sequencer& sequencer, grpc::CallbackServerContext& context,
                              const absl::StatusOr<ParsedCommand>& command, Response* response) {
  grpc::ServerUnaryReactor* call = context.DefaultReactor();
  if (!sequencer.ready()) return Fail(*call, NotServing());
  if (!command.ok()) return Fail(*call, command.status());
  Decide(sequencer, *call, *command,
         [&sequencer, id = command->instrument_id, response](const Outcome& outcome) {
           response->set_sequence(outcome.sequence.value());
           if (!outcome.accepted()) {
             *response->mutable_rejected() =
                 ToInstrumentRejection(*sequencer.catalog(), id, outcome);
           }
         });
  return call;
}

}  // namespace

grpc::ServerUnaryReactor* AdminService::CreateInstrument(grpc::CallbackServerContext* context,
                                                         const v1::CreateInstrumentRequest* request,
                                                         v1::CreateInstrumentResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  const absl::StatusOr<engine::CreateInstrument> definition =
      ParseDefinition(*sequencer_.catalog(), request->instrument());
  if (!definition.ok()) return Fail(*call, definition.status());
  Decide(sequencer_, *call, *definition, [response](const Outcome& outcome) {
    response->set_sequence(outcome.sequence.value());
    if (outcome.accepted()) {
      response->set_instrument_id(static_cast<uint32_t>(outcome.created_id));
    } else {
      *response->mutable_rejected() = ToTransferRejection(nullptr, outcome);
    }
  });
  return call;
}

grpc::ServerUnaryReactor* AdminService::UpdateInstrument(grpc::CallbackServerContext* context,
                                                         const v1::UpdateInstrumentRequest* request,
                                                         v1::UpdateInstrumentResponse* response) {
  return Set(sequencer_, *context, Parse(*sequencer_.catalog(), *request), response);
}

grpc::ServerUnaryReactor* AdminService::SetInstrumentState(
    grpc::CallbackServerContext* context, const v1::SetInstrumentStateRequest* request,
    v1::SetInstrumentStateResponse* response) {
  return Set(sequencer_, *context, Parse(*sequencer_.catalog(), *request), response);
}

grpc::ServerUnaryReactor* AdminService::SetMarkPrice(grpc::CallbackServerContext* context,
                                                     const v1::SetMarkPriceRequest* request,
                                                     v1::SetMarkPriceResponse* response) {
  return Set(sequencer_, *context, Parse(*sequencer_.catalog(), *request), response);
}

grpc::ServerUnaryReactor* AdminService::SetFeeTier(grpc::CallbackServerContext* context,
                                                   const v1::SetFeeTierRequest* request,
                                                   v1::SetFeeTierResponse* response) {
  return Set(sequencer_, *context, Parse(*sequencer_.catalog(), *request), response);
}

grpc::ServerUnaryReactor* AdminService::SetAccountLimits(grpc::CallbackServerContext* context,
                                                         const v1::SetAccountLimitsRequest* request,
                                                         v1::SetAccountLimitsResponse* response) {
  return Set(sequencer_, *context, Parse(*sequencer_.catalog(), *request), response);
}

}  // namespace rialto::engine
