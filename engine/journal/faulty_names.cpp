#include "engine/journal/faulty_names.h"

#include <set>
#include <utility>

namespace rialto::journal {

namespace {

bool IsIn(const std::string& path, const std::string& directory) {
  return !path.empty() && path.substr(0, path.rfind('/')) == directory;
}

}  // namespace

void FaultyNames::Create(const std::string& path, std::shared_ptr<FaultyContent> content) {
  Do({"", path, std::move(content)});
}

void FaultyNames::Rename(const std::string& from, const std::string& to) {
  Do({from, to, visible_.at(from)});
}

void FaultyNames::Remove(const std::string& path) { Do({path, "", nullptr}); }

void FaultyNames::SyncDirectory(const std::string& directory) {
  std::vector<bool> chosen;
  for (const Step& step : pending_) {
    chosen.push_back(IsIn(step.removed, directory) || IsIn(step.added, directory));
  }
  Keep(std::move(chosen));
}

void FaultyNames::Crash(std::mt19937_64& dice) {
  std::vector<bool> chosen;
  // Often all or nothing, as a journaling file system does it; else each by itself.
  const uint64_t manner = dice() % 3;
  for (size_t i = 0; i < pending_.size(); ++i) {
    chosen.push_back(manner == 2 ? dice() % 2 == 0 : manner == 1);
  }
  Keep(std::move(chosen));
  pending_.clear();
  visible_ = durable_;
}

void FaultyNames::Reset(Names names) {
  visible_ = std::move(names);
  durable_ = visible_;
  pending_.clear();
}

void FaultyNames::Do(Step step) {
  Apply(step, visible_);
  pending_.push_back(std::move(step));
}

void FaultyNames::Keep(std::vector<bool> chosen) {
  std::set<std::string> needed;
  for (size_t i = pending_.size(); i-- > 0;) {
    const Step& step = pending_[i];
    chosen[i] = chosen[i] || needed.contains(step.removed) || needed.contains(step.added);
    if (!chosen[i]) continue;
    if (!step.removed.empty()) needed.insert(step.removed);
    if (!step.added.empty()) needed.insert(step.added);
  }
  std::vector<Step> waiting;
  for (size_t i = 0; i < pending_.size(); ++i) {
    if (chosen[i]) {
      Apply(pending_[i], durable_);
    } else {
      waiting.push_back(std::move(pending_[i]));
    }
  }
  pending_ = std::move(waiting);
}

void FaultyNames::Apply(const Step& step, Names& names) {
  if (!step.removed.empty()) names.erase(step.removed);
  if (!step.added.empty()) names[step.added] = step.content;
}

}  // namespace rialto::journal
