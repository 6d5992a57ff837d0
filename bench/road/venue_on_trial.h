// A venue of real programs for a bench: the engine with its journal on the disk, on demand the
// gateway, and beside them the yardstick, the bare echo server.
#pragma once

#include <memory>
#include <string>

#include "bench/road/child_process.h"
#include "tools/load/venue_door.h"

namespace rialto::bench {

class VenueOnTrial {
 public:
  enum class Parts { kEngine, kEngineAndGateway };

  // Starts everything with files below `directory`, creates an instrument and funded accounts, and
  // waits until orders are taken. Ends the process when that fails.
  VenueOnTrial(const std::string& directory, Parts parts);

  const load::MarketPlan& plan() const { return plan_; }
  const std::string& engine_address() const { return engine_address_; }
  const std::string& gateway_address() const { return gateway_address_; }
  const std::string& echo_address() const { return echo_address_; }

  const ChildProcess& engine() const { return *engine_; }
  const ChildProcess& echo() const { return *echo_; }
  // Null without one.
  const ChildProcess* gateway() const { return gateway_.get(); }

 private:
  const std::string engine_address_ = FreeAddress();
  const std::string gateway_address_ = FreeAddress();
  const std::string echo_address_ = FreeAddress();
  std::unique_ptr<ChildProcess> echo_;
  std::unique_ptr<ChildProcess> engine_;
  std::unique_ptr<ChildProcess> gateway_;
  load::MarketPlan plan_;
};

}  // namespace rialto::bench
