#include "engine/sim/scenario_parser.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace rialto::engine {

std::string ScenarioParser::TakeProblem() { return std::exchange(problem_, std::string()); }

CallerId ScenarioParser::Id(const std::string& text) {
  const auto id = CallerId::Parse(text);
  if (!id.ok()) problem_ = absl::StrCat("bad id: ", text);
  return id.value_or(CallerId());
}

int64_t ScenarioParser::Decimal(const std::string& text, uint32_t scale) {
  int64_t number = 0;
  if (!ScenarioNames::ParseNumber(text, scale, 1, &number)) {
    problem_ = absl::StrCat("bad number: ", text);
  }
  return number;
}

Quantity ScenarioParser::Lots(const ScenarioMarket& market, const std::string& text) {
  Quantity lots;
  if (!names_.ParseQuantity(market, text, &lots)) problem_ = absl::StrCat("bad size: ", text);
  return lots;
}

uint32_t ScenarioParser::Percent(std::string text) {
  if (!text.empty() && text.back() == '%') text.pop_back();
  return static_cast<uint32_t>(Decimal(text, 4));
}

std::optional<Command> ScenarioParser::Parse(const std::string& verb, Words& words) {
  if (verb == "asset") return ToAsset(words);
  if (verb == "instrument") return ToInstrument(words);
  if (verb == "open") return OpenAccount{Id(words.Take())};
  if (verb == "limits") return ToLimits(words);
  if (verb == "deposit" || verb == "withdraw") return ToTransfer(verb, words);
  if (verb == "place") return ToPlace(words);
  if (verb == "cancel") return CancelOrder{ToReference(words)};
  if (verb == "amend") return ToAmend(words);
  return std::nullopt;
}

Command ScenarioParser::ToAsset(Words& words) {
  const CallerId symbol = Id(words.Take());
  return CreateAsset{symbol, static_cast<uint32_t>(Decimal(words.Take(), 0))};
}

Command ScenarioParser::ToInstrument(Words& words) {
  CreateInstrument d;
  const std::string symbol = words.Take();
  d.symbol = Id(symbol);
  const size_t dash = symbol.find('-');
  d.base = names_.AssetOf(symbol.substr(0, dash));
  d.quote = names_.AssetOf(symbol.substr(dash + 1));
  d.quantity_min = Quantity(1);
  d.quantity_max = Quantity(1'000'000);
  while (!words.empty()) {
    const std::string word = words.Take();
    if (word == "base") d.base = names_.AssetOf(words.Take());
    if (word == "quote") d.quote = names_.AssetOf(words.Take());
    const ScenarioMarket market{InstrumentId(), d, names_.ScaleOf(d.base), names_.ScaleOf(d.quote)};
    if (word == "tick") d.tick_size_e12 = Decimal(words.Take(), 12);
    if (word == "lot") d.lot_size_units = Decimal(words.Take(), market.base_scale);
    if (word == "min") d.quantity_min = Lots(market, words.Take());
    if (word == "max") d.quantity_max = Lots(market, words.Take());
    if (word == "notional") {
      d.notional_min = Amount(Decimal(words.Take(), market.quote_scale));
      d.notional_max = Amount(Decimal(words.Take(), market.quote_scale));
    }
    if (word == "fees") {
      d.maker_fee_ppm = Percent(words.Take());
      d.taker_fee_ppm = Percent(words.Take());
    }
  }
  return d;
}

Command ScenarioParser::ToLimits(Words& words) {
  SetAccountLimits command;
  command.account_id = names_.Account(words.Take());
  const ScenarioMarket market = names_.Market(words.Take());
  command.instrument_id = market.id;
  if (words.TakeIf("quantity")) command.order_quantity_max = Lots(market, words.Take());
  if (words.TakeIf("notional")) {
    command.order_notional_max = Amount(Decimal(words.Take(), market.quote_scale));
  }
  return command;
}

Command ScenarioParser::ToTransfer(const std::string& verb, Words& words) {
  const AccountId account_id = names_.Account(words.Take());
  const AssetId asset_id = names_.AssetOf(words.Take());
  const Amount amount(Decimal(words.Take(), names_.ScaleOf(asset_id)));
  const CallerId id =
      Id(words.TakeIf("as") ? words.Take() : absl::StrCat("transfer", ++transfers_));
  if (verb == "deposit") return Deposit{id, account_id, asset_id, amount};
  return Withdraw{id, account_id, asset_id, amount};
}

std::optional<Command> ScenarioParser::ToPlace(Words& words) {
  PlaceOrder order;
  order.account_id = names_.Account(words.Take());
  order.client_order_id = Id(words.Take());
  const ScenarioMarket market = names_.Market(words.Take());
  order.instrument_id = market.id;
  const std::string side = words.Take();
  if (side != "buy" && side != "sell") return std::nullopt;
  order.side = side == "buy" ? Side::kBuy : Side::kSell;
  while (!words.empty()) {
    const std::string word = words.Take();
    if (word == "@") {
      if (!names_.ParsePrice(market, words.Take(), &order.price)) problem_ = "bad price";
    } else if (word == "for") {
      order.quote_amount = Amount(Decimal(words.Take(), market.quote_scale));
    } else if (word[0] == '-' || (word[0] >= '0' && word[0] <= '9')) {
      order.quantity = Lots(market, word);
    } else {
      ApplyWord(word, order);
    }
  }
  return order;
}

// A word without a number. A market order is IOC unless a later word says otherwise.
void ScenarioParser::ApplyWord(const std::string& word, PlaceOrder& order) {
  if (word == "market") {
    order.type = OrderType::kMarket;
    order.time_in_force = TimeInForce::kImmediateOrCancel;
  } else if (word == "gtc") {
    order.time_in_force = TimeInForce::kGoodTillCanceled;
  } else if (word == "ioc") {
    order.time_in_force = TimeInForce::kImmediateOrCancel;
  } else if (word == "fok") {
    order.time_in_force = TimeInForce::kFillOrKill;
  } else if (word == "post-only") {
    order.post_only = PostOnly::kYes;
  } else if (word == "strange-side") {
    order.side = static_cast<Side>(3);
  } else if (word == "strange-type") {
    order.type = static_cast<OrderType>(0);
  } else if (word == "strange-tif") {
    order.time_in_force = static_cast<TimeInForce>(4);
  } else if (word == "strange-post-only") {
    order.post_only = static_cast<PostOnly>(2);
  } else {
    problem_ = absl::StrCat("what is '", word, "'?");
  }
}

OrderReference ScenarioParser::ToReference(Words& words) {
  const AccountId account_id = names_.Account(words.Take());
  const std::string id = words.Take();
  if (id.substr(0, 1) == "#") return {account_id, names_.Order(id.substr(1)), CallerId()};
  return {account_id, OrderId(0), Id(id)};
}

Command ScenarioParser::ToAmend(Words& words) {
  const OrderReference reference = ToReference(words);
  OrderId id = reference.order_id;
  if (id == OrderId(0)) id = names_.Order(reference.client_order_id.ToString());
  if (!words.TakeIf("to")) problem_ = "amend ... to QUANTITY";
  return AmendOrder{reference, Lots(names_.MarketOf(id), words.Take())};
}

}  // namespace rialto::engine
