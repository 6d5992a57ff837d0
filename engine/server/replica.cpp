#include "engine/server/replica.h"

#include <algorithm>
#include <variant>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "common/base/bytes.h"
#include "engine/codec/record_codec.h"

namespace rialto::engine {

std::string ToText(const StateHash& hash) { return ToHex(ToBytes(hash)); }

Replica::Replica() : engine_(kVenueBounds, absl::Uniform<uint64_t>(absl::BitGen())) {}

Replica::~Replica() = default;

Outcome Replica::Apply(const CommandHeader& header, const Command& command, Events& events) {
  Outcome outcome = engine_.Apply(header, command, events);
  history_.Add(header, outcome, events);
  has_news_ = has_news_ || !events.empty() || !std::holds_alternative<Tick>(command);
  checkpoint_.reset();
  const bool is_due =
      header.sequence.value() % kCheckpointCommands == 0 ||
      (has_news_ && header.timestamp.value() - checkpoint_at_.value() >= kCheckpointNs);
  if (!is_due) return outcome;

  checkpoint_.emplace();
  checkpoint_->state = {header.sequence, Hash()};
  checkpoint_->balances = engine_.accounts().digest();
  checkpoint_->open_orders = engine_.orders().size();
  for (const Asset& asset : engine_.assets()) {
    checkpoint_->assets.push_back(
        {asset.id, -engine_.accounts().Get(kExternal, asset.id).available,
         Amount(static_cast<int64_t>(engine_.accounts().TotalHeld(asset.id)))});
  }
  checkpoint_at_ = header.timestamp;
  has_news_ = false;
  absl::MutexLock lock(&mutex_);
  attestations_.push_back(checkpoint_->state);
  if (attestations_.size() > kAttestationsMax) attestations_.pop_front();
  return outcome;
}

Attestation Replica::last_attestation() const {
  absl::MutexLock lock(&mutex_);
  return attestations_.empty() ? Attestation() : attestations_.back();
}

StateHash Replica::Hash() const {
  HistoryHash hash(history_.value());
  for (const uint64_t bucket : engine_.accounts().digest()) hash.Add(bucket);
  hash.Add(engine_.orders().size());
  return hash.value();
}

Timestamp Replica::NextDue() const {
  const Timestamp due = engine_.NextDue();
  if (!has_news_) return due;
  const Timestamp checkpoint(checkpoint_at_.value() + kCheckpointNs);
  return due == Timestamp(0) ? checkpoint : std::min(due, checkpoint);
}

absl::Status Replica::Compare(const Attestation& attestation) const {
  absl::MutexLock lock(&mutex_);
  const auto known = std::lower_bound(
      attestations_.begin(), attestations_.end(), attestation.sequence,
      [](const Attestation& a, Sequence sequence) { return a.sequence < sequence; });
  if (known == attestations_.end() || known->sequence != attestation.sequence ||
      known->hash == attestation.hash) {
    return absl::OkStatus();
  }
  return absl::DataLossError(absl::StrCat("at sequence ", attestation.sequence.value(),
                                          " the state's hash is ", ToText(known->hash), ", not ",
                                          ToText(attestation.hash)));
}

void Replica::Save(StateWriter& out) const {
  absl::MutexLock lock(&mutex_);
  out(history_.value(), checkpoint_at_, has_news_,
      std::vector<Attestation>(attestations_.begin(), attestations_.end()));
  engine_.Save(out);
}

bool Replica::Load(StateReader& in) {
  HistoryHash::Value history;
  std::vector<Attestation> attestations;
  in(history, checkpoint_at_, has_news_, attestations);
  history_ = HistoryHash(history);
  absl::MutexLock lock(&mutex_);
  attestations_.assign(attestations.begin(), attestations.end());
  return engine_.Load(in);
}

}  // namespace rialto::engine
