// How the ledger follows the feed: larger batches than others, since what a batch does to one
// balance or order is written once.
#pragma once

#include <string>
#include <utility>

#include "common/follower/follower.h"

namespace rialto::ledger {

inline FollowerOptions OptionsOfFollower(std::string engine_address, std::string database_url) {
  FollowerOptions options;
  options.service = "ledger";
  options.engine_address = std::move(engine_address);
  options.database_url = std::move(database_url);
  options.batch_commands_max = 30'000;
  options.batch_bytes_max = 12 << 20;
  return options;
}

}  // namespace rialto::ledger
