// Names of a faulty disk: what processes see, and what a power loss leaves of it.
//
// Creating, renaming and removing are steps. Until a directory of it is synced, a power loss keeps
// or loses each step as a whole, independently of the others, except that a step which stays keeps
// those before it that concern a name of it.
#pragma once

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace rialto::journal {

struct FaultyContent;

class FaultyNames {
 public:
  using Names = std::map<std::string, std::shared_ptr<FaultyContent>>;

  const Names& visible() const { return visible_; }

  // The caller has checked that the names are there, or not, as each needs it.
  void Create(const std::string& path, std::shared_ptr<FaultyContent> content);
  void Rename(const std::string& from, const std::string& to);
  void Remove(const std::string& path);

  void SyncDirectory(const std::string& directory);
  void Crash(std::mt19937_64& dice);
  // Everything there is, durably.
  void Reset(Names names);

 private:
  struct Step {
    std::string removed;  // Empty: none.
    std::string added;    // Empty: none.
    std::shared_ptr<FaultyContent> content;
  };

  void Do(Step step);
  // Makes the chosen steps durable, and those before them that they need.
  void Keep(std::vector<bool> chosen);
  static void Apply(const Step& step, Names& names);

  Names visible_;
  Names durable_;
  std::vector<Step> pending_;
};

}  // namespace rialto::journal
