// A reader of the little JSON in recorded feeds: objects, arrays, strings and numbers, in order.
//
// Numbers stay text, so that a price never becomes a float: that is why no general parser is used.
// Strings must have no escapes (the feeds have none). Every method returns false at the first thing
// that is not as asked; the scanner is then of no further use.
#pragma once

#include <string_view>

namespace rialto::replay {

class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text) : rest_(text) {}

  // The next character that is not a blank is this one: consumes it.
  bool Take(char token);
  // The same without a failure when it is another one.
  bool Peek(char token);
  // "text".
  bool String(std::string_view& value);
  // "text" or a number: -?[0-9.eE+-]+.
  bool Scalar(std::string_view& value);
  // "name":
  bool Key(std::string_view& name) { return String(name) && Take(':'); }
  // Only blanks are left.
  bool AtEnd();

 private:
  void SkipBlanks();

  std::string_view rest_;
};

}  // namespace rialto::replay
