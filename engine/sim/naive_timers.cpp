// What is due before a command of the naive model: by time, kind and id.
#include <algorithm>

#include "engine/core/limits.h"
#include "engine/sim/naive_engine.h"

namespace rialto::engine {
namespace {

constexpr int64_t kDayNs = 24LL * 3600 * 1'000'000'000;

}  // namespace

void NaiveEngine::RunWhatIsDue() {
  std::vector<InstrumentId> continuing;
  continuing.swap(continuing_);
  for (const InstrumentId id : continuing) {
    if (fills_ < limits::kFillsPerCommandMax) {
      if (MarketOf(id).uncross) {
        GoOnUncrossing(id);
      } else if (MarketOf(id).day_end_goes_on) {
        GoOnEndingDay(id);
      }
    }
    NoteWhatGoesOn(id);
  }
  for (uint32_t count = 0; count < limits::kTimersPerCommandMax; ++count) {
    if (fills_ >= limits::kFillsPerCommandMax) return;
    const auto timer = EarliestTimer();
    if (!timer || timer->at_ns > now_ns_ || !RunTimer(*timer)) return;
  }
}

// The next command goes on with it, in the order in which they began.
void NaiveEngine::NoteWhatGoesOn(InstrumentId id) {
  const NaiveMarket& market = MarketOf(id);
  if (!market.uncross && !market.day_end_goes_on) return;
  if (std::find(continuing_.begin(), continuing_.end(), id) == continuing_.end()) {
    continuing_.push_back(id);
  }
}

std::optional<NaiveEngine::Timer> NaiveEngine::EarliestTimer() const {
  std::optional<Timer> earliest;
  const auto add = [&](const Timer& timer) {
    if (!earliest || timer < *earliest) earliest = timer;
  };
  for (uint32_t i = 1; i <= markets_.size(); ++i) {
    const NaiveMarket& market = MarketOf(InstrumentId(i));
    if (!market.transitions.empty()) {
      add({market.transitions[0].at.value(), Timer::kTransition, i});
    }
    if (market.auction_end_ns != 0) add({market.auction_end_ns, Timer::kAuctionEnd, i});
  }
  if (!expiries_.empty()) {
    add({expiries_.begin()->first, Timer::kExpiry, expiries_.begin()->second.value()});
  }
  for (const auto& [account_id, at_ns] : dead_man_ns_) {
    add({at_ns, Timer::kDeadMan, account_id.value()});
  }
  for (const auto& [age, pending] : pending_) {
    if (pending.expires_ns != 0) add({pending.expires_ns, Timer::kPending, age});
  }
  return earliest;
}

bool NaiveEngine::RunTimer(const Timer& timer) {
  switch (timer.kind) {
    case Timer::kTransition: {
      const InstrumentId id(static_cast<uint32_t>(timer.id));
      NaiveMarket& market = MarketOf(id);
      const InstrumentState state = market.transitions[0].state;
      market.transitions.erase(market.transitions.begin());
      ChangeState(id, {state, StateCause::kSchedule});
      return true;
    }
    case Timer::kAuctionEnd: {
      const InstrumentId id(static_cast<uint32_t>(timer.id));
      MarketOf(id).auction_end_ns = 0;
      ChangeState(id, {InstrumentState::kTrading, StateCause::kAuctionEnd});
      return true;
    }
    case Timer::kExpiry: {
      NaiveOrder& order = orders_.at(OrderId(timer.id));
      const bool is_day = order.placed.time_in_force == TimeInForce::kDay;
      Cancel(order, is_day ? CancelReason::kDayEnd : CancelReason::kExpired);
      return true;
    }
    case Timer::kDeadMan:
      return RunDeadMan(AccountId(timer.id));
    case Timer::kPending:
      EndPending(TransactionId(pending_.at(timer.id).id), TransferState::kExpired, 0, Transfer());
      return true;
  }
  return false;
}

bool NaiveEngine::RunDeadMan(AccountId id) {
  const std::map<uint64_t, OrderId> orders = open_by_account_[id];
  for (const auto& [age, order_id] : orders) {
    if (timed_cancels_ == limits::kCancelsPerCommandMax) return false;
    ++timed_cancels_;
    Cancel(orders_.at(order_id), CancelReason::kDeadMan);
  }
  dead_man_ns_.erase(id);
  Say(CancelAllAfterSet{id, Timestamp(0)});
  return true;
}

int64_t NaiveEngine::ExpiryOf(const PlaceOrder& order) const {
  if (order.time_in_force == TimeInForce::kGoodTillDate) return order.terms.expire_time.value();
  if (order.time_in_force != TimeInForce::kDay) return 0;
  const bool has_schedule = !MarketOf(order.instrument_id).transitions.empty();
  return has_schedule ? 0 : (now_ns_ / kDayNs + 1) * kDayNs;
}

}  // namespace rialto::engine
