// Gives a workload's commands to a book, and sums up what the book says.
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

#include "bench/book_command.h"
#include "common/base/ids.h"
#include "common/base/money.h"
#include "engine/core/limit_order_book.h"

namespace rialto::bench {

template <typename Book>
void Replay(Book& book, const BookCommand& command) {
  const OrderId id(command.order_id);
  switch (command.kind) {
    case CommandKind::kPlace:
      return book.Add({id, command.side, Price(command.price), Quantity(command.quantity)},
                      command.time_in_force);
    case CommandKind::kCancel:
      return book.Cancel(id);
    case CommandKind::kMove:
      return book.Modify(id, Price(command.price), Quantity(command.quantity));
    case CommandKind::kReduce:
      return book.Reduce(id, Quantity(command.quantity));
  }
}

// One number for a whole stream of reports, every field and their order included. As cheap as a
// sink can be that still looks at everything: one dependent multiplication per report.
class ReportDigest {
 public:
  void OnAccepted(const engine::BookOrder& order) { Mix(1, Of(order)); }
  void OnRested(const engine::BookOrder& order) { Mix(2, Of(order)); }
  void OnCanceled(const engine::BookOrder& order) { Mix(3, Of(order)); }
  void OnModified(const engine::BookOrder& order) { Mix(4, Of(order)); }
  void OnReduced(const engine::BookOrder& order, Quantity lots) {
    Mix(5, Of(order) ^ At(lots.value(), 36));
  }
  void OnTrade(const engine::BookTrade& trade) {
    Mix(6, At(trade.taker.value(), 0) ^ At(trade.maker.value(), 28) ^ At(trade.price.value(), 24) ^
               At(trade.quantity.value(), 45));
    Mix(static_cast<uint64_t>(trade.taker_side),
        At(trade.taker_remaining.value(), 8) ^ At(trade.maker_remaining.value(), 40));
  }
  void OnRejected(OrderId id, engine::BookRejectReason reason) { Refused(7, id, reason); }
  void OnCancelRejected(OrderId id) { Mix(8, At(id.value(), 0)); }
  void OnModifyRejected(OrderId id, engine::BookRejectReason reason) { Refused(9, id, reason); }

  uint64_t value() const { return value_; }

 private:
  template <typename Number>
  static uint64_t At(Number value, int bit) {
    return std::rotl(static_cast<uint64_t>(value), bit);
  }
  static uint64_t Of(const engine::BookOrder& order) {
    return At(order.id.value(), 0) ^ At(order.price.value(), 24) ^ At(order.quantity.value(), 45) ^
           At(static_cast<uint64_t>(order.side), 60);
  }
  void Refused(uint64_t kind, OrderId id, engine::BookRejectReason reason) {
    Mix(kind, At(id.value(), 0) ^ At(static_cast<uint64_t>(reason), 45));
  }
  // Odd, so nothing is lost: two streams that differ in one report end differently.
  void Mix(uint64_t kind, uint64_t report) {
    value_ = (value_ + report + (kind << 56)) * 0x9FB21C651E98DF25;
  }

  uint64_t value_ = 0;
};

// The books of all instruments of a workload, which report to one digest.
template <template <typename> typename BookOf>
class Books {
 public:
  explicit Books(uint32_t instruments) {
    for (uint32_t index = 0; index < instruments; ++index) {
      books_.push_back(std::make_unique<BookOf<ReportDigest>>(digest_));
    }
  }

  void Replay(const BookCommand& command) { bench::Replay(*books_[command.instrument], command); }
  // With one book there is nothing to look up.
  void Replay(const std::vector<BookCommand>& commands) {
    if (books_.size() > 1) {
      for (const BookCommand& command : commands) Replay(command);
      return;
    }
    BookOf<ReportDigest>& book = *books_.front();
    for (const BookCommand& command : commands) bench::Replay(book, command);
  }
  uint64_t digest() const { return digest_.value(); }
  const BookOf<ReportDigest>& operator[](uint32_t instrument) const { return *books_[instrument]; }

 private:
  ReportDigest digest_;
  std::vector<std::unique_ptr<BookOf<ReportDigest>>> books_;
};

}  // namespace rialto::bench
