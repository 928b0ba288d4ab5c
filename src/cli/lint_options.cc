#include "cli/lint_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string_view>

#include "base/clock.h"
#include "base/edit_distance.h"
#include "base/rfc3339.h"
#include "diag/kind.h"

namespace ward::cli {
namespace {

bool ReadKinds(const std::vector<std::string>& names, std::vector<diag::Kind>& kinds, Invocation& invocation) {
  std::vector<std::string_view> known;
  for (const lint::Lint& lint : lint::AllLints()) known.push_back(diag::Info(lint.kind).name);
  for (const std::string& name : names) {
    const auto kind = diag::FindKind(name);
    if (kind.has_value() && std::find(known.begin(), known.end(), diag::Info(*kind).name) != known.end()) {
      kinds.push_back(*kind);
      continue;
    }
    const auto nearest = base::NearestName(name, known);
    Fail(invocation, Exit::kUsage,
         nearest ? fmt::format("there is no lint `{}`; did you mean `{}`?", name, *nearest)
                 : fmt::format("there is no lint `{}`; `ward lint --list` shows all", name));
    return false;
  }
  return true;
}

}  // namespace

void AddLintChoice(CLI::App& command, LintChoice& choice) {
  command
      .add_option("--only", choice.only, "look for this lint alone (name or code; several with commas, or repeated)")
      ->type_name("NAME")
      ->delimiter(',')
      ->allow_extra_args(false);
  command
      .add_option("--skip", choice.skip, "do not look for this lint (name or code; several with commas, or repeated)")
      ->type_name("NAME")
      ->delimiter(',')
      ->allow_extra_args(false);
  command.add_option("--today", choice.today, "the date that reviews are judged by (default: now)")->type_name("DATE");
}

std::optional<lint::Options> ReadLintChoice(const LintChoice& choice, Invocation& invocation) {
  lint::Options options;
  options.today_ns = base::SystemClock().NowNs();
  if (!choice.today.empty()) {
    const auto today = base::ParseRfc3339(choice.today);
    if (!today.has_value()) {
      Fail(invocation, Exit::kUsage, fmt::format("`{}` is no date; write it like 2026-11-02", choice.today));
      return std::nullopt;
    }
    options.today_ns = *today;
  }
  const bool read =
      ReadKinds(choice.only, options.only, invocation) && ReadKinds(choice.skip, options.skip, invocation);
  return read ? std::optional(options) : std::nullopt;
}

}  // namespace ward::cli
