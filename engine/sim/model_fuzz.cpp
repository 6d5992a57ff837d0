// The fuzzer of the decision rules: bytes as commands on the core and on the naive model.
//
//   engine_model_fuzz -max_len=4096 corpus/
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "engine/sim/naive_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string difference = rialto::engine::RunBytes({bytes, size});
  if (!difference.empty()) {
    std::fputs(difference.c_str(), stderr);
    std::abort();
  }
  return 0;
}
