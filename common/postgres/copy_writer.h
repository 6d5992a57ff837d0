// Rows in PostgreSQL's binary COPY format, the fastest way into a table.
//
// The bytes must match the columns' types exactly: Int64 for bigint, Int32 for integer, Int16 for
// smallint, Text for text and enums. A row with more or fewer values than columns is a CHECK.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rialto::postgres {

class CopyWriter {
 public:
  explicit CopyWriter(int16_t column_count);

  // Starts the next row; its values follow, one call each, in the order of the columns.
  CopyWriter& Row();
  CopyWriter& Int64(int64_t value);
  CopyWriter& Int32(int32_t value);
  CopyWriter& Int16(int16_t value);
  CopyWriter& Bool(bool value);
  CopyWriter& Text(std::string_view value);
  CopyWriter& Null();

  // The whole copy so far, header included; the trailer is the connection's to add.
  // REQUIRES: the last row is complete.
  std::string_view bytes() const;
  size_t row_count() const { return row_count_; }
  bool empty() const { return row_count_ == 0; }
  // Forgets the rows, keeps the memory.
  void Clear();

 private:
  template <typename Int>
  void Put(Int value);
  void BeginValue(int32_t size_bytes);

  const int16_t column_count_;
  int16_t column_ = 0;
  size_t row_count_ = 0;
  std::string buffer_;
};

}  // namespace rialto::postgres
