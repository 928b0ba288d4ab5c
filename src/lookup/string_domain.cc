#include "lookup/string_domain.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "lookup/corrupt.h"

namespace ward::lookup {
namespace {

Result<void> CheckConstants(std::span<const StringDomainConstant> constants) {
  std::vector<std::string_view> texts;
  texts.reserve(constants.size());
  std::uint64_t bytes = 0;
  for (const StringDomainConstant& constant : constants) {
    if (constant.ordinal < kOrdinalFirst) {
      return Error{ErrorCode::kInvalidArgument,
                   fmt::format("string domain: ordinal {} of `{}` is reserved", constant.ordinal, constant.text)};
    }
    texts.push_back(constant.text);
    bytes += constant.text.size();
  }
  if (constants.size() >= (std::size_t{1} << 31) || bytes > std::numeric_limits<std::uint32_t>::max()) {
    return Error{ErrorCode::kTooLarge,
                 fmt::format("string domain: {} strings with {} bytes are too many", constants.size(), bytes)};
  }
  std::sort(texts.begin(), texts.end());
  const auto twice = std::adjacent_find(texts.begin(), texts.end());
  if (twice != texts.end()) {
    return Error{ErrorCode::kInvalidArgument, fmt::format("string domain: `{}` is given twice", *twice)};
  }
  return {};
}

void Place(const StringDomainConstant& constant, StringDomainEntry& entry, std::vector<std::uint8_t>& tails) {
  const TextWords words = LoadTextWords(constant.text);
  entry = {words.low, words.high, static_cast<std::uint32_t>(constant.text.size()), constant.ordinal, 0, 0};
  if (constant.text.size() > kTextWordsBytes) {
    entry.tail = static_cast<std::uint32_t>(tails.size());
    const std::string_view tail = constant.text.substr(kTextWordsBytes);
    tails.insert(tails.end(), tail.begin(), tail.end());
  }
}

}  // namespace

Result<StringDomainData> BuildStringDomain(std::span<const StringDomainConstant> constants) {
  WARD_RETURN_IF_ERROR(CheckConstants(constants));
  std::vector<std::uint64_t> hashes(constants.size());
  for (std::uint32_t attempt = 0; attempt < kDisplacementAttempts; ++attempt) {
    StringDomainData data;
    data.seed = AttemptSeed(attempt);
    std::transform(constants.begin(), constants.end(), hashes.begin(), [&data](const StringDomainConstant& constant) {
      return HashText(data.seed, LoadTextWords(constant.text), constant.text);
    });
    std::optional<Displacement> placed = Displace(hashes, attempt);
    if (!placed.has_value()) continue;
    data.entries.resize(placed->slot_count);
    data.pilots = std::move(placed->pilots);
    for (std::size_t i = 0; i < constants.size(); ++i) {
      Place(constants[i], data.entries[placed->slots[i]], data.tails);
    }
    return data;
  }
  return Error{ErrorCode::kInternal, fmt::format("string domain: no perfect hash for {} strings", constants.size())};
}

Result<void> StringDomain::Verify(std::uint32_t ordinal_limit) const {
  constexpr std::size_t kCountMax = std::numeric_limits<std::uint32_t>::max();
  if (entries_.empty() || entries_.size() > kCountMax) {
    return Corrupt(fmt::format("string domain: {} entries", entries_.size()));
  }
  if (pilots_.empty() || pilots_.size() > kCountMax) {
    return Corrupt(fmt::format("string domain: {} pilots", pilots_.size()));
  }
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const StringDomainEntry& entry = entries_[i];
    // A free slot says kOrdinalNone, which is what Find answers anyway.
    if (entry.ordinal == kOrdinalDoubt || (entry.ordinal >= ordinal_limit && entry.ordinal != kOrdinalNone)) {
      return Corrupt(
          fmt::format("string domain: entry {} has ordinal {}, below {} is wanted", i, entry.ordinal, ordinal_limit));
    }
    if (entry.length <= kTextWordsBytes) continue;
    const std::size_t tail_bytes = entry.length - kTextWordsBytes;
    if (entry.tail > tails_.size() || tail_bytes > tails_.size() - entry.tail) {
      return Corrupt(
          fmt::format("string domain: entry {} has {} bytes at {} of {}", i, tail_bytes, entry.tail, tails_.size()));
    }
  }
  return {};
}

}  // namespace ward::lookup
