// RETURN_IF_ERROR and ASSIGN_OR_RETURN, with Abseil's names. To be deleted when Abseil brings them.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define RETURN_IF_ERROR(expression)                                               \
  do {                                                                            \
    if (absl::Status status_macro_value = (expression); !status_macro_value.ok()) \
      return status_macro_value;                                                  \
  } while (false)

#define STATUS_MACROS_JOIN_INNER(a, b) a##b
#define STATUS_MACROS_JOIN(a, b) STATUS_MACROS_JOIN_INNER(a, b)

#define ASSIGN_OR_RETURN(declaration, expression) \
  ASSIGN_OR_RETURN_IMPL(STATUS_MACROS_JOIN(status_or_value_, __LINE__), declaration, expression)

#define ASSIGN_OR_RETURN_IMPL(value, declaration, expression) \
  auto value = (expression);                                  \
  if (!value.ok()) return std::move(value).status();          \
  declaration = *std::move(value)
