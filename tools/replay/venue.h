// The venue as the replay needs it: one order command at a time, each with its decision.
//
// A call returns when the venue has decided; a business refusal is a decision. An error Status
// means that no decision could be had, however long one waits: the replay ends.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/money.h"
#include "rialto/common/v1/order.pb.h"
#include "tools/replay/market.h"

namespace rialto::replay {

// The accounts that a replay trades as. Who rests buys or sells only, and who takes never rests: so
// nobody can ever meet himself.
enum class Role { kBuyer, kSeller, kTaker };

inline constexpr int kAccountsPerRole = 4;

struct Trader {
  Role role = Role::kBuyer;
  int index = 0;  // Below kAccountsPerRole.
};

enum class Lifetime { kUntilCanceled, kImmediate };

struct NewOrder {
  Trader trader;
  std::string client_order_id;
  Side side = Side::kBuy;
  Price price;
  Quantity quantity;
  Lifetime lifetime = Lifetime::kUntilCanceled;
};

struct OrderName {
  Trader trader;
  std::string client_order_id;
};

// What the venue decided.
struct Decision {
  uint64_t sequence = 0;  // Of the first decision, when this repeats one.
  // Unspecified: accepted.
  common::v1::RejectReason reject_reason = common::v1::REJECT_REASON_UNSPECIFIED;
  std::string message;  // Of a refusal.
  uint64_t order_id = 0;
  Quantity executed;      // So far.
  Amount executed_quote;  // So far, before fees, minor units of the quote asset.
  Quantity remaining;
  // The venue had decided this client_order_id before.
  bool repeated = false;
  // An earlier attempt of this call ended without an answer; it may have been decided.
  bool resent = false;
  // Of the attempt that was answered.
  int64_t latency_ns = 0;

  bool accepted() const { return reject_reason == common::v1::REJECT_REASON_UNSPECIFIED; }
};

class Venue {
 public:
  virtual ~Venue() = default;

  virtual absl::StatusOr<Decision> Place(const NewOrder& order) = 0;
  virtual absl::StatusOr<Decision> Cancel(const OrderName& order) = 0;
  // Lowers the order's quantity, executed part included, to `total`.
  virtual absl::StatusOr<Decision> Amend(const OrderName& order, Quantity total) = 0;
};

}  // namespace rialto::replay
