// Every "no" of the engine, ordered by precedence: the first that applies is the answer.
//
// Values equal rialto.common.v1.RejectReason, which says what `need` and `have` count. Gaps leave
// room for reasons to come in their place.
#pragma once

#include <cstdint>

namespace rialto::engine {

enum class RejectReason : uint16_t {
  kNone = 0,
  kClientOrderIdReused = 10,
  kTransactionIdReused = 20,
  kUnknownAccount = 30,
  kUnknownAsset = 40,
  kUnknownInstrument = 50,
  kUnknownOrder = 60,
  kNameTaken = 70,
  kInvalidDefinition = 80,
  kVenueFull = 90,
  kInvalidOrder = 100,
  kPriceOutOfRange = 110,
  kQuantityBelowMinimum = 120,
  kQuantityAboveMaximum = 130,
  kNotionalBelowMinimum = 140,
  kNotionalAboveMaximum = 150,
  kQuantityNotReduced = 160,
  kMaxOrderQuantity = 170,
  kMaxOrderNotional = 180,
  kTooManyOpenOrders = 190,
  kWouldTake = 200,
  kAmountOverflow = 210,
  kInsufficientFunds = 220,
};

}  // namespace rialto::engine
