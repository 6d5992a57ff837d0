// The venue behind the gateway: orders as decimals over unary gRPC, one at a time, so that the
// engine takes them in the order of the recording. Waits out crashes of the services.
#pragma once

#include <memory>

#include "rialto/gateway/v1/market_data_service.grpc.pb.h"
#include "rialto/gateway/v1/order_service.grpc.pb.h"
#include "tools/replay/venue.h"
#include "tools/replay/venue_setup.h"

namespace rialto::replay {

class GatewayVenue : public Venue {
 public:
  GatewayVenue(const VenueChannels& channels, const PreparedVenue& prepared);

  absl::StatusOr<Decision> Place(const NewOrder& order) override;
  absl::StatusOr<Decision> Cancel(const OrderName& order) override;
  absl::StatusOr<Decision> Amend(const OrderName& order, Quantity total) override;

  // The book as the gateway shows it, at most `levels` per side.
  absl::StatusOr<BookRow> GetDepth(int levels);

 private:
  absl::Status Take(const common::v1::OrderAccepted& accepted, Decision& decision) const;
  std::string Format(Quantity quantity) const;

  const PreparedVenue prepared_;
  const std::chrono::seconds patience_;
  const std::unique_ptr<gateway::v1::OrderService::Stub> orders_;
  const std::unique_ptr<gateway::v1::MarketDataService::Stub> market_data_;
};

}  // namespace rialto::replay
