// Protobuf's wire format, written straight from values into memory of its own: no message objects,
// nothing counted twice, nothing allocated.
//
// For the messages that every order needs. The bytes are those protobuf writes: fields in the order
// in which they are given, what is 0 or empty left out. Holds small messages: integers and
// identifiers.
// Thread: one.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include "common/base/check.h"

namespace rialto::engine {

class WireWriter {
 public:
  static constexpr size_t kBytesMax = 2'048;

  // An integer, an enum, or a strong type around one; left out when 0.
  template <typename T>
  void Field(int number, const T& value) {
    if constexpr (requires { value.value(); }) {
      Field(number, value.value());
    } else if constexpr (std::is_enum_v<T>) {
      Field(number, static_cast<std::underlying_type_t<T>>(value));
    } else {
      static_assert(std::is_integral_v<T>);
      // A number below 0 has the ten bytes of its 64 bits, whatever its type.
      uint64_t plain = 0;
      if constexpr (std::is_signed_v<T>) {
        plain = static_cast<uint64_t>(int64_t{value});
      } else {
        plain = value;
      }
      if (plain == 0) return;
      CheckRoomFor(kVarintBytesMax + kTagBytesMax);
      Varint(Tag(number, kVarint));
      Varint(plain);
    }
  }

  // A string, or bytes; left out when empty.
  void Text(int number, std::string_view text) {
    if (text.empty()) return;
    CheckRoomFor(kTagBytesMax + kVarintBytesMax + text.size());
    Varint(Tag(number, kDelimited));
    Varint(text.size());
    std::memcpy(next_, text.data(), text.size());
    next_ += text.size();
  }

  // A message whose fields `fill` writes; there, also when it is empty.
  template <typename Fill>
  void Message(int number, Fill fill) {
    CheckRoomFor(kTagBytesMax + 1);
    Varint(Tag(number, kDelimited));
    char* const length = next_++;
    fill();
    const auto size = static_cast<size_t>(next_ - length - 1);
    if (size < 0x80) {
      *length = static_cast<char>(size);
      return;
    }
    // Its length takes two bytes, which kBytesMax stays below three of: move up by one.
    CheckRoomFor(1);
    std::memmove(length + 2, length + 1, size);
    ++next_;
    length[0] = static_cast<char>(size | 0x80);
    length[1] = static_cast<char>(size >> 7);
  }

  std::string_view view() const {
    return {bytes_.data(), static_cast<size_t>(next_ - bytes_.data())};
  }
  void Clear() { next_ = bytes_.data(); }

 private:
  enum WireType : uint32_t { kVarint = 0, kDelimited = 2 };
  static constexpr size_t kTagBytesMax = 5;
  static constexpr size_t kVarintBytesMax = 10;
  static_assert(kBytesMax < 1 << 14);

  static uint32_t Tag(int number, WireType type) {
    return static_cast<uint32_t>(number) << 3 | static_cast<uint32_t>(type);
  }
  void CheckRoomFor(size_t bytes) {
    CHECK(static_cast<size_t>(bytes_.data() + bytes_.size() - next_) >= bytes);
  }
  void Varint(uint64_t value) {
    while (value >= 0x80) {
      *next_++ = static_cast<char>(value | 0x80);
      value >>= 7;
    }
    *next_++ = static_cast<char>(value);
  }

  std::array<char, kBytesMax> bytes_;  // Not filled before it is written.
  char* next_ = bytes_.data();
};

// Adds a message, or a string, of any size as a field to `bytes`.
inline void AppendDelimited(int number, std::string_view content, std::string& bytes) {
  const auto append_varint = [&](uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<char>(value | 0x80));
    bytes.push_back(static_cast<char>(value));
  };
  append_varint(static_cast<uint32_t>(number) << 3 | 2);
  append_varint(content.size());
  bytes.append(content);
}

}  // namespace rialto::engine
