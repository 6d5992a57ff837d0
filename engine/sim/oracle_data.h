// The files of other venues' test vectors, and as much of JSON as they need.
#pragma once

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"

namespace rialto::engine {

// A file of the folder RIALTO_DATA; empty when there is none.
inline std::string ReadOracle(const std::string& name) {
  const char* folder = std::getenv("RIALTO_DATA");
  if (folder == nullptr) return "";
  std::ifstream file(absl::StrCat(folder, "/", name));
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// A string or a number is its text. Unknown fields and items are empty.
struct Json {
  std::string text;
  std::vector<Json> items;
  std::map<std::string, Json> fields;

  const Json& operator[](const std::string& field) const {
    static const Json kNone;
    const auto found = fields.find(field);
    return found == fields.end() ? kNone : found->second;
  }
  const Json& operator[](size_t index) const {
    static const Json kNone;
    return index < items.size() ? items[index] : kNone;
  }
  bool Has(const std::string& field) const { return fields.count(field) != 0; }
};

class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : rest_(text) {}

  Json Read() {
    Json json;
    if (TakeIf('{')) {
      while (!TakeIf('}') && !rest_.empty()) {
        const std::string name = Text();
        TakeIf(':');
        json.fields[name] = Read();
        TakeIf(',');
      }
    } else if (TakeIf('[')) {
      while (!TakeIf(']') && !rest_.empty()) {
        json.items.push_back(Read());
        TakeIf(',');
      }
    } else {
      json.text = Text();
    }
    return json;
  }

 private:
  void SkipSpace() {
    while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_[0]))) {
      rest_.remove_prefix(1);
    }
  }
  bool TakeIf(char c) {
    SkipSpace();
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // A quoted text, of whose escapes only the quote matters here, or a bare word.
  std::string Text() {
    std::string text;
    const bool is_quoted = TakeIf('"');
    while (!rest_.empty()) {
      const char c = rest_[0];
      if (is_quoted ? c == '"'
                    : std::string_view(",]} \n\r\t:").find(c) != std::string_view::npos) {
        break;
      }
      rest_.remove_prefix(c == '\\' && rest_.size() > 1 ? 2 : 1);
      text += c;
    }
    if (is_quoted) TakeIf('"');
    return text;
  }

  std::string_view rest_;
};

}  // namespace rialto::engine
