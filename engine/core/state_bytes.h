// State to bytes and back, member by member: what snapshot.cpp is written in.
//
// Numbers are little-endian in their own width, ids of callers and texts carry their length, lists
// their count; plain structs are their members in order (common/base/fields.h), so that a member
// that is added is stored. A reader that meets the end or nonsense (a value that an enum does not
// have) fails once and gives zeros from there on: whoever loads looks at ok().
//
// Thread: one.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/functional/function_ref.h"
#include "common/base/fields.h"
#include "common/base/ids.h"

namespace rialto::engine {

static_assert(std::endian::native == std::endian::little);

template <typename T>
concept Number = std::is_arithmetic_v<T> || std::is_enum_v<T>;
// StrongInt and what derives from it.
template <typename T>
concept StrongNumber = requires(const T& t) {
  typename T::rep;
  { t.value() } -> std::same_as<typename T::rep>;
};

// A value of an enum as a caller gave it: of what was refused, it may be one that there is not.
template <typename Enum>
struct AsGiven {
  Enum value{};
  operator Enum() const { return value; }  // NOLINT(google-explicit-constructor): that is its use.
};

class StateWriter {
 public:
  // Takes the bytes, piece by piece.
  using Sink = absl::FunctionRef<void(std::string_view)>;

  // `sink` outlives the writer: a temporary does not compile.
  template <typename Callable>
  explicit StateWriter(Callable& sink) : sink_(sink) {}
  StateWriter(const StateWriter&) = delete;
  StateWriter& operator=(const StateWriter&) = delete;

  template <typename... T>
  void operator()(const T&... values) {
    (Put(values), ...);
  }
  // Hands over what is left.
  void Flush() {
    sink_({buffer_.data(), size_});
    size_ = 0;
  }

 private:
  template <Number T>
  void Put(T value) {
    PutBytes(&value, sizeof value);
  }
  template <StrongNumber T>
  void Put(const T& value) {
    Put(value.value());
  }
  void Put(const CallerId& id) {
    Put(static_cast<uint8_t>(id.view().size()));
    PutBytes(id.view().data(), id.view().size());
  }
  void Put(const std::string& text) {
    Put(uint64_t{text.size()});
    for (const char c : text) Put(c);
  }
  template <typename T>
  void Put(const std::vector<T>& list) {
    Put(uint64_t{list.size()});
    for (const T& value : list) Put(value);
  }
  template <typename T, size_t kSize>
  void Put(const std::array<T, kSize>& list) {
    for (const T& value : list) Put(value);
  }
  template <typename T>
  void Put(const std::optional<T>& value) {
    Put(value.has_value());
    if (value.has_value()) Put(*value);
  }
  template <typename T>
  requires std::is_aggregate_v<T>
  void Put(const T& value) {
    WithFields(value, [&](const auto&... members) { (*this)(members...); });
  }

  void PutBytes(const void* bytes, size_t size) {
    if (size_ + size > buffer_.size()) Flush();
    std::memcpy(buffer_.data() + size_, bytes, size);
    size_ += size;
  }

  Sink sink_;
  std::array<char, 1 << 16> buffer_;
  size_t size_ = 0;
};

class StateReader {
 public:
  // Fills the buffer; how many bytes there were, 0 at the end.
  using Source = absl::FunctionRef<size_t(char*, size_t)>;

  // `source` outlives the reader: a temporary does not compile.
  template <typename Callable>
  explicit StateReader(Callable& source) : source_(source) {}
  StateReader(const StateReader&) = delete;
  StateReader& operator=(const StateReader&) = delete;

  template <typename... T>
  void operator()(T&... values) {
    (Get(values), ...);
  }
  template <typename T>
  T Read() {
    T value{};
    Get(value);
    return value;
  }
  bool ok() const { return ok_; }
  // What was read makes no sense.
  void Fail() { ok_ = false; }
  // Fails when it does not hold.
  bool Check(bool holds) {
    if (!holds) Fail();
    return ok_;
  }
  // Nothing is left.
  bool AtEnd() { return ok_ && !Fill(1); }

 private:
  template <Number T>
  void Get(T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      value = Read<uint8_t>() != 0;
    } else if constexpr (std::is_enum_v<T>) {
      value = static_cast<T>(Read<std::underlying_type_t<T>>());
      if (!Check(IsKnown(value))) value = T();  // Which there are stands beside each enum.
    } else {
      GetBytes(&value, sizeof value);
    }
  }
  template <typename Enum>
  void Get(AsGiven<Enum>& given) {
    given.value = static_cast<Enum>(Read<std::underlying_type_t<Enum>>());
  }
  template <StrongNumber T>
  void Get(T& value) {
    value = T(Read<typename T::rep>());
  }
  void Get(CallerId& id) {
    const auto size = Read<uint8_t>();
    id = CallerId();
    if (size == 0 || !Check(size <= CallerId::kSizeMax)) return;
    std::array<char, CallerId::kSizeMax> text;
    GetBytes(text.data(), size);
    if (!ok_) return;
    const auto parsed = CallerId::Parse({text.data(), size});
    if (Check(parsed.ok())) id = *parsed;
  }
  void Get(std::string& text) {
    text.clear();
    for (auto left = Read<uint64_t>(); left > 0 && ok_; --left) text += Read<char>();
  }
  // Grows as it reads, so that a wrong count asks for no memory.
  template <typename T>
  void Get(std::vector<T>& list) {
    list.clear();
    for (auto left = Read<uint64_t>(); left > 0 && ok_; --left) list.push_back(Read<T>());
  }
  template <typename T, size_t kSize>
  void Get(std::array<T, kSize>& list) {
    for (T& value : list) Get(value);
  }
  template <typename T>
  void Get(std::optional<T>& value) {
    value.reset();
    if (Read<bool>()) value = Read<T>();
  }
  template <typename T>
  requires std::is_aggregate_v<T>
  void Get(T& value) {
    WithFields(value, [&](auto&... members) { (*this)(members...); });
  }

  void GetBytes(void* bytes, size_t size) {
    if (!ok_ || (end_ - begin_ < size && !Check(Fill(size)))) {
      std::memset(bytes, 0, size);
      return;
    }
    std::memcpy(bytes, buffer_.data() + begin_, size);
    begin_ += size;
  }
  // Whether at least so many bytes are there.
  bool Fill(size_t size) {
    if (end_ - begin_ >= size) return true;
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    while (end_ < size) {
      const size_t count = source_(buffer_.data() + end_, buffer_.size() - end_);
      if (count == 0) return false;
      end_ += count;
    }
    return true;
  }

  Source source_;
  std::array<char, 1 << 16> buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool ok_ = true;
};

}  // namespace rialto::engine
