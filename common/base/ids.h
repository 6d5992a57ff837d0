// The identifiers of the venue, each its own type.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/base/strong_int.h"

namespace rialto {

using AccountId = StrongInt<struct AccountIdTag>;
using AssetId = StrongInt<struct AssetIdTag, uint32_t>;
using InstrumentId = StrongInt<struct InstrumentIdTag, uint32_t>;
// The sequence of the command that placed the order.
using OrderId = StrongInt<struct OrderIdTag>;
// sequence of the taker's command << kTradeIndexBits | index of the trade in it.
using TradeId = StrongInt<struct TradeIdTag>;
// Position of a command in the one order of the venue; dense, starts at 1; 0 is "before
// everything".
using Sequence = StrongInt<struct SequenceTag>;

inline constexpr int kTradeIndexBits = 16;

constexpr TradeId MakeTradeId(Sequence sequence, uint32_t index) {
  return TradeId(sequence.value() << kTradeIndexBits | index);
}

// A caller's own name for a thing: 1 to 36 characters of [A-Za-z0-9_-], held by value.
// The default value is empty and means "none".
class CallerId {
 public:
  static constexpr size_t kSizeMax = 36;

  constexpr CallerId() = default;

  // InvalidArgument with the reason and the offending length or character.
  static absl::StatusOr<CallerId> Parse(std::string_view text);

  std::string_view view() const { return {characters_.data(), size_}; }
  std::string ToString() const { return std::string(view()); }
  bool empty() const { return size_ == 0; }

  friend auto operator<=>(const CallerId& a, const CallerId& b) { return a.view() <=> b.view(); }
  friend bool operator==(const CallerId& a, const CallerId& b) { return a.view() == b.view(); }

  template <typename H>
  friend H AbslHashValue(H state, const CallerId& id) {
    return H::combine(std::move(state), id.view());
  }

 private:
  std::array<char, kSizeMax> characters_{};
  uint8_t size_ = 0;
};

// Idempotency key of an order, unique per account.
using ClientOrderId = CallerId;
// Idempotency key of a transfer, unique per venue.
using TransactionId = CallerId;

}  // namespace rialto
