// One parameter of a statement.
//
// Integers travel as int8 (the server narrows on assignment), lists as int8[] or text[] for
// unnest(), text untyped: the server reads it as whatever stands there (numeric, jsonb, an enum …).
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/check.h"
#include "common/base/strong_int.h"

namespace rialto::postgres {

class Value {
 public:
  // NOLINTBEGIN(google-explicit-constructor): a parameter list reads as its values.
  // An unsigned value beyond int64 is a CHECK: no identifier of the venue gets there.
  template <std::integral Int>
  requires(!std::same_as<Int, bool>) Value(Int number) : Value(Number{Checked(number)}) {}
  template <typename Tag, typename Rep>
  Value(StrongInt<Tag, Rep> id) : Value(id.value()) {}
  Value(bool truth);
  Value(std::string_view text);
  Value(const std::string& text) : Value(std::string_view(text)) {}
  Value(const char* text) : Value(std::string_view(text)) {}
  Value(std::nullopt_t);
  Value(const std::vector<int64_t>& numbers);
  Value(const std::vector<std::string>& texts);
  template <typename T>
  Value(const std::optional<T>& value) : Value(value ? Value(*value) : Value(std::nullopt)) {}
  // NOLINTEND(google-explicit-constructor)

  bool is_null() const { return is_null_; }
  // The type's number in the server's catalogue; 0: let the server infer it.
  uint32_t type() const { return type_; }
  // 1 binary, 0 text: libpq's own convention.
  int format() const { return format_; }
  const std::string& bytes() const { return bytes_; }

 private:
  struct Number {
    int64_t value;
  };
  explicit Value(Number number);

  template <std::integral Int>
  static int64_t Checked(Int number) {
    CHECK(std::in_range<int64_t>(number));
    return static_cast<int64_t>(number);
  }

  uint32_t type_ = 0;
  int format_ = 0;
  bool is_null_ = false;
  std::string bytes_;
};

}  // namespace rialto::postgres
