#include "engine/seen_by_followers.h"

#include <optional>

#include "common/base/log.h"
#include "common/follower/stored_positions.h"
#include "engine/codec/record_codec.h"

namespace rialto::engine {

std::vector<SeenHistory> SeenByFollowers(const std::string& database_url) {
  std::vector<SeenHistory> seen;
  if (database_url.empty()) return seen;
  const absl::StatusOr<std::vector<StoredPosition>> positions = ReadStoredPositions(database_url);
  if (!positions.ok()) {
    LOG_WARNING("followers_not_asked status=\"{}\"", positions.status().ToString());
    return seen;
  }
  for (const StoredPosition& position : *positions) {
    const std::optional<StateHash> hash = ToStateHash(position.checkpoint_hash);
    seen.push_back({.by = position.service, .sequence = position.sequence});
    if (hash.has_value()) seen.back().checkpoint = {position.checkpoint_sequence, *hash};
  }
  return seen;
}

}  // namespace rialto::engine
