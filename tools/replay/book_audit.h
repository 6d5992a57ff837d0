// The comparison of the recorded book, row by row, with the venue's own history.
//
// Each row names the command after which it must be true. The event feed is dense and can be read
// from any position, so every row is compared at exactly that command: during the replay, after a
// crash of the venue, and in a second run over a recording that was replayed before.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/replay/feed_book.h"
#include "tools/replay/order_desk.h"

namespace rialto::replay {

// The engine's event feed from a chosen position on.
class FeedSource {
 public:
  virtual ~FeedSource() = default;

  // Once, before Next().
  virtual void Start(uint64_t from_sequence) = 0;
  // The next command; waits for it. The sequences are dense.
  virtual absl::StatusOr<engine::v1::CommandEvents> Next() = 0;
};

enum class RowComparison {
  kLevels,      // Prices and quantities of the best levels.
  kBestPrices,  // Best bid and best ask.
};

struct RowDifference {
  uint64_t line = 0;
  BookRow recorded;  // As deep as it was compared.
  BookRow venue;
  // How many commands ago the venue's book was as recorded; 0: never lately. Above 0, the record
  // was made before those events and written after them.
  int commands_behind = 0;
};

struct AuditResult {
  int64_t rows_checked = 0;
  int64_t rows_equal = 0;
  int64_t rows_explained = 0;              // Not equal, but the book was as recorded just before.
  std::vector<bool> row_equal;             // In order.
  std::vector<RowDifference> differences;  // The first kDifferencesMax.
};

class BookAudit {
 public:
  static constexpr size_t kDifferencesMax = 20;

  // Compares the best `levels` of each side.
  BookAudit(FeedSource& source, InstrumentId instrument, RowComparison comparison, size_t levels);

  // `row` must be the book after everything that `desk` has done. Compares now and then.
  absl::Status Expect(const OrderDesk& desk, uint64_t line, const BookRow& row);
  // Compares what is left, and reads the feed to the desk's last command.
  absl::Status Finish(const OrderDesk& desk);

  const AuditResult& result() const { return result_; }
  // The venue's book and trades, as far as compared.
  const FeedBook& book() const { return book_; }

 private:
  struct Row {
    Milestone milestone;
    uint64_t line = 0;
    BookRow recorded;
  };

  absl::Status Drain(const OrderDesk& desk);
  absl::Status AdvanceTo(const Milestone& milestone);
  absl::StatusOr<engine::v1::CommandEvents> Step();
  void Compare(const Row& row);
  bool IsEqual(const BookRow& recorded, const BookRow& venue) const;

  FeedSource& source_;
  const RowComparison comparison_;
  const size_t levels_;
  FeedBook book_;
  bool started_ = false;
  Milestone reached_;
  std::vector<Row> rows_;
  std::deque<BookRow> earlier_;  // The compared levels before the last commands, latest first.
  AuditResult result_;
};

}  // namespace rialto::replay
