#include "border/named_values.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii.h"
#include "base/budgets.h"
#include "base/check.h"

namespace ward::border {
namespace {

// Longer than any name a policy may declare, so nothing is lost by not looking at longer ones.
constexpr std::size_t kNameBytesMax = 256;

// Decodes into `place`, which is at least as long as `text`. Nothing if an escape is broken or a NUL comes out.
std::optional<std::string_view> DecodeUrl(std::string_view text, std::span<char> place) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i] == '+' ? ' ' : text[i];
    if (text[i] == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = base::HexDigit(text[i + 1]);
      const int low = base::HexDigit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (c == '\0') return std::nullopt;
    place[length++] = c;
  }
  return std::string_view(place.data(), length);
}

bool NeedsDecoding(std::string_view text) {
  return text.find_first_of(std::string_view("%+\0", 3)) != std::string_view::npos;
}

// Which names of a table were given already in this list.
class Seen {
 public:
  Seen(const NameTable& table, Scratch& scratch)
      : seen_(scratch.Take<bool>(table.name_count())), ok_(seen_.size() == table.name_count()) {}
  [[nodiscard]] bool ok() const { return ok_; }
  // True the first time.
  bool First(std::uint32_t index) { return !std::exchange(seen_[index], true); }

 private:
  std::span<bool> seen_;
  bool ok_;
};

void Store(std::span<const std::uint32_t> slots, std::optional<std::string_view> value, SlotWriter& writer) {
  for (const std::uint32_t slot : slots) {
    if (value) {
      writer.SetText(slot, *value, TextOrigin::kText);
    } else {
      writer.SetInvalid(slot);
    }
  }
}

std::optional<std::string_view> DecodeValue(std::string_view text, Scratch& scratch) {
  if (!NeedsDecoding(text)) return text;
  const std::span<char> place = scratch.TakeBytes(text.size());
  if (place.empty()) return std::nullopt;
  const std::optional<std::string_view> value = DecodeUrl(text, place);
  scratch.GiveBack(place.size() - (value ? value->size() : 0));
  return value;
}

}  // namespace

NameTable::NameTable(std::span<const Entry> entries) {
  std::vector<Entry> sorted(entries.begin(), entries.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  std::vector<lookup::StringDomainConstant> names;
  for (const Entry& entry : sorted) {
    if (names.empty() || names.back().text != entry.name) {
      firsts_.push_back(static_cast<std::uint32_t>(slots_.size()));
      names.push_back({entry.name, lookup::kOrdinalFirst + static_cast<std::uint32_t>(names.size())});
    }
    slots_.push_back(entry.slot);
  }
  firsts_.push_back(static_cast<std::uint32_t>(slots_.size()));
  Result<lookup::StringDomainData> domain = lookup::BuildStringDomain(names);
  // Distinct names below the budget of slots: nothing the builder could refuse.
  WARD_CHECK(domain.has_value());
  domain_ = std::move(domain).value();
}

std::optional<std::uint32_t> NameTable::Find(std::string_view name) const {
  if (slots_.empty()) return std::nullopt;
  const std::uint32_t ordinal = domain_.View().Find(name);
  if (ordinal < lookup::kOrdinalFirst) return std::nullopt;
  return ordinal - lookup::kOrdinalFirst;
}

std::span<const std::uint32_t> NameTable::slots(std::uint32_t index) const {
  return std::span(slots_).subspan(firsts_[index], firsts_[index + 1] - firsts_[index]);
}

void Invalidate(const NameTable& table, SlotWriter& writer) {
  for (const std::uint32_t slot : table.all_slots()) writer.SetInvalid(slot);
}

void ReadHeaders(const NameTable& table, std::span<const NameValue> headers, SlotWriter& writer) {
  if (table.empty()) return;
  std::size_t bytes = 0;
  for (const NameValue& header : headers) bytes += header.name.size() + header.value.size();
  Seen seen(table, writer.scratch());
  if (!seen.ok() || headers.size() > base::budget::kRequestHeaderCountMax ||
      bytes > base::budget::kRequestHeaderBytesMax) {
    Invalidate(table, writer);
    return;
  }
  std::array<char, kNameBytesMax> folded;
  for (const NameValue& header : headers) {
    if (header.name.size() > folded.size()) continue;
    std::transform(header.name.begin(), header.name.end(), folded.begin(), base::AsciiLower);
    const std::optional<std::uint32_t> index = table.Find({folded.data(), header.name.size()});
    if (!index) continue;
    Store(table.slots(*index), seen.First(*index) ? std::optional(header.value) : std::nullopt, writer);
  }
}

void ReadUrlEncoded(const NameTable& table, std::string_view text, SlotWriter& writer) {
  if (table.empty() || text.empty()) return;
  Seen seen(table, writer.scratch());
  const auto members = static_cast<std::size_t>(std::count(text.begin(), text.end(), '&')) + 1;
  if (!seen.ok() || members > base::budget::kRequestQueryParameterCountMax) {
    Invalidate(table, writer);
    return;
  }
  // An escaped byte takes three.
  std::array<char, 3 * kNameBytesMax> decoded;
  while (true) {
    const std::size_t end = text.find('&');
    const std::string_view member = text.substr(0, end);
    const std::size_t equals = member.find('=');
    const std::string_view raw_name = member.substr(0, equals);
    if (raw_name.size() <= decoded.size()) {
      const std::optional<std::string_view> name =
          NeedsDecoding(raw_name) ? DecodeUrl(raw_name, decoded) : std::optional(raw_name);
      const std::optional<std::uint32_t> index = name ? table.Find(*name) : std::nullopt;
      if (index) {
        const std::string_view raw = equals == std::string_view::npos ? std::string_view() : member.substr(equals + 1);
        Store(table.slots(*index), seen.First(*index) ? DecodeValue(raw, writer.scratch()) : std::nullopt, writer);
      }
    }
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace ward::border
