// Bytes as commands on both engines: for a fuzzer, which changes bytes and watches what code runs.
//
// Every byte string is a run: a small venue is opened, then a byte says the kind of each command
// and the next ones its fields, mostly numbers that make sense and now and then any number at all.
#pragma once

#include <cstdint>
#include <string>

#include "absl/types/span.h"

namespace rialto::engine {

// Empty when both engines said the same all along; else where and what each said. CHECKs the
// invariants of both after every command.
std::string RunBytes(absl::Span<const uint8_t> bytes);

}  // namespace rialto::engine
