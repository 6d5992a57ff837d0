// What an order can be and become. Values equal the enums of rialto.common.v1 and are on disk.
#pragma once

#include <cstdint>

namespace rialto::engine {

enum class Side : uint8_t { kBuy = 1, kSell = 2 };
enum class OrderType : uint8_t { kLimit = 1, kMarket = 2 };
enum class TimeInForce : uint8_t { kGoodTillCanceled = 1, kImmediateOrCancel = 2, kFillOrKill = 3 };
enum class PostOnly : uint8_t { kNo = 0, kYes = 1 };
enum class OrderStatus : uint8_t { kNone = 0, kOpen = 1, kFilled = 2, kCanceled = 3 };
enum class CancelReason : uint8_t {
  kNone = 0,
  kRequested = 1,
  kUnfilledImmediateOrCancel = 2,
  kUnfilledFillOrKill = 3,
  kInsufficientLiquidity = 4,
  kFillLimit = 5,
  kAmended = 6,
};

constexpr Side Opposite(Side side) { return side == Side::kBuy ? Side::kSell : Side::kBuy; }

}  // namespace rialto::engine
