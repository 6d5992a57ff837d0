#include "engine/sim/workload.h"

#include <algorithm>
#include <array>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "engine/core/accounts.h"
#include "engine/core/limits.h"

namespace rialto::engine {
namespace {

constexpr size_t kPastMax = 200;
constexpr uint64_t kAccountsMax = 12;
constexpr size_t kMarketsMax = 9;

}  // namespace

Workload::Workload(uint64_t seed)
    : random_(seed), open_orders_max_(static_cast<size_t>(random_.Between(20, 120))) {
  PrepareOpening();
}

// --- The mix ---

Command Workload::Next() {
  if (opening_index_ < opening_.size()) return opening_[opening_index_++];
  if (!follow_ups_.empty()) {
    Command command = follow_ups_.front();
    follow_ups_.pop_front();
    return command;
  }
  if (open_.size() > open_orders_max_ && random_.OneIn(2)) return RandomCancel();
  const uint64_t dice = random_.Below(1000);
  if (dice < 680) return RandomOrder();
  if (dice < 770) return RandomCancel();
  if (dice < 830) return RandomAmend();
  if (dice < 930) return RandomTransfer();
  if (dice < 975) return RandomRepeat();
  if (dice < 988) return RandomDefinition();
  return RandomLimits();
}

Command Workload::RandomOrder() {
  PlaceOrder order;
  order.account_id = RandomAccount();
  order.client_order_id = random_.OneIn(5000) ? CallerId() : NewId('o');
  order.instrument_id = RandomInstrument();
  const size_t index = std::clamp<size_t>(order.instrument_id.value(), 1, markets_.size()) - 1;
  const RandomMarket& market = markets_[index];
  order.side = random_.OneIn(2) ? Side::kBuy : Side::kSell;
  order.quantity = Quantity(random_.Between(1, market.quantity_typical * 2));
  if (random_.OneIn(20)) order.quantity = market.definition.quantity_max;
  if (random_.OneIn(20)) order.quantity = market.definition.quantity_min;
  if (random_.OneIn(4)) {
    order.type = OrderType::kMarket;
    order.time_in_force =
        random_.OneIn(3) ? TimeInForce::kFillOrKill : TimeInForce::kImmediateOrCancel;
    if (random_.OneIn(2)) {
      order.quantity = Quantity(0);
      order.quote_amount =
          Amount(random_.OneIn(8) ? market.definition.notional_min.value()
                                  : random_.Between(1, market.notional_typical * 3));
    }
  } else {
    const int64_t spread = market.price_spread;
    const int64_t low = std::max<int64_t>(1, market.price_center - spread);
    order.price = Price(random_.Between(low, market.price_center + spread));
    const uint64_t dice = random_.Below(10);
    if (dice == 0) order.time_in_force = TimeInForce::kFillOrKill;
    if (dice == 1 || dice == 2) order.time_in_force = TimeInForce::kImmediateOrCancel;
    if (dice == 3 || dice == 4) order.post_only = PostOnly::kYes;
    if (random_.OneIn(30)) order.price = random_.OneIn(2) ? Price(1) : limits::kPriceMax;
  }
  if (random_.OneIn(30)) MakeStrange(order);
  Remember(past_keyed_, order);
  last_order_ = order;
  return order;
}

void Workload::MakeStrange(PlaceOrder& order) {
  switch (random_.Below(9)) {
    case 0:
      order.side = static_cast<Side>(random_.Below(4));
      break;
    case 1:
      order.type = static_cast<OrderType>(random_.Below(4));
      break;
    case 2:
      order.time_in_force = static_cast<TimeInForce>(random_.Below(5));
      break;
    case 3:
      order.post_only = static_cast<PostOnly>(random_.Below(3));
      break;
    case 4:
      order.price = Price(StrangeNumber());
      break;
    case 5:
      order.quantity = Quantity(StrangeNumber());
      break;
    case 6:
      order.quote_amount = Amount(StrangeNumber());
      break;
    case 7:
      order.quantity = Quantity(0);
      order.quote_amount = Amount(StrangeNumber());
      break;
    default:
      order.price = limits::kPriceMax;
      order.quantity = limits::kLotsMax;
      break;
  }
}

Command Workload::RandomTransfer() {
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

OrderReference Workload::RandomReference(const OpenOrder& order) {
  OrderReference reference{order.account_id, order.order_id, order.client_order_id};
  const uint64_t dice = random_.Below(20);
  if (dice < 9) reference.order_id = OrderId(0);
  if (dice >= 9 && dice < 18) reference.client_order_id = CallerId();
  if (random_.OneIn(30)) reference.account_id = RandomAccount();
  if (random_.OneIn(50)) reference.order_id = OrderId(random_.Below(100'000));
  return reference;
}

Command Workload::RandomCancel() {
  if (!closed_.empty() && (open_.empty() || random_.OneIn(15))) {
    return CancelOrder{RandomReference(random_.Pick(closed_))};
  }
  if (open_.empty()) return RandomTransfer();
  return CancelOrder{RandomReference(random_.Pick(open_))};
}

Command Workload::RandomAmend() {
  if (open_.empty()) return RandomTransfer();
  const OpenOrder& order = random_.Pick(open_);
  const OrderReference reference = RandomReference(order);
  int64_t quantity = random_.Between(1, order.quantity);
  const int64_t executed = order.quantity - order.remaining;
  switch (random_.Below(12)) {
    case 0:
      quantity = order.quantity;
      break;
    case 1:
      quantity = order.quantity + random_.Between(1, 3);
      break;
    case 2:
      quantity = executed;
      break;
    case 3:
      quantity = executed + 1;
      break;
    case 4:
      quantity = StrangeNumber();
      break;
    default:
      break;
  }
  return AmendOrder{reference, Quantity(quantity)};
}

Command Workload::RandomRepeat() {
  if (past_keyed_.empty()) return RandomTransfer();
  Command command = random_.Pick(past_keyed_);
  if (!random_.OneIn(3)) return command;
  // Other content under the same key.
  if (auto* order = std::get_if<PlaceOrder>(&command)) {
    MakeStrange(*order);
  } else if (auto* deposit = std::get_if<Deposit>(&command)) {
    if (random_.OneIn(2)) {
      deposit->amount = Amount(StrangeNumber());
    } else {
      command = Withdraw{deposit->transaction_id, deposit->account_id, deposit->asset_id,
                         deposit->amount};
    }
  } else if (auto* withdraw = std::get_if<Withdraw>(&command)) {
    withdraw->account_id = RandomAccount();
  }
  return command;
}

Command Workload::RandomDefinition() {
  const uint64_t dice = random_.Below(10);
  if (dice == 0) {
    return CreateAsset{
        MakeId(absl::StrCat("A", random_.Between(1, 7))),
        static_cast<uint32_t>(random_.OneIn(2) ? random_.Below(13) : random_.Between(13, 99))};
  }
  if (dice == 1) {
    const auto most = std::min<int64_t>(static_cast<int64_t>(accounts_) + 1, kAccountsMax);
    return OpenAccount{MakeId(absl::StrCat("U", random_.Between(1, most)))};
  }
  if (dice < 4) return random_.Pick(past_definitions_);
  CreateInstrument d = random_.Pick(markets_).definition;
  if (random_.OneIn(2)) d.symbol = NewId('n');
  switch (random_.Below(12)) {
    case 0:
      d.base = AssetId(static_cast<uint32_t>(random_.Below(9)));
      break;
    case 1:
      d.quote = AssetId(static_cast<uint32_t>(random_.Below(9)));
      break;
    case 2:
      d.tick_size_e12 = StrangeNumber();
      break;
    case 3:
      d.lot_size_units = StrangeNumber();
      break;
    case 4:
      d.quantity_min = Quantity(StrangeNumber());
      break;
    case 5:
      d.quantity_max = Quantity(StrangeNumber());
      break;
    case 6:
      d.notional_min = Amount(StrangeNumber());
      break;
    case 7:
      d.notional_max = Amount(StrangeNumber());
      break;
    case 8:
      d.maker_fee_ppm = random_.OneIn(2) ? 100'001 : 100'000;
      break;
    case 9:
      d.taker_fee_ppm = static_cast<uint32_t>(random_.Next());
      break;
    case 10:
      d.quote = d.base;
      break;
    default:
      d.notional_max = d.notional_min;
      break;
  }
  // A full set of instruments only hears refusals and repeats.
  if (markets_.size() >= kMarketsMax) d.symbol = markets_.back().definition.symbol;
  return d;
}

Command Workload::RandomLimits() {
  SetAccountLimits command{RandomAccount(), RandomInstrument(), Quantity(0), Amount(0)};
  const size_t index = std::clamp<size_t>(command.instrument_id.value(), 1, markets_.size()) - 1;
  const RandomMarket& market = markets_[index];
  if (random_.OneIn(3)) {
    command.order_quantity_max = Quantity(random_.Between(1, market.quantity_typical * 8));
  }
  if (random_.OneIn(3)) {
    command.order_notional_max =
        Amount(random_.Between(1, ToInt64(Wide{market.notional_typical} * 8)));
  }
  if (random_.OneIn(20)) command.order_quantity_max = Quantity(StrangeNumber());
  if (random_.OneIn(20)) command.order_notional_max = Amount(StrangeNumber());
  return command;
}

// --- Numbers and names ---

AccountId Workload::RandomAccount() {
  if (random_.OneIn(200)) return AccountId(random_.Below(7));
  if (random_.OneIn(200)) return AccountId(random_.Next());
  return AccountId(kFirstUserAccount.value() + random_.Below(std::max<uint64_t>(1, accounts_)));
}

InstrumentId Workload::RandomInstrument() {
  if (random_.OneIn(200)) return InstrumentId(static_cast<uint32_t>(random_.Below(40)));
  // The first two see most of the trading.
  const uint64_t count = random_.OneIn(3) ? markets_.size() : 2;
  return InstrumentId(static_cast<uint32_t>(1 + random_.Below(count)));
}

int64_t Workload::StrangeNumber() {
  static constexpr std::array<int64_t, 12> kEdges = {0,
                                                     1,
                                                     -1,
                                                     INT64_MAX,
                                                     INT64_MIN,
                                                     INT64_MAX - 1,
                                                     INT64_MIN + 1,
                                                     2,
                                                     1'000'000'000'000,
                                                     1'000'000'000'001,
                                                     1'000'000'000'000'000,
                                                     1'000'000'000'000'001};
  if (random_.OneIn(2)) return random_.Pick(kEdges);
  // Of any size: as many bits as the dice say.
  return static_cast<int64_t>(random_.Next() >> random_.Between(1, 62));
}

CallerId Workload::MakeId(const std::string& text) {
  const auto id = CallerId::Parse(text);
  CHECK_OK(id);
  return *id;
}

int64_t Workload::ToInt64(Wide value) {
  return static_cast<int64_t>(std::clamp<Wide>(value, 1, kAmountMax));
}

CallerId Workload::NewId(char kind) {
  return MakeId(absl::StrCat(std::string(1, kind), next_id_++));
}

void Workload::Remember(std::vector<Command>& past, const Command& command) {
  if (past.size() < kPastMax) {
    past.push_back(command);
  } else {
    past[static_cast<size_t>(random_.Below(kPastMax))] = command;
  }
}

}  // namespace rialto::engine
