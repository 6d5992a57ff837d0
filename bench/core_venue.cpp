#include "bench/core_venue.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"

namespace rialto::bench {
namespace {

using engine::AmendOrder;
using engine::CancelOrder;
using engine::PlaceOrder;

// A coin at 0.0001 a lot and dollars at a cent a tick: a lot is worth a hundredth of a cent per
// tick, so amounts are fractions that must be rounded, as on a real venue.
constexpr uint32_t kCoinScale = 8;
constexpr uint32_t kDollarScale = 2;
constexpr int64_t kTickE12 = 10'000'000'000;
constexpr int64_t kLotUnits = 10'000;
constexpr int32_t kMakerFeePpm = 1'000;
constexpr uint32_t kTakerFeePpm = 2'000;
constexpr Quantity kQuantityMax{1'000'000};
// What all accounts own together stays below 2^63: nobody ever runs out.
constexpr int64_t kSupply = 8'000'000'000'000'000'000;

CallerId Name(const std::string& text) {
  absl::StatusOr<CallerId> id = CallerId::Parse(text);
  CHECK_OK(id);
  return *id;
}

// Eight hexadecimal digits, without a branch: spreads the nibbles and turns each into a character.
std::array<char, 8> HexDigits(uint32_t number) {
  uint64_t spread = number;
  spread = (spread | spread << 16) & 0x0000FFFF0000FFFF;
  spread = (spread | spread << 8) & 0x00FF00FF00FF00FF;
  spread = (spread | spread << 4) & 0x0F0F0F0F0F0F0F0F;
  const uint64_t above_nine = ((spread + 0x0606060606060606) >> 4) & 0x0101010101010101;
  spread += 0x3030303030303030 + above_nine * ('a' - '9' - 1);
  std::array<char, 8> digits;
  std::memcpy(digits.data(), &spread, sizeof spread);
  return digits;
}

}  // namespace

uint64_t SetUpCommands(const Workload& workload) {
  const uint64_t assets = workload.instruments + 1;
  return assets + workload.instruments + workload.accounts * (1 + assets);
}

CommandMaker::CommandMaker() {
  PlaceOrder place;
  place.client_order_id = Name("00000000");
  place_ = place;
  cancel_ = CancelOrder{};
  amend_ = AmendOrder{};
}

const engine::Command& CommandMaker::Make(const BookCommand& command) {
  switch (command.kind) {
    case CommandKind::kPlace: {
      PlaceOrder& place = *std::get_if<PlaceOrder>(&place_);
      place.account_id = AccountId(kFirstAccount + command.account);
      place.instrument_id = InstrumentId(command.instrument + 1U);
      place.side = command.side;
      place.time_in_force = command.time_in_force;
      place.price = Price(command.price);
      place.quantity = Quantity(command.quantity);
      // The first eight of its characters: a CallerId is trivially copyable and begins with them.
      const std::array<char, 8> digits = HexDigits(static_cast<uint32_t>(command.order_id));
      std::memcpy(static_cast<void*>(&place.client_order_id), digits.data(), digits.size());
      return place_;
    }
    case CommandKind::kCancel:
      std::get_if<CancelOrder>(&cancel_)->order = ReferenceTo(command);
      return cancel_;
    case CommandKind::kMove:
    case CommandKind::kReduce:
      break;
  }
  AmendOrder& amend = *std::get_if<AmendOrder>(&amend_);
  amend.order = ReferenceTo(command);
  amend.quantity = Quantity(command.reserved);
  amend.price = command.kind == CommandKind::kMove ? Price(command.price) : Price(0);
  return amend_;
}

std::vector<engine::Command> SetUp(const Workload& workload) {
  std::vector<engine::Command> commands;
  commands.push_back(engine::CreateAsset{Name("USD"), kDollarScale});
  for (uint32_t index = 0; index < workload.instruments; ++index) {
    const std::string coin = absl::StrCat("COIN", index);
    commands.push_back(engine::CreateAsset{Name(coin), kCoinScale});
    engine::CreateInstrument instrument;
    instrument.symbol = Name(coin + "-USD");
    instrument.base = AssetId(index + 2);
    instrument.quote = AssetId(1);
    instrument.tick_size_e12 = kTickE12;
    instrument.lot_size_units = kLotUnits;
    instrument.quantity_min = Quantity(1);
    instrument.quantity_max = kQuantityMax;
    instrument.maker_fee_ppm = kMakerFeePpm;
    instrument.taker_fee_ppm = kTakerFeePpm;
    commands.push_back(instrument);
  }
  const uint32_t assets = workload.instruments + 1;
  for (uint32_t account = 0; account < workload.accounts; ++account) {
    commands.push_back(engine::OpenAccount{Name(absl::StrCat("trader-", account))});
    for (uint32_t asset = 1; asset <= assets; ++asset) {
      engine::Deposit deposit;
      deposit.transaction_id = Name(absl::StrCat("deposit-", account, "-", asset));
      deposit.account_id = AccountId(engine::kFirstUserAccount.value() + account);
      deposit.asset_id = AssetId(asset);
      deposit.amount = Amount(kSupply / workload.accounts);
      commands.push_back(deposit);
    }
  }
  return commands;
}

CoreVenue::CoreVenue(const Workload& workload) : engine_(std::make_unique<engine::Engine>()) {
  for (const engine::Command& command : SetUp(workload)) CHECK(Apply(command).accepted());
  CHECK(sequence_.value() == SetUpCommands(workload));
}

}  // namespace rialto::bench
