#include "lint/view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "base/check.h"

namespace ward::lint {
namespace {

std::uint64_t PlaceKey(base::Span span) { return (std::uint64_t{span.file.value()} << 32U) | span.begin; }

const semantic::Program& ProgramOf(const compile::CheckedBundle& checked) {
  WARD_CHECK(checked.program.has_value());
  return *checked.program;
}

std::uint32_t BeginWithAnnotations(const syntax::DeclHead& head) {
  return head.annotations.empty() ? head.span.begin : head.annotations.front().line.span.begin;
}

}  // namespace

View::View(const compile::CheckedBundle& checked_in, const ir::Program& lowered_in,
           std::span<const OperationCost> costs_in, std::int64_t today_ns_in)
    : checked(checked_in),
      program(ProgramOf(checked_in)),
      lowered(lowered_in),
      costs(costs_in),
      today_ns(today_ns_in),
      files_(checked_in.sources.count(), nullptr),
      own_(checked_in.sources.count(), false) {
  for (const auto& file : checked.parsed) files_[file->span.file.index()] = file.get();
  for (const base::FileId id : checked.bundle.policies) own_[id.index()] = true;
  if (checked.bundle.manifest_file.has_value()) own_[checked.bundle.manifest_file.index()] = true;
  for (const ir::Rule& rule : lowered.rules) {
    if (rule.origin != ir::RuleOrigin::kZoneRequirement) rules_.emplace(PlaceKey(rule.span), &rule);
  }
}

bool View::IsOwn(base::FileId file) const { return file.has_value() && own_[file.index()]; }

const syntax::Decl* View::DeclAt(base::Span span) const {
  const syntax::File* file = span.file.has_value() ? files_[span.file.index()] : nullptr;
  if (file == nullptr) return nullptr;
  const auto after = std::upper_bound(
      file->declarations.begin(), file->declarations.end(), span.begin,
      [](std::uint32_t at, const syntax::Decl& decl) { return at < BeginWithAnnotations(syntax::Head(decl)); });
  if (after == file->declarations.begin()) return nullptr;
  const syntax::Decl& decl = *(after - 1);
  return span.begin < syntax::Head(decl).span.end ? &decl : nullptr;
}

const ir::Rule* View::Lowered(const semantic::Rule& rule) const {
  const auto it = rules_.find(PlaceKey(rule.span));
  return it == rules_.end() ? nullptr : it->second;
}

std::string ListNames(std::span<const std::string_view> names) {
  constexpr std::size_t kShown = 3;
  const std::size_t shown = names.size() <= kShown + 1 ? names.size() : kShown;
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    const bool last = i + 1 == names.size();
    text += fmt::format("{}`{}`", i == 0 ? "" : last ? " and " : ", ", names[i]);
  }
  if (shown < names.size()) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

}  // namespace ward::lint
