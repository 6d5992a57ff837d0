// What a workload asks of a book, packed so that reading it costs half a cache line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/order_types.h"

namespace rialto::bench {

enum class CommandKind : uint8_t { kPlace = 0, kCancel = 1, kMove = 2, kReduce = 3 };

struct BookCommand {
  uint64_t order_id = 0;
  int64_t price = 0;      // Ticks. Place, move.
  int32_t quantity = 0;   // Lots. Place: the order's; move: what it has from here on; reduce: less.
  uint32_t account = 0;   // Index of the owner.
  uint32_t reserved = 0;  // For whoever translates the command.
  CommandKind kind = CommandKind::kPlace;
  engine::Side side = engine::Side::kBuy;                                      // Place.
  engine::TimeInForce time_in_force = engine::TimeInForce::kGoodTillCanceled;  // Place.
  uint8_t instrument = 0;                                                      // Index.
};
static_assert(sizeof(BookCommand) == 32);

// Commands that fill the books, and commands to measure on the full books.
struct Workload {
  std::string name;
  std::vector<BookCommand> prefill;
  std::vector<BookCommand> measured;
  uint32_t instruments = 1;
  uint32_t accounts = 1;
  uint64_t order_id_max = 0;  // Ids are dense from 1.
};

}  // namespace rialto::bench
