// The names of enum values; see print.h.
#include <array>
#include <string_view>
#include <utility>

#include "engine/sim/print.h"

namespace rialto::engine {
namespace {

template <typename Enum, size_t kCount>
std::string_view Find(const std::pair<Enum, std::string_view> (&names)[kCount], Enum value) {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  return "";
}

using enum RejectReason;
constexpr std::pair<RejectReason, std::string_view> kRejectReasons[] = {
    {kNone, "NONE"},
    {kClientOrderIdReused, "CLIENT_ORDER_ID_REUSED"},
    {kTransactionIdReused, "TRANSACTION_ID_REUSED"},
    {kLinkedFailed, "LINKED_FAILED"},
    {kRequestExpired, "REQUEST_EXPIRED"},
    {kUnknownAccount, "UNKNOWN_ACCOUNT"},
    {kUnknownAsset, "UNKNOWN_ASSET"},
    {kUnknownInstrument, "UNKNOWN_INSTRUMENT"},
    {kUnknownOrder, "UNKNOWN_ORDER"},
    {kUnknownTransfer, "UNKNOWN_TRANSFER"},
    {kNotPending, "NOT_PENDING"},
    {kNotReversible, "NOT_REVERSIBLE"},
    {kOrderState, "ORDER_STATE"},
    {kPendingAlreadyPosted, "PENDING_ALREADY_POSTED"},
    {kPendingAlreadyVoided, "PENDING_ALREADY_VOIDED"},
    {kPendingExpired, "PENDING_EXPIRED"},
    {kAlreadyReversed, "ALREADY_REVERSED"},
    {kNameTaken, "NAME_TAKEN"},
    {kInvalidDefinition, "INVALID_DEFINITION"},
    {kInstrumentInUse, "INSTRUMENT_IN_USE"},
    {kVenueFull, "VENUE_FULL"},
    {kTradingHalted, "TRADING_HALTED"},
    {kTradingReducing, "TRADING_REDUCING"},
    {kInstrumentState, "INSTRUMENT_STATE"},
    {kInvalidOrder, "INVALID_ORDER"},
    {kInvalidTransfer, "INVALID_TRANSFER"},
    {kRuleSetPassed, "RULE_SET_PASSED"},
    {kSelfTradeNotAllowed, "SELF_TRADE_NOT_ALLOWED"},
    {kExpireTimePassed, "EXPIRE_TIME_PASSED"},
    {kPriceOutOfRange, "PRICE_OUT_OF_RANGE"},
    {kPriceCollar, "PRICE_COLLAR"},
    {kQuantityBelowMinimum, "QUANTITY_BELOW_MINIMUM"},
    {kQuantityAboveMaximum, "QUANTITY_ABOVE_MAXIMUM"},
    {kNotionalBelowMinimum, "NOTIONAL_BELOW_MINIMUM"},
    {kNotionalAboveMaximum, "NOTIONAL_ABOVE_MAXIMUM"},
    {kQuantityNotReduced, "QUANTITY_NOT_REDUCED"},
    {kTooManyIcebergParts, "TOO_MANY_ICEBERG_PARTS"},
    {kMaxOrderQuantity, "MAX_ORDER_QUANTITY"},
    {kMaxOrderNotional, "MAX_ORDER_NOTIONAL"},
    {kMaxPosition, "MAX_POSITION"},
    {kMaxExposure, "MAX_EXPOSURE"},
    {kDuplicateOrder, "DUPLICATE_ORDER"},
    {kOrderRate, "ORDER_RATE"},
    {kTooManyOpenOrders, "TOO_MANY_OPEN_ORDERS"},
    {kTooManyPendingOrders, "TOO_MANY_PENDING_ORDERS"},
    {kTooManyPendingTransfers, "TOO_MANY_PENDING_TRANSFERS"},
    {kWouldTrigger, "WOULD_TRIGGER"},
    {kWouldTake, "WOULD_TAKE"},
    {kPendingAmountExceeded, "PENDING_AMOUNT_EXCEEDED"},
    {kAmountOverflow, "AMOUNT_OVERFLOW"},
    {kInsufficientFunds, "INSUFFICIENT_FUNDS"},
};

constexpr std::pair<CancelReason, std::string_view> kCancelReasons[] = {
    {CancelReason::kNone, "NONE"},
    {CancelReason::kRequested, "REQUESTED"},
    {CancelReason::kUnfilledImmediateOrCancel, "UNFILLED_IOC"},
    {CancelReason::kUnfilledFillOrKill, "UNFILLED_FOK"},
    {CancelReason::kInsufficientLiquidity, "INSUFFICIENT_LIQUIDITY"},
    {CancelReason::kFillLimit, "FILL_LIMIT"},
    {CancelReason::kAmended, "AMENDED"},
    {CancelReason::kSelfTradePrevented, "SELF_TRADE_PREVENTED"},
    {CancelReason::kExpired, "EXPIRED"},
    {CancelReason::kDayEnd, "DAY_END"},
    {CancelReason::kMassCanceled, "MASS_CANCELED"},
    {CancelReason::kDeadMan, "DEAD_MAN"},
    {CancelReason::kDisconnected, "DISCONNECTED"},
    {CancelReason::kReplaced, "REPLACED"},
    {CancelReason::kPriceBand, "PRICE_BAND"},
    {CancelReason::kCollar, "COLLAR"},
    {CancelReason::kVolatility, "VOLATILITY"},
    {CancelReason::kListSibling, "LIST_SIBLING"},
    {CancelReason::kListParent, "LIST_PARENT"},
    {CancelReason::kActivationRefused, "ACTIVATION_REFUSED"},
};

constexpr std::pair<OrderStatus, std::string_view> kStatuses[] = {
    {OrderStatus::kNone, "NONE"},       {OrderStatus::kOpen, "OPEN"},
    {OrderStatus::kFilled, "FILLED"},   {OrderStatus::kCanceled, "CANCELED"},
    {OrderStatus::kPending, "PENDING"},
};

constexpr std::pair<Side, std::string_view> kSides[] = {{Side::kBuy, "BUY"}, {Side::kSell, "SELL"}};

constexpr std::pair<SelfTrade, std::string_view> kModes[] = {
    {SelfTrade::kDefault, "DEFAULT"},          {SelfTrade::kAllow, "ALLOW"},
    {SelfTrade::kExpireTaker, "EXPIRE_TAKER"}, {SelfTrade::kExpireMaker, "EXPIRE_MAKER"},
    {SelfTrade::kExpireBoth, "EXPIRE_BOTH"},   {SelfTrade::kDecrement, "DECREMENT"},
};

constexpr std::pair<InstrumentState, std::string_view> kStates[] = {
    {InstrumentState::kTrading, "TRADING"},        {InstrumentState::kHalted, "HALTED"},
    {InstrumentState::kCancelOnly, "CANCEL_ONLY"}, {InstrumentState::kPostOnly, "POST_ONLY"},
    {InstrumentState::kAuction, "AUCTION"},        {InstrumentState::kClosed, "CLOSED"},
};

constexpr std::pair<StateCause, std::string_view> kCauses[] = {
    {StateCause::kCommand, "COMMAND"},
    {StateCause::kSchedule, "SCHEDULE"},
    {StateCause::kVolatility, "VOLATILITY"},
    {StateCause::kAuctionEnd, "AUCTION_END"},
};

}  // namespace

std::string_view Name(RejectReason reason) { return Find(kRejectReasons, reason); }
std::string_view Name(CancelReason reason) { return Find(kCancelReasons, reason); }
std::string_view Name(OrderStatus status) { return Find(kStatuses, status); }
std::string_view Name(Side side) { return Find(kSides, side); }
std::string_view Name(SelfTrade mode) { return Find(kModes, mode); }
std::string_view Name(InstrumentState state) { return Find(kStates, state); }
std::string_view Name(StateCause cause) { return Find(kCauses, cause); }

}  // namespace rialto::engine
