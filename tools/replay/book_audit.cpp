#include "tools/replay/book_audit.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rialto::replay {
namespace {

// Reading the feed in larger bites keeps it off the path of the orders.
constexpr size_t kRowsPerDrain = 256;
constexpr size_t kEarlierBooksMax = 4;

BookRow Cut(const BookRow& row, size_t levels) {
  BookRow cut = row;
  cut.bids.resize(std::min(levels, cut.bids.size()));
  cut.asks.resize(std::min(levels, cut.asks.size()));
  return cut;
}

bool SameBest(const std::vector<Level>& a, const std::vector<Level>& b) {
  if (a.empty() || b.empty()) return a.empty() == b.empty();
  return a.front().price == b.front().price;
}

bool Shows(const engine::v1::CommandEvents& command, const Milestone& milestone) {
  return std::any_of(command.events().begin(), command.events().end(), [&](const auto& event) {
    if (event.has_order_canceled()) {
      return event.order_canceled().order_id() == milestone.order_id &&
             milestone.remaining == Quantity(0);
    }
    return event.has_order_reduced() && event.order_reduced().order_id() == milestone.order_id &&
           event.order_reduced().remaining_lots() == milestone.remaining.value();
  });
}

}  // namespace

BookAudit::BookAudit(FeedSource& source, InstrumentId instrument, RowComparison comparison,
                     size_t levels)
    : source_(source), comparison_(comparison), levels_(levels), book_(instrument) {}

absl::Status BookAudit::Expect(const OrderDesk& desk, uint64_t line, const BookRow& row) {
  rows_.push_back({desk.last_milestone(), line, Cut(row, levels_)});
  return rows_.size() < kRowsPerDrain ? absl::OkStatus() : Drain(desk);
}

absl::Status BookAudit::Finish(const OrderDesk& desk) {
  RETURN_IF_ERROR(Drain(desk));
  return AdvanceTo(desk.last_milestone());
}

absl::Status BookAudit::Drain(const OrderDesk& desk) {
  if (!started_ && desk.first_sequence() != 0) {
    source_.Start(desk.first_sequence());
    started_ = true;
  }
  for (const Row& row : rows_) {
    RETURN_IF_ERROR(AdvanceTo(row.milestone));
    Compare(row);
  }
  rows_.clear();
  return absl::OkStatus();
}

absl::Status BookAudit::AdvanceTo(const Milestone& milestone) {
  if (milestone == reached_) return absl::OkStatus();
  reached_ = milestone;
  if (milestone.sequence != 0) {
    while (book_.position() < milestone.sequence) RETURN_IF_ERROR(Step().status());
    return absl::OkStatus();
  }
  while (book_.position() < milestone.sequence_limit) {
    ASSIGN_OR_RETURN(const engine::v1::CommandEvents command, Step());
    if (Shows(command, milestone)) return absl::OkStatus();
  }
  return absl::InternalError(absl::StrCat("the event feed up to ", milestone.sequence_limit,
                                          " does not show the end of order ", milestone.order_id));
}

absl::StatusOr<engine::v1::CommandEvents> BookAudit::Step() {
  ASSIGN_OR_RETURN(engine::v1::CommandEvents command, source_.Next());
  if (comparison_ == RowComparison::kLevels) {
    book_.Apply(command);
    return command;
  }
  BookRow before = book_.Levels(levels_);
  book_.Apply(command);
  if (before != book_.Levels(levels_)) earlier_.push_front(std::move(before));
  if (earlier_.size() > kEarlierBooksMax) earlier_.pop_back();
  return command;
}

bool BookAudit::IsEqual(const BookRow& recorded, const BookRow& venue) const {
  if (comparison_ == RowComparison::kLevels) return recorded == venue;
  return SameBest(recorded.bids, venue.bids) && SameBest(recorded.asks, venue.asks);
}

void BookAudit::Compare(const Row& row) {
  const BookRow venue = book_.Levels(levels_);
  const bool equal = IsEqual(row.recorded, venue);
  ++result_.rows_checked;
  result_.rows_equal += equal ? 1 : 0;
  result_.row_equal.push_back(equal);
  if (equal) return;

  RowDifference difference = {row.line, row.recorded, venue};
  for (size_t i = 0; i < earlier_.size() && difference.commands_behind == 0; ++i) {
    if (IsEqual(row.recorded, earlier_[i])) difference.commands_behind = static_cast<int>(i) + 1;
  }
  result_.rows_explained += difference.commands_behind > 0 ? 1 : 0;
  if (result_.differences.size() < kDifferencesMax)
    result_.differences.push_back(std::move(difference));
}

}  // namespace rialto::replay
