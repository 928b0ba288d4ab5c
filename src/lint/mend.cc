// Rounds: look, choose fixes that do not touch each other, apply, look again. Where a round as a whole is refused, its
// fixes are tried one by one, and those that are refused alone are set aside for good. Every round mends at least one
// finding or is the last, no text comes twice, and rounds and single tries are bounded.
//
// A fix is refused if its finding is still there, or if it makes an error: one that begins in the text it put in, where
// the file has more errors than before; or any, where there was none. Other new errors were hidden behind what is mended
// now (a broken line, a type nobody knows): they were there before, and are told.
#include "lint/mend.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/budgets.h"
#include "lint/replacements.h"

namespace ward::lint {
namespace {

constexpr std::size_t kRoundsMax = 50;
constexpr std::size_t kSingleTriesMax = 500;

using Texts = std::map<std::string, std::string>;

// A bundle with some of its files replaced.
class EditedFiles : public bundle::FileSet {
 public:
  EditedFiles(const bundle::FileSet& files, const Texts& texts) : files_(files), texts_(texts) {}

  Result<std::vector<std::string>> PolicyFiles() const override { return files_.PolicyFiles(); }
  Result<std::string> Read(std::string_view name, std::size_t bytes_max) const override {
    const auto it = texts_.find(std::string(name));
    if (it == texts_.end()) return files_.Read(name, bytes_max);
    if (it->second.size() > bytes_max) return Error{ErrorCode::kTooLarge, "`" + it->first + "` became too large"};
    return it->second;
  }
  std::string AbsolutePath(std::string_view name) const override { return files_.AbsolutePath(name); }
  std::string DefaultName() const override { return files_.DefaultName(); }
  bool needs_manifest() const override { return files_.needs_manifest(); }

 private:
  const bundle::FileSet& files_;
  const Texts& texts_;
};

// What makes two findings at one place the same.
using Key = std::tuple<std::string, std::string, std::string>;
Key KeyOf(const Diagnostic& finding) { return {finding.location.file, finding.code, finding.message}; }
// .. and after lines have moved.
using LineKey = std::pair<Key, std::string>;
LineKey LineKeyOf(const Diagnostic& finding) { return {KeyOf(finding), finding.location.source_line}; }

struct Look {
  std::vector<Diagnostic> findings;
  std::map<std::string, std::size_t> errors;  // by file
  std::map<Key, std::set<std::int64_t>> places;
};

std::size_t Count(const std::map<std::string, std::size_t>& counts, const std::string& file) {
  const auto it = counts.find(file);
  return it == counts.end() ? 0 : it->second;
}

class Mending {
 public:
  Mending(const bundle::FileSet& files, const Options& options) : files_(files), options_(options) {}

  Result<MendOutcome> Run() {
    WARD_ASSIGN_OR_RETURN(const std::vector<std::string> policies, files_.PolicyFiles());
    ours_.insert(policies.begin(), policies.end());
    if (files_.needs_manifest()) ours_.insert("ward.toml");
    if (!options_.files.empty()) ours_ = {options_.files.begin(), options_.files.end()};
    WARD_ASSIGN_OR_RETURN(now_, LookAt(texts_));
    for (std::size_t round = 0; round < kRoundsMax; ++round) {
      WARD_ASSIGN_OR_RETURN(const bool mended, Round());
      if (!mended) break;
    }
    outcome_.left = std::move(now_.findings);
    outcome_.changed = std::move(texts_);
    return std::move(outcome_);
  }

 private:
  using Chosen = std::vector<const Diagnostic*>;

  [[nodiscard]] Result<Look> LookAt(const Texts& texts) const {
    WARD_ASSIGN_OR_RETURN(Outcome outcome, lint::Run(EditedFiles(files_, texts), options_));
    Look look;
    look.findings = std::move(outcome.findings);
    for (const Diagnostic& finding : look.findings) {
      if (finding.severity == Severity::kError) ++look.errors[finding.location.file];
      look.places[KeyOf(finding)].insert(finding.location.byte_begin);
    }
    return look;
  }

  [[nodiscard]] bool CanMend(const Diagnostic& finding) const {
    if (finding.fixes.size() != 1 || set_aside_.contains(LineKeyOf(finding))) return false;
    const std::vector<Diagnostic::Edit>& edits = finding.fixes.front().edits;
    return !edits.empty() && std::all_of(edits.begin(), edits.end(), [this](const Diagnostic::Edit& edit) {
      return ours_.contains(edit.location.file);
    });
  }

  // The texts with the replacements made.
  [[nodiscard]] Result<Texts> Apply(const Replacements& all) const {
    Texts texts = texts_;
    for (const auto& [file, edits] : all.files()) {
      WARD_ASSIGN_OR_RETURN(const std::string text,
                            EditedFiles(files_, texts_).Read(file, base::budget::kFileSizeBytesMax));
      std::optional<std::string> edited = all.Apply(file, text);
      if (!edited.has_value()) return Error{ErrorCode::kInternal, "a fix lies beyond its file"};
      texts[file] = *std::move(edited);
    }
    return texts;
  }

  [[nodiscard]] static bool IsStillThere(const Diagnostic& finding, const Moves& moves, const Look& next) {
    const auto places = next.places.find(KeyOf(finding));
    if (places == next.places.end()) return false;
    const Moves::Range moved = moves.After(finding.location);
    const auto place = places->second.lower_bound(moved.first);
    return place != places->second.end() && *place <= moved.last;
  }

  [[nodiscard]] bool MakesErrors(const Moves& moves, const Look& next) const {
    if (now_.errors.empty()) return !next.errors.empty();
    return std::any_of(next.findings.begin(), next.findings.end(), [&](const Diagnostic& finding) {
      const std::string& file = finding.location.file;
      const bool more = Count(next.errors, file) > Count(now_.errors, file);
      return more && finding.severity == Severity::kError && moves.IsPutIn(finding.location);
    });
  }

  // Whether the fixes were kept.
  [[nodiscard]] Result<bool> Try(const Replacements& all, const Chosen& chosen) {
    WARD_ASSIGN_OR_RETURN(Texts texts, Apply(all));
    if (seen_.contains(texts)) return false;
    WARD_ASSIGN_OR_RETURN(Look next, LookAt(texts));
    const Moves moves(all);
    const bool gone = std::none_of(chosen.begin(), chosen.end(),
                                   [&](const Diagnostic* finding) { return IsStillThere(*finding, moves, next); });
    if (!gone || MakesErrors(moves, next)) return false;
    for (const Diagnostic* finding : chosen) outcome_.mended.push_back({*finding, finding->fixes.front().description});
    texts_ = std::move(texts);
    seen_.insert(texts_);
    now_ = std::move(next);
    return true;
  }

  // Whether something was mended.
  [[nodiscard]] Result<bool> Round() {
    Chosen chosen;
    Replacements all;
    for (const Diagnostic& finding : now_.findings) {
      if (CanMend(finding) && all.Add(finding.fixes.front())) chosen.push_back(&finding);
    }
    if (chosen.empty()) return false;
    WARD_ASSIGN_OR_RETURN(const bool together, Try(all, chosen));
    if (together) return true;
    for (const Diagnostic* finding : chosen) {
      if (++single_tries_ > kSingleTriesMax) return false;
      const LineKey key = LineKeyOf(*finding);
      WARD_ASSIGN_OR_RETURN(const bool alone, Try(Replacements(finding->fixes.front()), {finding}));
      if (alone) return true;  // places have moved: choose anew
      set_aside_.insert(key);
    }
    return false;
  }

  const bundle::FileSet& files_;
  const Options& options_;
  std::set<std::string> ours_;  // what an edit may change: not what Ward ships, nor data, nor what was not asked for
  Texts texts_;
  std::set<Texts> seen_{Texts()};  // what was kept
  Look now_;
  std::set<LineKey> set_aside_;
  std::size_t single_tries_ = 0;
  MendOutcome outcome_;
};

}  // namespace

Result<MendOutcome> Mend(const bundle::FileSet& files, const Options& options) { return Mending(files, options).Run(); }

}  // namespace ward::lint
