#include "common/base/check.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace rialto::internal {

void CheckFailed(const char* file, int line, const char* what) {
  std::fprintf(stderr, "level=fatal at=%s:%d msg=\"CHECK failed: %s\"\n", file, line, what);
  std::abort();
}

void CheckOkFailed(const char* file, int line, const char* what, const absl::Status& status) {
  std::fprintf(stderr, "level=fatal at=%s:%d msg=\"CHECK_OK failed: %s\" status=\"%s\"\n", file,
               line, what, status.ToString().c_str());
  std::abort();
}

}  // namespace rialto::internal
