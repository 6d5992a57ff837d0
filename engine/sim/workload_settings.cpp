// Random transfers, definitions, states and settings of the workload.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/core/limits.h"
#include "engine/core/rule_set.h"
#include "engine/sim/workload.h"

namespace rialto::engine {
namespace {

constexpr uint64_t kAccountsMax = 12;
constexpr size_t kMarketsMax = 9;

}  // namespace

Command Workload::RandomTransfer() {
  if (random_.OneIn(2)) return RandomTransfers();
  const RandomMarket& market = random_.Pick(markets_);
  const bool is_base = random_.OneIn(2);
  AssetId asset_id = is_base ? market.definition.base : market.definition.quote;
  const Wide typical = is_base ? Wide{market.quantity_typical} * market.definition.lot_size_units
                               : Wide{market.notional_typical};
  Amount amount(random_.Between(1, ToInt64(std::min<Wide>(typical * 10, kAmountMax / 20))));
  if (random_.OneIn(30)) amount = Amount(StrangeNumber());
  if (random_.OneIn(100)) asset_id = AssetId(static_cast<uint32_t>(random_.Below(9)));
  // More comes in than goes out, or the poor would soon only hear INSUFFICIENT_FUNDS.
  Command command = Deposit{NewId('t'), RandomAccount(), asset_id, amount};
  if (random_.OneIn(3)) command = Withdraw{NewId('t'), RandomAccount(), asset_id, amount};
  Remember(past_keyed_, command);
  return command;
}

// --- Definitions ---

Command Workload::RandomDefinition() {
  const uint64_t dice = random_.Below(10);
  if (dice == 0) {
    return CreateAsset{
        MakeId(absl::StrCat("A", random_.Between(1, 7))),
        static_cast<uint32_t>(random_.OneIn(2) ? random_.Between(0, 12) : random_.Between(13, 99))};
  }
  if (dice == 1) {
    const auto most = std::min<int64_t>(static_cast<int64_t>(accounts_) + 1, kAccountsMax);
    return OpenAccount{MakeId(absl::StrCat("U", random_.Between(1, most)))};
  }
  if (dice < 4) return random_.Pick(past_definitions_);
  CreateInstrument d = random_.Pick(markets_).definition;
  if (random_.OneIn(2)) d.symbol = NewId('n');
  switch (random_.Below(4)) {
    case 0:
      d.base = AssetId(static_cast<uint32_t>(random_.Below(9)));
      break;
    case 1:
      d.quote = AssetId(static_cast<uint32_t>(random_.Below(9)));
      break;
    case 2:
      d.quote = d.base;
      break;
    default:
      MakeStrange(d);
      break;
  }
  // A full set of instruments only hears refusals and repeats.
  if (markets_.size() >= kMarketsMax) d.symbol = markets_.back().definition.symbol;
  return d;
}

void Workload::MakeStrange(CreateInstrument& d) {
  const auto small = [&] { return static_cast<uint32_t>(StrangeNumber()); };
  const uint64_t dice = random_.Below(21);
  if (dice == 0) d.tick_size_e12 = StrangeNumber();
  if (dice == 1) d.lot_size_units = StrangeNumber();
  if (dice == 2) d.quantity_min = Quantity(StrangeNumber());
  if (dice == 3) d.quantity_max = Quantity(StrangeNumber());
  if (dice == 4) d.notional_min = Amount(StrangeNumber());
  if (dice == 5) d.notional_max = Amount(StrangeNumber());
  if (dice == 6) d.maker_fee_ppm = random_.OneIn(2) ? 100'001 : -100'001;
  if (dice == 7) d.taker_fee_ppm = small();
  if (dice == 8) d.notional_max = d.notional_min;
  if (dice == 9) d.price_min = Price(StrangeNumber());
  if (dice == 10) d.price_max = Price(StrangeNumber());
  if (dice == 11) d.market_collar_ppm = small();
  if (dice == 12) d.limit_collar_ppm = small();
  if (dice == 13) d.price_band_ppm = small();
  if (dice == 14) d.volatility_ppm = small();
  if (dice == 15) d.volatility_window_ns = StrangeNumber();
  if (dice == 16) d.volatility_auction_ns = StrangeNumber();
  if (dice == 17) d.iceberg_parts_max = small();
  if (dice == 18) d.self_trade_default = static_cast<SelfTrade>(random_.Below(8));
  if (dice == 19) d.self_trade_modes = static_cast<uint8_t>(random_.Next());
  if (dice == 20)
    d.open_orders_max = d.pending_orders_max = static_cast<uint32_t>(random_.Below(9));
}

Command Workload::RandomChange() {
  const InstrumentId id = RandomInstrument();
  RandomMarket market = MarketOf(id);
  SetRandomRules(market);
  if (random_.OneIn(5)) MakeStrange(market.definition);
  if (random_.OneIn(20)) market.definition.symbol = NewId('n');
  if (random_.OneIn(20)) std::swap(market.definition.base, market.definition.quote);
  return SetInstrument{id, market.definition};
}

// --- States ---

Command Workload::RandomState() {
  SetInstrumentState command;
  command.instrument_id = RandomInstrument();
  const bool is_trading = MarketOf(command.instrument_id).state == InstrumentState::kTrading;
  if (is_trading ? random_.OneIn(4) : random_.OneIn(3)) {
    command.state = static_cast<InstrumentState>(random_.Between(2, 6));
    if (random_.OneIn(2)) command.state = InstrumentState::kAuction;
  }
  if (command.state == InstrumentState::kAuction && random_.OneIn(2)) {
    command.auction_end = Timestamp(now_ns_ + RandomDuration());
  }
  if (random_.OneIn(40)) command.state = static_cast<InstrumentState>(random_.Below(8));
  if (random_.OneIn(40)) command.auction_end = Timestamp(now_ns_ + random_.Between(-1, 1));
  if (random_.OneIn(100)) command.auction_end = Timestamp(StrangeNumber());
  return command;
}

Command Workload::RandomSchedule() {
  SetSchedule command;
  command.instrument_id = RandomInstrument();
  command.calendar = std::string(random_.Below(8), 'c');
  int64_t at_ns = now_ns_;
  const uint64_t count = random_.Below(6);
  for (uint64_t i = 0; i < count; ++i) {
    at_ns += RandomDuration();
    if (random_.OneIn(60)) at_ns = now_ns_;
    auto state = static_cast<InstrumentState>(random_.Between(1, 6));
    if (random_.OneIn(3)) state = InstrumentState::kTrading;
    if (random_.OneIn(60)) state = static_cast<InstrumentState>(random_.Below(8));
    command.transitions.push_back({Timestamp(at_ns), state});
  }
  // Mostly a day that ends well.
  if (!command.transitions.empty() && !random_.OneIn(4)) {
    command.transitions.back().state = InstrumentState::kTrading;
  }
  if (random_.OneIn(40)) command.calendar.resize(limits::kCalendarBytesMax + 1, 'c');
  if (random_.OneIn(60)) {
    command.transitions.assign(limits::kTransitionsMax + random_.Below(2), {});
    for (Transition& transition : command.transitions) transition.at = Timestamp(at_ns += 90'000);
  }
  return command;
}

Command Workload::RandomMarkPrice() {
  SetMarkPrice command;
  command.instrument_id = RandomInstrument();
  command.price = Price(RandomPrice(MarketOf(command.instrument_id)));
  if (random_.OneIn(4)) command.price = Price(0);
  if (random_.OneIn(20)) command.price = Price(StrangeNumber());
  return command;
}

Command Workload::RandomTradingState() {
  SetTradingState command{AccountId(0), TradingState::kActive};
  if (!not_active_.empty() && !random_.OneIn(4)) {
    command.account_id = random_.Pick(not_active_);
    return command;
  }
  if (!random_.OneIn(4)) command.account_id = RandomAccount();
  command.state = static_cast<TradingState>(random_.Between(2, 3));
  if (random_.OneIn(20)) command.state = static_cast<TradingState>(random_.Below(5));
  return command;
}

// Not soon the newest, so that the older ones see something, too.
Command Workload::RandomRuleSet() {
  if (!random_.OneIn(20)) return Tick{};
  return ActivateRuleSet{rules::kFirst - 1 +
                         static_cast<uint32_t>(random_.Below(rules::kNewest - rules::kFirst + 3))};
}

// --- Settings ---

Command Workload::RandomFees() {
  SetFeeTier command;
  command.instrument_id = RandomInstrument();
  command.tier = static_cast<uint32_t>(random_.Between(1, 3));
  command.maker_fee_ppm = static_cast<int32_t>(random_.Between(-3'000, 3'000));
  command.taker_fee_ppm = static_cast<uint32_t>(random_.Below(4'000));
  if (random_.OneIn(10)) command.tier = static_cast<uint32_t>(random_.Below(103));
  if (random_.OneIn(10)) command.maker_fee_ppm = random_.OneIn(2) ? 100'001 : -100'001;
  if (random_.OneIn(10)) command.maker_fee_ppm = random_.OneIn(2) ? 100'000 : -100'000;
  if (random_.OneIn(10)) command.taker_fee_ppm = 100'000 + static_cast<uint32_t>(random_.Below(2));
  return command;
}

Command Workload::RandomLimits() {
  SetAccountLimits command;
  command.account_id = RandomAccount();
  command.instrument_id = RandomInstrument();
  const RandomMarket& market = MarketOf(command.instrument_id);
  const int64_t notional_max = ToInt64(Wide{market.notional_typical} * 8);
  if (random_.OneIn(4)) {
    command.order_quantity_max = Quantity(random_.Between(1, market.quantity_typical * 8));
  }
  if (random_.OneIn(4)) command.order_notional_max = Amount(random_.Between(1, notional_max));
  if (random_.OneIn(4)) {
    command.position_max = Quantity(random_.Between(1, market.quantity_typical * 100));
  }
  if (random_.OneIn(4)) command.exposure_max = Amount(random_.Between(1, notional_max));
  if (random_.OneIn(20)) command.order_quantity_max = Quantity(StrangeNumber());
  if (random_.OneIn(20)) command.order_notional_max = Amount(StrangeNumber());
  if (random_.OneIn(20)) command.position_max = Quantity(StrangeNumber());
  if (random_.OneIn(20)) command.exposure_max = Amount(StrangeNumber());
  return command;
}

Command Workload::RandomSettings() {
  SetAccountSettings command;
  command.account_id = RandomAccount();
  command.fee_tier = static_cast<uint32_t>(random_.Below(4));
  command.trade_group = random_.Below(3);
  if (random_.OneIn(4)) command.open_orders_max = static_cast<uint32_t>(random_.Between(1, 20));
  if (random_.OneIn(4)) {
    command.order_rate_max = static_cast<uint32_t>(random_.Between(1, 8));
    command.order_rate_window_ns = RandomDuration();
  }
  if (random_.OneIn(3)) command.duplicate_window_ns = RandomDuration();
  if (random_.OneIn(20)) command.fee_tier = 100 + static_cast<uint32_t>(random_.Below(2));
  if (random_.OneIn(20)) command.order_rate_max = static_cast<uint32_t>(random_.Below(2));
  if (random_.OneIn(20)) command.order_rate_window_ns = StrangeNumber();
  if (random_.OneIn(20)) command.duplicate_window_ns = StrangeNumber();
  return command;
}

}  // namespace rialto::engine
