#include "tools/replay/lobster_reader.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/decimal.h"
#include "common/base/status_macros.h"

namespace rialto::replay {
namespace {

constexpr size_t kMessageFields = 6;
constexpr size_t kFieldsPerLevel = 4;
constexpr int64_t kEmptyPrice = 9999999999;
constexpr int64_t kCent = 100;  // In the file's unit, 1/10,000.

using Fields = std::vector<std::string_view>;

void Split(std::string_view line, Fields& fields) {
  fields.clear();
  size_t begin = 0;
  for (size_t end = line.find(','); end != line.npos; end = line.find(',', begin)) {
    fields.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  fields.push_back(line.substr(begin));
}

std::string Bad(std::string_view what, std::string_view text) {
  return absl::StrCat("bad ", std::string(what), " \"", std::string(text.substr(0, 40)), "\"");
}

bool ParseInteger(std::string_view text, int64_t& value) {
  return !text.empty() && text.front() != '+' && text.front() != ' ' &&
         absl::SimpleAtoi(absl::string_view(text.data(), text.size()), &value);
}

bool IsVisible(LobsterType type) { return type <= LobsterType::kExecute; }

// One line; the price stays in the file's unit.
absl::StatusOr<LobsterMessage> ParseMessage(const RecordedFile& file, size_t index,
                                            Fields& fields) {
  Split(file.lines()[index], fields);
  if (fields.size() != kMessageFields) {
    return file.ErrorAt(index,
                        absl::StrCat("has ", fields.size(), " fields instead of ", kMessageFields,
                                     " (time, type, order id, size, price, direction)"));
  }
  LobsterMessage message;
  const absl::StatusOr<int64_t> time_ns = ParseDecimal(fields[0], 9);
  if (!time_ns.ok() || *time_ns < 0) return file.ErrorAt(index, Bad("time", fields[0]));
  message.time_ns = *time_ns;

  int64_t number = 0;
  if (!ParseInteger(fields[1], number) || number < 1 || number > 7)
    return file.ErrorAt(index, Bad("type", fields[1]));
  message.type = static_cast<LobsterType>(number);

  if (!ParseInteger(fields[2], number) || number < 0)
    return file.ErrorAt(index, Bad("order id", fields[2]));
  message.order_id = static_cast<uint64_t>(number);

  const int64_t least = IsVisible(message.type) ? 1 : 0;
  if (!ParseInteger(fields[3], number) || number < least)
    return file.ErrorAt(index, Bad("size", fields[3]));
  message.size = Quantity(number);

  // A halt has the price -1 or 0.
  if (!ParseInteger(fields[4], number) || (number < 1 && message.type != LobsterType::kHalt))
    return file.ErrorAt(index, Bad("price", fields[4]));
  message.price = Price(IsVisible(message.type) ? number : 0);

  if (!ParseInteger(fields[5], number) || (number != 1 && number != -1))
    return file.ErrorAt(index, Bad("direction", fields[5]));
  message.side = number == 1 ? Side::kBuy : Side::kSell;
  return message;
}

// One line of the book file being read.
class RowReader {
 public:
  RowReader(const RecordedFile& file, size_t index, const Fields& fields)
      : file_(file), index_(index), fields_(fields) {}

  absl::StatusOr<BookRow> Read() {
    if (fields_.size() % kFieldsPerLevel != 0) {
      return Error(absl::StrCat("has ", fields_.size(), " fields, which is no multiple of four"));
    }
    for (size_t first = 0; first < fields_.size(); first += kFieldsPerLevel) {
      RETURN_IF_ERROR(ReadLevel(first, Side::kSell, row_.asks));
      RETURN_IF_ERROR(ReadLevel(first + 2, Side::kBuy, row_.bids));
    }
    if (!row_.bids.empty() && !row_.asks.empty() && row_.bids[0].price >= row_.asks[0].price)
      return Error("best bid is not below best ask");
    return std::move(row_);
  }

 private:
  absl::Status Error(std::string_view what) const { return file_.ErrorAt(index_, what); }

  // The level in fields_[first] and the next.
  absl::Status ReadLevel(size_t first, Side side, std::vector<Level>& levels) {
    const std::string_view price_text = fields_[first];
    const std::string_view size_text = fields_[first + 1];
    int64_t price = 0;
    int64_t size = 0;
    if (!ParseInteger(price_text, price)) return Error(Bad("price", price_text));
    if (!ParseInteger(size_text, size) || size < 0) return Error(Bad("size", size_text));
    if (price == kEmptyPrice || price == -kEmptyPrice) return absl::OkStatus();
    if (price < 1) return Error(Bad("price", price_text));
    if (size < 1) return Error(Bad("size", size_text));
    if (!levels.empty() && !IsBetter(side, levels.back().price, Price(price)))
      return Error("levels are not ordered from best to worst");
    levels.push_back({Price(price), Quantity(size)});
    return absl::OkStatus();
  }

  const RecordedFile& file_;
  const size_t index_;
  const Fields& fields_;
  BookRow row_;
};

// Turns the file's unit into ticks: cents if all visible prices are whole cents.
void ConvertPrices(LobsterRecording& recording) {
  const auto whole = [](const Level& level) { return level.price.value() % kCent == 0; };
  bool cents =
      std::all_of(recording.messages.begin(), recording.messages.end(),
                  [](const LobsterMessage& message) { return message.price.value() % kCent == 0; });
  for (const BookRow& row : recording.rows) {
    cents = cents && std::all_of(row.bids.begin(), row.bids.end(), whole) &&
            std::all_of(row.asks.begin(), row.asks.end(), whole);
  }
  recording.price_decimals = cents ? 2 : 4;
  if (!cents) return;
  for (LobsterMessage& message : recording.messages)
    message.price = Price(message.price.value() / kCent);
  for (BookRow& row : recording.rows) {
    for (Level& level : row.bids) level.price = Price(level.price.value() / kCent);
    for (Level& level : row.asks) level.price = Price(level.price.value() / kCent);
  }
}

}  // namespace

absl::StatusOr<LobsterRecording> ReadLobster(const RecordedFile& message_file,
                                             const RecordedFile& book_file) {
  LobsterRecording recording;
  recording.message_path = message_file.path();
  recording.checksum = message_file.checksum() ^ (book_file.checksum() * 31);
  Fields fields;
  for (size_t i = 0; i < message_file.lines().size(); ++i) {
    ASSIGN_OR_RETURN(LobsterMessage message, ParseMessage(message_file, i, fields));
    if (i > 0 && message.time_ns < recording.messages.back().time_ns)
      return message_file.ErrorAt(i, "time is before the line above");
    recording.messages.push_back(message);
  }
  size_t fields_first = 0;
  for (size_t i = 0; i < book_file.lines().size(); ++i) {
    Split(book_file.lines()[i], fields);
    ASSIGN_OR_RETURN(BookRow row, RowReader(book_file, i, fields).Read());
    if (i == 0) fields_first = fields.size();
    if (fields.size() != fields_first)
      return book_file.ErrorAt(i, "has another number of levels than line 1");
    recording.rows.push_back(std::move(row));
  }
  if (recording.rows.size() != recording.messages.size()) {
    return book_file.Error(absl::StrCat("has ", recording.rows.size(), " lines, but ",
                                        message_file.path(), " has ", recording.messages.size()));
  }
  recording.depth = static_cast<int>(fields_first / kFieldsPerLevel);
  ConvertPrices(recording);
  return recording;
}

}  // namespace rialto::replay
