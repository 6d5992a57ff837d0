// Logging: one line, key=value, for changes of the process's state and for failures; never per
// order.
//
//   LOG_INFO("recovered records={} sequence={} seconds={:.3f}", n, sequence, seconds);
//
// Lines go to standard error; the supervisor keeps and rotates them.
#pragma once

#include <string_view>

#include "spdlog/spdlog.h"

#define LOG_INFO(...) ::spdlog::info(__VA_ARGS__)
#define LOG_WARNING(...) ::spdlog::warn(__VA_ARGS__)
#define LOG_ERROR(...) ::spdlog::error(__VA_ARGS__)

namespace rialto {

// Sets the one format: `time=… level=… service=… msg=…`. Call once, first thing in main.
void InitLog(std::string_view service);

}  // namespace rialto
