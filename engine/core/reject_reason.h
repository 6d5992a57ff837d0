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
  kLinkedFailed = 22,
  kRequestExpired = 25,
  kUnknownAccount = 30,
  kUnknownAsset = 40,
  kUnknownInstrument = 50,
  kUnknownOrder = 60,
  kUnknownTransfer = 62,
  kNotPending = 63,
  kNotReversible = 64,
  kOrderState = 65,
  kPendingAlreadyPosted = 66,
  kPendingAlreadyVoided = 67,
  kPendingExpired = 68,
  kAlreadyReversed = 69,
  kNameTaken = 70,
  kInvalidDefinition = 80,
  kInstrumentInUse = 85,
  kVenueFull = 90,
  kTradingHalted = 92,
  kTradingReducing = 94,
  kInstrumentState = 96,
  kInvalidOrder = 100,
  kInvalidTransfer = 102,
  kRuleSetPassed = 103,
  kSelfTradeNotAllowed = 105,
  kExpireTimePassed = 107,
  kPriceOutOfRange = 110,
  kPriceCollar = 115,
  kQuantityBelowMinimum = 120,
  kQuantityAboveMaximum = 130,
  kNotionalBelowMinimum = 140,
  kNotionalAboveMaximum = 150,
  kQuantityNotReduced = 160,
  kTooManyIcebergParts = 165,
  kMaxOrderQuantity = 170,
  kMaxOrderNotional = 180,
  kMaxPosition = 182,
  kMaxExposure = 184,
  kDuplicateOrder = 186,
  kOrderRate = 188,
  kTooManyOpenOrders = 190,
  kTooManyPendingOrders = 192,
  kTooManyPendingTransfers = 194,
  kWouldTrigger = 195,
  kWouldTake = 200,
  kPendingAmountExceeded = 205,
  kAmountOverflow = 210,
  kInsufficientFunds = 220,
};

constexpr bool IsKnown(RejectReason reason) {
  using enum RejectReason;
  switch (reason) {
    case kNone:
    case kClientOrderIdReused:
    case kTransactionIdReused:
    case kLinkedFailed:
    case kRequestExpired:
    case kUnknownAccount:
    case kUnknownAsset:
    case kUnknownInstrument:
    case kUnknownOrder:
    case kUnknownTransfer:
    case kNotPending:
    case kNotReversible:
    case kOrderState:
    case kPendingAlreadyPosted:
    case kPendingAlreadyVoided:
    case kPendingExpired:
    case kAlreadyReversed:
    case kNameTaken:
    case kInvalidDefinition:
    case kInstrumentInUse:
    case kVenueFull:
    case kTradingHalted:
    case kTradingReducing:
    case kInstrumentState:
    case kInvalidOrder:
    case kInvalidTransfer:
    case kRuleSetPassed:
    case kSelfTradeNotAllowed:
    case kExpireTimePassed:
    case kPriceOutOfRange:
    case kPriceCollar:
    case kQuantityBelowMinimum:
    case kQuantityAboveMaximum:
    case kNotionalBelowMinimum:
    case kNotionalAboveMaximum:
    case kQuantityNotReduced:
    case kTooManyIcebergParts:
    case kMaxOrderQuantity:
    case kMaxOrderNotional:
    case kMaxPosition:
    case kMaxExposure:
    case kDuplicateOrder:
    case kOrderRate:
    case kTooManyOpenOrders:
    case kTooManyPendingOrders:
    case kTooManyPendingTransfers:
    case kWouldTrigger:
    case kWouldTake:
    case kPendingAmountExceeded:
    case kAmountOverflow:
    case kInsufficientFunds:
      return true;
  }
  return false;
}

}  // namespace rialto::engine
