// A workload as commands of the whole engine: order ids are the engine's, and a change of quantity
// says the new total.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/book_command.h"

namespace rialto::bench {

// order_id is the engine's; of a place it makes the client order id. `reserved` is the total
// quantity that a move or a reduction asks for, 0: as it is. A reduction to nothing is a cancel,
// as amending to 0 means "as it is".
struct CoreScript {
  std::vector<BookCommand> prefill;
  std::vector<BookCommand> measured;
  // The workload's order id of each command that places, by position; prefill first.
  std::vector<uint32_t> placed;
};

// `first_sequence`: of the first command of the prefill. Runs a textbook book to know how much of
// each order has traded.
CoreScript WriteCoreScript(const Workload& workload, uint64_t first_sequence);

}  // namespace rialto::bench
