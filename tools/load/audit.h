// Holds what clients were told (lines of outcomes) against the venue's history (the event feed).
//
// Every decision that was answered is in history exactly once, with the same content; nothing is in
// history that was never sent; what was shed is not there. Looks at orders of the tags that appear
// in the lines, so that other clients do not disturb.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "rialto/engine/v1/event.pb.h"
#include "tools/load/outcome_log.h"

namespace rialto::load {

struct AuditReport {
  uint64_t lines = 0;
  uint64_t orders = 0;               // Sent, by name.
  uint64_t decisions = 0;            // Orders whose decision was answered.
  uint64_t cancels = 0;              // Answered yes.
  uint64_t answered_repeatedly = 0;  // Orders that were sent again and had been taken already.
  uint64_t sequence = 0;             // The last of history.
  uint64_t lost = 0;                 // Answered, not in history.
  uint64_t twice = 0;                // In history more than once.
  uint64_t never_sent = 0;           // In history, not in the lines.
  uint64_t shed_but_done = 0;
  uint64_t different = 0;  // In history otherwise than answered, or answered in two ways.
  uint64_t unresolved = 0;
  std::vector<std::string> examples;  // Of what is wrong; a few.

  uint64_t violations() const { return lost + twice + never_sent + shed_but_done + different; }
};

std::string ToJson(const AuditReport& report);

class Audit {
 public:
  void AddLine(const OutcomeLine& line);
  // All commands of history, in order, after all lines.
  void AddHistory(const engine::v1::CommandEvents& command);
  AuditReport Finish();

 private:
  struct Order {
    // Answered.
    bool decided = false;
    bool accepted = false;
    bool shed = false;
    bool unresolved = false;
    bool maybe = false;  // An attempt's outcome was unknown, and the last word was "not now".
    bool canceled = false;
    uint64_t order_id = 0;
    uint64_t sequence = 0;
    uint64_t cancel_sequence = 0;
    // In history.
    uint32_t times = 0;
    bool history_accepted = false;
    uint64_t history_order_id = 0;
    uint64_t history_sequence = 0;
    uint64_t history_cancel_sequence = 0;
  };

  void AddDecision(const OutcomeLine& line, Order& order);
  void Found(const std::string& name, const Order& decision);
  void Judge(const std::string& name, const Order& order);
  void Blame(uint64_t& count, const std::string& what);

  AuditReport report_;
  std::set<std::string> tags_;
  absl::flat_hash_map<std::string, Order> orders_;
  absl::flat_hash_map<uint64_t, std::string> names_;  // By order id; of history.
};

}  // namespace rialto::load
