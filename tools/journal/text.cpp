#include "tools/journal/text.h"

#include <algorithm>
#include <cstdio>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace rialto::journal_tool {
namespace {

bool IsPrintable(char c) { return c >= ' ' && c <= '~'; }

}  // namespace

std::string FormatTime(Timestamp time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E9SZ", absl::FromUnixNanos(time.value()),
                          absl::UTCTimeZone());
}

std::string FormatBytes(uint64_t bytes) {
  constexpr uint64_t kUnit = 1024;
  if (bytes < kUnit) return absl::StrCat(bytes, " B");
  const char* const units[] = {"KiB", "MiB", "GiB", "TiB"};
  uint64_t scale = kUnit;
  size_t unit = 0;
  while (bytes / scale >= kUnit && unit + 1 < std::size(units)) {
    scale *= kUnit;
    ++unit;
  }
  const uint64_t tenths = bytes / (scale / 64) * 10 / 64;
  return absl::StrFormat("%d.%d %s", tenths / 10, tenths % 10, units[unit]);
}

std::string FormatHash(const journal::Digest& digest) {
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

std::string JsonString(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      absl::StrAppend(&out, "\\", std::string(1, c));
    } else if (IsPrintable(c)) {
      out.push_back(c);
    } else {
      absl::StrAppendFormat(&out, "\\u%04x", static_cast<unsigned char>(c));
    }
  }
  out.push_back('"');
  return out;
}

std::string HexDump(std::string_view bytes, std::string_view indent) {
  constexpr size_t kWidth = 16;
  std::string out;
  for (size_t offset = 0; offset < bytes.size(); offset += kWidth) {
    const std::string_view row = bytes.substr(offset, kWidth);
    absl::StrAppendFormat(&out, "%s%04x ", std::string(indent), offset);
    for (size_t i = 0; i < kWidth; ++i) {
      absl::StrAppend(
          &out, i == kWidth / 2 ? "  " : " ",
          i < row.size() ? absl::StrFormat("%02x", static_cast<unsigned char>(row[i])) : "  ");
    }
    std::string characters(row);
    std::replace_if(
        characters.begin(), characters.end(), [](char c) { return !IsPrintable(c); }, '.');
    absl::StrAppend(&out, "  ", characters, "\n");
  }
  return out;
}

}  // namespace rialto::journal_tool
