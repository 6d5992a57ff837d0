// Requests as people write them, understood: what several services ask for in the same words.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/catalog/catalog.h"
#include "engine/core/command.h"
#include "google/protobuf/timestamp.pb.h"
#include "rialto/common/v1/order.pb.h"

namespace rialto::engine {

// InvalidArgument UNKNOWN_INSTRUMENT. Never null.
absl::StatusOr<const rialto::Instrument*> FindInstrument(const Catalog& catalog,
                                                         const std::string& symbol);

// InvalidArgument starting with a reason code: malformed.
absl::StatusOr<PlaceOrder> ParseForm(const Catalog& catalog, const common::v1::OrderForm& form);

// The filters that a mass cancel of one account and one of the whole venue share.
struct CancelFilter {
  std::string instrument;
  common::v1::OrderSide side = common::v1::ORDER_SIDE_UNSPECIFIED;
  std::string tag;
};
absl::StatusOr<MassCancel> ParseFilter(const Catalog& catalog, const CancelFilter& filter);

// Milliseconds as nanoseconds. InvalidArgument BAD_DURATION with the field: negative or too long to
// count.
absl::StatusOr<int64_t> ParseMilliseconds(const char* field, int64_t milliseconds);

// The same status with where it happened in front, after the reason code:
// "BAD_DECIMAL: orders[3]: ...".
absl::Status AtEntry(const absl::Status& status, const char* list, int index);

}  // namespace rialto::engine
