// What an order can be and become. Values equal the enums of rialto.common.v1 and are on disk;
// IsKnown says whether a number from there is one of them.
#pragma once

#include <cstdint>

namespace rialto::engine {

enum class Side : uint8_t { kBuy = 1, kSell = 2 };
enum class OrderType : uint8_t {
  kLimit = 1,
  kMarket = 2,
  kStop = 3,
  kStopLimit = 4,
  kTakeProfit = 5,
  kTakeProfitLimit = 6,
  kTrailingStop = 7,
  kPegged = 8,
};
enum class TimeInForce : uint8_t {
  kGoodTillCanceled = 1,
  kImmediateOrCancel = 2,
  kFillOrKill = 3,
  kGoodTillDate = 4,
  kDay = 5,
};
enum class PostOnly : uint8_t { kNo = 0, kYes = 1 };
// What happens when an order meets one of its own account or group; the taker's decides.
enum class SelfTrade : uint8_t {
  kDefault = 0,  // The instrument's.
  kAllow = 1,
  kExpireTaker = 2,
  kExpireMaker = 3,
  kExpireBoth = 4,
  kDecrement = 5,
};
// Which price fires a trigger.
enum class TriggerSource : uint8_t { kNone = 0, kLast = 1, kBidAsk = 2, kMid = 3, kMark = 4 };
// What a PEGGED order follows.
enum class PegReference : uint8_t { kNone = 0, kBestBid = 1, kBestAsk = 2, kMid = 3 };
enum class ListKind : uint8_t { kOneCancelsOther = 1, kOneTriggersOther = 2, kBracket = 3 };
// Which open order a cancel is meant for.
enum class CancelOnlyIf : uint8_t { kAny = 0, kUntraded = 1, kPartiallyTraded = 2 };
enum class OrderStatus : uint8_t {
  kNone = 0,
  kOpen = 1,
  kFilled = 2,
  kCanceled = 3,
  kPending = 4,  // Open but not in the book: waits for its trigger, its parent or its reference.
};
enum class CancelReason : uint8_t {
  kNone = 0,
  kRequested = 1,
  kUnfilledImmediateOrCancel = 2,
  kUnfilledFillOrKill = 3,
  kInsufficientLiquidity = 4,
  kFillLimit = 5,
  kAmended = 6,
  kSelfTradePrevented = 7,
  kExpired = 8,
  kDayEnd = 9,
  kMassCanceled = 10,
  kDeadMan = 11,
  kDisconnected = 12,
  kReplaced = 13,
  kPriceBand = 14,
  kCollar = 15,
  kVolatility = 16,
  kListSibling = 17,
  kListParent = 18,
  kActivationRefused = 19,
};

enum class InstrumentState : uint8_t {
  kTrading = 1,
  kHalted = 2,
  kCancelOnly = 3,
  kPostOnly = 4,
  kAuction = 5,
  kClosed = 6,
};
// What an account, or everyone, may do. Cancels always pass.
enum class TradingState : uint8_t { kActive = 1, kReducing = 2, kHalted = 3 };

constexpr bool IsKnown(Side side) { return side >= Side::kBuy && side <= Side::kSell; }
constexpr bool IsKnown(OrderType type) {
  return type >= OrderType::kLimit && type <= OrderType::kPegged;
}
constexpr bool IsKnown(TimeInForce time) {
  return time >= TimeInForce::kGoodTillCanceled && time <= TimeInForce::kDay;
}
constexpr bool IsKnown(PostOnly post_only) { return post_only <= PostOnly::kYes; }
constexpr bool IsKnown(SelfTrade mode) { return mode <= SelfTrade::kDecrement; }
constexpr bool IsKnown(TriggerSource source) { return source <= TriggerSource::kMark; }
constexpr bool IsKnown(PegReference reference) { return reference <= PegReference::kMid; }
constexpr bool IsKnown(ListKind kind) {
  return kind >= ListKind::kOneCancelsOther && kind <= ListKind::kBracket;
}
constexpr bool IsKnown(OrderStatus status) { return status <= OrderStatus::kPending; }
constexpr bool IsKnown(CancelReason reason) { return reason <= CancelReason::kActivationRefused; }
constexpr bool IsKnown(InstrumentState state) {
  return state >= InstrumentState::kTrading && state <= InstrumentState::kClosed;
}
constexpr bool IsKnown(TradingState state) {
  return state >= TradingState::kActive && state <= TradingState::kHalted;
}

constexpr Side Opposite(Side side) { return side == Side::kBuy ? Side::kSell : Side::kBuy; }

}  // namespace rialto::engine
