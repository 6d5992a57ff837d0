// How the naive model takes definitions and settings.
#include "common/base/decimal.h"
#include "engine/core/accounts.h"
#include "engine/core/limits.h"
#include "engine/sim/naive_engine.h"

namespace rialto::engine {
namespace {

bool IsDuration(int64_t ns) { return ns >= 0 && ns <= limits::kDurationNsMax; }
bool IsState(InstrumentState state) {
  return state >= InstrumentState::kTrading && state <= InstrumentState::kClosed;
}

}  // namespace

Outcome NaiveEngine::Decide(const CreateAsset& command) {
  for (uint32_t i = 0; i < assets_.size(); ++i) {
    if (assets_[i].symbol != command.symbol) continue;
    if (assets_[i].scale != command.scale) return Refused({RejectReason::kNameTaken});
    return Outcome{.sequence = sequence_, .repeated = true, .created_id = i + 1};
  }
  if (command.scale > kScaleMax) {
    return Refused({RejectReason::kInvalidDefinition, kScaleMax, command.scale});
  }
  if (assets_.size() >= limits::kAssetsMax) {
    return Refused({RejectReason::kVenueFull, limits::kAssetsMax, limits::kAssetsMax});
  }
  assets_.push_back({command.symbol, command.scale});
  const AssetId id(static_cast<uint32_t>(assets_.size()));
  Say(AssetCreated{id, command.symbol, command.scale});
  return Outcome{.sequence = sequence_, .created_id = id.value()};
}

Outcome NaiveEngine::Decide(const CreateInstrument& command) {
  bool name_taken = false;
  for (uint32_t i = 0; i < markets_.size(); ++i) {
    if (markets_[i].definition() == command) {
      return Outcome{.sequence = sequence_, .repeated = true, .created_id = i + 1};
    }
    if (markets_[i].definition().symbol == command.symbol) name_taken = true;
  }
  for (const AssetId id : {command.base, command.quote}) {
    if (id.value() < 1 || id.value() > assets_.size()) {
      return Refused({RejectReason::kUnknownAsset, 0, id.value()});
    }
  }
  if (name_taken) return Refused({RejectReason::kNameTaken});
  const auto instrument = MakeNaiveInstrument(command, assets_[command.base.value() - 1].scale,
                                              assets_[command.quote.value() - 1].scale);
  if (!instrument) return Refused({RejectReason::kInvalidDefinition});
  if (markets_.size() >= limits::kInstrumentsMax) {
    return Refused({RejectReason::kVenueFull, limits::kInstrumentsMax, limits::kInstrumentsMax});
  }
  markets_.push_back({.instrument = *instrument});
  const InstrumentId id(static_cast<uint32_t>(markets_.size()));
  Say(InstrumentCreated{id, command});
  return Outcome{.sequence = sequence_, .created_id = id.value()};
}

Outcome NaiveEngine::Decide(const SetInstrument& command) {
  if (Find(command.instrument_id) == nullptr) return Refused({RejectReason::kUnknownInstrument});
  NaiveMarket& market = MarketOf(command.instrument_id);
  const CreateInstrument& old = market.definition();
  const CreateInstrument& wanted = command.definition;
  if (old.symbol != wanted.symbol || old.base != wanted.base || old.quote != wanted.quote) {
    return Refused({RejectReason::kInvalidDefinition});
  }
  const auto instrument = MakeNaiveInstrument(wanted, assets_[wanted.base.value() - 1].scale,
                                              assets_[wanted.quote.value() - 1].scale);
  if (!instrument) return Refused({RejectReason::kInvalidDefinition});
  const bool has_prices = market.last || market.mark || !OrdersOf(command.instrument_id).empty();
  if (has_prices &&
      (old.tick_size_e12 != wanted.tick_size_e12 || old.lot_size_units != wanted.lot_size_units)) {
    return Refused({RejectReason::kInstrumentInUse});
  }
  market.instrument = *instrument;
  Say(InstrumentChanged{command.instrument_id, wanted});
  return Accepted();
}

Outcome NaiveEngine::Decide(const SetInstrumentState& command) {
  if (Find(command.instrument_id) == nullptr) return Refused({RejectReason::kUnknownInstrument});
  const int64_t end_ns = command.auction_end.value();
  const bool has_sound_end =
      end_ns == 0 || (command.state == InstrumentState::kAuction && end_ns > now_ns_);
  if (!IsState(command.state) || !has_sound_end) {
    return Refused({RejectReason::kInvalidDefinition});
  }
  ChangeState(command.instrument_id, {command.state, StateCause::kCommand, end_ns});
  return Accepted();
}

Outcome NaiveEngine::Decide(const SetSchedule& command) {
  if (Find(command.instrument_id) == nullptr) return Refused({RejectReason::kUnknownInstrument});
  bool is_sound = command.transitions.size() <= limits::kTransitionsMax &&
                  command.calendar.size() <= limits::kCalendarBytesMax;
  int64_t before_ns = now_ns_;
  for (const Transition& transition : command.transitions) {
    if (transition.at.value() <= before_ns || !IsState(transition.state)) is_sound = false;
    before_ns = transition.at.value();
  }
  if (!is_sound) return Refused({RejectReason::kInvalidDefinition});
  MarketOf(command.instrument_id).transitions = command.transitions;
  Say(ScheduleSet{command.instrument_id, command.calendar, command.transitions});
  return Accepted();
}

Outcome NaiveEngine::Decide(const SetMarkPrice& command) {
  if (Find(command.instrument_id) == nullptr) return Refused({RejectReason::kUnknownInstrument});
  const int64_t price = command.price.value();
  if (price < 0) return Refused({RejectReason::kPriceOutOfRange, 0, price});
  if (command.price > limits::kPriceMax) {
    return Refused({RejectReason::kPriceOutOfRange, limits::kPriceMax.value(), price});
  }
  NaiveMarket& market = MarketOf(command.instrument_id);
  market.mark.reset();
  if (price != 0) market.mark = price;
  Touch(command.instrument_id);
  Say(MarkPriceSet{command.instrument_id, command.price});
  return Accepted();
}

Outcome NaiveEngine::Decide(const SetFeeTier& command) {
  if (Find(command.instrument_id) == nullptr) return Refused({RejectReason::kUnknownInstrument});
  const int64_t fee_max = limits::kFeePpmMax;
  if (command.tier < 1 || command.tier > limits::kFeeTierMax || command.maker_fee_ppm > fee_max ||
      command.maker_fee_ppm < -fee_max || command.taker_fee_ppm > fee_max) {
    return Refused({RejectReason::kInvalidDefinition});
  }
  MarketOf(command.instrument_id).tiers[command.tier] = {command.maker_fee_ppm,
                                                         command.taker_fee_ppm};
  Say(FeeTierSet{command.instrument_id, command.tier, command.maker_fee_ppm,
                 command.taker_fee_ppm});
  return Accepted();
}

Outcome NaiveEngine::Decide(const OpenAccount& command) {
  const auto found = accounts_.find(command.name);
  if (found != accounts_.end()) {
    return Outcome{.sequence = sequence_, .repeated = true, .created_id = found->second.value()};
  }
  if (accounts_.size() >= limits::kAccountsMax) {
    return Refused({RejectReason::kVenueFull, limits::kAccountsMax, limits::kAccountsMax});
  }
  const AccountId id(kFirstUserAccount.value() + accounts_.size());
  accounts_[command.name] = id;
  Say(AccountOpened{id, command.name});
  return Outcome{.sequence = sequence_, .created_id = id.value()};
}

Outcome NaiveEngine::Decide(const SetAccountLimits& command) {
  if (!IsUser(command.account_id)) return Refused({RejectReason::kUnknownAccount});
  if (Find(command.instrument_id) == nullptr) return Refused({RejectReason::kUnknownInstrument});
  if (command.order_quantity_max < Quantity(0) || command.order_notional_max < Amount(0) ||
      command.position_max < Quantity(0) || command.exposure_max < Amount(0)) {
    return Refused({RejectReason::kInvalidDefinition});
  }
  limits_[{command.account_id, command.instrument_id}] = {
      command.order_quantity_max.value(), command.order_notional_max.value(),
      command.position_max.value(), command.exposure_max.value()};
  Say(AccountLimitsSet{command.account_id, command.instrument_id, command.order_quantity_max,
                       command.order_notional_max, command.position_max, command.exposure_max});
  return Accepted();
}

Outcome NaiveEngine::Decide(const SetAccountSettings& command) {
  if (!IsUser(command.account_id)) return Refused({RejectReason::kUnknownAccount});
  if (command.fee_tier > limits::kFeeTierMax || !IsDuration(command.order_rate_window_ns) ||
      !IsDuration(command.duplicate_window_ns) ||
      (command.order_rate_max == 0) != (command.order_rate_window_ns == 0)) {
    return Refused({RejectReason::kInvalidDefinition});
  }
  settings_[command.account_id] = command;
  taken_.erase(command.account_id);
  Say(AccountSettingsSet{command});
  return Accepted();
}

Outcome NaiveEngine::Decide(const SetTradingState& command) {
  if (command.account_id != AccountId(0) && !IsUser(command.account_id)) {
    return Refused({RejectReason::kUnknownAccount});
  }
  if (command.state < TradingState::kActive || command.state > TradingState::kHalted) {
    return Refused({RejectReason::kInvalidDefinition});
  }
  trading_states_[command.account_id] = command.state;
  Say(TradingStateSet{command.account_id, command.state});
  return Accepted();
}

Outcome NaiveEngine::Decide(const ActivateRuleSet& command) {
  if (command.rule_set > rules::kNewest) return Refused({RejectReason::kInvalidDefinition});
  if (command.rule_set < rule_set_) {
    return Refused({RejectReason::kRuleSetPassed, command.rule_set, rule_set_});
  }
  if (command.rule_set != rule_set_) Say(RuleSetActivated{command.rule_set});
  rule_set_ = command.rule_set;
  return Accepted();
}

Outcome NaiveEngine::Decide(const CancelAllAfter& command) {
  if (!IsUser(command.account_id)) return Refused({RejectReason::kUnknownAccount});
  if (!IsDuration(command.timeout_ns)) return Refused({RejectReason::kInvalidOrder});
  const int64_t at_ns = command.timeout_ns == 0 ? 0 : now_ns_ + command.timeout_ns;
  dead_man_ns_.erase(command.account_id);
  if (at_ns != 0) dead_man_ns_[command.account_id] = at_ns;
  Say(CancelAllAfterSet{command.account_id, Timestamp(at_ns)});
  return Outcome{.sequence = sequence_, .due_ns = at_ns};
}

Outcome NaiveEngine::Decide(const Tick&) { return Accepted(); }

}  // namespace rialto::engine
