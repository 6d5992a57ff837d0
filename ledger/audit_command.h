// `rialto_ledger_tool verify`: the audit on the command line.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "ledger/audit.h"

namespace rialto::ledger {

// Exit code 0: everything is as it was written; 1: not, and the findings were printed; 2: could not
// be found out.
void AddVerifyCommand(CLI::App& app, int& exit_code);

// For people; one line for each finding.
std::string ToTable(const AuditReport& report);
// {"clean", "batches", …, "findings": [{"batch", "sequence", "leg", "what"}]}
std::string ToJson(const AuditReport& report);

}  // namespace rialto::ledger
