// Connections to other services.
#pragma once

#include <memory>
#include <string>

#include "grpcpp/channel.h"

namespace rialto {

// A lazy channel to HOST:PORT inside the mesh: connects on first use and by itself again (backoff
// 50 ms to 1 s), receives messages up to 64 MiB (the event feed), pings every 30 s so that a dead
// peer is found, ignores proxies of the environment. Channels to one address share a connection.
std::shared_ptr<grpc::Channel> OpenChannel(const std::string& address);

}  // namespace rialto
