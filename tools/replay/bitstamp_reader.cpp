#include "tools/replay/bitstamp_reader.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/decimal.h"
#include "common/base/status_macros.h"
#include "tools/replay/json_scanner.h"

namespace rialto::replay {
namespace {

constexpr std::array<std::pair<std::string_view, BitstampType>, 5> kTypes = {{
    {"order_created", BitstampType::kCreated},
    {"order_changed", BitstampType::kChanged},
    {"order_deleted", BitstampType::kDeleted},
    {"trade", BitstampType::kTrade},
    {"order_book", BitstampType::kBook},
}};

std::string Bad(std::string_view what, std::string_view text) {
  return absl::StrCat("bad ", std::string(what), " \"", std::string(text.substr(0, 40)), "\"");
}

// The text up to the next blank, which is consumed.
std::string_view TakeWord(std::string_view& rest) {
  const std::string_view word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  return word;
}

// The feed prints trades from binary fractions (236.41999999999999): rounds to the scale that the
// exchange trades at.
std::optional<int64_t> RoundDecimal(std::string_view text, int scale) {
  std::string shifted;
  if (const size_t exponent = text.find("e-"); exponent != text.npos) {
    // "9.99e-07", one digit before the point, becomes "0.000000999".
    int zeros = 0;
    const std::string_view places = text.substr(exponent + 2);
    if (!absl::SimpleAtoi(absl::string_view(places.data(), places.size()), &zeros) || zeros < 1 ||
        zeros > kScaleMax || text.size() < 2) {
      return std::nullopt;
    }
    shifted = "0." + std::string(static_cast<size_t>(zeros) - 1, '0') + text.front();
    if (text[1] == '.') shifted += text.substr(2, exponent - 2);
    text = shifted;
  }
  const size_t point = text.find('.');
  if (point != text.npos) text = text.substr(0, point + static_cast<size_t>(scale) + 2);
  const absl::StatusOr<int64_t> value = ParseDecimal(text, scale + 1);
  if (!value.ok()) return std::nullopt;
  return (*value + 5) / 10;
}

std::optional<int64_t> ParseAtLeast(int64_t least, std::string_view text, int scale) {
  const absl::StatusOr<int64_t> value = ParseDecimal(text, scale);
  if (!value.ok() || *value < least) return std::nullopt;
  return *value;
}

// What a line's object can have; empty: absent.
struct Members {
  std::string_view price;
  std::string_view amount;
  std::string_view id;
  std::string_view order_type;
};

bool ScanMembers(JsonScanner& scanner, Members& members) {
  if (!scanner.Take('{')) return false;
  do {
    std::string_view name;
    std::string_view value;
    if (!scanner.Key(name) || !scanner.Scalar(value)) return false;
    if (name == "price") members.price = value;
    if (name == "amount") members.amount = value;
    if (name == "id") members.id = value;
    if (name == "order_type") members.order_type = value;
  } while (scanner.Peek(',') && scanner.Take(','));
  return scanner.Take('}') && scanner.AtEnd();
}

// One line being read.
class LineReader {
 public:
  LineReader(const RecordedFile& file, size_t index) : file_(file), index_(index) {}

  absl::StatusOr<BitstampEvent> Read(std::vector<BookRow>& books) {
    std::string_view rest = file_.lines()[index_];
    BitstampEvent event;
    const std::string_view time = TakeWord(rest);
    if (!absl::SimpleAtoi(absl::string_view(time.data(), time.size()), &event.time_ms) ||
        event.time_ms < 0) {
      return Error(Bad("time", time));
    }
    const std::string_view name = TakeWord(rest);
    bool known = false;
    for (const auto& [type_name, type] : kTypes) {
      if (type_name != name) continue;
      event.type = type;
      known = true;
    }
    if (!known) return Error(Bad("event", name));

    if (event.type == BitstampType::kBook) {
      ASSIGN_OR_RETURN(BookRow book, ReadBook(rest));
      event.book_index = books.size();
      books.push_back(std::move(book));
    } else {
      RETURN_IF_ERROR(ReadOrder(rest, event));
    }
    return event;
  }

 private:
  absl::Status Error(std::string_view what) const { return file_.ErrorAt(index_, what); }

  absl::Status ReadOrder(std::string_view text, BitstampEvent& event) const {
    JsonScanner scanner(text);
    Members members;
    if (!ScanMembers(scanner, members)) return Error(Bad("JSON", text));
    if (!absl::SimpleAtoi(absl::string_view(members.id.data(), members.id.size()), &event.id))
      return Error(Bad("id", members.id));

    const bool is_trade = event.type == BitstampType::kTrade;
    const auto price = is_trade ? RoundDecimal(members.price, kBitstampPriceDecimals)
                                : ParseAtLeast(1, members.price, kBitstampPriceDecimals);
    if (!price || *price < 1) return Error(Bad("price", members.price));
    event.price = Price(*price);

    const auto amount = is_trade ? RoundDecimal(members.amount, kBitstampQuantityDecimals)
                                 : ParseAtLeast(0, members.amount, kBitstampQuantityDecimals);
    const int64_t least = event.type == BitstampType::kCreated ? 1 : 0;
    if (!amount || *amount < least) return Error(Bad("amount", members.amount));
    event.amount = Quantity(*amount);

    if (is_trade) return absl::OkStatus();
    if (members.order_type != "0" && members.order_type != "1")
      return Error(Bad("order_type", members.order_type));
    event.side = members.order_type == "0" ? Side::kBuy : Side::kSell;
    return absl::OkStatus();
  }

  absl::StatusOr<BookRow> ReadBook(std::string_view text) const {
    JsonScanner scanner(text);
    BookRow book;
    if (!scanner.Take('{')) return Error(Bad("JSON", text));
    do {
      std::string_view name;
      if (!scanner.Key(name) || (name != "bids" && name != "asks")) return Error(Bad("JSON", text));
      const Side side = name == "bids" ? Side::kBuy : Side::kSell;
      RETURN_IF_ERROR(ReadLevels(scanner, side, side == Side::kBuy ? book.bids : book.asks));
    } while (scanner.Peek(',') && scanner.Take(','));
    if (!scanner.Take('}') || !scanner.AtEnd()) return Error(Bad("JSON", text));
    return book;
  }

  absl::Status ReadLevels(JsonScanner& scanner, Side side, std::vector<Level>& levels) const {
    if (!scanner.Take('[')) return Error("bad JSON: an array of levels is missing");
    if (scanner.Peek(']') && scanner.Take(']')) return absl::OkStatus();
    do {
      std::string_view price_text;
      std::string_view amount_text;
      if (!scanner.Take('[') || !scanner.Scalar(price_text) || !scanner.Take(',') ||
          !scanner.Scalar(amount_text) || !scanner.Take(']')) {
        return Error("bad JSON: a level is not [price, amount]");
      }
      const auto price = ParseAtLeast(1, price_text, kBitstampPriceDecimals);
      if (!price) return Error(Bad("price", price_text));
      const auto amount = ParseAtLeast(1, amount_text, kBitstampQuantityDecimals);
      if (!amount) return Error(Bad("amount", amount_text));
      if (!levels.empty() && !IsBetter(side, levels.back().price, Price(*price)))
        return Error("levels are not ordered from best to worst");
      levels.push_back({Price(*price), Quantity(*amount)});
    } while (scanner.Peek(',') && scanner.Take(','));
    if (!scanner.Take(']')) return Error("bad JSON: an array of levels does not end");
    return absl::OkStatus();
  }

  const RecordedFile& file_;
  const size_t index_;
};

}  // namespace

absl::StatusOr<BitstampRecording> ReadBitstamp(const RecordedFile& file) {
  BitstampRecording recording;
  recording.path = file.path();
  recording.checksum = file.checksum();
  for (size_t i = 0; i < file.lines().size(); ++i) {
    ASSIGN_OR_RETURN(const BitstampEvent event, LineReader(file, i).Read(recording.books));
    if (i > 0 && event.time_ms < recording.events.back().time_ms)
      return file.ErrorAt(i, "time is before the line above");
    recording.events.push_back(event);
  }
  return recording;
}

}  // namespace rialto::replay
