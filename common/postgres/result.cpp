#include "common/postgres/result.h"

#include <libpq-fe.h>

#include <charconv>

#include "common/base/check.h"

namespace rialto::postgres {
namespace {

int64_t ParseInt64(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  CHECK(error == std::errc() && end == text.data() + text.size());
  return value;
}

}  // namespace

int64_t Row::Int64(int column) const { return ParseInt64(Text(column)); }

bool Row::Bool(int column) const {
  const std::string_view text = Text(column);
  CHECK(text == "t" || text == "f");
  return text == "t";
}

std::string_view Row::Text(int column) const {
  CHECK(!IsNull(column));
  return {PQgetvalue(result_, index_, column),
          static_cast<size_t>(PQgetlength(result_, index_, column))};
}

bool Row::IsNull(int column) const {
  CHECK(column < PQnfields(result_));
  return PQgetisnull(result_, index_, column) == 1;
}

Result::Result(pg_result* result) : result_(result) {}

int Result::row_count() const { return PQntuples(result_.get()); }

Row Result::row(int index) const {
  CHECK(index >= 0 && index < row_count());
  return Row(result_.get(), index);
}

int64_t Result::affected_rows() const { return ParseInt64(PQcmdTuples(result_.get())); }

void Result::Clear::operator()(pg_result* result) const { PQclear(result); }

}  // namespace rialto::postgres
