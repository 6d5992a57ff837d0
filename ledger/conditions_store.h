// Conditions of a statement and their parameters, numbered as they are added.
#pragma once

#include <string>
#include <vector>

#include "common/postgres/value.h"

namespace rialto::ledger {

class Conditions {
 public:
  // Adds `left` + "$n, $m …" + `right`.
  void Add(const std::string& left, const std::vector<postgres::Value>& values,
           const char* right = "");
  // Another parameter: "$n".
  std::string Parameter(const postgres::Value& value);

  // " WHERE … AND …", or nothing.
  const std::string& sql() const { return sql_; }
  const std::vector<postgres::Value>& values() const { return values_; }

 private:
  std::string sql_;
  std::vector<postgres::Value> values_;
};

}  // namespace rialto::ledger
