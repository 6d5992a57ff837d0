#include "tools/replay/json_scanner.h"

#include <algorithm>

namespace rialto::replay {

void JsonScanner::SkipBlanks() {
  rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
}

bool JsonScanner::Peek(char token) {
  SkipBlanks();
  return !rest_.empty() && rest_.front() == token;
}

bool JsonScanner::Take(char token) {
  if (!Peek(token)) return false;
  rest_.remove_prefix(1);
  return true;
}

bool JsonScanner::String(std::string_view& value) {
  if (!Take('"')) return false;
  const size_t end = rest_.find_first_of("\"\\");
  if (end == rest_.npos || rest_[end] == '\\') return false;
  value = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  return true;
}

bool JsonScanner::Scalar(std::string_view& value) {
  if (Peek('"')) return String(value);
  const size_t end = std::min(rest_.find_first_not_of("0123456789.eE+-"), rest_.size());
  value = rest_.substr(0, end);
  rest_.remove_prefix(end);
  return end > 0;
}

bool JsonScanner::AtEnd() {
  SkipBlanks();
  return rest_.empty();
}

}  // namespace rialto::replay
