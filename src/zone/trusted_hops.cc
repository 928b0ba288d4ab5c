#include "zone/trusted_hops.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace ward::zone {
namespace {

constexpr std::size_t kMappedPrefixBytes = 12;
constexpr AddressBytes kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::string_view TrimBlanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Gives the entries of one list from right to left.
class EntriesFromRight {
 public:
  explicit EntriesFromRight(std::span<const std::string_view> lines) : lines_(lines) { NextLine(); }

  std::optional<std::string_view> Next() {
    if (!line_.has_value()) return std::nullopt;
    const std::size_t comma = line_->rfind(',');
    if (comma == std::string_view::npos) {
      const std::string_view entry = *line_;
      NextLine();
      return TrimBlanks(entry);
    }
    const std::string_view entry = line_->substr(comma + 1);
    line_ = line_->substr(0, comma);
    return TrimBlanks(entry);
  }

 private:
  void NextLine() {
    line_.reset();
    if (lines_.empty()) return;
    line_ = lines_.back();
    lines_ = lines_.first(lines_.size() - 1);
  }

  std::span<const std::string_view> lines_;
  std::optional<std::string_view> line_;
};

}  // namespace

std::optional<AddressBytes> ParseAddress(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  // An embedded NUL would end the text early for inet_pton.
  if (text.size() >= terminated.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::copy(text.begin(), text.end(), terminated.begin());
  AddressBytes bytes = kMappedPrefix;
  if (::inet_pton(AF_INET, terminated.data(), bytes.data() + kMappedPrefixBytes) == 1) return bytes;
  if (::inet_pton(AF_INET6, terminated.data(), bytes.data()) == 1) return bytes;
  return std::nullopt;
}

std::optional<std::string_view> ClientAddress(std::span<const std::string_view> lines, std::string_view peer,
                                              TrustedHops hops) {
  if (hops.count == 0) return ParseAddress(peer).has_value() ? std::optional(peer) : std::nullopt;
  const int position = hops.count + (hops.peer == PeerInChain::kAppended ? 1 : 0);
  EntriesFromRight entries(lines);
  std::optional<std::string_view> entry;
  for (int i = 0; i < position; ++i) {
    entry = entries.Next();
    // What a trusted hop wrote is missing or no address: this is not the chain we were told of.
    if (!entry.has_value() || !ParseAddress(*entry).has_value()) return std::nullopt;
  }
  return entry;
}

}  // namespace ward::zone
