#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "lint/lints.h"
#include "lint/mentions.h"

namespace ward::lint {
namespace {

bool Within(base::Span inner, base::Span outer) {
  return inner.file == outer.file && inner.begin >= outer.begin && inner.end <= outer.end;
}

enum class Seen : std::uint8_t { kPolicy, kBundle };  // by its own policy, those that `use` it, and tests; or by all

class UnusedCheck {
 public:
  UnusedCheck(const View& view, diag::Sink& sink) : view_(view), sink_(sink), mentions_(view) {}

  void LookAtImports(const syntax::UseDecl& use) {
    std::vector<const syntax::Name*> unused;
    for (const syntax::Name& name : use.names) {
      const auto& found = mentions_.Of(name.text);
      const bool used = std::any_of(found.begin(), found.end(), [&](const Mention& mention) {
        return mention.span.file == use.head.span.file && mention.by != Mentioner::kUse;
      });
      if (!used) unused.push_back(&name);
    }
    for (const syntax::Name* name : unused) {
      diag::Diagnostic finding(diag::Kind::kUnused, name->span,
                               fmt::format("`{}` is imported and not used here", name->text));
      // One edit must not touch the other's comma, so where several go, the whole list is written anew.
      finding.fixes.push_back(RemovalOf(use, unused));
      sink_.Report(std::move(finding));
    }
  }

  void Look(std::string_view what, const syntax::Name& name, base::Span own, Seen seen) {
    const auto& found = mentions_.Of(name.text);
    const bool used = std::any_of(found.begin(), found.end(), [&](const Mention& mention) {
      if (Within(mention.span, own)) return false;
      return seen == Seen::kBundle || mention.span.file == own.file || mention.by != Mentioner::kOther;
    });
    if (used) return;
    sink_.Report(
        diag::Diagnostic(diag::Kind::kUnused, name.span, fmt::format("nothing uses {} `{}`", what, name.text)));
  }

  void operator()(const syntax::ConditionDecl* decl) { Look("condition", decl->name, decl->head.span, Seen::kPolicy); }
  void operator()(const syntax::ParameterDecl* decl) { Look("parameter", decl->name, decl->head.span, Seen::kPolicy); }
  void operator()(const syntax::ScheduleDecl* decl) { Look("schedule", decl->name, decl->head.span, Seen::kPolicy); }
  void operator()(const syntax::TypeDecl* decl) { Look("type", decl->name, decl->head.span, Seen::kBundle); }
  void operator()(const syntax::ApiDecl* decl) {
    for (const syntax::GroupLine& group : decl->groups) Look("group", group.name, group.line.span, Seen::kPolicy);
  }
  void operator()(const syntax::TableDecl* decl) {
    Look("table", decl->name, decl->head.span, Seen::kPolicy);
    for (const syntax::TableColumn& column : decl->columns) {
      const bool of_tree = decl->tree.has_value() && column.name.text == "parents";  // read when it is loaded
      if (!column.key && !of_tree) Look("column", column.name, decl->head.span, Seen::kBundle);
    }
  }
  template <typename T>
  void operator()(const T*) {}

 private:
  [[nodiscard]] diag::Fix RemovalOf(const syntax::UseDecl& use, const std::vector<const syntax::Name*>& unused) const {
    if (unused.size() == use.names.size()) {
      base::Span whole = use.head.span;
      const std::string_view text = view_.checked.sources.file(whole.file).text();
      if (whole.end < text.size() && text.substr(whole.end).starts_with("\n")) ++whole.end;
      return {"remove the line", {{whole, ""}}};
    }
    std::string kept;
    for (const syntax::Name& name : use.names) {
      if (std::find(unused.begin(), unused.end(), &name) != unused.end()) continue;
      kept += (kept.empty() ? "" : ", ") + std::string(view_.Text(name.span));
    }
    const base::Span list = base::Join(use.names.front().span, use.names.back().span);
    return {fmt::format("import only `{}`", kept), {{list, kept}}};
  }

  const View& view_;
  diag::Sink& sink_;
  const Mentions mentions_;
};

}  // namespace

void Unused(const View& view, diag::Sink& sink) {
  UnusedCheck check(view, sink);
  for (const auto& file : view.checked.parsed) {
    if (!view.IsOwn(file->span.file)) continue;
    syntax::ForEach<syntax::UseDecl>(*file, [&check](const syntax::UseDecl& use) { check.LookAtImports(use); });
    syntax::ForEach<syntax::GivenDecl>(*file, [&check](const syntax::GivenDecl& given) {
      check.Look("given", given.name, given.head.span, Seen::kBundle);
    });
    // Without rules it is a library: who uses it is elsewhere.
    if (view.program.rules.empty()) continue;
    for (const syntax::Decl& decl : file->declarations) std::visit([&check](const auto* node) { check(node); }, decl);
  }
}

}  // namespace ward::lint
