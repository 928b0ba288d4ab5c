#include "base/set_text.h"

#include <fmt/format.h>

#include <iterator>

namespace ward::base {

std::string SetText(const std::vector<std::string>& members) {
  const auto needs_count = [](const std::string& member) {
    return member.empty() || member.find(' ') != std::string::npos || member.front() == kCountedSet;
  };
  if (members.empty()) return " ";
  if (std::none_of(members.begin(), members.end(), needs_count)) return fmt::format("{}", fmt::join(members, " "));
  std::string text(1, kCountedSet);
  for (const std::string& member : members) {
    fmt::format_to(std::back_inserter(text), "{}:{}", member.size(), member);
  }
  return text;
}

}  // namespace ward::base
