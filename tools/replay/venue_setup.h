// What a replay needs at the venue before its first order: assets, an instrument, funded accounts.
//
// All of it is idempotent: names, symbols and transaction ids are the same in every run over a
// recording. Assets and the instrument are taken as they are when they exist already; but when
// nobody chose the instrument and the one of that name is not as a replay makes it, it is somebody
// else's market, and the recording gets an instrument of its own ("BTC-USD-9f86d081").
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/ids.h"
#include "grpcpp/channel.h"
#include "tools/replay/market.h"
#include "tools/replay/venue.h"

namespace rialto::replay {

// A dollar has cents; what a finer price x quantity leaves over goes to the house account
// `rounding`.
inline constexpr int kQuoteScale = 2;
inline constexpr uint32_t kMakerFeePpm = 100;
inline constexpr uint32_t kTakerFeePpm = 200;

inline constexpr int kRoles = 3;

struct VenueChannels {
  std::shared_ptr<grpc::Channel> engine;
  std::shared_ptr<grpc::Channel> gateway;
  std::chrono::seconds patience{300};  // How long an outage may last.
};

struct PreparedVenue {
  Market market;
  std::string tag;  // Names this recording in this instrument, in every run.
  InstrumentId instrument;
  int quote_scale = 0;
  std::array<std::array<AccountId, kAccountsPerRole>, kRoles> accounts;  // By role and index.
  bool book_is_empty = false;

  AccountId account(const Trader& trader) const {
    return accounts[static_cast<size_t>(trader.role)][static_cast<size_t>(trader.index)];
  }
};

// FailedPrecondition: the instrument or an asset exists and does not fit the recording.
// `checksum`: the recording's.
absl::StatusOr<PreparedVenue> PrepareVenue(const VenueChannels& channels, const Market& market,
                                           uint32_t checksum);

}  // namespace rialto::replay
