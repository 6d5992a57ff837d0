// Rows that a statement returned, read by column position.
//
// Asking for a column that is not there, for a number that is none, or for the value of a NULL is a
// CHECK: the statement stands beside the reading code. Texts live as long as the Result.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

struct pg_result;

namespace rialto::postgres {

class Row {
 public:
  Row(const pg_result* result, int index) : result_(result), index_(index) {}

  int64_t Int64(int column) const;
  bool Bool(int column) const;
  std::string_view Text(int column) const;
  bool IsNull(int column) const;

 private:
  const pg_result* result_;
  int index_;
};

class Result {
 public:
  explicit Result(pg_result* result);

  int row_count() const;
  bool empty() const { return row_count() == 0; }
  Row row(int index) const;

  // Rows written by an INSERT, UPDATE, DELETE or COPY.
  int64_t affected_rows() const;

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

}  // namespace rialto::postgres
