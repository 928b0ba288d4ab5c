#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "lint/lints.h"

namespace ward::lint {
namespace {

using semantic::RoleId;

// What each role is kept apart by, by RoleId.
std::vector<std::vector<std::string_view>> ApartNames(const View& view) {
  std::vector<std::vector<std::string_view>> names(view.program.roles.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto* decl = view.DeclAt<syntax::RoleDecl>(view.program.roles[i].span);
    if (decl == nullptr) continue;
    for (const syntax::Annotation& annotation : decl->head.annotations) {
      if (annotation.name.text == "apart") names[i].push_back(view.Text(annotation.values[0]->span));
    }
  }
  return names;
}

struct Conflict {
  std::string_view name;
  RoleId first;
  RoleId second;
};

// Of the role and those it includes, two that are kept apart.
std::vector<Conflict> ConflictsOf(RoleId id, const semantic::Role& role,
                                  const std::vector<std::vector<std::string_view>>& apart) {
  std::vector<RoleId> held = role.includes;
  held.insert(std::upper_bound(held.begin(), held.end(), id), id);
  std::map<std::string_view, RoleId> first;
  std::vector<Conflict> conflicts;
  for (const RoleId other : held) {
    for (const std::string_view name : apart[other.index()]) {
      const auto [it, added] = first.emplace(name, other);
      if (!added && it->second != other) conflicts.push_back({name, it->second, other});
    }
  }
  return conflicts;
}

}  // namespace

void DutyConflict(const View& view, diag::Sink& sink) {
  const auto apart = ApartNames(view);
  const std::vector<semantic::Role>& roles = view.program.roles;
  std::vector<std::vector<Conflict>> conflicts;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    conflicts.push_back(ConflictsOf(RoleId::FromIndex(i), roles[i], apart));
  }
  for (std::size_t i = 0; i < roles.size(); ++i) {
    for (const Conflict& conflict : conflicts[i]) {
      // A role that only inherits the conflict is mended where it arises.
      const bool inherited = std::any_of(roles[i].includes.begin(), roles[i].includes.end(), [&](RoleId other) {
        const auto& theirs = conflicts[other.index()];
        return std::any_of(theirs.begin(), theirs.end(), [&](const Conflict& c) { return c.name == conflict.name; });
      });
      if (inherited) continue;
      const semantic::Role& first = roles[conflict.first.index()];
      const semantic::Role& second = roles[conflict.second.index()];
      diag::Diagnostic finding(diag::Kind::kDutyConflict, roles[i].span,
                               fmt::format("who has `{}` has both `{}` and `{}`, which `@apart {}` separates",
                                           roles[i].name, first.name, second.name, conflict.name));
      if (first.span != roles[i].span) finding.labels.push_back({first.span, "the one duty"});
      if (second.span != roles[i].span) finding.labels.push_back({second.span, "the other"});
      sink.Report(std::move(finding));
    }
  }
}

}  // namespace ward::lint
