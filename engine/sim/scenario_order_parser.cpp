// The words of a row about orders; see scenario.h for the language.
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/sim/scenario_parser.h"

namespace rialto::engine {

std::optional<Command> ScenarioParser::ParseOrder(const std::string& verb, Words& words) {
  if (verb == "place") return ToPlace(words);
  if (verb == "oco") return ToList(ListKind::kOneCancelsOther, words);
  if (verb == "oto") return ToList(ListKind::kOneTriggersOther, words);
  if (verb == "bracket") return ToList(ListKind::kBracket, words);
  if (verb == "strange-list") return ToList(static_cast<ListKind>(4), words);
  if (verb == "cancel") return ToCancel(words);
  if (verb == "amend") return ToAmend(words);
  if (verb == "replace") return ToReplace(words);
  return std::nullopt;
}

Command ScenarioParser::ToPlace(Words& words) {
  PlaceOrder order;
  order.account_id = names_.Account(words.Take());
  order.client_order_id = Id(words.Take());
  order.instrument_id = names_.Market(words.Take()).id;
  return TakeOrder(order, words);
}

// All orders have the account and instrument of the list unless a raw field says otherwise.
Command ScenarioParser::ToList(ListKind kind, Words& words) {
  PlaceOrder common;
  common.account_id = names_.Account(words.Take());
  common.instrument_id = names_.Market(words.Take()).id;
  PlaceOrderList list{kind, {}};
  while (!words.empty()) {
    common.client_order_id = Id(words.Take());
    list.orders.push_back(TakeOrder(common, words));
  }
  return list;
}

// From the side to the end of the row, or of the order in a list.
PlaceOrder ScenarioParser::TakeOrder(PlaceOrder order, Words& words) {
  const std::string side = words.Take();
  if (side != "buy" && side != "sell") Wrong(absl::StrCat("buy or sell, not '", side, "'"));
  order.side = side == "buy" ? Side::kBuy : Side::kSell;
  has_price_ = false;
  while (!words.empty() && !words.TakeIf("|")) {
    const std::string word = words.Take();
    if (!TakeNumberWord(word, words, order) && !TakeTriggerWord(word, words, order) &&
        !TakePlainWord(word, order) && !TakeField(word, order)) {
      Wrong(absl::StrCat("what is '", word, "'?"));
    }
  }
  if (has_price_ && order.type == OrderType::kStop) order.type = OrderType::kStopLimit;
  if (has_price_ && order.type == OrderType::kTakeProfit) order.type = OrderType::kTakeProfitLimit;
  return order;
}

bool ScenarioParser::TakeNumberWord(const std::string& word, Words& words, PlaceOrder& order) {
  const ScenarioMarket market = names_.Market(order.instrument_id);
  if (word == "@") {
    has_price_ = true;
    order.price = Ticks(market, words.Take());
  } else if (word == "for") {
    order.quote_amount = Amount(Decimal(words.Take(), market.quote_scale));
  } else if (word == "show") {
    order.terms.display_quantity = Lots(market, words.Take());
  } else if (word == "gtd") {
    order.time_in_force = TimeInForce::kGoodTillDate;
    order.terms.expire_time = Time(words.Take());
  } else if (word == "by") {
    order.terms.not_after = Time(words.Take());
  } else if (word == "tag") {
    order.terms.tag = Id(words.Take());
  } else if (word == "session") {
    order.terms.session = Count(words.Take());
  } else if (word[0] == '-' || (word[0] >= '0' && word[0] <= '9')) {
    order.quantity = Lots(market, word);
  } else {
    return false;
  }
  return true;
}

bool ScenarioParser::TakeTriggerWord(const std::string& word, Words& words, PlaceOrder& order) {
  const ScenarioMarket market = names_.Market(order.instrument_id);
  OrderTerms& terms = order.terms;
  if (word == "stop" || word == "take") {
    order.type = word == "stop" ? OrderType::kStop : OrderType::kTakeProfit;
    terms.trigger_price = Ticks(market, words.Take());
    terms.trigger_source = ToSource(words.Take());
  } else if (word == "trail") {
    order.type = OrderType::kTrailingStop;
    const std::string distance = words.Take();
    if (!distance.empty() && distance.back() == '%') {
      terms.trail_ppm = static_cast<uint32_t>(Percent(distance));
    } else {
      terms.trail_ticks = Ticks(market, distance).value();
    }
    terms.trigger_source = ToSource(words.Take());
    if (words.TakeIf("from")) terms.trigger_price = Ticks(market, words.Take());
  } else if (word == "peg") {
    order.type = OrderType::kPegged;
    const std::string reference = words.Take();
    if (reference == "bid") {
      terms.peg = PegReference::kBestBid;
    } else if (reference == "ask") {
      terms.peg = PegReference::kBestAsk;
    } else if (reference == "mid") {
      terms.peg = PegReference::kMid;
    } else {
      Wrong(absl::StrCat("peg to what? '", reference, "'"));
    }
    const std::string offset = words.Peek();
    if (!offset.empty() && (offset[0] == '+' || offset[0] == '-')) {
      words.Take();
      terms.peg_offset_ticks = Integer(offset[0] == '+' ? offset.substr(1) : offset);
    }
  } else {
    return false;
  }
  return true;
}

TriggerSource ScenarioParser::ToSource(const std::string& word) {
  if (word == "last") return TriggerSource::kLast;
  if (word == "bid-ask") return TriggerSource::kBidAsk;
  if (word == "mid") return TriggerSource::kMid;
  if (word == "mark") return TriggerSource::kMark;
  Wrong(absl::StrCat("which price fires it? '", word, "'"));
  return TriggerSource::kNone;
}

// A word without a number. A market order is IOC unless a later word says otherwise.
bool ScenarioParser::TakePlainWord(const std::string& word, PlaceOrder& order) {
  static const std::map<std::string, TimeInForce> kTimes = {
      {"gtc", TimeInForce::kGoodTillCanceled},
      {"ioc", TimeInForce::kImmediateOrCancel},
      {"fok", TimeInForce::kFillOrKill},
      {"day", TimeInForce::kDay}};
  static const std::map<std::string, SelfTrade> kModes = {{"allow", SelfTrade::kAllow},
                                                          {"expire-taker", SelfTrade::kExpireTaker},
                                                          {"expire-maker", SelfTrade::kExpireMaker},
                                                          {"expire-both", SelfTrade::kExpireBoth},
                                                          {"decrement", SelfTrade::kDecrement}};
  const auto time = kTimes.find(word);
  const auto mode = kModes.find(word);
  if (word == "market") {
    order.type = OrderType::kMarket;
    order.time_in_force = TimeInForce::kImmediateOrCancel;
  } else if (word == "post-only") {
    order.post_only = PostOnly::kYes;
  } else if (time != kTimes.end()) {
    order.time_in_force = time->second;
  } else if (mode != kModes.end()) {
    order.self_trade = mode->second;
  } else {
    return false;
  }
  return true;
}

// field=number, in raw units: what no other word can say.
bool ScenarioParser::TakeField(const std::string& word, PlaceOrder& order) {
  const size_t equals = word.find('=');
  if (equals == std::string::npos) return false;
  const std::string field = word.substr(0, equals);
  const int64_t number = Integer(word.substr(equals + 1));
  OrderTerms& terms = order.terms;
  if (field == "account") {
    order.account_id = AccountId(static_cast<uint64_t>(number));
  } else if (field == "instrument") {
    order.instrument_id = InstrumentId(static_cast<uint32_t>(number));
  } else if (field == "side") {
    order.side = static_cast<Side>(number);
  } else if (field == "type") {
    order.type = static_cast<OrderType>(number);
  } else if (field == "tif") {
    order.time_in_force = static_cast<TimeInForce>(number);
  } else if (field == "post-only") {
    order.post_only = static_cast<PostOnly>(number);
  } else if (field == "self-trade") {
    order.self_trade = static_cast<SelfTrade>(number);
  } else if (field == "price") {
    order.price = Price(number);
  } else if (field == "quantity") {
    order.quantity = Quantity(number);
  } else if (field == "amount") {
    order.quote_amount = Amount(number);
  } else if (field == "display") {
    terms.display_quantity = Quantity(number);
  } else if (field == "source") {
    terms.trigger_source = static_cast<TriggerSource>(number);
  } else if (field == "trigger") {
    terms.trigger_price = Price(number);
  } else if (field == "trail-ppm") {
    terms.trail_ppm = static_cast<uint32_t>(number);
  } else if (field == "trail-ticks") {
    terms.trail_ticks = number;
  } else if (field == "peg") {
    terms.peg = static_cast<PegReference>(number);
  } else if (field == "offset") {
    terms.peg_offset_ticks = number;
  } else if (field == "expire") {
    terms.expire_time = Timestamp(number);
  } else if (field == "not-after") {
    terms.not_after = Timestamp(number);
  } else {
    return false;
  }
  return true;
}

OrderReference ScenarioParser::ToReference(Words& words) {
  const AccountId account_id = names_.Account(words.Take());
  const std::string id = words.Take();
  if (id.substr(0, 1) == "#") return {account_id, names_.Order(id.substr(1)), CallerId()};
  return {account_id, OrderId(0), Id(id)};
}

ScenarioMarket ScenarioParser::MarketOf(const OrderReference& reference) const {
  if (reference.order_id != OrderId(0)) return names_.MarketOf(reference.order_id);
  return names_.MarketOf(names_.Order(reference.client_order_id.ToString()));
}

Command ScenarioParser::ToCancel(Words& words) {
  CancelOrder command{ToReference(words)};
  if (!words.TakeIf("if")) return command;
  const std::string condition = words.Take();
  if (condition == "untraded") {
    command.only_if = CancelOnlyIf::kUntraded;
  } else if (condition == "traded") {
    command.only_if = CancelOnlyIf::kPartiallyTraded;
  } else {
    command.only_if = static_cast<CancelOnlyIf>(Integer(condition));
  }
  return command;
}

Command ScenarioParser::ToAmend(Words& words) {
  AmendOrder command{ToReference(words), Quantity(), Price()};
  const ScenarioMarket market = MarketOf(command.order);
  if (words.TakeIf("to")) command.quantity = Lots(market, words.Take());
  if (words.TakeIf("@")) command.price = Ticks(market, words.Take());
  return command;
}

Command ScenarioParser::ToReplace(Words& words) {
  ReplaceOrder command{ToReference(words), PlaceOrder()};
  if (!words.TakeIf("with")) Wrong("replace ... with ...");
  PlaceOrder order;
  order.account_id = command.order.account_id;
  order.client_order_id = Id(words.Take());
  order.instrument_id = names_.Market(words.Take()).id;
  command.replacement = TakeOrder(order, words);
  return command;
}

}  // namespace rialto::engine
