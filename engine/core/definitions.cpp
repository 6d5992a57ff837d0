// Assets, instruments, accounts and their settings: README.md, Definitions and settings.

#include <optional>

#include "common/base/check.h"
#include "common/base/decimal.h"
#include "engine/core/engine.h"

namespace rialto::engine {

Outcome Engine::Decide(const CreateAsset& command, Events& events) {
  Outcome outcome = NewOutcome();
  if (const auto found = assets_by_symbol_.find(command.symbol); found != assets_by_symbol_.end()) {
    if (FindAsset(found->second)->scale != command.scale) return Refuse({RejectReason::kNameTaken});
    outcome.repeated = true;
    outcome.created_id = found->second.value();
    return outcome;
  }
  if (command.scale > kScaleMax) {
    return Refuse({RejectReason::kInvalidDefinition, kScaleMax, command.scale});
  }
  if (assets_.size() == limits::kAssetsMax) {
    return Refuse({RejectReason::kVenueFull, limits::kAssetsMax, limits::kAssetsMax});
  }

  const AssetId id(static_cast<uint32_t>(assets_.size() + 1));
  assets_.push_back({id, command.symbol, command.scale});
  assets_by_symbol_.emplace(command.symbol, id);
  Emit<AssetCreated>(events, id, command.symbol, command.scale);
  outcome.created_id = id.value();
  return outcome;
}

Outcome Engine::Decide(const CreateInstrument& command, Events& events) {
  const Asset* base = FindAsset(command.base);
  if (base == nullptr) return Refuse({RejectReason::kUnknownAsset, 0, command.base.value()});
  const Asset* quote = FindAsset(command.quote);
  if (quote == nullptr) return Refuse({RejectReason::kUnknownAsset, 0, command.quote.value()});
  Outcome outcome = NewOutcome();
  if (const auto found = instruments_by_symbol_.find(command.symbol);
      found != instruments_by_symbol_.end()) {
    if (FindMarket(found->second)->instrument.definition != command) {
      return Refuse({RejectReason::kNameTaken});
    }
    outcome.repeated = true;
    outcome.created_id = found->second.value();
    return outcome;
  }
  std::optional<Instrument> instrument = MakeInstrument(command, *base, *quote);
  if (!instrument.has_value()) return Refuse({RejectReason::kInvalidDefinition});
  if (markets_.size() == limits::kInstrumentsMax) {
    return Refuse({RejectReason::kVenueFull, limits::kInstrumentsMax, limits::kInstrumentsMax});
  }

  instrument->id = InstrumentId(static_cast<uint32_t>(markets_.size() + 1));
  markets_.push_back(std::make_unique<Market>(*instrument, orders_.resting()));
  instruments_by_symbol_.emplace(command.symbol, instrument->id);
  Emit<InstrumentCreated>(events, instrument->id, command);
  outcome.created_id = instrument->id.value();
  return outcome;
}

Outcome Engine::Decide(const OpenAccount& command, Events& events) {
  Outcome outcome = NewOutcome();
  if (const AccountId known = accounts_.FindByName(command.name); known != AccountId()) {
    outcome.repeated = true;
    outcome.created_id = known.value();
    return outcome;
  }
  if (accounts_.user_count() == limits::kAccountsMax) {
    return Refuse({RejectReason::kVenueFull, static_cast<int64_t>(limits::kAccountsMax),
                   static_cast<int64_t>(limits::kAccountsMax)});
  }
  const AccountId id = accounts_.Open(command.name);
  Emit<AccountOpened>(events, id, command.name);
  outcome.created_id = id.value();
  return outcome;
}

Outcome Engine::Decide(const SetInstrument& command, Events& events) {
  Market* market = MutableMarket(command.instrument_id);
  if (market == nullptr) return Refuse({RejectReason::kUnknownInstrument});
  const CreateInstrument& before = market->instrument.definition;
  const CreateInstrument& after = command.definition;
  if (after.symbol != before.symbol || after.base != before.base || after.quote != before.quote) {
    return Refuse({RejectReason::kInvalidDefinition});
  }
  std::optional<Instrument> instrument =
      MakeInstrument(after, *FindAsset(after.base), *FindAsset(after.quote));
  if (!instrument.has_value()) return Refuse({RejectReason::kInvalidDefinition});
  const bool has_other_units =
      after.tick_size_e12 != before.tick_size_e12 || after.lot_size_units != before.lot_size_units;
  if (has_other_units && (market->open_orders > 0 || market->last_price != Price(0) ||
                          market->mark_price != Price(0))) {
    return Refuse({RejectReason::kInstrumentInUse});
  }
  instrument->id = command.instrument_id;
  market->instrument = *instrument;
  Touch(*market);
  Emit<InstrumentChanged>(events, command.instrument_id, after);
  return NewOutcome();
}

Outcome Engine::Decide(const SetSchedule& command, Events& events) {
  Market* market = MutableMarket(command.instrument_id);
  if (market == nullptr) return Refuse({RejectReason::kUnknownInstrument});
  bool is_fine = command.transitions.size() <= limits::kTransitionsMax &&
                 command.calendar.size() <= limits::kCalendarBytesMax;
  Timestamp last = now_;
  for (const Transition& transition : command.transitions) {
    is_fine = is_fine && transition.at > last && transition.state >= InstrumentState::kTrading &&
              transition.state <= InstrumentState::kClosed;
    last = transition.at;
  }
  if (!is_fine) return Refuse({RejectReason::kInvalidDefinition});
  if (market->next_transition < market->transitions.size()) {
    timers_.erase({market->transitions[market->next_transition].at, TimerKind::kTransition,
                   command.instrument_id.value()});
  }
  market->calendar = command.calendar;
  market->transitions = command.transitions;
  market->next_transition = 0;
  SetTransitionTimer(*market);
  Emit<ScheduleSet>(events, command.instrument_id, command.calendar, command.transitions);
  return NewOutcome();
}

Outcome Engine::Decide(const SetMarkPrice& command, Events& events) {
  Market* market = MutableMarket(command.instrument_id);
  if (market == nullptr) return Refuse({RejectReason::kUnknownInstrument});
  if (command.price < Price(0)) {
    return Refuse({RejectReason::kPriceOutOfRange, 0, command.price.value()});
  }
  if (command.price > limits::kPriceMax) {
    return Refuse(
        {RejectReason::kPriceOutOfRange, limits::kPriceMax.value(), command.price.value()});
  }
  market->mark_price = command.price;
  Touch(*market);
  Emit<MarkPriceSet>(events, command.instrument_id, command.price);
  return NewOutcome();
}

Outcome Engine::Decide(const SetFeeTier& command, Events& events) {
  Market* market = MutableMarket(command.instrument_id);
  if (market == nullptr) return Refuse({RejectReason::kUnknownInstrument});
  constexpr auto kMax = static_cast<int32_t>(limits::kFeePpmMax);
  if (command.tier < 1 || command.tier > limits::kFeeTierMax || command.maker_fee_ppm > kMax ||
      command.maker_fee_ppm < -kMax || command.taker_fee_ppm > limits::kFeePpmMax) {
    return Refuse({RejectReason::kInvalidDefinition});
  }
  if (market->tiers.size() < command.tier) market->tiers.resize(command.tier);
  market->tiers[command.tier - 1] = FeeRates{command.maker_fee_ppm, command.taker_fee_ppm};
  Emit<FeeTierSet>(events, command.instrument_id, command.tier, command.maker_fee_ppm,
                   command.taker_fee_ppm);
  return NewOutcome();
}

Outcome Engine::Decide(const SetAccountLimits& command, Events& events) {
  Account* account = accounts_.FindUser(command.account_id);
  if (account == nullptr) return Refuse({RejectReason::kUnknownAccount});
  if (FindMarket(command.instrument_id) == nullptr) {
    return Refuse({RejectReason::kUnknownInstrument});
  }
  if (command.order_quantity_max < Quantity(0) || command.order_notional_max < Amount(0) ||
      command.position_max < Quantity(0) || command.exposure_max < Amount(0)) {
    return Refuse({RejectReason::kInvalidDefinition});
  }
  account->MutableRules().has_limits = true;
  account_limits_[{Accounts::IndexOf(command.account_id), command.instrument_id}] = {
      command.order_quantity_max, command.order_notional_max, command.position_max,
      command.exposure_max};
  Emit<AccountLimitsSet>(events, command.account_id, command.instrument_id,
                         command.order_quantity_max, command.order_notional_max,
                         command.position_max, command.exposure_max);
  return NewOutcome();
}

Outcome Engine::Decide(const SetAccountSettings& command, Events& events) {
  Account* account = accounts_.FindUser(command.account_id);
  if (account == nullptr) return Refuse({RejectReason::kUnknownAccount});
  const auto is_duration = [](int64_t nanoseconds) {
    return nanoseconds >= 0 && nanoseconds <= limits::kDurationNsMax;
  };
  const bool has_rate = command.order_rate_max != 0;
  if (command.fee_tier > limits::kFeeTierMax || !is_duration(command.order_rate_window_ns) ||
      !is_duration(command.duplicate_window_ns) ||
      has_rate != (command.order_rate_window_ns != 0)) {
    return Refuse({RejectReason::kInvalidDefinition});
  }
  AccountRules& rules = account->MutableRules();
  rules.rate_count = 0;
  rules.taken.clear();
  rules.settings = command;
  Emit<AccountSettingsSet>(events, command);
  return NewOutcome();
}

Outcome Engine::Decide(const SetTradingState& command, Events& events) {
  Account* account = accounts_.FindUser(command.account_id);
  if (account == nullptr && command.account_id != AccountId(0)) {
    return Refuse({RejectReason::kUnknownAccount});
  }
  if (command.state < TradingState::kActive || command.state > TradingState::kHalted) {
    return Refuse({RejectReason::kInvalidDefinition});
  }
  (account == nullptr ? trading_state_ : account->MutableRules().state) = command.state;
  Emit<TradingStateSet>(events, command.account_id, command.state);
  return NewOutcome();
}

Outcome Engine::Decide(const ActivateRuleSet& command, Events& events) {
  if (command.rule_set > rules::kNewest) return Refuse({RejectReason::kInvalidDefinition});
  if (command.rule_set < rule_set_) {
    return Refuse({RejectReason::kRuleSetPassed, command.rule_set, rule_set_});
  }
  if (command.rule_set > rule_set_) {
    rule_set_ = command.rule_set;
    Emit<RuleSetActivated>(events, command.rule_set);
  }
  return NewOutcome();
}

}  // namespace rialto::engine
