// Settings of the gateway.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "common/service/flags.h"

namespace rialto::gateway {

struct Config {
  // A batch of 1,024 orders with every field filled in; nothing larger is taken.
  static constexpr int kReceiveBytesMax = 512 << 10;
  // Calls of one connection; what a client asks beyond waits with it. Of what is to be refused no
  // more than some tens of milliseconds, and 20 MB of gRPC's, wait here.
  static constexpr int kCallsPerConnectionMax = 1'024;

  ServiceFlags service{.name = "gateway",
                       .listen_address = "127.0.0.1:50050",
                       .metrics_listen_address = "127.0.0.1:9400",
                       .receive_bytes_max = kReceiveBytesMax,
                       .streams_per_connection_max = kCallsPerConnectionMax};
  // HOST:PORT.
  std::string engine_address = "127.0.0.1:50051";
  // Orders and cancels sent to the engine and not answered, 1 to 1,000,000; with so many the next
  // order is RESOURCE_EXHAUSTED. What the engine decides in some tens of milliseconds: whoever is
  // taken waits no longer than that.
  size_t orders_in_flight_max = 2'048;

  static absl::StatusOr<Config> FromFlags(int argc, char** argv);
};

}  // namespace rialto::gateway
