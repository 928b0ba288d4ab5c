// `because` is read by the caller. A word of it leaks if it is a name that only the policy uses: these are looked for as
// whole words, and only where no ordinary text has such a word (a dot, an underscore, two hyphens in it).
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/ip_address.h"
#include "lint/lints.h"

namespace ward::lint {
namespace {

class Internals {
 public:
  explicit Internals(const View& view) {
    for (const semantic::Attribute& attribute : view.program.attributes) {
      if (!attribute.span.file.has_value()) continue;
      if (attribute.name.find('.') != std::string_view::npos) Add(std::string(attribute.name), "an attribute");
      std::string claim;
      for (const std::string_view word : attribute.path) claim += (claim.empty() ? "" : ".") + std::string(word);
      if (claim.find_first_of("._") != std::string::npos) Add(std::move(claim), "a claim");
    }
    for (const semantic::Table& table : view.program.tables) {
      if (table.name.find_first_of("-_") != std::string_view::npos) Add(std::string(table.name), "a table");
    }
    for (const semantic::Rule& rule : view.program.rules) {
      Add(fmt::format("{}.{}", view.program.policies[rule.policy.index()].name, rule.name), "a rule");
      if (std::count(rule.name.begin(), rule.name.end(), '-') >= 2) Add(std::string(rule.name), "a rule");
    }
  }

  // "a table"; nothing: the word says nothing about the policy.
  [[nodiscard]] std::optional<std::string_view> WhatIs(std::string_view word) const {
    if (base::IpAddress::Parse(word).has_value() || base::ParseCidr(word).has_value()) return "an address";
    const auto it = names_.find(std::string(word));
    return it == names_.end() ? std::nullopt : std::optional<std::string_view>(it->second);
  }

 private:
  void Add(std::string name, std::string_view what) { names_.emplace(std::move(name), what); }

  std::unordered_map<std::string, std::string_view> names_;
};

constexpr std::string_view kReasonWordCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/-";

void LookInto(const View& view, const Internals& internals, const syntax::Because& because, diag::Sink& sink) {
  for (const syntax::TextPart& part : because.parts) {
    if (part.value != nullptr) continue;
    const bool exact = view.Text(part.span) == part.text;  // no escapes: offsets are those of the source
    std::size_t at = 0;
    while ((at = part.text.find_first_of(kReasonWordCharacters, at)) != std::string_view::npos) {
      std::string_view word = part.text.substr(at);
      word = word.substr(0, word.find_first_not_of(kReasonWordCharacters));
      const std::size_t length = word.size();
      while (!word.empty() && (word.back() == '.' || word.back() == ':')) word.remove_suffix(1);
      if (const auto what = internals.WhatIs(word)) {
        base::Span span = part.span;
        if (exact) {
          span.begin += static_cast<std::uint32_t>(at);
          span.end = span.begin + static_cast<std::uint32_t>(word.size());
        }
        return sink.Report(
            diag::Diagnostic(diag::Kind::kLeakyReason, span,
                             fmt::format("the reason tells the caller {} of the policy, `{}`", *what, word))
                .WithHint("say it in words that the caller knows; the log names the rule anyway"));
      }
      at += length;
    }
  }
}

}  // namespace

void LeakyReason(const View& view, diag::Sink& sink) {
  const Internals internals(view);
  const auto look = [&](const syntax::BecauseClause* clause) {
    if (clause != nullptr) LookInto(view, internals, clause->because, sink);
  };
  for (const auto& file : view.checked.parsed) {
    syntax::ForEach<syntax::RuleDecl>(*file, [&look](const syntax::RuleDecl& rule) { look(rule.because); });
    syntax::ForEach<syntax::LimitDecl>(*file, [&look](const syntax::LimitDecl& limit) { look(limit.because); });
    syntax::ForEach<syntax::ZoneDecl>(*file, [&](const syntax::ZoneDecl& zone) {
      for (const syntax::RequiresLine& line : zone.requirements) {
        if (line.because.has_value()) LookInto(view, internals, *line.because, sink);
      }
    });
  }
}

}  // namespace ward::lint
