// Little-endian integers in byte strings: what formats on disk are made of.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace rialto {

// Appends the little-endian bytes of an integer.
template <typename Int>
void PutInt(std::string& out, Int value) {
  char bytes[sizeof(Int)];
  std::memcpy(bytes, &value, sizeof(Int));  // x86-64 is little-endian.
  out.append(bytes, sizeof(Int));
}

// Overwrites sizeof(Int) bytes at `offset`. REQUIRES: they exist.
template <typename Int>
void SetInt(std::string& out, size_t offset, Int value) {
  std::memcpy(out.data() + offset, &value, sizeof(Int));
}

// Reads sizeof(Int) bytes at `offset`. REQUIRES: they exist.
template <typename Int>
Int GetInt(std::string_view in, size_t offset) {
  Int value;
  std::memcpy(&value, in.data() + offset, sizeof(Int));
  return value;
}

// Lower-case hexadecimal digits of the bytes.
std::string ToHex(std::string_view bytes);

}  // namespace rialto
