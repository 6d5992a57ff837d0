// Engine and gateway in this process, for tests: the services that a replay calls, on a LocalVenue.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/server.h"
#include "rialto/common/v1/market.pb.h"
#include "tools/replay/local_venue.h"

namespace rialto::replay {

class LocalStack {
 public:
  LocalStack();
  ~LocalStack();

  const std::string& address() const { return address_; }

  // Before the replay.
  void AddAsset(const std::string& symbol, uint32_t scale);
  void AddInstrument(const common::v1::InstrumentView& view);

  // The next `count` order calls are decided, but their answers are lost.
  void LoseAnswers(int count);
  // The next `count` times the feed is read, it breaks after one message.
  void BreakFeed(int count);

  // After the replay.
  LocalVenue& venue() { return venue_; }
  const std::vector<common::v1::InstrumentView>& instruments() const { return instruments_; }
  // Account names by id less 1001, and what was deposited: transaction id to "account asset
  // amount".
  const std::vector<std::string>& accounts() const { return accounts_; }
  const absl::flat_hash_map<std::string, std::string>& deposits() const { return deposits_; }

 private:
  class Admin;
  class Account;
  class EngineMarketData;
  class Events;
  class Orders;
  class GatewayMarketData;

  absl::Mutex mutex_;
  LocalVenue venue_;
  std::vector<common::v1::AssetView> assets_;
  std::vector<common::v1::InstrumentView> instruments_;
  std::vector<std::string> accounts_;
  absl::flat_hash_map<std::string, std::string> deposits_;
  int answers_to_lose_ = 0;
  int feeds_to_break_ = 0;
  std::string address_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace rialto::replay
