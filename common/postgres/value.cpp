#include "common/postgres/value.h"

#include "common/postgres/wire.h"

namespace rialto::postgres {
namespace {

// Numbers of the built-in types in the server's catalogue (pg_type.dat); they never change.
constexpr uint32_t kBoolType = 16;
constexpr uint32_t kInt8Type = 20;
constexpr uint32_t kTextType = 25;
constexpr uint32_t kTextArrayType = 1009;
constexpr uint32_t kInt8ArrayType = 1016;

// One dimension, no NULLs, lower bound 1: array_recv's header.
void PutArrayHeader(std::string& out, uint32_t element_type, size_t count) {
  PutBigEndian<int32_t>(out, count == 0 ? 0 : 1);
  PutBigEndian<int32_t>(out, 0);
  PutBigEndian<uint32_t>(out, element_type);
  if (count == 0) return;
  PutBigEndian<int32_t>(out, static_cast<int32_t>(count));
  PutBigEndian<int32_t>(out, 1);
}

}  // namespace

Value::Value(Number number) : type_(kInt8Type), format_(1) {
  PutBigEndian<int64_t>(bytes_, number.value);
}

Value::Value(bool truth) : type_(kBoolType), format_(1), bytes_(1, truth ? '\1' : '\0') {}

Value::Value(std::string_view text) : bytes_(text) {}

Value::Value(std::nullopt_t) : is_null_(true) {}

Value::Value(const std::vector<int64_t>& numbers) : type_(kInt8ArrayType), format_(1) {
  bytes_.reserve(20 + numbers.size() * 12);
  PutArrayHeader(bytes_, kInt8Type, numbers.size());
  for (int64_t number : numbers) {
    PutBigEndian<int32_t>(bytes_, sizeof(number));
    PutBigEndian<int64_t>(bytes_, number);
  }
}

Value::Value(const std::vector<std::string>& texts) : type_(kTextArrayType), format_(1) {
  PutArrayHeader(bytes_, kTextType, texts.size());
  for (const std::string& text : texts) {
    PutBigEndian<int32_t>(bytes_, static_cast<int32_t>(text.size()));
    bytes_ += text;
  }
}

}  // namespace rialto::postgres
