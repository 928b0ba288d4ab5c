#include "lint/lint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <unordered_set>
#include <utility>

#include "compile/pipeline.h"
#include "lint/accepts.h"
#include "lint/lints.h"

namespace ward::lint {
namespace {

using diag::Kind;

constexpr Lint kLints[] = {
    {Kind::kDoubtDeniesAll, "a `deny` refuses everybody who lacks an optional attribute", DoubtDeniesAll},
    {Kind::kOrphanOperation, "an operation that no rule allows", OrphanOperation},
    {Kind::kAllowWithoutCondition, "an `allow` without a condition, and nothing else asks who calls",
     AllowWithoutCondition},
    {Kind::kEverythingAllowed, "`allow everything`, and nothing asks who calls", EverythingAllowed},
    {Kind::kWideNetwork, "a network wider than /8 (IPv4) or /16 (IPv6)", WideNetwork},
    {Kind::kInternetWrite, "public clients may write from the zone of everything else", InternetWrite},
    {Kind::kConstantCondition, "a condition that comes out the same for every request", ConstantCondition},
    {Kind::kDoubleNegative, "`unless not`, `not .. is not`", DoubleNegative},
    {Kind::kDutyConflict, "a role that includes two which `@apart` separates", DutyConflict},
    {Kind::kLimitKeyMissing, "a limit keyed by an optional attribute: all without it share a bucket", LimitKeyMissing},
    {Kind::kUnlimitedOperation, "an operation that no limit covers, where others of its api are limited",
     UnlimitedOperation},
    {Kind::kRetryUnfriendly, "a block that lasts longer than the limit counts", RetryUnfriendly},
    {Kind::kLeakyReason, "a `because` that names addresses, claims, tables or rules", LeakyReason},
    {Kind::kNoOwner, "a rule or limit without `@owner`, where others have one", NoOwner},
    {Kind::kReviewOverdue, "a `@review` whose date is over", ReviewOverdue},
    {Kind::kShadowTooLong, "a shadow rule or limit whose trial has no end, or whose end is over", ShadowTooLong},
    {Kind::kUnused, "an import, condition, parameter, schedule, table, column, group, type or given that nothing uses",
     Unused},
    {Kind::kUntestedRule, "a rule that no test names or reaches", UntestedRule},
    {Kind::kNameCase, "a name that is not in small letters with hyphens", NameCase},
    {Kind::kOverBudget, "nine tenths of a budget of ward.toml are used", OverBudget},
    {Kind::kStaleAccept, "an `@accept` that silences nothing", nullptr},
};

bool Has(const std::vector<Kind>& kinds, Kind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

bool Wanted(const Options& options, Kind kind) {
  return (options.only.empty() || Has(options.only, kind)) && !Has(options.skip, kind);
}

bool IsAskedFor(const std::vector<std::string>& files, const std::string& file) {
  return files.empty() || std::find(files.begin(), files.end(), file) != files.end();
}

std::vector<Diagnostic> FindAll(const View& view, const Options& options) {
  diag::Sink all;
  std::vector<Kind> looked_for;
  // A lint that only `stale-accept` needs runs, too: nobody can tell what silences nothing without it.
  for (const Lint& lint : kLints) {
    if (lint.look == nullptr || Has(options.skip, lint.kind)) continue;
    if (!Wanted(options, lint.kind) && !Wanted(options, Kind::kStaleAccept)) continue;
    lint.look(view, all);
    looked_for.push_back(lint.kind);
  }
  Accepts accepts(view);
  diag::Sink kept;
  for (const diag::Diagnostic& finding : all.reported()) {
    const bool own = !finding.span.file.has_value() || view.IsOwn(finding.span.file);
    if (own && !accepts.Silences(finding) && Wanted(options, finding.kind)) kept.Report(finding);
  }
  if (Wanted(options, Kind::kStaleAccept)) accepts.ReportStale(looked_for, kept);
  std::vector<Diagnostic> findings = kept.Finish(view.checked.sources);
  std::erase_if(findings, [&](const Diagnostic& d) { return !IsAskedFor(options.files, d.location.file); });
  return findings;
}

}  // namespace

std::span<const Lint> AllLints() { return kLints; }

Result<Outcome> Run(const bundle::FileSet& files, const Options& options) {
  WARD_ASSIGN_OR_RETURN(compile::KeptCompilation kept, compile::CompileAndKeep(files, {.check_only = true}));
  Outcome outcome;
  outcome.compiled = std::move(kept.result);
  outcome.compiles = outcome.compiled.ok();
  std::vector<Diagnostic> diagnostics = std::exchange(outcome.compiled.diagnostics, {});
  if (!outcome.compiles) {
    // Warnings of the compiler are no lints.
    std::erase_if(diagnostics, [](const Diagnostic& d) { return d.severity != Severity::kError; });
    outcome.findings = std::move(diagnostics);
    return outcome;
  }
  Options chosen = options;
  const std::vector<Kind>& skipped = kept.checked->bundle.manifest.lint.skip;
  if (chosen.only.empty()) chosen.skip.insert(chosen.skip.end(), skipped.begin(), skipped.end());
  outcome.findings =
      FindAll(View(*kept.checked, *kept.lowered, outcome.compiled.stats.costs, options.today_ns), chosen);
  return outcome;
}

}  // namespace ward::lint
