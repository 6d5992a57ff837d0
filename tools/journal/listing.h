// Listings of records: a range of the history, or its end as it grows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "engine/journal/file_system.h"
#include "tools/journal/opened_journal.h"

namespace rialto::journal_tool {

enum class Form { kText, kTextWithBytes, kJson };

struct ListingRequest {
  Place place;
  Sequence from = Sequence(1);
  Sequence to = Sequence(UINT64_MAX);
  Form form = Form::kText;
};

// Takes one or more whole lines; false ends the listing.
using Print = absl::FunctionRef<bool(std::string_view lines)>;

// How a listing ended.
struct ListingEnd {
  int exit_code = 0;
  std::string note;  // For a person; empty when there is nothing to say.
};

// Prints every record that covers a sequence of the range.
absl::StatusOr<ListingEnd> Dump(journal::FileSystem& files, const ListingRequest& request,
                                Print print);

struct TailRequest {
  Place place;
  uint64_t sequences = 20;
  Form form = Form::kText;
};

// Prints the records of the last sequences.
absl::StatusOr<ListingEnd> Tail(journal::FileSystem& files, const TailRequest& request,
                                Print print);
// As well, and then what comes, until `print` says that it is enough; `pause` is called when there
// is nothing new and ends it with false.
absl::StatusOr<ListingEnd> Follow(journal::FileSystem& files, const TailRequest& request,
                                  Print print, absl::FunctionRef<bool()> pause);

}  // namespace rialto::journal_tool
