#include "semantic/time_zone_names.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace ward::semantic {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFolder = "/usr/share/zoneinfo";

bool HasMagic(const fs::path& file) {
  std::array<char, 4> magic{};
  std::ifstream stream(file, std::ios::binary);
  return stream.read(magic.data(), magic.size()) && std::string_view(magic.data(), magic.size()) == "TZif";
}

}  // namespace

bool IsTimeZone(std::string_view name) {
  // Only what cannot leave the folder is looked up.
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
  if (name.empty() || name.front() == '/' || name.find_first_not_of(kAllowed) != std::string_view::npos) return false;
  std::error_code error;
  const fs::path file = fs::path(kFolder) / name;
  return fs::is_regular_file(file, error) && HasMagic(file);
}

std::vector<std::string> TimeZoneNames() {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::recursive_directory_iterator it(kFolder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().lexically_relative(kFolder).generic_string();
    const bool copies = name == "posix" || name == "right";  // the same zones, counted otherwise
    if (it->is_directory(error)) {
      if (copies) it.disable_recursion_pending();
      continue;
    }
    if (name.find('.') == std::string::npos && HasMagic(it->path())) names.push_back(name);
  }
  return names;
}

}  // namespace ward::semantic
