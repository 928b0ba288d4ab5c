#include "data/key_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "lookup/text_words.h"

namespace ward::data {
namespace {

using border::Cell;

std::uint64_t Mix(std::uint64_t hash, std::uint64_t word) {
  return lookup::FoldProduct(hash ^ word, 0x9E3779B97F4A7C15U);
}

bool SameValue(ValueType type, const Cell& a, const Cell& b) {
  if (type == ValueType::kString) return a.text() == b.text();
  if (type == ValueType::kIp) return a.ip() == b.ip();
  return a.number() == b.number();
}

}  // namespace

Result<KeyIndex> KeyIndex::Build(std::span<const ValueType> key_types, std::span<const Cell> cells, std::size_t width) {
  KeyIndex index;
  index.types_.assign(key_types.begin(), key_types.end());
  index.cells_ = cells;
  index.width_ = width;
  index.by_prefix_ = key_types.size() == 1 && key_types.front() == ValueType::kCidr;
  for (const ValueType type : key_types) {
    const bool is_set = type == ValueType::kEnumSet || type == ValueType::kStringSet;
    if (is_set || (type == ValueType::kCidr && !index.by_prefix_)) {
      return Error{ErrorCode::kInvalidArgument, "a set, or a prefix beside other columns, cannot be a key"};
    }
  }
  const std::size_t rows = width == 0 ? 0 : cells.size() / width;
  WARD_RETURN_IF_ERROR(index.by_prefix_ ? index.BuildPrefixes(rows) : index.BuildHash(rows));
  return index;
}

Result<void> KeyIndex::BuildPrefixes(std::size_t rows) {
  std::vector<lookup::Prefix> prefixes;
  prefixes.reserve(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    prefixes.push_back({cells_[row * width_].cidr(), static_cast<std::uint32_t>(row + 1)});
  }
  WARD_ASSIGN_OR_RETURN(prefixes_, lookup::BuildPrefixTable(prefixes, lookup::PrefixAnswer::kLongest));
  return {};
}

Result<void> KeyIndex::BuildHash(std::size_t rows) {
  places_.assign(std::bit_ceil(2 * rows + 2), 0);
  const std::size_t mask = places_.size() - 1;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::span<const Cell> key = cells_.subspan(row * width_, types_.size());
    std::size_t at = Hash(key) & mask;
    while (places_[at] != 0) {
      if (Same(places_[at] - 1, key)) {
        return Error{ErrorCode::kInvalidArgument, fmt::format("row {} has the key of row {}", row + 1, places_[at])};
      }
      at = (at + 1) & mask;
    }
    places_[at] = static_cast<std::uint32_t>(row + 1);
  }
  return {};
}

std::optional<std::uint32_t> KeyIndex::Find(std::span<const Cell> key) const {
  if (by_prefix_) {
    const std::uint32_t found = prefixes_.View().Find(key.front().ip());
    return found == 0 ? std::nullopt : std::optional(found - 1);
  }
  if (places_.empty()) return std::nullopt;
  const std::size_t mask = places_.size() - 1;
  for (std::size_t at = Hash(key) & mask; places_[at] != 0; at = (at + 1) & mask) {
    if (Same(places_[at] - 1, key)) return places_[at] - 1;
  }
  return std::nullopt;
}

std::uint64_t KeyIndex::Hash(std::span<const Cell> key) const {
  std::uint64_t hash = 0x2545F4914F6CDD1DU;
  for (std::size_t i = 0; i < types_.size(); ++i) {
    if (types_[i] == ValueType::kString) {
      const std::string_view text = key[i].text();
      hash = Mix(hash, lookup::HashText(hash, lookup::LoadTextWords(text), text));
    } else if (types_[i] == ValueType::kIp) {
      hash = Mix(Mix(hash, key[i].ip().high()), key[i].ip().low());
    } else {
      hash = Mix(hash, static_cast<std::uint64_t>(key[i].number()));
    }
  }
  return hash;
}

bool KeyIndex::Same(std::uint32_t row, std::span<const Cell> key) const {
  const Cell* stored = &cells_[std::size_t{row} * width_];
  for (std::size_t i = 0; i < types_.size(); ++i) {
    if (!SameValue(types_[i], stored[i], key[i])) return false;
  }
  return true;
}

}  // namespace ward::data
