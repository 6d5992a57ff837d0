#include "tools/load/generator.h"

#include <algorithm>
#include <thread>

#include "absl/strings/strip.h"
#include "common/base/check.h"
#include "tools/load/status_name.h"

namespace rialto::load {
namespace {

using std::chrono::nanoseconds;

constexpr int64_t kWatchEveryNs = 500'000'000;
// gRPC waits in whole milliseconds: the rest is slept in slices, with a look at the answers
// between.
constexpr int64_t kCoarseNs = 2'000'000;
constexpr int64_t kSliceNs = 100'000;
constexpr size_t kAtOnceMax = 64;

// "REJECT_REASON_UNKNOWN_ORDER" is UNKNOWN_ORDER.
std::string ReasonName(common::v1::RejectReason reason) {
  const std::string& name = common::v1::RejectReason_Name(reason);
  return std::string(absl::StripPrefix(name, "REJECT_REASON_"));
}

}  // namespace

Generator::Generator(VenueDoor& door, Workload& workload, const MarketPlan& plan, OutcomeLog& log)
    : door_(door), workload_(workload), plan_(plan), log_(log) {}

int64_t Generator::DueOf(uint64_t order) const {
  return static_cast<int64_t>(static_cast<double>(order) * 1e9 / pace_.rate_per_second);
}

void Generator::Run(const Pace& pace, const std::atomic<bool>& stop, const Watcher& watcher) {
  pace_ = pace;
  slots_.resize(pace.in_flight_max);
  for (size_t i = slots_.size(); i > 0; --i) free_.push_back(i - 1);
  start_ = Clock::now();
  start_monotonic_ns_ = start_.time_since_epoch().count();
  end_ns_ = pace.duration.count();
  int64_t give_up_ns = end_ns_ + pace.drain.count();
  int64_t watch_ns = kWatchEveryNs;
  while (true) {
    int64_t now = Now();
    if (stop && now < end_ns_) {
      end_ns_ = now;
      give_up_ns = now + pace.drain.count();
    }
    SendWhatIsDue();
    now = Now();
    tally_.PassTo(now);
    if (now >= watch_ns) {
      watcher(tally_, nanoseconds(now));
      watch_ns += kWatchEveryNs;
    }
    const bool is_drained = free_.size() == slots_.size();
    if (now >= end_ns_ && (is_drained || now >= give_up_ns)) break;
    TakeAnswers(NextMoment(now, std::min(watch_ns, now < end_ns_ ? end_ns_ : give_up_ns)));
  }
  sending_seconds_ = static_cast<double>(end_ns_) / 1e9;
  GiveUp();
}

int64_t Generator::NextMoment(int64_t now_ns, int64_t latest_ns) const {
  const bool is_paced = is_open_loop() && now_ns < end_ns_;
  int64_t next = latest_ns;
  if (is_paced && !free_.empty()) next = std::min(next, DueOf(asked_));
  if (again_.empty()) return next;
  const int64_t again = again_.top().due_ns;
  return std::min(next, is_paced ? std::max(again, DueOf(asked_)) : again);
}

void Generator::SendWhatIsDue() {
  // A few at a time: answers must not wait for ever.
  for (size_t sent = 0; sent < kAtOnceMax; ++sent) {
    const int64_t now = Now();
    const bool is_over = now >= end_ns_;  // Then what is late stays unsent.
    const int64_t due = is_open_loop() && !is_over ? DueOf(asked_) : now;
    if (due > now) return;
    if (IsAgainDue(now)) {
      SendAgain();
    } else if (!is_over && !free_.empty()) {
      SendNew(due);
    } else {
      return;
    }
  }
}

void Generator::SendNew(int64_t due_ns) {
  const size_t index = free_.back();
  free_.pop_back();
  Slot& slot = slots_[index];
  workload_.Next(slot.request);
  slot.due_ns = due_ns;
  slot.attempts = 0;
  slot.unknown = grpc::StatusCode::OK;
  tally_.Sent(slot.request.kind, slot.request.orders.size());
  Send(index);
  late_ns_.Record(slot.sent_ns - due_ns);
}

void Generator::SendAgain() {
  const size_t slot = again_.top().slot;
  again_.pop();
  Send(slot);
}

void Generator::Send(size_t index) {
  Slot& slot = slots_[index];
  ++slot.attempts;
  asked_ += slot.request.orders.size();
  slot.sent_ns = Now();
  door_.Send(index, slot.request);
}

void Generator::TakeAnswers(int64_t until_ns) {
  VenueDoor::Completion completion;
  // A few at a time: what is due must not wait for ever.
  for (size_t taken = 0; taken < kAtOnceMax;) {
    const int64_t left = until_ns - Now();
    const int64_t patience = taken > 0 || left < kCoarseNs ? 0 : left - kCoarseNs / 2;
    if (door_.Wait(Clock::now() + nanoseconds(patience), completion)) {
      Take(completion);
      ++taken;
      continue;
    }
    if (taken > 0 || left <= 0) return;
    if (patience == 0) std::this_thread::sleep_for(nanoseconds(std::min(left, kSliceNs)));
  }
}

void Generator::Take(const VenueDoor::Completion& completion) {
  Slot& slot = slots_[completion.slot];
  if (IsOutcomeUnknown(completion.status)) return TakeUnknown(completion.slot, completion.status);
  if (completion.status == grpc::StatusCode::RESOURCE_EXHAUSTED)
    return TakeRefused(completion.slot);
  const Kind kind = slot.request.kind;
  const int64_t now = Now();
  tally_.PassTo(now);
  if (completion.status == grpc::StatusCode::OK && now < end_ns_) {
    decided_in_time_ += slot.request.orders.size();
  }
  for (size_t i = 0; i < slot.request.orders.size(); ++i) {
    // A batch that is answered with fewer decisions than it has orders breaks its promise.
    CHECK(completion.status != grpc::StatusCode::OK || i < completion.answers.size());
    const Answer answer = completion.status == grpc::StatusCode::OK
                              ? completion.answers[i]
                              : Answer{.status = completion.status};
    Log(slot, i, answer);
    tally_.Answered(kind, answer, now - slot.due_ns);
    if (kind == Kind::kPlace && answer.status == grpc::StatusCode::OK && answer.accepted() &&
        answer.rests) {
      workload_.Rests(slot.request.client, slot.request.orders[i]);
    }
  }
  log_.Flush();
  free_.push_back(completion.slot);
}

void Generator::TakeRefused(size_t index) {
  const Answer refusal{.status = grpc::StatusCode::RESOURCE_EXHAUSTED};
  Slot& slot = slots_[index];
  const int64_t now = Now();
  tally_.PassTo(now);
  // An earlier attempt may have been carried out: only a decision ends the question.
  const bool was_unknown = slot.unknown != grpc::StatusCode::OK;
  const bool is_final = !was_unknown && (slot.attempts >= kAttemptsMax || now >= end_ns_);
  for (size_t i = 0; i < slot.request.orders.size(); ++i) {
    tally_.Refused(slot.request.kind, now - slot.sent_ns);
    if (is_final) tally_.Answered(slot.request.kind, refusal, 0);
    Log(slot, i, refusal);
  }
  log_.Flush();
  if (is_final) {
    free_.push_back(index);
  } else {
    WaitToSendAgain(index);
  }
}

void Generator::TakeUnknown(size_t index, grpc::StatusCode status) {
  const int64_t now = Now();
  tally_.PassTo(now);
  Slot& slot = slots_[index];
  slot.unknown = status;
  for (size_t i = 0; i < slot.request.orders.size(); ++i) {
    tally_.Unknown(slot.request.kind, status);
    Log(slot, i, Answer{.status = status});
  }
  log_.Flush();
  WaitToSendAgain(index);
}

void Generator::WaitToSendAgain(size_t index) {
  const int doublings = std::min(slots_[index].attempts - 1, 10);
  const nanoseconds pause = std::min<nanoseconds>(kBackoffMin * (1 << doublings), kBackoffMax);
  again_.push({Now() + pause.count() / 100 * static_cast<int64_t>(80 + jitter_() % 41), index});
}

void Generator::Log(const Slot& slot, size_t index, const Answer& answer) {
  if (!log_.is_open()) return;
  OutcomeLine line;
  line.kind = slot.request.kind;
  line.name = NameOf(plan_, slot.request.orders[index]);
  line.reason = StatusName(answer.status);
  if (answer.status == grpc::StatusCode::OK) {
    line.outcome =
        answer.accepted() ? OutcomeLine::Outcome::kAccepted : OutcomeLine::Outcome::kRefused;
    line.reason = ReasonName(answer.reject_reason);
    line.order_id = answer.order_id;
    line.sequence = answer.sequence;
    line.repeated = answer.repeated;
    line.sent_ns = start_monotonic_ns_ + slot.sent_ns;
    line.received_ns = start_monotonic_ns_ + Now();
  } else {
    line.outcome = IsOutcomeUnknown(answer.status) ? OutcomeLine::Outcome::kUnknown
                                                   : OutcomeLine::Outcome::kShed;
  }
  log_.Add(line);
}

void Generator::GiveUp() {
  if (is_open_loop()) {
    while (DueOf(asked_) < end_ns_) {
      ++asked_;
      ++not_sent_;
    }
  }
  std::vector<bool> is_free(slots_.size());
  for (const size_t slot : free_) is_free[slot] = true;
  for (size_t i = 0; i < slots_.size(); ++i) {
    if (is_free[i]) continue;
    for (const uint64_t order : slots_[i].request.orders) {
      ++unresolved_;
      log_.Add({.kind = slots_[i].request.kind,
                .name = NameOf(plan_, order),
                .outcome = OutcomeLine::Outcome::kUnresolved,
                .reason = StatusName(slots_[i].unknown)});
    }
  }
  log_.Flush();
}

}  // namespace rialto::load
