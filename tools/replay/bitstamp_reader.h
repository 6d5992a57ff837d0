// Recordings of Bitstamp's live order feed: per line local time in milliseconds, event and JSON.
//
//   1430438404518 order_created {"price": "236.47", "amount": "2.00000000", "datetime":
//   "1430438404", "id": 65595247, "order_type": 0} events: order_created, order_changed,
//   order_deleted (order_type 0 bid, 1 ask), trade {price, amount, id}, order_book {bids, asks:
//   [[price, amount] ...], best first}
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/replay/market.h"
#include "tools/replay/recorded_file.h"

namespace rialto::replay {

inline constexpr int kBitstampPriceDecimals = 2;
inline constexpr int kBitstampQuantityDecimals = 8;

enum class BitstampType { kCreated, kChanged, kDeleted, kTrade, kBook };

struct BitstampEvent {
  BitstampType type = BitstampType::kCreated;
  int64_t time_ms = 0;  // Since the Unix epoch, of the recorder's clock.
  uint64_t id = 0;      // Of the order or the trade; 0 for a book.
  Side side = Side::kBuy;
  Price price;
  Quantity amount;        // Of an order: what is left of it.
  size_t book_index = 0;  // kBook: in BitstampRecording::books.
};

struct BitstampRecording {
  std::string path;
  uint32_t checksum = 0;
  std::vector<BitstampEvent> events;  // events[i] is line i + 1.
  std::vector<BookRow> books;
};

absl::StatusOr<BitstampRecording> ReadBitstamp(const RecordedFile& file);

}  // namespace rialto::replay
