// Every knob of the engine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/service/flags.h"
#include "engine/journal/options.h"
#include "engine/server/disk_metrics.h"
#include "engine/server/snapshot_store.h"

namespace rialto::engine {

struct Config {
  ServiceFlags service{.name = "engine",
                       .listen_address = "127.0.0.1:50051",
                       .metrics_listen_address = "127.0.0.1:9401"};
  // Commands, synced: the truth.
  journal::Options journal{.directory = "var/engine/journal",
                           .ballast_bytes = journal::kBallastBytes};
  // Events, derived: refilled from the journal.
  journal::Options feed{.directory = "var/engine/feed"};

  // Of the state; a start loads the newest and replays what is behind it.
  SnapshotOptions snapshots{.directory = "var/engine/snapshots"};

  // The followers' database: a start compares its history with what they have seen of it; empty: it
  // does not. One that can not be reached holds nothing up.
  std::string mirror_database_url;
  // How long the writer thread looks for work before it sleeps, microseconds, 0 to 10,000. What a
  // sleep and a wake-up cost, and a little more: a client that waits for its answer comes back
  // within that time. On one processor it only gets in the way.
  int64_t writer_spin_us = 100;
  absl::Duration writer_spin_max() const { return absl::Microseconds(writer_spin_us); }

  // Every folder that is written to, whose disks must not run full.
  std::vector<DiskFolder> disk_folders() const;

  static absl::StatusOr<Config> FromFlags(int argc, char** argv);
};

}  // namespace rialto::engine
