#include "lint/mentions.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <variant>

namespace ward::lint {
namespace {

constexpr std::string_view kWordCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

Mentioner KindOf(const syntax::Decl& decl) {
  if (std::holds_alternative<const syntax::UseDecl*>(decl)) return Mentioner::kUse;
  const bool test = std::holds_alternative<const syntax::GivenDecl*>(decl) ||
                    std::holds_alternative<const syntax::TestDecl*>(decl) ||
                    std::holds_alternative<const syntax::ProveDecl*>(decl);
  return test ? Mentioner::kTest : Mentioner::kOther;
}

// Calls `visit(offset, word)` for each word of a text that parses, so that quotes are closed on their line.
template <typename Visit>
void ForEachWord(std::string_view text, const Visit& visit) {
  bool quoted = false;
  bool braces = false;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (quoted && c == '\\') {
      i += 2;
    } else if (c == '"') {
      quoted = !quoted;
      braces = false;
      ++i;
    } else if (!quoted && c == '#') {
      i = std::min(text.find('\n', i), text.size());
    } else if (kWordCharacters.find(c) != std::string_view::npos) {
      const std::size_t end = std::min(text.find_first_not_of(kWordCharacters, i), text.size());
      if (!quoted || braces) visit(i, text.substr(i, end - i));
      i = end;
    } else {
      if (quoted && (c == '{' || c == '}')) braces = c == '{';
      ++i;
    }
  }
}

}  // namespace

Mentions::Mentions(const View& view) {
  for (const auto& file : view.checked.parsed) {
    for (const syntax::Decl& decl : file->declarations) {
      const base::Span span = syntax::Head(decl).span;
      ForEachWord(view.Text(span), [&](std::size_t offset, std::string_view word) {
        const auto begin = static_cast<std::uint32_t>(span.begin + offset);
        mentions_[word].push_back({{span.file, begin, begin + static_cast<std::uint32_t>(word.size())}, KindOf(decl)});
      });
    }
  }
}

const std::vector<Mention>& Mentions::Of(std::string_view word) const {
  const auto it = mentions_.find(word);
  return it == mentions_.end() ? none_ : it->second;
}

}  // namespace ward::lint
