#include "common/postgres/copy_writer.h"

#include <array>
#include <type_traits>

#include "common/base/check.h"
#include "common/postgres/wire.h"

namespace rialto::postgres {
namespace {

// Signature, flags, length of the header extension.
constexpr std::string_view kHeader("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);

}  // namespace

CopyWriter::CopyWriter(int16_t column_count) : column_count_(column_count), buffer_(kHeader) {
  column_ = column_count_;
}

CopyWriter& CopyWriter::Row() {
  CHECK(column_ == column_count_);
  column_ = 0;
  ++row_count_;
  PutBigEndian<int16_t>(buffer_, column_count_);
  return *this;
}

// Length and value in one piece: most of what is copied are integers.
template <typename Int>
void CopyWriter::Put(Int value) {
  CHECK(column_ < column_count_);
  ++column_;
  std::array<char, sizeof(int32_t) + sizeof(Int)> bytes{0, 0, 0, sizeof(Int)};
  auto bits = static_cast<std::make_unsigned_t<Int>>(value);
  for (size_t i = bytes.size(); i > sizeof(int32_t); --i) {
    bytes[i - 1] = static_cast<char>(bits);
    bits = static_cast<std::make_unsigned_t<Int>>(static_cast<uint64_t>(bits) >> 8);
  }
  buffer_.append(bytes.data(), bytes.size());
}

CopyWriter& CopyWriter::Int64(int64_t value) {
  Put(value);
  return *this;
}

CopyWriter& CopyWriter::Int32(int32_t value) {
  Put(value);
  return *this;
}

CopyWriter& CopyWriter::Int16(int16_t value) {
  Put(value);
  return *this;
}

CopyWriter& CopyWriter::Bool(bool value) {
  Put(static_cast<int8_t>(value ? 1 : 0));
  return *this;
}

CopyWriter& CopyWriter::Text(std::string_view value) {
  BeginValue(static_cast<int32_t>(value.size()));
  buffer_ += value;
  return *this;
}

CopyWriter& CopyWriter::Null() {
  BeginValue(-1);
  return *this;
}

std::string_view CopyWriter::bytes() const {
  CHECK(column_ == column_count_);
  return buffer_;
}

void CopyWriter::Clear() {
  buffer_.resize(kHeader.size());
  column_ = column_count_;
  row_count_ = 0;
}

void CopyWriter::BeginValue(int32_t size_bytes) {
  CHECK(column_ < column_count_);
  ++column_;
  PutBigEndian<int32_t>(buffer_, size_bytes);
}

}  // namespace rialto::postgres
