// Big-endian integers, as PostgreSQL's binary formats have them.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>

namespace rialto::postgres {

template <typename Int>
void PutBigEndian(std::string& out, Int value) {
  const auto bits = static_cast<std::make_unsigned_t<Int>>(value);
  char bytes[sizeof(Int)];
  for (size_t i = 0; i < sizeof(Int); ++i) {
    bytes[i] = static_cast<char>(static_cast<uint64_t>(bits) >> (8 * (sizeof(Int) - 1 - i)));
  }
  out.append(bytes, sizeof(Int));
}

}  // namespace rialto::postgres
