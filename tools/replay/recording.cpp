#include "tools/replay/recording.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rialto::replay {
namespace {

enum class Content { kLobsterMessages, kLobsterBook, kBitstamp };

constexpr std::string_view kMessage = "message";
constexpr std::string_view kBook = "orderbook";

// What a first line looks like. The reader then finds the exact fault, if there is one.
std::optional<Content> Guess(std::string_view line) {
  if (line.find(" {") != line.npos) return Content::kBitstamp;
  if (line.find_first_not_of("0123456789.,-") != line.npos) return std::nullopt;
  const auto fields = 1 + std::count(line.begin(), line.end(), ',');
  if (fields == 6) return Content::kLobsterMessages;
  if (fields % 4 == 0) return Content::kLobsterBook;
  return std::nullopt;
}

// What a file of a recording in `format` holds; its name helps where its first line does not.
absl::StatusOr<Content> Identify(const RecordedFile& file, std::optional<RecordingFormat> format) {
  const std::optional<Content> guess = Guess(file.lines().front());
  if (!format) {
    if (guess) return *guess;
    return file.ErrorAt(0, "is neither LOBSTER nor Bitstamp; say which with --format");
  }
  if (*format == RecordingFormat::kBitstamp) return Content::kBitstamp;
  if (guess && *guess != Content::kBitstamp) return *guess;
  const std::string name = std::filesystem::path(file.path()).filename();
  return name.find(kBook) != name.npos ? Content::kLobsterBook : Content::kLobsterMessages;
}

// The other file of a LOBSTER recording: "..._message_10.csv.xz" and "..._orderbook_10.csv.xz".
absl::StatusOr<RecordedFile> OpenSibling(const RecordedFile& file, Content content) {
  const auto [from, to] = content == Content::kLobsterMessages ? std::pair(kMessage, kBook)
                                                               : std::pair(kBook, kMessage);
  const std::filesystem::path path(file.path());
  std::string name = path.filename();
  const size_t at = name.rfind(from);
  if (at == name.npos) {
    return file.Error(absl::StrCat("a LOBSTER recording has a message and an orderbook file; the ",
                                   std::string(to), " file was not given"));
  }
  name.replace(at, from.size(), to);
  const std::string plain = name.ends_with(".xz") ? name.substr(0, name.size() - 3) : name;
  for (const std::string& candidate : {name, plain, plain + ".xz"}) {
    const std::filesystem::path sibling = path.parent_path() / candidate;
    std::error_code ignored;  // A path that can not be looked at is not there.
    if (std::filesystem::exists(sibling, ignored)) return RecordedFile::Open(sibling);
  }
  return file.Error(absl::StrCat("its ", std::string(to),
                                 " file is missing: ", (path.parent_path() / name).string()));
}

// "AMZN-USD" of "lobster_AMZN_2012-06-21_..." or "AMZN_2012-06-21_...".
std::string InstrumentOf(const std::string& path) {
  std::string stem = std::filesystem::path(path).filename();
  constexpr std::string_view kPrefix = "lobster_";
  if (stem.starts_with(kPrefix)) stem.erase(0, kPrefix.size());
  stem.resize(std::min(stem.find('_'), stem.size()));
  const bool is_ticker =
      !stem.empty() && stem.size() <= 8 &&
      std::all_of(stem.begin(), stem.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  return is_ticker ? stem + "-USD" : "";
}

}  // namespace

absl::StatusOr<Recording> OpenRecording(const std::vector<std::string>& paths,
                                        std::optional<RecordingFormat> format) {
  if (paths.empty() || paths.size() > 2)
    return absl::InvalidArgumentError("give one recording: one file, or two of LOBSTER");
  std::vector<RecordedFile> files;
  std::vector<Content> contents;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(RecordedFile file, RecordedFile::Open(path));
    ASSIGN_OR_RETURN(const Content content, Identify(file, format));
    files.push_back(std::move(file));
    contents.push_back(content);
  }

  Recording recording;
  if (contents[0] == Content::kBitstamp) {
    if (files.size() == 2) return files[1].Error("a Bitstamp recording is one file");
    ASSIGN_OR_RETURN(BitstampRecording bitstamp, ReadBitstamp(files[0]));
    recording.checksum = bitstamp.checksum;
    recording.instrument = "BTC-USD";
    recording.events = std::move(bitstamp);
    return recording;
  }
  if (files.size() == 1) {
    ASSIGN_OR_RETURN(RecordedFile sibling, OpenSibling(files[0], contents[0]));
    files.push_back(std::move(sibling));
  } else if (contents[0] == contents[1] || contents[1] == Content::kBitstamp) {
    return files[1].Error(absl::StrCat("does not belong to ", files[0].path(),
                                       ": LOBSTER needs a message and an orderbook file"));
  }
  const size_t messages = contents[0] == Content::kLobsterMessages ? 0 : 1;
  ASSIGN_OR_RETURN(LobsterRecording lobster, ReadLobster(files[messages], files[1 - messages]));
  recording.checksum = lobster.checksum;
  recording.instrument = InstrumentOf(lobster.message_path);
  recording.events = std::move(lobster);
  return recording;
}

}  // namespace rialto::replay
