// Every bound of the gateway that is not a flag.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace rialto::gateway::limits {

// Commands in one message of the order stream: the engine takes no more.
inline constexpr int kBatchCommandsMax = 1'024;
// Unanswered cancels at the engine; with so many the next is RESOURCE_EXHAUSTED. With
// the orders of Config, and a batch more of each, they fit the engine's inbox and its reserve.
inline constexpr size_t kCancelsInFlightMax = 65'536;

// Levels per side of GetDepth; whoever wants the whole book streams it.
inline constexpr int kDepthLevelsDefault = 20;
inline constexpr int kDepthLevelsMax = 1'000;

// Levels per side that the engine's GetDepth gives. A deeper book is rebuilt from the first event.
inline constexpr int kImageLevelsMax = 100'000;

inline constexpr int kInstrumentsPerPageDefault = 100;
inline constexpr int kInstrumentsPerPageMax = 1'000;

// Questions and transfers passed on to the engine and not answered; with so many the next is
// RESOURCE_EXHAUSTED. The thread that decides orders makes the answers, too: orders wait behind as
// many pages of open orders at most.
inline constexpr int kQuestionsInFlightMax = 64;

// A question to the engine on behalf of a caller who set no deadline.
inline constexpr std::chrono::seconds kQueryTimeout{10};

// Between two attempts to reach the engine.
inline constexpr std::chrono::milliseconds kBackoffMin{50};
inline constexpr std::chrono::milliseconds kBackoffMax{1'000};

inline constexpr std::chrono::seconds kHeartbeatInterval{1};

// The engine's feed has a heartbeat per second; after this long in silence it is dead.
inline constexpr std::chrono::seconds kFeedSilenceMax{10};

}  // namespace rialto::gateway::limits
