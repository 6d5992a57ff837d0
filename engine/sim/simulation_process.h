// The engine's process in a simulation: the parts of main.cpp from the files to the pipeline.
// Making one is a start of the process, destroying it is its end.
#pragma once

#include <string>

#include "common/base/time.h"
#include "engine/codec/record_codec.h"
#include "engine/journal/file_system.h"
#include "engine/journal/options.h"
#include "engine/server/event_feed.h"
#include "engine/server/journal_commit_log.h"
#include "engine/server/metrics.h"
#include "engine/server/pipeline.h"
#include "engine/server/snapshot_store.h"
#include "engine/sim/simulation_witness.h"
#include "prometheus/registry.h"

namespace rialto::engine {

// Where it keeps its files.
struct SimulationFiles {
  journal::Options journal{.directory = "journal",
                           .archive_directory = "archive",
                           .segment_bytes = 64 << 10,
                           .record_bytes_max = 8 << 10,
                           .content = kJournalContent,
                           .spare_segments = 0};
  journal::Options feed{.directory = "feed",
                        .segment_bytes = 1 << 20,
                        .record_bytes_max = 512 << 10,
                        .content = kFeedContent,
                        .sync = journal::SyncPolicy::kNever,
                        .chain_cover = journal::ChainCover::kHeaders,
                        .spare_segments = 0};
  SnapshotOptions snapshots{.directory = "snapshots"};
};

struct SimulationProcess {
  SimulationProcess(journal::FileSystem& files, const SimulationFiles& where,
                    SimulationWitness& witness)
      : metrics(registry),
        journal_log(files, where.journal),
        log(journal_log, witness),
        feed(files, where.feed),
        snapshots(files, where.snapshots),
        pipeline(log, feed, clock, metrics) {}

  SimClock clock;
  prometheus::Registry registry;
  Metrics metrics;
  JournalCommitLog journal_log;
  WitnessedLog log;
  EventFeed feed;
  SnapshotStore snapshots;
  Pipeline pipeline;
};

}  // namespace rialto::engine
