// `rialto_tool health`: whether a service answers SERVING on grpc.health.v1.
#pragma once

#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "grpcpp/channel.h"

namespace rialto::verify {

enum class Health { kServing, kNotServing, kUnknownService, kNoAnswer };

// Asks once. `service` empty: the process as a whole.
Health CheckHealth(const std::shared_ptr<grpc::Channel>& channel, const std::string& service);

// Adds the subcommand; what it returned is in `exit_code` after parsing: 0 SERVING, 1 anything
// else.
void AddHealthCommand(CLI::App& app, int& exit_code);

}  // namespace rialto::verify
