// An engine's state as one piece of bytes: for tests and the simulator.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "engine/core/engine.h"
#include "engine/core/state_bytes.h"

namespace rialto::engine {

inline std::string SaveToString(const Engine& engine) {
  std::string bytes;
  const auto append = [&](std::string_view piece) { bytes += piece; };
  StateWriter out(append);
  engine.Save(out);
  out.Flush();
  return bytes;
}

// False: they are not a state's. REQUIRES: the engine is new.
inline bool LoadFromString(std::string_view bytes, Engine& engine) {
  const auto read = [&](char* buffer, size_t size) {
    const size_t count = bytes.copy(buffer, size);
    bytes.remove_prefix(count);
    return count;
  };
  StateReader in(read);
  return engine.Load(in);
}

}  // namespace rialto::engine
