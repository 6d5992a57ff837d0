// CHECK: a promise of this process to itself. On in release; a broken one ends the process, and
// recovery starts from what is durable. To be deleted when Abseil brings its own.
#pragma once

#include "absl/base/optimization.h"
#include "absl/status/status.h"

namespace rialto::internal {
[[noreturn]] void CheckFailed(const char* file, int line, const char* what);
[[noreturn]] void CheckOkFailed(const char* file, int line, const char* what,
                                const absl::Status& status);
inline const absl::Status& AsStatus(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& AsStatus(const T& status_or) {
  return status_or.status();
}
}  // namespace rialto::internal

#define CHECK(condition)                                               \
  do {                                                                 \
    if (ABSL_PREDICT_FALSE(!(condition)))                              \
      ::rialto::internal::CheckFailed(__FILE__, __LINE__, #condition); \
  } while (false)

#define CHECK_OK(expression)                                                           \
  do {                                                                                 \
    const auto& check_ok_value = (expression);                                         \
    if (ABSL_PREDICT_FALSE(!check_ok_value.ok()))                                      \
      ::rialto::internal::CheckOkFailed(__FILE__, __LINE__, #expression,               \
                                        ::rialto::internal::AsStatus(check_ok_value)); \
  } while (false)
