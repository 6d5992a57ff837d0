#include "engine/config.h"

#include <CLI/CLI.hpp>
#include <thread>

#include "common/base/status_macros.h"
#include "engine/codec/record_codec.h"
#include "engine/core/rule_set.h"
#include "engine/server/event_feed.h"

namespace rialto::engine {
namespace {

// A command takes about 100 bytes, a schedule with its calendar up to 128 KiB.
constexpr uint32_t kCommandBytesMax = 256u << 10;

}  // namespace

absl::StatusOr<Config> Config::FromFlags(int argc, char** argv) {
  Config config;
  if (std::thread::hardware_concurrency() < 2) config.writer_spin_us = 0;
  CLI::App app("Central matching engine: owns every balance and every order book.",
               "rialto_engine");
  AddCommonFlags(app, config.service);
  app.add_option("--journal-directory", config.journal.directory,
                 "Where commands become durable. One engine at a time.");
  app.add_option("--feed-directory", config.feed.directory,
                 "Where events are kept for followers; derived from the journal.");
  app.add_option("--segment-bytes", config.journal.segment_bytes,
                 "Size of a segment file of the journal; a multiple of 4096.");
  app.add_option("--feed-segment-bytes", config.feed.segment_bytes,
                 "Size of a segment file of the feed; a multiple of 4096, above 16 MiB.");
  app.add_option("--venue-id", config.journal.venue_id,
                 "Whose history this is; files of another venue are refused.");
  app.add_option("--ballast-bytes", config.journal.ballast_bytes,
                 "A file beside the journal to delete when the disk is full; 0: none.");
  app.add_option(
      "--archive-directory", config.journal.archive_directory,
      "Where journal segments go that no start needs any more; never removed. Empty: they "
      "stay.");
  app.add_option("--snapshot-directory", config.snapshots.directory,
                 "Where snapshots of the state are kept. Empty: none are made.");
  app.add_option("--snapshot-every-commands", config.snapshots.every_commands,
                 "Commands between two snapshots while the venue is calm.");
  app.add_option("--snapshot-every-commands-busy", config.snapshots.every_commands_busy,
                 "The same while it takes more than 20,000 commands a second; bounds how long a "
                 "start takes.");
  app.add_option("--snapshot-every-seconds", config.snapshots.every_seconds,
                 "Seconds between two snapshots, while commands come at all.");
  app.add_option("--snapshots-kept", config.snapshots.kept, "The newest so many; at least 3.");
  app.add_option("--mirror-database-url", config.mirror_database_url,
                 "PostgreSQL of the followers, libpq URL: a journal that has lost what they have "
                 "seen is not started from. Empty, or not to be reached: not compared.")
      ->envname("RIALTO_DATABASE_URL");
  app.add_option("--writer-spin-us", config.writer_spin_us,
                 "Microseconds that the writer looks for work before it sleeps; 0: none.")
      ->check(CLI::Range(0, 10'000));
  RETURN_IF_ERROR(ParseFlags(app, argc, argv, config.service));

  config.snapshots.venue_id = config.journal.venue_id;
  config.snapshots.engine_version = rules::kNewest;  // What it knows.
  config.journal.content = kJournalContent;
  config.journal.engine_version = rules::kNewest;
  config.journal.record_bytes_max = kCommandBytesMax;
  config.feed.content = kFeedContent;
  config.feed.record_bytes_max = EventFeed::kRecordBytesMax;
  config.feed.venue_id = config.journal.venue_id;
  config.feed.sync = journal::SyncPolicy::kNever;
  config.feed.chain_cover = journal::ChainCover::kHeaders;  // It can be made again.
  RETURN_IF_ERROR(journal::Validate(config.journal));
  RETURN_IF_ERROR(journal::Validate(config.feed));
  RETURN_IF_ERROR(Validate(config.snapshots));
  return config;
}

std::vector<DiskFolder> Config::disk_folders() const {
  return {{"journal", journal.directory},
          {"feed", feed.directory},
          {"archive", journal.archive_directory},
          {"snapshots", snapshots.directory}};
}

}  // namespace rialto::engine
