// engine: the writer. One thread decides everything, in one order, durably.
#include "common/base/time.h"
#include "common/service/service_main.h"
#include "engine/config.h"
#include "engine/journal/posix_file_system.h"
#include "engine/seen_by_followers.h"
#include "engine/server/account_service.h"
#include "engine/server/admin_service.h"
#include "engine/server/calendar_keeper.h"
#include "engine/server/event_feed.h"
#include "engine/server/event_service.h"
#include "engine/server/journal_commit_log.h"
#include "engine/server/market_data_service.h"
#include "engine/server/metrics.h"
#include "engine/server/order_service.h"
#include "engine/server/sequencer.h"
#include "engine/server/snapshot_store.h"
#include "engine/server/snapshotter.h"

namespace rialto::engine {

absl::Status Run(const Config& config, ServiceContext& context) {
  SystemClock clock;
  journal::PosixFileSystem files;
  Metrics metrics(context.registry());
  context.Expose(std::make_shared<DiskMetrics>(config.disk_folders()));
  JournalCommitLog log(files, config.journal);
  EventFeed feed(files, config.feed);
  SnapshotStore snapshots(files, config.snapshots);
  const auto seen = SeenByFollowers(config.mirror_database_url);
  Sequencer sequencer({log, feed, snapshots, clock, metrics, seen, config.writer_spin_max()});
  Snapshotter snapshotter({files, config.journal, snapshots, feed, sequencer, metrics});
  OrderService orders(sequencer);
  AccountService accounts(sequencer);
  MarketDataService market_data(sequencer);
  CalendarKeeper calendars(sequencer);
  AdminService admin(sequencer, calendars, snapshotter);
  EventService events(feed, sequencer, metrics);

  context.AddReadyCheck("sequencer", [&] { return sequencer.ready(); });
  context.AddStopAction([&] { orders.EndStreams(), events.EndStreams(); });
  return context.Serve({&orders, &accounts, &market_data, &admin, &events},
                       {&sequencer, &calendars, &events, &snapshotter});
}

}  // namespace rialto::engine

int main(int argc, char** argv) {
  return rialto::ServiceMain(argc, argv, rialto::engine::Config::FromFlags, rialto::engine::Run);
}
