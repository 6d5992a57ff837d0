// What happens because its time has come: README.md, Timers.

#include <algorithm>

#include "engine/core/engine.h"

namespace rialto::engine {

Outcome Engine::Decide(const Tick&, Events&) { return NewOutcome(); }

Outcome Engine::Decide(const CancelAllAfter& command, Events& events) {
  Account* account = accounts_.FindUser(command.account_id);
  if (account == nullptr) return Refuse({RejectReason::kUnknownAccount});
  if (command.timeout_ns < 0 || command.timeout_ns > limits::kDurationNsMax) {
    return Refuse({RejectReason::kInvalidOrder});
  }
  AccountRules& rules = account->MutableRules();
  const uint64_t id = command.account_id.value();
  if (rules.cancel_all_at != Timestamp(0)) {
    timers_.erase({rules.cancel_all_at, TimerKind::kCancelAll, id});
  }
  rules.cancel_all_at = Timestamp(0);
  if (command.timeout_ns > 0) {
    rules.cancel_all_at = Timestamp(now_.value() + command.timeout_ns);
    timers_.emplace(rules.cancel_all_at, TimerKind::kCancelAll, id);
  }
  Emit<CancelAllAfterSet>(events, command.account_id, rules.cancel_all_at);
  Outcome outcome = NewOutcome();
  outcome.due_ns = rules.cancel_all_at.value();
  return outcome;
}

Timestamp Engine::NextDue() const {
  if (!continuing_.empty() || !unsettled_.empty()) return Timestamp(1);
  return timers_.empty() ? Timestamp(0) : std::get<Timestamp>(*timers_.begin());
}

void Engine::RunDue(Events& events) {
  std::vector<Market*> continuing;
  continuing.swap(continuing_);
  for (Market* market : continuing) {
    bool is_done = true;
    if (encounters_ >= limits::kFillsPerCommandMax) {
      is_done = false;
    } else if (market->uncross.is_running) {
      is_done = ContinueUncross(*market, events);
    } else if (market->is_day_ending) {
      is_done = ContinueDayEnd(*market, events);
    }
    if (!is_done) Continue(*market);
  }
  for (uint32_t count = 0; count < limits::kTimersPerCommandMax && !timers_.empty() &&
                           encounters_ < limits::kFillsPerCommandMax;
       ++count) {
    const Timer timer = *timers_.begin();
    if (std::get<Timestamp>(timer) > now_ || !Run(timer, events)) return;
  }
}

bool Engine::Run(const Timer& timer, Events& events) {
  const auto [at, kind, id] = timer;
  if (kind == TimerKind::kCancelAll) return RunCancelAll(AccountId(id), events);
  timers_.erase(timer);
  if (kind == TimerKind::kPending) {
    Expire(id, events);
    return true;
  }
  if (kind == TimerKind::kOrder) {
    const OrderIndex index = orders_.Find(OrderId(id));
    const bool is_day = orders_[index].time_in_force == TimeInForce::kDay;
    Cancel(index, is_day ? CancelReason::kDayEnd : CancelReason::kExpired, events);
    return true;
  }
  Market& market = *MutableMarket(InstrumentId(static_cast<uint32_t>(id)));
  if (kind == TimerKind::kAuctionEnd) {
    market.auction_end = Timestamp(0);
    ChangeState(market, {InstrumentState::kTrading, StateCause::kAuctionEnd, Timestamp(0)}, events);
  } else {
    const Transition transition = market.transitions[market.next_transition++];
    SetTransitionTimer(market);
    ChangeState(market, {transition.state, StateCause::kSchedule, Timestamp(0)}, events);
  }
  return true;
}

// True when no order of the account is left.
bool Engine::RunCancelAll(AccountId account_id, Events& events) {
  Account& account = *accounts_.FindUser(account_id);
  while (account.first_order != kNoOrder) {
    if (cancels_ == limits::kCancelsPerCommandMax) return false;
    ++cancels_;
    Cancel(account.first_order, CancelReason::kDeadMan, events);
  }
  AccountRules& rules = account.MutableRules();
  timers_.erase({rules.cancel_all_at, TimerKind::kCancelAll, account_id.value()});
  rules.cancel_all_at = Timestamp(0);
  Emit<CancelAllAfterSet>(events, account_id, Timestamp(0));
  return true;
}

void Engine::SetAuctionEnd(Market& market, Timestamp at) {
  const uint64_t id = market.instrument.id.value();
  if (market.auction_end != Timestamp(0)) {
    timers_.erase({market.auction_end, TimerKind::kAuctionEnd, id});
  }
  market.auction_end = at;
  if (at != Timestamp(0)) timers_.emplace(at, TimerKind::kAuctionEnd, id);
}

void Engine::SetTransitionTimer(Market& market) {
  if (market.next_transition == market.transitions.size()) return;
  timers_.emplace(market.transitions[market.next_transition].at, TimerKind::kTransition,
                  market.instrument.id.value());
}

}  // namespace rialto::engine
