// Who answers for a rule, and until when.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/rfc3339.h"
#include "lint/lints.h"

namespace ward::lint {
namespace {

constexpr std::int64_t kDayNs = 24 * 3'600'000'000'000;

const syntax::Annotation* Find(const syntax::DeclHead& head, std::string_view name) {
  const auto it = std::find_if(head.annotations.begin(), head.annotations.end(),
                               [name](const syntax::Annotation& a) { return a.name.text == name; });
  return it == head.annotations.end() ? nullptr : &*it;
}

struct Judged {
  const syntax::DeclHead* head = nullptr;
  syntax::Name name;
  std::string_view word;  // "rule"
  bool shadow = false;
};

// Rules and limits of a file, in order.
std::vector<Judged> JudgedOf(const syntax::File& file) {
  std::vector<Judged> judged;
  for (const syntax::Decl& decl : file.declarations) {
    if (const auto* rule = std::get_if<const syntax::RuleDecl*>(&decl)) {
      judged.push_back({&(*rule)->head, (*rule)->name, "rule", (*rule)->shadow});
    } else if (const auto* limit = std::get_if<const syntax::LimitDecl*>(&decl)) {
      judged.push_back({&(*limit)->head, (*limit)->name, "limit", (*limit)->shadow});
    }
  }
  return judged;
}

std::int64_t DayOf(std::int64_t unix_ns) {
  const std::int64_t day = unix_ns / kDayNs;
  return unix_ns % kDayNs < 0 ? day - 1 : day;
}

// The date of `@review`, if it is over; nothing of it is left on the day itself only tomorrow.
const syntax::Expr* Overdue(const View& view, const syntax::Annotation* review) {
  if (review == nullptr) return nullptr;
  const auto* date = review->values[0]->As<syntax::TimestampLiteral>();
  return date != nullptr && DayOf(date->nanoseconds) < DayOf(view.today_ns) ? review->values[0] : nullptr;
}

std::int64_t DaysAgo(const View& view, const syntax::Expr& date) {
  return DayOf(view.today_ns) - DayOf(date.As<syntax::TimestampLiteral>()->nanoseconds);
}

std::string Days(std::int64_t days) { return fmt::format("{} day{}", days, days == 1 ? "" : "s"); }

}  // namespace

void NoOwner(const View& view, diag::Sink& sink) {
  const auto owned = [](const Judged& judged) { return Find(*judged.head, "owner") != nullptr; };
  std::vector<std::pair<const syntax::File*, std::vector<Judged>>> open;  // files whose policy has no owner
  bool any_owner = false;
  for (const auto& file : view.checked.parsed) {
    if (!view.IsOwn(file->span.file) || file->policy == nullptr) continue;
    std::vector<Judged> judged = JudgedOf(*file);
    const bool whole = Find(file->policy->head, "owner") != nullptr;
    any_owner = any_owner || whole || std::any_of(judged.begin(), judged.end(), owned);
    if (!whole) open.emplace_back(file.get(), std::move(judged));
  }
  if (!any_owner) return;
  for (const auto& [file, judged] : open) {
    if (judged.empty()) continue;
    if (std::none_of(judged.begin(), judged.end(), owned)) {
      sink.Report(diag::Diagnostic(diag::Kind::kNoOwner, file->policy->name.span,
                                   fmt::format("nobody answers for policy `{}`; others have an `@owner`",
                                               view.Text(file->policy->name.span)))
                      .WithHint("write `@owner NAME` above the policy, for all of it, or above each rule"));
      continue;
    }
    for (const Judged& one : judged) {
      if (owned(one)) continue;
      sink.Report(diag::Diagnostic(
          diag::Kind::kNoOwner, one.name.span,
          fmt::format("nobody answers for {} `{}`; others of this policy have an `@owner`", one.word, one.name.text)));
    }
  }
}

void ReviewOverdue(const View& view, diag::Sink& sink) {
  for (const auto& file : view.checked.parsed) {
    std::vector<const syntax::DeclHead*> shadows;
    for (const Judged& judged : JudgedOf(*file)) {
      if (judged.shadow) shadows.push_back(judged.head);
    }
    for (const syntax::Decl& decl : file->declarations) {
      const syntax::DeclHead& head = syntax::Head(decl);
      const syntax::Expr* date = Overdue(view, Find(head, "review"));
      if (date == nullptr || std::find(shadows.begin(), shadows.end(), &head) != shadows.end()) continue;
      sink.Report(diag::Diagnostic(diag::Kind::kReviewOverdue, date->span,
                                   fmt::format("the review is {} overdue", Days(DaysAgo(view, *date))))
                      .WithHint("look at it, then set the next date or remove the annotation"));
    }
  }
}

void ShadowTooLong(const View& view, diag::Sink& sink) {
  for (const auto& file : view.checked.parsed) {
    for (const Judged& judged : JudgedOf(*file)) {
      if (!judged.shadow) continue;
      const syntax::Annotation* review = Find(*judged.head, "review");
      const syntax::Expr* date = Overdue(view, review);
      if (review == nullptr) {
        sink.Report(
            diag::Diagnostic(diag::Kind::kShadowTooLong, judged.name.span,
                             fmt::format("nothing says when the trial of {} `{}` ends", judged.word, judged.name.text))
                .WithHint("write `@review DATE` above it"));
      } else if (date != nullptr) {
        sink.Report(diag::Diagnostic(diag::Kind::kShadowTooLong, date->span,
                                     fmt::format("the trial of {} `{}` should have ended {} ago", judged.word,
                                                 judged.name.text, Days(DaysAgo(view, *date))))
                        .WithHint("remove `shadow` to enforce it, or remove it"));
      }
    }
  }
}

}  // namespace ward::lint
