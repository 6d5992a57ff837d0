#include "engine/sim/naive_bytes.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "engine/sim/naive_pair.h"

namespace rialto::engine {
namespace {

// Any number will do, so these wrap.
int64_t Times(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
}
int64_t Plus(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

constexpr Timestamp kBegin{1'795'132'800'000'000'000};
constexpr int64_t kMillisecondNs = 1'000'000;

CallerId Id(const char* kind, uint64_t number) {
  const auto id = CallerId::Parse(absl::StrCat(kind, number));
  CHECK_OK(id);
  return *id;
}

// Reads commands out of bytes; zeros at the end.
class CommandReader {
 public:
  explicit CommandReader(absl::Span<const uint8_t> bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }
  Timestamp TimeAfter(Timestamp now, Timestamp due);
  Command Next(Timestamp now);

 private:
  uint8_t Byte() {
    if (bytes_.empty()) return 0;
    const uint8_t byte = bytes_[0];
    bytes_.remove_prefix(1);
    return byte;
  }
  uint8_t Below(uint8_t bound) { return static_cast<uint8_t>(Byte() % bound); }
  // Small and sensible, or after 255 any number.
  int64_t Number();
  int64_t Price() { return Byte() == 255 ? Number() : 90 + Below(21); }
  int64_t Duration() { return Times(Number(), kMillisecondNs) / 4; }
  AccountId Account() { return AccountId(1000 + Below(5)); }
  InstrumentId Instrument() { return InstrumentId(Below(4)); }
  template <typename Enum>
  Enum Value(uint8_t count) {
    const uint8_t byte = Byte();
    return static_cast<Enum>(byte == 255 ? Byte() : byte % count);
  }

  PlaceOrder Order(Timestamp now);
  void ReadTerms(PlaceOrder& order, Timestamp now);
  OrderReference Reference();
  Command Place(Timestamp now);
  Command Change(Timestamp now);
  Command Setting(Timestamp now);
  Command Transfers();
  Command Definition();

  absl::Span<const uint8_t> bytes_;
  uint64_t ids_ = 0;
};

int64_t CommandReader::Number() {
  const uint8_t byte = Byte();
  if (byte != 255) return byte;
  uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8 | Byte();
  return static_cast<int64_t>(number);
}

Timestamp CommandReader::TimeAfter(Timestamp now, Timestamp due) {
  const uint8_t byte = Byte();
  int64_t next_ns = now.value() + 1 + byte * kMillisecondNs / 8;
  // Not to where strange numbers would have orders expire: time must be able to go on.
  const bool is_near = due.value() - now.value() < 100LL * 24 * 3600 * 1'000 * kMillisecondNs;
  if (byte >= 248 && is_near) next_ns = due.value() + byte - 250;
  if (byte == 247) next_ns = now.value() + 24LL * 3600 * 1'000 * kMillisecondNs;
  return Timestamp(std::max(next_ns, now.value() + 1));
}

Command CommandReader::Next(Timestamp now) {
  const uint8_t byte = Byte();
  if (byte < 140) return Place(now);
  if (byte < 200) return Change(now);
  if (byte < 225) return Setting(now);
  if (byte < 245) return Transfers();
  return Definition();
}

// --- Orders ---

PlaceOrder CommandReader::Order(Timestamp now) {
  PlaceOrder order;
  order.account_id = Account();
  order.client_order_id = Byte() >= 250 ? Id("o", Below(20)) : Id("o", ++ids_);
  order.instrument_id = Instrument();
  order.side = Value<Side>(3);
  order.type = Value<OrderType>(9);
  order.time_in_force = Value<TimeInForce>(6);
  order.self_trade = Value<SelfTrade>(6);
  const bool is_market = order.type == OrderType::kMarket;
  if (is_market && Below(2) == 0) {
    order.quote_amount = Amount(Times(Number(), 100));
  } else {
    order.quantity = Quantity(Number());
  }
  if (!is_market) order.price = rialto::Price(Price());
  ReadTerms(order, now);
  return order;
}

void CommandReader::ReadTerms(PlaceOrder& order, Timestamp now) {
  OrderTerms& terms = order.terms;
  if (order.type == OrderType::kLimit) {
    order.post_only = Value<PostOnly>(2);
    if (Below(4) == 0) terms.display_quantity = Quantity(Number());
  } else if (order.type == OrderType::kPegged) {
    terms.peg = Value<PegReference>(4);
    terms.peg_offset_ticks = Number() - 20;
  } else if (order.type != OrderType::kMarket) {
    terms.trigger_source = Value<TriggerSource>(5);
    terms.trigger_price = rialto::Price(Price());
    const bool has_own_price =
        order.type == OrderType::kStopLimit || order.type == OrderType::kTakeProfitLimit;
    if (order.type == OrderType::kTrailingStop) {
      if (Below(2) == 0) terms.trigger_price = {};
      (Below(2) == 0) ? terms.trail_ticks = Number() : terms.trail_ppm = Byte() * 1'000U;
    } else if (!has_own_price) {
      order.price = {};
    }
  }
  if (order.time_in_force == TimeInForce::kGoodTillDate) {
    terms.expire_time = Timestamp(Plus(now.value(), Duration()));
  }
  const uint8_t rest = Byte();
  if (rest % 4 == 1) terms.tag = Id("tag", rest / 4 % 3U);
  if (rest % 4 == 2) terms.session = rest / 4 % 3U;
  if (rest == 255) terms.not_after = Timestamp(Plus(now.value() - 100, Number()));
}

OrderReference CommandReader::Reference() {
  OrderReference reference{Account(), {}, {}};
  if (Below(4) == 0) {
    reference.order_id = OrderId(static_cast<uint64_t>(Number()));
  } else {
    reference.client_order_id = Id("o", ids_ - std::min<uint64_t>(ids_, Byte()));
  }
  return reference;
}

Command CommandReader::Place(Timestamp now) {
  const uint8_t kind = Below(8);
  if (kind == 0) {
    PlaceOrderList list{Value<ListKind>(4), {}};
    const size_t count = Below(4);
    for (size_t i = 0; i < count; ++i) {
      list.orders.push_back(Order(now));
      // The shape asks for what the first has.
      PlaceOrder& order = list.orders.back();
      order.account_id = list.orders[0].account_id;
      order.instrument_id = list.orders[0].instrument_id;
      if (i > 0 && Byte() < 250) order.quantity = list.orders[i - 1].quantity;
    }
    return list;
  }
  if (kind == 1) {
    ReplaceOrder replace{Reference(), Order(now)};
    replace.replacement.account_id = replace.order.account_id;
    return replace;
  }
  return Order(now);
}

Command CommandReader::Change(Timestamp now) {
  switch (Below(6)) {
    case 0:
    case 1:
      return CancelOrder{Reference(), Value<CancelOnlyIf>(3)};
    case 2:
    case 3: {
      AmendOrder command{Reference(), Quantity(Number()), {}};
      if (Below(2) == 0) command.price = rialto::Price(Price());
      return command;
    }
    case 4: {
      MassCancel command;
      if (Below(2) == 0) command.account_id = Account();
      command.instrument_id = Instrument();
      command.side = Below(4);
      if (Below(2) == 0) command.tag = Id("tag", Below(3));
      command.session = Below(4) == 0 ? kAnySession : Below(3);
      return command;
    }
    default:
      return CancelAllAfter{Account(), Duration() * (now.value() > 0 ? 1 : 0)};
  }
}

// --- The rest ---

Command CommandReader::Setting(Timestamp now) {
  switch (Below(9)) {
    case 0:
      return SetInstrumentState{Instrument(), Value<InstrumentState>(7),
                                Timestamp(Below(2) == 0 ? 0 : Plus(now.value(), Duration()))};
    case 1: {
      SetSchedule command{Instrument(), "c", {}};
      int64_t at_ns = now.value();
      const size_t count = Below(4);
      for (size_t i = 0; i < count; ++i) {
        at_ns += Duration();
        command.transitions.push_back({Timestamp(at_ns), Value<InstrumentState>(7)});
      }
      return command;
    }
    case 2:
    case 3:
      return SetMarkPrice{Instrument(), rialto::Price(Below(4) == 0 ? 0 : Price())};
    case 4:
      return SetFeeTier{Instrument(), Below(4), static_cast<int32_t>(Byte()) * 20 - 2'000,
                        Byte() * 20U};
    case 5:
      return SetAccountLimits{Account(),
                              Instrument(),
                              Quantity(Number()),
                              Amount(Times(Number(), 100)),
                              Quantity(Times(Number(), 1'000)),
                              Amount(Times(Number(), 1'000))};
    case 6: {
      SetAccountSettings command;
      command.account_id = Account();
      command.fee_tier = Below(4);
      command.trade_group = Below(3);
      command.open_orders_max = Below(4) == 0 ? Byte() : 0;
      command.order_rate_max = Below(8) == 0 ? Byte() : 0;
      command.order_rate_window_ns = command.order_rate_max == 0 ? 0 : Duration();
      command.duplicate_window_ns = Below(4) == 0 ? Duration() : 0;
      return command;
    }
    case 7:
      return ActivateRuleSet{1U + Below(4)};
    default:
      return SetTradingState{AccountId(Below(2) == 0 ? 0 : 1000 + Below(5)),
                             Value<TradingState>(4)};
  }
}

Command CommandReader::Transfers() {
  MakeTransfers command;
  const size_t count = Below(4);
  for (size_t i = 0; i <= count && !empty(); ++i) {
    Transfer& transfer = command.transfers.emplace_back();
    transfer.transaction_id = Byte() >= 250 ? Id("x", Below(20)) : Id("x", ++ids_);
    transfer.kind = Value<TransferKind>(6);
    transfer.amount = Amount(Number());
    if (Below(2) == 0) {
      transfer.debit_account_id = Below(4) == 0 ? AccountId(Below(7)) : Account();
      transfer.credit_account_id = Below(4) == 0 ? AccountId(Below(7)) : Account();
      transfer.asset_id = AssetId(Below(4));
    }
    if (transfer.kind == TransferKind::kPending) {
      transfer.timeout_ns = Duration();
    } else if (transfer.kind != TransferKind::kSingle || Below(16) == 0) {
      transfer.target = Id("x", ids_ - std::min<uint64_t>(ids_, Byte()));
    }
  }
  return command;
}

Command CommandReader::Definition() {
  CreateInstrument definition;
  const uint8_t number = static_cast<uint8_t>(1 + Below(3));
  definition.symbol = Id("M", number);
  definition.base = AssetId(1 + number % 2U);
  definition.quote = AssetId(2 - number % 2U);
  definition.tick_size_e12 = 333'000'000'000;
  definition.lot_size_units = 3;
  definition.quantity_min = Quantity(1);
  definition.quantity_max = Quantity(1'000'000);
  definition.maker_fee_ppm = static_cast<int32_t>(Byte()) * 20 - 2'000;
  definition.taker_fee_ppm = Byte() * 20U;
  definition.market_collar_ppm = Byte() * 1'000U;
  definition.limit_collar_ppm = Below(4) == 0 ? Byte() * 1'000U : 0;
  definition.price_band_ppm = Below(4) == 0 ? Byte() * 1'000U : 0;
  definition.volatility_ppm = Below(2) == 0 ? Byte() * 1'000U : 0;
  definition.volatility_window_ns = Duration();
  definition.volatility_auction_ns = Duration();
  definition.open_orders_max = Below(4) == 0 ? Byte() : 0;
  definition.pending_orders_max = Below(4) == 0 ? Byte() : 0;
  definition.self_trade_default = Value<SelfTrade>(6);
  definition.self_trade_modes = Below(4) == 0 ? static_cast<uint8_t>(Byte() & 0b111110) : 0;
  if (Below(2) == 0) return definition;
  return SetInstrument{InstrumentId(number), definition};
}

// Two instruments of two assets, three accounts with money.
std::vector<Command> Opening() {
  std::vector<Command> commands = {CreateAsset{Id("A", 1), 2}, CreateAsset{Id("A", 2), 1}};
  for (const uint32_t number : {1U, 2U}) {
    CreateInstrument definition;
    definition.symbol = Id("M", number);
    definition.base = AssetId(1 + number % 2U);
    definition.quote = AssetId(2 - number % 2U);
    definition.tick_size_e12 = 333'000'000'000;
    definition.lot_size_units = 3;
    definition.quantity_min = Quantity(1);
    definition.quantity_max = Quantity(1'000'000);
    definition.taker_fee_ppm = 2'500;
    commands.push_back(definition);
  }
  for (const uint64_t user : {1U, 2U, 3U}) {
    commands.push_back(OpenAccount{Id("U", user)});
    for (const uint32_t asset : {1U, 2U}) {
      commands.push_back(Deposit{Id("t", user * 10 + asset), AccountId(1000 + user), AssetId(asset),
                                 Amount(1'000'000)});
    }
  }
  return commands;
}

}  // namespace

std::string RunBytes(absl::Span<const uint8_t> bytes) {
  NaivePair pair;
  for (const Command& command : Opening()) {
    const Timestamp at(std::max(pair.now(), kBegin).value() + 1);
    const std::string difference = pair.Apply(at, command);
    if (!difference.empty()) return difference;
  }
  CommandReader reader(bytes);
  while (!reader.empty()) {
    const Timestamp at = reader.TimeAfter(pair.now(), pair.NextDue());
    const std::string difference = pair.Apply(at, reader.Next(at));
    if (!difference.empty()) return difference;
    pair.Validate();
  }
  return "";
}

}  // namespace rialto::engine
