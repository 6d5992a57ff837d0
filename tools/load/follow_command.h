// `rialto_load follow`: one subscriber of the event feed, quick or slow, that looks for gaps.
#pragma once

#include <CLI/CLI.hpp>

namespace rialto::load {

// Subscribes again where it was when the stream breaks. Ends when it is asked to (SIGINT, SIGTERM)
// or has read up to --until. Exit code 0: no gap; 1: gaps.
void AddFollowCommand(CLI::App& app, int& exit_code);

}  // namespace rialto::load
