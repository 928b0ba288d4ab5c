#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "base/ascii.h"
#include "lint/lints.h"

namespace ward::lint {
namespace {

bool IsKebab(std::string_view name) {
  bool after_hyphen = true;
  for (const char c : name) {
    if (c == '-' ? after_hyphen : !base::IsAsciiLower(c) && !base::IsAsciiDigit(c)) return false;
    after_hyphen = c == '-';
  }
  return !after_hyphen;
}

// `freshToken`, `Fresh_Token` -> `fresh-token`.
std::string Kebab(std::string_view name) {
  std::string kebab;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool separator = c == '_' || c == '-';
    const bool hump =
        base::IsAsciiUpper(c) && i > 0 && (base::IsAsciiLower(name[i - 1]) || base::IsAsciiDigit(name[i - 1]));
    if ((separator || hump) && !kebab.empty() && kebab.back() != '-') kebab += '-';
    if (!separator) kebab += base::AsciiLower(c);
  }
  while (!kebab.empty() && kebab.back() == '-') kebab.pop_back();
  return kebab;
}

class NameCheck {
 public:
  explicit NameCheck(diag::Sink& sink) : sink_(sink) {}

  void operator()(const syntax::PolicyDecl* policy) const {
    for (const syntax::Name& segment : policy->name.segments) Look(segment);
  }
  void operator()(const syntax::ApiDecl* api) const {
    Look(api->name);
    for (const syntax::OperationLine& operation : api->operations) Look(operation.name);
    for (const syntax::GroupLine& group : api->groups) Look(group.name);
  }
  // Names that are spelled as claims and data spell them, and declarations that have none.
  void operator()(const syntax::RoleDecl*) const {}
  void operator()(const syntax::AttributesDecl*) const {}
  void operator()(const syntax::UseDecl*) const {}
  void operator()(const syntax::TestDecl*) const {}
  void operator()(const syntax::ProveDecl*) const {}
  template <typename T>
  void operator()(const T* decl) const {
    Look(decl->name);
  }

 private:
  void Look(const syntax::Name& name) const {
    if (name.quoted || IsKebab(name.text)) return;
    sink_.Report(diag::Diagnostic(diag::Kind::kNameCase, name.span,
                                  fmt::format("names have small letters and hyphens, `{}` has others", name.text))
                     .WithHint(fmt::format("write `{}`, here and wherever it is used", Kebab(name.text))));
  }

  diag::Sink& sink_;
};

}  // namespace

void NameCase(const View& view, diag::Sink& sink) {
  for (const auto& file : view.checked.parsed) {
    for (const syntax::Decl& decl : file->declarations) std::visit(NameCheck(sink), decl);
  }
}

}  // namespace ward::lint
