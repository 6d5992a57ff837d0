// Random cancels, amends and replacements of the workload.
#include "engine/core/limits.h"
#include "engine/sim/workload.h"

namespace rialto::engine {

OrderReference Workload::RandomReference(const OpenOrder& order) {
  OrderReference reference{order.placed.account_id, order.order_id, order.placed.client_order_id};
  const uint64_t dice = random_.Below(20);
  if (dice < 9) reference.order_id = OrderId(0);
  if (dice >= 9 && dice < 18) reference.client_order_id = CallerId();
  if (random_.OneIn(30)) reference.account_id = RandomAccount();
  if (random_.OneIn(50)) reference.order_id = OrderId(random_.Below(100'000));
  return reference;
}

Command Workload::RandomCancel() {
  CancelOrder command;
  if (!closed_.empty() && (open_.empty() || random_.OneIn(15))) {
    command.order = RandomReference(random_.Pick(closed_));
  } else if (open_.empty()) {
    return RandomTransfer();
  } else {
    command.order = RandomReference(random_.Pick(open_));
  }
  if (random_.OneIn(5)) command.only_if = static_cast<CancelOnlyIf>(random_.Below(4));
  return command;
}

Command Workload::RandomAmend() {
  if (open_.empty()) return RandomTransfer();
  const OpenOrder& order = random_.Pick(open_);
  AmendOrder command{RandomReference(order), {}, {}};
  int64_t quantity = random_.Between(1, order.quantity);
  const int64_t executed = order.quantity - order.remaining;
  switch (random_.Below(12)) {
    case 0:
      quantity = order.quantity;
      break;
    case 1:
    case 2:
      quantity = order.quantity + random_.Between(1, 3);
      break;
    case 3:
      quantity = executed;
      break;
    case 4:
      quantity = executed + 1;
      break;
    case 5:
      quantity = StrangeNumber();
      break;
    case 6:
    case 7:
    case 8:
      quantity = 0;
      break;
    default:
      break;
  }
  command.quantity = Quantity(quantity);
  if (random_.OneIn(2)) command.price = Price(RandomPrice(MarketOf(order.placed.instrument_id)));
  if (random_.OneIn(10)) command.price = order.placed.price;
  if (random_.OneIn(30)) command.price = Price(StrangeNumber());
  return command;
}

Command Workload::RandomReplace() {
  if (open_.empty()) return RandomOrder();
  const OpenOrder& old = random_.Pick(open_);
  ReplaceOrder command{RandomReference(old), OrderOn(old.placed.instrument_id)};
  PlaceOrder& replacement = command.replacement;
  replacement.account_id = old.placed.account_id;
  replacement.side = old.placed.side;
  if (random_.OneIn(3)) {
    replacement = old.placed;
    replacement.client_order_id = NewId('o');
    replacement.price = Price(RandomPrice(MarketOf(old.placed.instrument_id)));
  } else {
    SetRandomType(replacement);
    SetRandomTerms(replacement);
  }
  if (random_.OneIn(20)) MakeStrange(replacement);
  if (random_.OneIn(40)) replacement.account_id = RandomAccount();
  if (random_.OneIn(40)) replacement.instrument_id = RandomInstrument();
  Remember(past_keyed_, command);
  return command;
}

Command Workload::RandomMassCancel() {
  MassCancel command;
  if (!random_.OneIn(4)) command.account_id = RandomAccount();
  if (random_.OneIn(2)) command.instrument_id = RandomInstrument();
  if (random_.OneIn(3)) command.side = static_cast<uint8_t>(random_.Below(4));
  if (random_.OneIn(2)) command.tag = RandomTag();
  if (random_.OneIn(3)) command.session = static_cast<uint32_t>(random_.Below(4));
  if (random_.OneIn(6)) command.session = kAnySession;
  if (random_.OneIn(3)) command.reason = CancelReason::kDisconnected;
  if (random_.OneIn(20)) command.reason = static_cast<CancelReason>(random_.Below(22));
  return command;
}

Command Workload::RandomDeadMan() {
  CancelAllAfter command{RandomAccount(), RandomDuration()};
  if (random_.OneIn(5)) command.timeout_ns = 0;
  if (random_.OneIn(20)) command.timeout_ns = StrangeNumber();
  return command;
}

}  // namespace rialto::engine
