#include "engine/sim/scenario_parser.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace rialto::engine {

std::string ScenarioParser::TakeProblem() { return std::exchange(problem_, std::string()); }

std::optional<Command> ScenarioParser::Parse(const std::string& verb, Words& words, Timestamp now) {
  now_ = now;
  if (verb == "tick") return Tick{};
  std::optional<Command> command = ParseOrder(verb, words);
  if (!command) command = ParseTransfers(verb, words);
  return command ? command : ParseDefinition(verb, words);
}

std::optional<Command> ScenarioParser::ParseDefinition(const std::string& verb, Words& words) {
  if (verb == "asset") return ToAsset(words);
  if (verb == "instrument") return ToInstrument(words);
  if (verb == "change") return ToChange(words);
  if (verb == "open") return OpenAccount{Id(words.Take())};
  if (verb == "limits") return ToLimits(words);
  if (verb == "settings") return ToSettings(words);
  if (verb == "tier") return ToTier(words);
  if (verb == "trading-state") return ToTradingState(words);
  if (verb == "rule-set") return ActivateRuleSet{Count(words.Take())};
  if (verb == "state") return ToState(words);
  if (verb == "schedule") return ToSchedule(words);
  if (verb == "mark") return ToMark(words);
  if (verb == "deposit" || verb == "withdraw") return ToOutside(verb, words);
  if (verb == "masscancel") return ToMassCancel(words);
  if (verb == "deadman") return ToDeadMan(words);
  return std::nullopt;
}

// --- Definitions ---

Command ScenarioParser::ToAsset(Words& words) {
  const CallerId symbol = Id(words.Take());
  return CreateAsset{symbol, Count(words.Take())};
}

Command ScenarioParser::ToInstrument(Words& words) {
  CreateInstrument definition;
  const std::string symbol = words.Take();
  definition.symbol = Id(symbol);
  const size_t dash = symbol.find('-');
  definition.base = names_.AssetOf(symbol.substr(0, dash));
  definition.quote = names_.AssetOf(symbol.substr(dash + 1));
  definition.quantity_min = Quantity(1);
  definition.quantity_max = Quantity(1'000'000);
  TakeParameters(words, definition);
  return definition;
}

Command ScenarioParser::ToChange(Words& words) {
  const ScenarioMarket market = names_.Market(words.Take());
  SetInstrument command{market.id, market.definition};
  if (words.TakeIf("symbol")) command.definition.symbol = Id(words.Take());
  TakeParameters(words, command.definition);
  return command;
}

void ScenarioParser::TakeParameters(Words& words, CreateInstrument& d) {
  while (!words.empty()) {
    const std::string word = words.Take();
    const ScenarioMarket market{InstrumentId(), d, names_.ScaleOf(d.base), names_.ScaleOf(d.quote)};
    if (word == "base") {
      d.base = names_.AssetOf(words.Take());
    } else if (word == "quote") {
      d.quote = names_.AssetOf(words.Take());
    } else if (word == "tick") {
      d.tick_size_e12 = Decimal(words.Take(), 12);
    } else if (word == "lot") {
      d.lot_size_units = Decimal(words.Take(), market.base_scale);
    } else if (word == "min") {
      d.quantity_min = Lots(market, words.Take());
    } else if (word == "max") {
      d.quantity_max = Lots(market, words.Take());
    } else if (word == "notional") {
      d.notional_min = Amount(Decimal(words.Take(), market.quote_scale));
      d.notional_max = Amount(Decimal(words.Take(), market.quote_scale));
    } else if (word == "fees") {
      d.maker_fee_ppm = Percent(words.Take());
      d.taker_fee_ppm = static_cast<uint32_t>(Percent(words.Take()));
    } else if (word == "price") {
      d.price_min = Ticks(market, words.Take());
      d.price_max = Ticks(market, words.Take());
    } else {
      TakeBound(word, words, d);
    }
  }
}

void ScenarioParser::TakeBound(const std::string& word, Words& words, CreateInstrument& d) {
  const auto percent = [&] { return static_cast<uint32_t>(Percent(words.Take())); };
  if (word == "collar") {
    d.market_collar_ppm = percent();
  } else if (word == "limit-collar") {
    d.limit_collar_ppm = percent();
  } else if (word == "band") {
    d.price_band_ppm = percent();
  } else if (word == "volatility") {
    d.volatility_ppm = percent();
    d.volatility_window_ns = Duration(words.Take());
    d.volatility_auction_ns = Duration(words.Take());
  } else if (word == "open-orders") {
    d.open_orders_max = Count(words.Take());
  } else if (word == "pending-orders") {
    d.pending_orders_max = Count(words.Take());
  } else if (word == "iceberg-parts") {
    d.iceberg_parts_max = Count(words.Take());
  } else if (word == "self-trade") {
    d.self_trade_default = ToMode(words.Take());
  } else if (word == "modes") {
    std::string modes = words.Take();
    d.self_trade_modes = 0;
    for (char& c : modes) c = c == ',' ? ' ' : c;
    for (Words list(modes); !list.empty();) {
      const int bit = 1 << static_cast<int>(ToMode(list.Take()));
      d.self_trade_modes = static_cast<uint8_t>(d.self_trade_modes | bit);
    }
  } else {
    Wrong(absl::StrCat("what is '", word, "' of an instrument?"));
  }
}

Command ScenarioParser::ToTier(Words& words) {
  SetFeeTier command;
  command.instrument_id = names_.Market(words.Take()).id;
  command.tier = Count(words.Take());
  command.maker_fee_ppm = Percent(words.Take());
  command.taker_fee_ppm = static_cast<uint32_t>(Percent(words.Take()));
  return command;
}

Command ScenarioParser::ToMark(Words& words) {
  const ScenarioMarket market = names_.Market(words.Take());
  return SetMarkPrice{market.id, Ticks(market, words.Take())};
}

Command ScenarioParser::ToState(Words& words) {
  SetInstrumentState command;
  command.instrument_id = names_.Market(words.Take()).id;
  command.state = ToStateWord(words.Take());
  if (words.TakeIf("until")) command.auction_end = Time(words.Take());
  return command;
}

Command ScenarioParser::ToSchedule(Words& words) {
  SetSchedule command;
  command.instrument_id = names_.Market(words.Take()).id;
  while (!words.empty()) {
    const std::string word = words.Take();
    const size_t at = word.find('@');
    if (word == "calendar") {
      command.calendar = words.Take();
    } else if (word == "long-calendar") {
      command.calendar.assign(static_cast<size_t>(Integer(words.Take())), 'c');
    } else if (at == std::string::npos) {
      Wrong(absl::StrCat("state@time, not '", word, "'"));
    } else {
      command.transitions.push_back({Time(word.substr(at + 1)), ToStateWord(word.substr(0, at))});
    }
  }
  return command;
}

// --- Accounts ---

Command ScenarioParser::ToLimits(Words& words) {
  SetAccountLimits command;
  command.account_id = names_.Account(words.Take());
  const ScenarioMarket market = names_.Market(words.Take());
  command.instrument_id = market.id;
  if (words.TakeIf("quantity")) command.order_quantity_max = Lots(market, words.Take());
  if (words.TakeIf("notional")) {
    command.order_notional_max = Amount(Decimal(words.Take(), market.quote_scale));
  }
  if (words.TakeIf("position")) command.position_max = Lots(market, words.Take());
  if (words.TakeIf("exposure")) {
    command.exposure_max = Amount(Decimal(words.Take(), market.quote_scale));
  }
  return command;
}

Command ScenarioParser::ToSettings(Words& words) {
  SetAccountSettings command;
  command.account_id = names_.Account(words.Take());
  while (!words.empty()) {
    const std::string word = words.Take();
    if (word == "tier") {
      command.fee_tier = Count(words.Take());
    } else if (word == "group") {
      command.trade_group = static_cast<uint64_t>(Integer(words.Take()));
    } else if (word == "open-orders") {
      command.open_orders_max = Count(words.Take());
    } else if (word == "rate") {
      command.order_rate_max = Count(words.Take());
      command.order_rate_window_ns = Duration(words.Take());
    } else if (word == "duplicates") {
      command.duplicate_window_ns = Duration(words.Take());
    } else {
      Wrong(absl::StrCat("what is '", word, "' of an account?"));
    }
  }
  return command;
}

Command ScenarioParser::ToTradingState(Words& words) {
  SetTradingState command;
  command.account_id = names_.Account(words.Take());
  const std::string state = words.Take();
  if (state == "active") {
    command.state = TradingState::kActive;
  } else if (state == "reducing") {
    command.state = TradingState::kReducing;
  } else if (state == "halted") {
    command.state = TradingState::kHalted;
  } else {
    command.state = static_cast<TradingState>(Integer(state));
  }
  return command;
}

Command ScenarioParser::ToOutside(const std::string& verb, Words& words) {
  const AccountId account_id = names_.Account(words.Take());
  const AssetId asset_id = names_.AssetOf(words.Take());
  const Amount amount(Decimal(words.Take(), names_.ScaleOf(asset_id)));
  const CallerId id =
      Id(words.TakeIf("as") ? words.Take() : absl::StrCat("transfer", ++transfers_));
  if (verb == "deposit") return Deposit{id, account_id, asset_id, amount};
  return Withdraw{id, account_id, asset_id, amount};
}

Command ScenarioParser::ToMassCancel(Words& words) {
  MassCancel command;
  if (words.TakeIf("of")) command.account_id = names_.Account(words.Take());
  if (words.TakeIf("on")) command.instrument_id = names_.Market(words.Take()).id;
  if (words.TakeIf("buy")) command.side = static_cast<uint8_t>(Side::kBuy);
  if (words.TakeIf("sell")) command.side = static_cast<uint8_t>(Side::kSell);
  if (words.TakeIf("side")) command.side = static_cast<uint8_t>(Integer(words.Take()));
  if (words.TakeIf("tag")) command.tag = Id(words.Take());
  if (words.TakeIf("session")) {
    const std::string session = words.Take();
    command.session = session == "any" ? kAnySession : Count(session);
  }
  if (words.TakeIf("reason")) {
    const std::string reason = words.Take();
    command.reason = reason == "disconnected" ? CancelReason::kDisconnected
                                              : static_cast<CancelReason>(Integer(reason));
  }
  return command;
}

Command ScenarioParser::ToDeadMan(Words& words) {
  const AccountId account_id = names_.Account(words.Take());
  const std::string timeout = words.Take();
  return CancelAllAfter{account_id, timeout == "off" ? 0 : Duration(timeout)};
}

// --- Words ---

CallerId ScenarioParser::Id(const std::string& text) {
  const auto id = CallerId::Parse(text);
  if (!id.ok()) Wrong(absl::StrCat("bad id: ", text));
  return id.value_or(CallerId());
}

int64_t ScenarioParser::Decimal(const std::string& text, uint32_t scale) {
  int64_t number = 0;
  if (text.empty() || !ScenarioNames::ParseNumber(text, scale, 1, &number)) {
    Wrong(absl::StrCat("bad number: '", text, "'"));
  }
  return number;
}

Quantity ScenarioParser::Lots(const ScenarioMarket& market, const std::string& text) {
  Quantity lots;
  if (!names_.ParseQuantity(market, text, &lots)) Wrong(absl::StrCat("bad size: ", text));
  return lots;
}

Price ScenarioParser::Ticks(const ScenarioMarket& market, const std::string& text) {
  Price price;
  if (!names_.ParsePrice(market, text, &price)) Wrong(absl::StrCat("bad price: ", text));
  return price;
}

Timestamp ScenarioParser::Time(const std::string& text) {
  Timestamp time;
  if (!ScenarioNames::ParseTime(text, now_, &time)) Wrong(absl::StrCat("bad time: ", text));
  return time;
}

int64_t ScenarioParser::Duration(const std::string& text) {
  int64_t nanoseconds = 0;
  if (!ScenarioNames::ParseDuration(text, &nanoseconds)) {
    Wrong(absl::StrCat("bad duration: ", text));
  }
  return nanoseconds;
}

int32_t ScenarioParser::Percent(std::string text) {
  if (!text.empty() && text.back() == '%') text.pop_back();
  return static_cast<int32_t>(Decimal(text, 4));
}

SelfTrade ScenarioParser::ToMode(const std::string& word) {
  if (word == "default") return SelfTrade::kDefault;
  if (word == "allow") return SelfTrade::kAllow;
  if (word == "expire-taker") return SelfTrade::kExpireTaker;
  if (word == "expire-maker") return SelfTrade::kExpireMaker;
  if (word == "expire-both") return SelfTrade::kExpireBoth;
  if (word == "decrement") return SelfTrade::kDecrement;
  return static_cast<SelfTrade>(Integer(word));
}

InstrumentState ScenarioParser::ToStateWord(const std::string& word) {
  if (word == "trading") return InstrumentState::kTrading;
  if (word == "halted") return InstrumentState::kHalted;
  if (word == "cancel-only") return InstrumentState::kCancelOnly;
  if (word == "post-only") return InstrumentState::kPostOnly;
  if (word == "auction") return InstrumentState::kAuction;
  if (word == "closed") return InstrumentState::kClosed;
  return static_cast<InstrumentState>(Integer(word));
}

}  // namespace rialto::engine
