// Many orders ended by one command: README.md, Mass cancel.

#include "engine/core/engine.h"

namespace rialto::engine {

Outcome Engine::Decide(const MassCancel& command, Events& events) {
  if (command.account_id != AccountId(0) && accounts_.FindUser(command.account_id) == nullptr) {
    return Refuse({RejectReason::kUnknownAccount});
  }
  if (command.instrument_id != InstrumentId(0) && FindMarket(command.instrument_id) == nullptr) {
    return Refuse({RejectReason::kUnknownInstrument});
  }
  if (command.side > static_cast<uint8_t>(Side::kSell) ||
      (command.reason != CancelReason::kMassCanceled &&
       command.reason != CancelReason::kDisconnected)) {
    return Refuse({RejectReason::kInvalidOrder});
  }
  std::vector<OrderIndex> found = CollectFitting(command);
  MassCanceled canceled{.filter = command};
  canceled.more = found.size() > limits::kCancelsPerCommandMax;
  if (canceled.more) found.pop_back();
  canceled.canceled = static_cast<uint32_t>(found.size());
  for (const OrderIndex index : found) Cancel(index, command.reason, events);
  events.emplace_back(canceled);
  Outcome outcome = NewOutcome();
  outcome.canceled_orders = canceled.canceled;
  outcome.more = canceled.more;
  return outcome;
}

bool Engine::Fits(OrderIndex index, const MassCancel& filter) const {
  const Order& order = orders_[index];
  if (filter.instrument_id != InstrumentId(0) && filter.instrument_id != order.instrument_id) {
    return false;
  }
  if (filter.side != 0 && filter.side != static_cast<uint8_t>(order.side)) return false;
  const SpecialTerms* special = orders_.special(index);
  if (!filter.tag.empty() && (special == nullptr || special->terms.tag != filter.tag)) return false;
  if (filter.session == 0) return true;
  const uint32_t session = special == nullptr ? 0 : special->terms.session;
  return filter.session == kAnySession ? session != 0 : session == filter.session;
}

// At most one more than a command may end.
std::vector<OrderIndex> Engine::CollectFitting(const MassCancel& filter) const {
  std::vector<OrderIndex> found;
  const auto goes_on = [&](OrderIndex index) {
    if (Fits(index, filter)) found.push_back(index);
    return found.size() <= limits::kCancelsPerCommandMax;
  };
  if (filter.account_id != AccountId(0)) {
    for (OrderIndex i = accounts_.FindUser(filter.account_id)->first_order;
         i != kNoOrder && goes_on(i); i = orders_[i].account_next) {
    }
    return found;
  }
  const auto collect = [&](const Market& market) {
    for (const Side side : {Side::kBuy, Side::kSell}) {
      for (OrderIndex i = market.book.Best(side); i != kNoOrder; i = market.book.After(i)) {
        if (!goes_on(i)) return false;
      }
    }
    for (const auto& [id, index] : market.waiting) {
      if (!goes_on(index)) return false;
    }
    return true;
  };
  if (filter.instrument_id != InstrumentId(0)) {
    collect(*FindMarket(filter.instrument_id));
    return found;
  }
  for (const std::unique_ptr<Market>& market : markets_) {
    if (!collect(*market)) break;
  }
  return found;
}

}  // namespace rialto::engine
