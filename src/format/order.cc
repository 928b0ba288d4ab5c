#include "format/order.h"

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "syntax/dump.h"

namespace ward::format {
namespace {

using syntax::AddressLiteral;
using syntax::Expr;

using AddressKey = std::tuple<bool, std::array<std::uint8_t, 16>, int>;

AddressKey KeyOf(const AddressLiteral& address) {
  return {!address.is_v4, address.bytes, address.prefix_bits ? *address.prefix_bits : 256};
}

// `kind` tells what can be compared: only elements of one kind have an order.
struct Key {
  enum class Kind : std::uint8_t { kWord, kInt, kBool, kDuration, kSize, kTimestamp, kClock, kAddress, kRoute };
  Kind kind = Kind::kWord;
  std::int64_t number = 0;
  std::string text;
  AddressKey address;
};

Key Number(Key::Kind kind, std::int64_t number) { return Key{kind, number, {}, {}}; }
Key Word(Key::Kind kind, std::string_view text) { return Key{kind, 0, std::string(text), {}}; }

std::optional<Key> KeyOf(const Expr& expr) {
  using enum Key::Kind;
  if (expr.parenthesised()) return std::nullopt;
  if (const auto* node = expr.As<syntax::TextLiteral>()) return Word(kWord, node->text);
  if (const auto* node = expr.As<syntax::AtomLiteral>()) return Word(kWord, node->text);
  if (expr.As<syntax::NameRef>()) return Word(kWord, syntax::Dump(expr));
  if (expr.As<syntax::Route>()) return Word(kRoute, syntax::Dump(expr));
  if (const auto* node = expr.As<syntax::IntLiteral>()) return Number(kInt, node->value);
  if (const auto* node = expr.As<syntax::BoolLiteral>()) return Number(kBool, node->value ? 1 : 0);
  if (const auto* node = expr.As<syntax::DurationLiteral>()) return Number(kDuration, node->nanoseconds);
  if (const auto* node = expr.As<syntax::SizeLiteral>()) return Number(kSize, node->bytes);
  if (const auto* node = expr.As<syntax::TimestampLiteral>()) return Number(kTimestamp, node->nanoseconds);
  if (const auto* node = expr.As<syntax::ClockLiteral>()) return Number(kClock, node->seconds);
  if (const auto* node = expr.As<AddressLiteral>()) return Key{kAddress, 0, {}, KeyOf(*node)};
  return std::nullopt;
}

}  // namespace

std::vector<const Expr*> Sorted(syntax::List<const Expr*> elements) {
  std::vector<const Expr*> as_written(elements.begin(), elements.end());
  std::vector<std::pair<Key, const Expr*>> keyed;
  for (const Expr* element : elements) {
    std::optional<Key> key = KeyOf(*element);
    if (!key || (!keyed.empty() && keyed.front().first.kind != key->kind)) return as_written;
    keyed.emplace_back(*std::move(key), element);
  }
  std::stable_sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first.number, a.first.text, a.first.address) <
           std::tie(b.first.number, b.first.text, b.first.address);
  });
  std::vector<const Expr*> sorted;
  sorted.reserve(keyed.size());
  for (const auto& [key, element] : keyed) sorted.push_back(element);
  return sorted;
}

std::vector<syntax::Name> Sorted(syntax::List<syntax::Name> names) {
  std::vector<syntax::Name> sorted(names.begin(), names.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const syntax::Name& a, const syntax::Name& b) { return a.text < b.text; });
  return sorted;
}

std::vector<syntax::NetworksLine::Network> Sorted(syntax::List<syntax::NetworksLine::Network> networks) {
  std::vector<syntax::NetworksLine::Network> sorted(networks.begin(), networks.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return KeyOf(a.address) < KeyOf(b.address); });
  return sorted;
}

}  // namespace ward::format
