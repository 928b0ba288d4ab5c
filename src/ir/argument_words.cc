#include "ir/argument_words.h"

#include <algorithm>
#include <cstddef>

namespace ward::ir {
namespace {

using semantic::ExprKind;

// f(x) that calls g(x + x), which calls h(x + x): written out, words double with each call. Past this many the
// parameter's own name stays.
constexpr std::size_t kReplacementsMax = 64;

std::size_t CountOf(std::span<const Replacement> replacements) {
  std::size_t count = replacements.size();
  for (const Replacement& replacement : replacements) count += CountOf(replacement.within);
  return count;
}

// NOLINTNEXTLINE(misc-no-recursion): the parser caps nesting
void Collect(const semantic::Expr& expr, std::span<const Replacement> arguments, std::vector<Replacement>& found) {
  if (expr.kind == ExprKind::kConditionParam && expr.condition_param() < arguments.size()) {
    found.push_back(arguments[expr.condition_param()]);
    found.back().span = expr.span;
    return;
  }
  for (const semantic::Expr* arg : expr.args) Collect(*arg, arguments, found);
}

}  // namespace

std::vector<Replacement> ArgumentWords(const semantic::Expr& call, std::span<const Replacement> outer) {
  std::vector<Replacement> words;
  words.reserve(call.args.size());
  for (const semantic::Expr* arg : call.args) {
    if (arg->kind == ExprKind::kConditionParam && arg->condition_param() < outer.size()) {
      words.push_back(outer[arg->condition_param()]);
      continue;
    }
    Replacement& word = words.emplace_back();
    word.by = arg->span;
    word.bracketed = arg->kind == ExprKind::kAdd || arg->kind == ExprKind::kSubtract || arg->kind == ExprKind::kOrElse;
    word.within = Replacements(*arg, outer);
  }
  return words;
}

std::vector<Replacement> Replacements(const semantic::Expr& test, std::span<const Replacement> arguments) {
  std::vector<Replacement> found;
  if (arguments.empty()) return found;
  Collect(test, arguments, found);
  if (CountOf(found) > kReplacementsMax) return {};
  std::sort(found.begin(), found.end(), [](const Replacement& a, const Replacement& b) { return a.span < b.span; });
  return found;
}

}  // namespace ward::ir
