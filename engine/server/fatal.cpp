#include "engine/server/fatal.h"

#include <unistd.h>

#include "common/base/log.h"

namespace rialto::engine {

void ExitFatally(FatalExit code, const absl::Status& reason) {
  LOG_ERROR("fatal exit_code={} status=\"{}\"", static_cast<int>(code), reason.ToString());
  spdlog::default_logger()->flush();
  _exit(static_cast<int>(code));
}

}  // namespace rialto::engine
