#include "codegen/timezone.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include "codegen/posix_tz.h"

namespace ward::codegen {
namespace {

constexpr int kLastYear = 2262;  // of a timestamp
constexpr std::size_t kHeaderBytes = 44;
constexpr std::size_t kFileBytesMax = std::size_t{1} << 20;

Error Corrupt(std::string_view what) { return {ErrorCode::kCorrupt, fmt::format("time zone data: {}", what)}; }

std::int64_t BigEndian(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < size; ++i) number = number << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  if (size == 4) return static_cast<std::int32_t>(static_cast<std::uint32_t>(number));
  return static_cast<std::int64_t>(number);
}

struct Block {
  std::size_t ut_count = 0;
  std::size_t standard_count = 0;
  std::size_t leap_count = 0;
  std::size_t time_count = 0;
  std::size_t type_count = 0;
  std::size_t char_count = 0;

  [[nodiscard]] std::size_t SizeBytes(std::size_t time_bytes) const {
    return time_count * (time_bytes + 1) + type_count * 6 + char_count + leap_count * (time_bytes + 4) +
           standard_count + ut_count;
  }
};

std::optional<Block> ReadHeader(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes || !bytes.starts_with("TZif")) return std::nullopt;
  const auto count = [&](std::size_t at) {
    return static_cast<std::size_t>(static_cast<std::uint32_t>(BigEndian(bytes, at, 4)));
  };
  const Block block{count(20), count(24), count(28), count(32), count(36), count(40)};
  // Keeps every sum far from wrapping; no real file comes near.
  for (const std::size_t n :
       {block.ut_count, block.standard_count, block.leap_count, block.time_count, block.type_count, block.char_count}) {
    if (n > kFileBytesMax) return std::nullopt;
  }
  return block;
}

int YearOf(std::int64_t unix_seconds) {
  const std::chrono::sys_days day{std::chrono::days{
      static_cast<int>(unix_seconds >= 0 ? unix_seconds / 86400 : -((-unix_seconds + 86399) / 86400))}};
  return static_cast<int>(std::chrono::year_month_day{day}.year());
}

// What the footer says, after the recorded changes.
void Expand(const PosixTz& tz, TimeZoneRules& rules) {
  if (!tz.has_daylight) return;  // the last recorded change already leads there
  const std::int64_t after = rules.changes.empty() ? 0 : rules.changes.back().at;
  std::vector<OffsetChange> future;
  for (int year = YearOf(after); year <= kLastYear; ++year) {
    future.push_back({tz.start.At(year) - tz.standard_offset, tz.daylight_offset});
    future.push_back({tz.end.At(year) - tz.daylight_offset, tz.standard_offset});
  }
  std::sort(future.begin(), future.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  for (const OffsetChange& change : future) {
    if (rules.changes.empty() || change.at > after) rules.changes.push_back(change);
  }
}

void DropRepetitions(TimeZoneRules& rules) {
  std::vector<OffsetChange> kept;
  std::int32_t offset = rules.first_offset;
  for (const OffsetChange& change : rules.changes) {
    if (change.offset == offset) continue;
    offset = change.offset;
    kept.push_back(change);
  }
  rules.changes = std::move(kept);
}

bool IsZoneName(std::string_view name) {
  if (name.empty() || name.size() > 64 || name.front() == '/' || name.find("..") != std::string_view::npos)
    return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' ||
           c == '+' || c == '-';
  });
}

}  // namespace

Result<TimeZoneRules> ParseTimeZone(std::string_view bytes) {
  const std::optional<Block> old_block = ReadHeader(bytes);
  if (!old_block) return Corrupt("no TZif header");
  if (bytes[4] < '2') return Corrupt("version 1 has 32-bit times only");
  const std::size_t skipped = kHeaderBytes + old_block->SizeBytes(4);
  if (skipped > bytes.size()) return Corrupt("cut short");
  bytes.remove_prefix(skipped);
  const std::optional<Block> block = ReadHeader(bytes);
  if (!block || block->type_count == 0) return Corrupt("no 64-bit block");
  const std::size_t times = kHeaderBytes;
  const std::size_t indices = times + block->time_count * 8;
  const std::size_t types = indices + block->time_count;
  const std::size_t end = kHeaderBytes + block->SizeBytes(8);
  if (end > bytes.size()) return Corrupt("cut short");
  const auto offset_of = [&](std::size_t type) {
    return static_cast<std::int32_t>(BigEndian(bytes, types + 6 * type, 4));
  };
  TimeZoneRules rules;
  rules.first_offset = offset_of(0);
  for (std::size_t i = 0; i < block->time_count; ++i) {
    const auto type = static_cast<std::uint8_t>(bytes[indices + i]);
    const std::int64_t at = BigEndian(bytes, times + 8 * i, 8);
    if (type >= block->type_count) return Corrupt("a change leads to an unknown type");
    if (!rules.changes.empty() && rules.changes.back().at >= at) return Corrupt("changes are out of order");
    rules.changes.push_back({at, offset_of(type)});
  }
  std::string_view footer = bytes.substr(end);
  if (!footer.starts_with('\n')) return Corrupt("no footer");
  footer.remove_prefix(1);
  footer = footer.substr(0, footer.find('\n'));
  if (!footer.empty()) {
    const std::optional<PosixTz> tz = ParsePosixTz(footer);
    if (!tz) return Corrupt(fmt::format("unknown rule `{}`", footer));
    Expand(*tz, rules);
  }
  DropRepetitions(rules);
  return rules;
}

Result<TimeZoneRules> ReadTimeZone(const std::string& folder, std::string_view name) {
  if (!IsZoneName(name)) return Error{ErrorCode::kNotFound, fmt::format("`{}` is no time zone", name)};
  const std::filesystem::path path = std::filesystem::path(folder) / name;
  // A folder, `Europe`, opens but does not read.
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return Error{ErrorCode::kNotFound, fmt::format("the time zone database has no `{}`", name)};
  }
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (bytes.size() > kFileBytesMax) return Corrupt("too large");
  return ParseTimeZone(bytes);
}

std::string ReadTimeZoneVersion(const std::string& folder) {
  std::ifstream file(fmt::format("{}/tzdata.zi", folder));
  std::string line;
  constexpr std::string_view kLead = "# version ";
  if (std::getline(file, line) && line.starts_with(kLead)) return line.substr(kLead.size());
  return "unknown";
}

}  // namespace ward::codegen
