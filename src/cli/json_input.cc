#include "cli/json_input.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ward::cli {
namespace {

using nlohmann::json;

// Watches the parser go through the text and notes the first member that its object has already.
class Members {
 public:
  void Watch(json::parse_event_t event, const json& parsed) {
    if (event == json::parse_event_t::object_start) {
      open_.emplace_back();
    } else if (event == json::parse_event_t::object_end) {
      open_.pop_back();
    } else if (event == json::parse_event_t::key) {
      open_.back().last = parsed.get<std::string>();
      if (!open_.back().names.insert(open_.back().last).second && twice_.empty()) twice_ = Path();
    }
  }
  // `claims.sub`; empty if every member is there once.
  [[nodiscard]] const std::string& twice() const { return twice_; }

 private:
  struct Object {
    std::set<std::string> names;
    std::string last;
  };

  [[nodiscard]] std::string Path() const {
    std::string path;
    for (const Object& object : open_) path += (path.empty() ? "" : ".") + object.last;
    return path.empty() ? "\"\"" : path;
  }

  std::vector<Object> open_;
  std::string twice_;
};

}  // namespace

Result<json> ParseJson(std::string_view text, std::string_view where) {
  Members members;
  const auto watch = [&members](int /*depth*/, json::parse_event_t event, json& parsed) {
    members.Watch(event, parsed);
    return true;
  };
  json value;
  try {
    value = json::parse(text, watch);
  } catch (const json::parse_error& error) {
    return Error{ErrorCode::kInvalidArgument, fmt::format("{} is no JSON: error at byte {}", where, error.byte)};
  }
  if (members.twice().empty()) return value;
  return Error{ErrorCode::kInvalidArgument,
               fmt::format("{} gives the member `{}` twice; leave one of them", where, members.twice())};
}

}  // namespace ward::cli
