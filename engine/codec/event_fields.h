// Every field of every event, for tests: whoever adds a field must name it here to compile.
#pragma once

#include <tuple>

#include "engine/codec/command_fields.h"
#include "engine/core/event.h"

namespace rialto::engine {

// The members of a struct, in order.
inline auto Fields(AssetCreated& from) {
  auto& [a, b, c] = from;
  return std::tie(a, b, c);
}
inline auto Fields(InstrumentCreated& from) {
  auto& [a, b] = from;
  return std::tie(a, b);
}
inline auto Fields(AccountOpened& from) {
  auto& [a, b] = from;
  return std::tie(a, b);
}
inline auto Fields(InstrumentChanged& from) {
  auto& [a, b] = from;
  return std::tie(a, b);
}
inline auto Fields(InstrumentStateChanged& from) {
  auto& [a, b, c, d] = from;
  return std::tie(a, b, c, d);
}
inline auto Fields(AuctionUncrossed& from) {
  auto& [a, b, c] = from;
  return std::tie(a, b, c);
}
inline auto Fields(ScheduleSet& from) {
  auto& [a, b, c] = from;
  return std::tie(a, b, c);
}
inline auto Fields(MarkPriceSet& from) {
  auto& [a, b] = from;
  return std::tie(a, b);
}
inline auto Fields(FeeTierSet& from) {
  auto& [a, b, c, d] = from;
  return std::tie(a, b, c, d);
}
inline auto Fields(AccountSettingsSet& from) {
  auto& [a] = from;
  return std::tie(a);
}
inline auto Fields(RuleSetActivated& from) {
  auto& [a] = from;
  return std::tie(a);
}
inline auto Fields(TradingStateSet& from) {
  auto& [a, b] = from;
  return std::tie(a, b);
}
inline auto Fields(AccountLimitsSet& from) {
  auto& [a, b, c, d, e, f] = from;
  return std::tie(a, b, c, d, e, f);
}
inline auto Fields(Deposited& from) {
  auto& [a, b, c, d] = from;
  return std::tie(a, b, c, d);
}
inline auto Fields(Withdrawn& from) {
  auto& [a, b, c, d] = from;
  return std::tie(a, b, c, d);
}
inline auto Fields(Transferred& from) {
  auto& [a, b, c, d, e, f, g] = from;
  return std::tie(a, b, c, d, e, f, g);
}
inline auto Fields(TransferPending& from) {
  auto& [a, b, c, d, e, f, g] = from;
  return std::tie(a, b, c, d, e, f, g);
}
inline auto Fields(PendingResolved& from) {
  auto& [a, b, c, d, e, f, g, h, i] = from;
  return std::tie(a, b, c, d, e, f, g, h, i);
}
inline auto Fields(TransferRejected& from) {
  auto& [a, b, c, d, e, f, g] = from;
  return std::tie(a, b, c, d, e, f, g);
}
inline auto Fields(OrderAccepted& from) {
  auto& [a, b, c, d, e] = from;
  return std::tie(a, b, c, d, e);
}
inline auto Fields(OrderRejected& from) {
  auto& [a, b, c, d, e, f, g] = from;
  return std::tie(a, b, c, d, e, f, g);
}
inline auto Fields(OrderTriggered& from) {
  auto& [a, b, c, d, e, f, g] = from;
  return std::tie(a, b, c, d, e, f, g);
}
inline auto Fields(Trade& from) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r] = from;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r);
}
inline auto Fields(SelfTradePrevented& from) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q] = from;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q);
}
inline auto Fields(OrderRested& from) {
  auto& [a, b, c, d, e, f, g] = from;
  return std::tie(a, b, c, d, e, f, g);
}
inline auto Fields(OrderReplenished& from) {
  auto& [a, b, c, d, e] = from;
  return std::tie(a, b, c, d, e);
}
inline auto Fields(OrderCanceled& from) {
  auto& [a, b, c, d, e, f, g, h, i] = from;
  return std::tie(a, b, c, d, e, f, g, h, i);
}
inline auto Fields(OrderReduced& from) {
  auto& [a, b, c, d, e, f, g, h] = from;
  return std::tie(a, b, c, d, e, f, g, h);
}
inline auto Fields(OrderMoved& from) {
  auto& [a, b, c, d, e, f, g, h, i] = from;
  return std::tie(a, b, c, d, e, f, g, h, i);
}
inline auto Fields(MassCanceled& from) {
  auto& [a, b, c] = from;
  return std::tie(a, b, c);
}
inline auto Fields(CancelAllAfterSet& from) {
  auto& [a, b] = from;
  return std::tie(a, b);
}
inline auto Fields(BalanceChanged& from) {
  auto& [a, b, c, d] = from;
  return std::tie(a, b, c, d);
}

}  // namespace rialto::engine
