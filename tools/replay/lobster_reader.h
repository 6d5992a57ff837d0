// Recordings in the LOBSTER format: a file of messages and a file with the book after each of them.
//
// Message: time in seconds, type, order id, size, price x 10,000, direction (1 buy, -1 sell: of the
// resting order). Book row: for every level ask price, ask size, bid price, bid size; an empty
// level has the price 9999999999 or -9999999999.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/replay/market.h"
#include "tools/replay/recorded_file.h"

namespace rialto::replay {

enum class LobsterType {
  kAdd = 1,
  kReduce = 2,
  kDelete = 3,
  kExecute = 4,
  // Of an order that the book never showed.
  kExecuteHidden = 5,
  kCrossTrade = 6,
  kHalt = 7,
};

struct LobsterMessage {
  int64_t time_ns = 0;  // Since midnight.
  LobsterType type = LobsterType::kAdd;
  uint64_t order_id = 0;
  Quantity size;
  Price price;  // 0 where the type has no price in ticks: hidden executions, cross trades, halts.
  Side side = Side::kBuy;
};

struct LobsterRecording {
  std::string message_path;
  uint32_t checksum = 0;
  int price_decimals = 2;  // 4 when some visible price is off the cent.
  int depth = 0;           // Levels per side in a row.
  std::vector<LobsterMessage> messages;
  std::vector<BookRow> rows;  // rows[i] is the book after messages[i].
};

absl::StatusOr<LobsterRecording> ReadLobster(const RecordedFile& message_file,
                                             const RecordedFile& book_file);

}  // namespace rialto::replay
