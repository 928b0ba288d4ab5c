#include "zone/trusted_hops.h"

#include <cstddef>

#include "base/ip_address.h"

namespace ward::zone {
namespace {

bool IsAddress(std::string_view text) { return base::IpAddress::Parse(text).has_value(); }

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

std::optional<std::string_view> ClientAddress(std::span<const std::string_view> lines, std::string_view peer,
                                              TrustedHops hops) {
  if (hops.count == 0) return IsAddress(peer) ? std::optional(peer) : std::nullopt;
  const int position = hops.count + (hops.peer == PeerInChain::kAppended ? 1 : 0);
  EntriesFromRight entries(lines);
  std::optional<std::string_view> entry;
  for (int i = 0; i < position; ++i) {
    entry = entries.Next();
    // What a trusted hop wrote is missing or no address: this is not the chain we were told of.
    if (!entry.has_value() || !IsAddress(*entry)) return std::nullopt;
  }
  return entry;
}

}  // namespace ward::zone
