// An integer that means one thing. An OrderId is never an AccountId by accident, and neither adds
// up.
#pragma once

#include <compare>
#include <cstdint>
#include <utility>

namespace rialto {

template <typename Tag, typename Rep = uint64_t>
class StrongInt {
 public:
  using rep = Rep;

  constexpr StrongInt() = default;
  constexpr explicit StrongInt(Rep value) : value_(value) {}

  constexpr Rep value() const { return value_; }
  constexpr StrongInt Next() const { return StrongInt(static_cast<Rep>(value_ + 1)); }

  friend constexpr auto operator<=>(const StrongInt&, const StrongInt&) = default;

  template <typename H>
  friend H AbslHashValue(H state, const StrongInt& id) {
    return H::combine(std::move(state), id.value_);
  }

 private:
  Rep value_{};
};

}  // namespace rialto
