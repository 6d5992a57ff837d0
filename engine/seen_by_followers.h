// What the followers have seen of this engine's history.
#pragma once

#include <string>
#include <vector>

#include "engine/server/seen_history.h"

namespace rialto::engine {

// As their database says. Empty when `database_url` is, and, with a warning, when it does not
// answer within seconds (ReadStoredPositions()): the engine never waits for its mirrors.
std::vector<SeenHistory> SeenByFollowers(const std::string& database_url);

}  // namespace rialto::engine
