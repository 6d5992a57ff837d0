#include "gateway/market_feed.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/service/grpc_status.h"
#include "gateway/limits.h"
#include "google/protobuf/arena.h"

namespace rialto::gateway {
namespace {

absl::Status Annotate(const char* what, const grpc::Status& status) {
  const absl::Status converted = FromGrpcStatus(status);
  return absl::Status(converted.code(), absl::StrCat(what, ": ", converted.message()));
}

void SetDeadline(grpc::ClientContext& call) {
  call.set_deadline(std::chrono::system_clock::now() + limits::kQueryTimeout);
}

struct PricedLevel {
  Price price;
  Level level;
};

absl::StatusOr<PricedLevel> FromProto(const Instrument& instrument,
                                      const common::v1::DepthLevel& proto) {
  const absl::StatusOr<Price> price = ParsePrice(instrument, proto.price());
  const absl::StatusOr<Quantity> quantity = ParseQuantity(instrument, proto.quantity());
  if (price.ok() && quantity.ok()) {
    return PricedLevel{*price, Level{quantity->value(), proto.orders()}};
  }
  // A level may hold more than one order ever could.
  return absl::OutOfRangeError(
      absl::StrCat(instrument.symbol, " has a level of ", proto.quantity(), " at ", proto.price()));
}

}  // namespace

MarketFeed::MarketFeed(const std::shared_ptr<grpc::Channel>& channel, Markets& markets)
    : events_(engine::v1::EventService::NewStub(channel)),
      market_data_(engine::v1::MarketDataService::NewStub(channel)),
      markets_(markets) {}

MarketFeed::~MarketFeed() { CHECK(!follow_thread_.joinable()); }

absl::Status MarketFeed::Start() {
  follow_thread_ = std::thread([this] { Run(); });
  heartbeat_thread_ = std::thread([this] { Beat(); });
  return absl::OkStatus();
}

void MarketFeed::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    if (call_ != nullptr) call_->TryCancel();
  }
  if (follow_thread_.joinable()) follow_thread_.join();
  if (heartbeat_thread_.joinable()) heartbeat_thread_.join();
}

void MarketFeed::Run() {
  absl::Duration backoff = absl::FromChrono(limits::kBackoffMin);
  absl::Time next_log = absl::InfinitePast();
  while (true) {
    const absl::Status status = FollowOnce();
    const bool was_live = markets_.live();
    markets_.SetFeedLive(false);
    if (was_live) backoff = absl::FromChrono(limits::kBackoffMin);
    // The engine lost history that we have shown to the public: start over from nothing.
    CHECK(status.code() != absl::StatusCode::kOutOfRange);
    if (!Sleep(backoff)) return;
    // Waiting for an engine may take hours; a line every ten seconds is enough.
    if (was_live || absl::Now() > next_log) {
      LOG_WARNING("feed waits code={} error=\"{}\" next_sequence={}",
                  absl::StatusCodeToString(status.code()), std::string(status.message()),
                  markets_.next_sequence());
      next_log = absl::Now() + absl::Seconds(10);
    }
    backoff = std::min(2 * backoff, absl::FromChrono(limits::kBackoffMax));
  }
}

absl::Status MarketFeed::FollowOnce() {
  if (!loaded_) {
    ASSIGN_OR_RETURN(MarketsImage image, LoadImage());
    LOG_INFO("books loaded instruments={} next_sequence={}", image.catalog.instruments().size(),
             image.next_sequence);
    markets_.Load(std::move(image));
    loaded_ = true;
  }
  ASSIGN_OR_RETURN(grpc::ClientContext * call, NewCall());
  engine::v1::SubscribeRequest request;
  request.set_from_sequence(markets_.next_sequence());
  const auto reader = events_->Subscribe(call, request);
  google::protobuf::Arena arena;  // Takes the parts of all events in a few pieces.
  bool live = false;
  while (true) {
    arena.Reset();
    auto& message = *google::protobuf::Arena::CreateMessage<engine::v1::SubscribeResponse>(&arena);
    if (!reader->Read(&message)) break;
    Heard();
    if (message.commands_size() > 0) markets_.Apply(message);
    if (!live && markets_.next_sequence() > live_sequence_) {
      live = true;
      markets_.SetFeedLive(true);
      LOG_INFO("feed live next_sequence={}", markets_.next_sequence());
    }
  }
  return Annotate("follow the feed", reader->Finish());
}

absl::StatusOr<MarketsImage> MarketFeed::LoadImage() {
  MarketsImage image;
  engine::v1::ListAssetsResponse assets;
  ASSIGN_OR_RETURN(grpc::ClientContext * assets_call, NewCall());
  SetDeadline(*assets_call);
  grpc::Status status =
      market_data_->ListAssets(assets_call, engine::v1::ListAssetsRequest(), &assets);
  if (!status.ok()) return Annotate("list assets", status);

  engine::v1::ListInstrumentsResponse instruments;
  ASSIGN_OR_RETURN(grpc::ClientContext * instruments_call, NewCall());
  SetDeadline(*instruments_call);
  status = market_data_->ListInstruments(instruments_call, engine::v1::ListInstrumentsRequest(),
                                         &instruments);
  if (!status.ok()) return Annotate("list instruments", status);

  for (const common::v1::AssetView& view : assets.assets()) {
    RETURN_IF_ERROR(AddViews(view, image.catalog));
  }
  for (const common::v1::InstrumentView& view : instruments.instruments()) {
    RETURN_IF_ERROR(AddViews(view, image.catalog));
  }
  // Whatever came after the first answer is in the events; what a later answer already knows is
  // skipped when its event comes.
  image.next_sequence = assets.sequence() + 1;
  live_sequence_ = assets.sequence();
  image.books.resize(image.catalog.instruments().size());
  for (size_t i = 0; i < image.books.size(); ++i) {
    const absl::Status loaded = LoadBook(image.catalog.instruments()[i], image.books[i]);
    if (loaded.code() == absl::StatusCode::kOutOfRange) {
      // A book that GetDepth can not give whole: take all of them from the beginning of history.
      LOG_WARNING("book too deep, replays the feed error=\"{}\"", std::string(loaded.message()));
      return MarketsImage{};
    }
    RETURN_IF_ERROR(loaded);
    // After the book: what changed in between is told again by the events.
    RETURN_IF_ERROR(LoadState(image.catalog.instruments()[i], image.books[i]));
  }
  return image;
}

absl::Status MarketFeed::LoadBook(const Instrument& instrument, MarketsImage::Book& book) {
  engine::v1::GetDepthRequest request;
  request.set_instrument(instrument.symbol);
  request.set_levels(limits::kImageLevelsMax);
  engine::v1::GetDepthResponse response;
  ASSIGN_OR_RETURN(grpc::ClientContext * call, NewCall());
  SetDeadline(*call);
  const grpc::Status status = market_data_->GetDepth(call, request, &response);
  if (!status.ok()) return Annotate("get depth", status);
  if (std::max(response.bids_size(), response.asks_size()) >= limits::kImageLevelsMax) {
    return absl::OutOfRangeError(
        absl::StrCat(instrument.symbol, " has ", limits::kImageLevelsMax, " levels or more"));
  }
  for (const common::v1::DepthLevel& proto : response.bids()) {
    ASSIGN_OR_RETURN(const PricedLevel level, FromProto(instrument, proto));
    book.depth.AddBid(level.price, level.level);
  }
  for (const common::v1::DepthLevel& proto : response.asks()) {
    ASSIGN_OR_RETURN(const PricedLevel level, FromProto(instrument, proto));
    book.depth.AddAsk(level.price, level.level);
  }
  book.sequence = response.sequence();
  return absl::OkStatus();
}

absl::Status MarketFeed::LoadState(const Instrument& instrument, MarketsImage::Book& book) {
  engine::v1::GetInstrumentStateRequest request;
  request.set_instrument(instrument.symbol);
  engine::v1::GetInstrumentStateResponse response;
  ASSIGN_OR_RETURN(grpc::ClientContext * call, NewCall());
  SetDeadline(*call);
  const grpc::Status status = market_data_->GetInstrumentState(call, request, &response);
  if (!status.ok()) return Annotate("get instrument state", status);
  book.state = response.state().state();
  return absl::OkStatus();
}

absl::StatusOr<grpc::ClientContext*> MarketFeed::NewCall() {
  absl::MutexLock lock(&mutex_);
  if (stopping_) return absl::CancelledError("stopping");
  call_ = std::make_unique<grpc::ClientContext>();
  heard_time_ = absl::Now();
  return call_.get();
}

bool MarketFeed::Sleep(absl::Duration duration) {
  absl::MutexLock lock(&mutex_);
  const auto stopping = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopping_; };
  return !mutex_.AwaitWithTimeout(absl::Condition(&stopping), duration);
}

void MarketFeed::Heard() {
  absl::MutexLock lock(&mutex_);
  heard_time_ = absl::Now();
}

void MarketFeed::Beat() {
  while (Sleep(absl::FromChrono(limits::kHeartbeatInterval))) {
    markets_.Heartbeat();
    absl::MutexLock lock(&mutex_);
    const bool silent = absl::Now() - heard_time_ > absl::FromChrono(limits::kFeedSilenceMax);
    if (silent && call_ != nullptr) call_->TryCancel();
  }
}

}  // namespace rialto::gateway
