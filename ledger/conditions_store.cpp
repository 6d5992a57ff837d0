#include "ledger/conditions_store.h"

#include "absl/strings/str_cat.h"

namespace rialto::ledger {

void Conditions::Add(const std::string& left, const std::vector<postgres::Value>& values,
                     const char* right) {
  absl::StrAppend(&sql_, sql_.empty() ? " WHERE " : " AND ", left);
  for (const postgres::Value& value : values) {
    absl::StrAppend(&sql_, &value == values.data() ? "" : ", ", Parameter(value));
  }
  absl::StrAppend(&sql_, right);
}

std::string Conditions::Parameter(const postgres::Value& value) {
  values_.push_back(value);
  return absl::StrCat("$", values_.size());
}

}  // namespace rialto::ledger
