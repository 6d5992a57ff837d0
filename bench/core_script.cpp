#include "bench/core_script.h"

#include <memory>

#include "bench/replay.h"
#include "bench/textbook_book.h"

namespace rialto::bench {
namespace {

class Writer {
 public:
  Writer(const Workload& workload, uint64_t first_sequence)
      : sequence_(first_sequence), orders_(workload.order_id_max + 1) {
    for (uint32_t index = 0; index < workload.instruments; ++index) {
      books_.push_back(std::make_unique<TextbookBook<Writer>>(*this));
    }
  }

  void Write(const std::vector<BookCommand>& commands, std::vector<BookCommand>& script) {
    script.reserve(commands.size());
    for (const BookCommand& command : commands) {
      script.push_back(Translate(command));
      placed_.push_back(
          command.kind == CommandKind::kPlace ? static_cast<uint32_t>(command.order_id) : 0);
      Replay(*books_[command.instrument], command);
      ++sequence_;
    }
  }
  std::vector<uint32_t> TakePlaced() { return std::move(placed_); }

  // What the book says.
  void OnAccepted(const engine::BookOrder& order) {
    orders_[order.id.value()].remaining = Lots(order.quantity);
  }
  void OnRested(const engine::BookOrder&) {}
  void OnCanceled(const engine::BookOrder&) {}
  void OnModified(const engine::BookOrder& order) {
    orders_[order.id.value()].remaining = Lots(order.quantity);
  }
  void OnReduced(const engine::BookOrder& order, Quantity) {
    orders_[order.id.value()].remaining = Lots(order.quantity);
  }
  void OnTrade(const engine::BookTrade& trade) {
    for (const OrderId id : {trade.taker, trade.maker}) {
      orders_[id.value()].remaining -= Lots(trade.quantity);
      orders_[id.value()].executed += Lots(trade.quantity);
    }
  }
  void OnRejected(OrderId, engine::BookRejectReason) {}
  void OnCancelRejected(OrderId) {}
  void OnModifyRejected(OrderId, engine::BookRejectReason) {}

 private:
  struct Order {
    uint64_t sequence = 0;
    int32_t remaining = 0;
    int32_t executed = 0;
  };

  static int32_t Lots(Quantity quantity) { return static_cast<int32_t>(quantity.value()); }

  BookCommand Translate(BookCommand command) {
    Order& order = orders_[command.order_id];
    if (command.kind == CommandKind::kPlace) order.sequence = sequence_;
    command.order_id = order.sequence;
    if (command.kind == CommandKind::kMove && command.quantity != order.remaining) {
      command.reserved = static_cast<uint32_t>(order.executed + command.quantity);
    }
    if (command.kind == CommandKind::kReduce) {
      const int32_t left = order.executed + std::max(0, order.remaining - command.quantity);
      command.reserved = static_cast<uint32_t>(left);
      if (left == 0) command.kind = CommandKind::kCancel;
    }
    return command;
  }

  uint64_t sequence_;
  std::vector<Order> orders_;  // By the workload's id.
  std::vector<uint32_t> placed_;
  std::vector<std::unique_ptr<TextbookBook<Writer>>> books_;
};

}  // namespace

CoreScript WriteCoreScript(const Workload& workload, uint64_t first_sequence) {
  Writer writer(workload, first_sequence);
  CoreScript script;
  writer.Write(workload.prefill, script.prefill);
  writer.Write(workload.measured, script.measured);
  script.placed = writer.TakePlaced();
  return script;
}

}  // namespace rialto::bench
