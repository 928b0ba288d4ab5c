// SARIF 2.1.0: findings and failed tests as results of one run, for code scanning.
// Source: OASIS Standard, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.
// Columns are code points (columnKind says so). Artifacts are relative references where the run's names are; their
// base is the folder in which the command ran. A fingerprint is made of what stays when lines move: rule, file, the
// text of the line or the test's name, and which of several equal ones it is.
#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>

#include "base/json_writer.h"
#include "diag/kind.h"
#include "report/render.h"
#include "report/text.h"

namespace ward::report {
namespace {

using base::JsonWriter;

// RFC 3986: what is neither unreserved nor a slash is escaped, byte by byte, so any file name is a valid reference.
std::string UriOf(std::string_view file) {
  std::string uri = file.starts_with('/') ? "file://" : "";
  for (const char sign : file) {
    const bool letter = (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z');
    if (letter || (sign >= '0' && sign <= '9') || std::string_view("-._~/").find(sign) != std::string_view::npos) {
      uri.push_back(sign);
    } else {
      fmt::format_to(std::back_inserter(uri), "%{:02X}", static_cast<unsigned char>(sign));
    }
  }
  return uri;
}

// FNV-1a, 64 bits. Collisions merge two alerts, no more.
std::uint64_t Hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char sign : text) hash = (hash ^ static_cast<unsigned char>(sign)) * 0x100000001b3;
  return hash;
}

std::string_view Trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

struct Rule {
  std::string id;
  std::string name;
  std::string help;  // Markdown, first line `# E07 missing-operations`
  bool error = true;
};

// What a result for a test that did not pass says about itself in general.
Rule RuleOf(Status status) {
  if (status == Status::kFailed) {
    return Rule{
        "test-failed", "test-failed",
        "# test-failed\n\nA test of the policy expected another decision than the engine made. The message shows "
        "both; either the policy or the test is wrong.\n",
        true};
  }
  return Rule{"test-error", "test-error",
              "# test-error\n\nTests could not run, so nothing is known about the policy. The message says what is in "
              "their way.\n",
              true};
}

Rule RuleOf(const Diagnostic& diagnostic) {
  const std::optional<diag::Kind> kind = diag::FindKind(diagnostic.code);
  return Rule{diagnostic.code, diagnostic.name, kind ? std::string(diag::Essay(*kind)) : std::string(),
              diagnostic.severity == Severity::kError};
}

// The first paragraph below the heading.
std::string_view Lead(std::string_view help) {
  std::size_t begin = help.find('\n');
  begin = begin == std::string_view::npos ? begin : help.find_first_not_of('\n', begin);
  if (begin == std::string_view::npos) return {};
  return help.substr(begin, help.find("\n\n", begin) - begin);
}

class SarifWriter {
 public:
  explicit SarifWriter(const Run& run) : run_(run), tests_(CasesOfTests(run)), json_(text_) {
    for (const Diagnostic& diagnostic : run.diagnostics) AddRule(RuleOf(diagnostic));
    for (const TestCase& one : tests_) {
      if (IsResult(one)) AddRule(RuleOf(one.status));
    }
  }

  std::string Write() && {
    json_.Open('{');
    json_.Text("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    json_.Text("version", "2.1.0");
    json_.Open("runs", '[');
    json_.Open('{');
    WriteTool();
    WriteInvocation();
    json_.Text("columnKind", "unicodeCodePoints");
    json_.Open("automationDetails", '{');
    json_.Text("id", "ward/" + run_.command + "/");
    json_.Close('}');
    json_.Open("results", '[');
    for (const Diagnostic& diagnostic : run_.diagnostics) WriteResult(diagnostic);
    for (const TestCase& one : tests_) {
      if (IsResult(one)) WriteResult(one);
    }
    json_.Close(']');
    json_.Close('}');
    json_.Close(']');
    json_.Close('}');
    return text_ + "\n";
  }

 private:
  static bool IsResult(const TestCase& one) { return one.status == Status::kFailed || one.status == Status::kError; }

  void AddRule(Rule rule) {
    if (index_of_rule_.emplace(rule.id, rules_.size()).second) rules_.push_back(std::move(rule));
  }

  void WriteMessage(std::string_view key, std::string_view text) {
    json_.Open(key, '{');
    json_.Text("text", text);
    json_.Close('}');
  }

  void WriteTool() {
    json_.Open("tool", '{');
    json_.Open("driver", '{');
    json_.Text("name", "ward");
    json_.Open("rules", '[');
    for (const Rule& rule : rules_) WriteRule(rule);
    json_.Close(']');
    json_.Close('}');
    json_.Close('}');
  }

  void WriteRule(const Rule& rule) {
    json_.Open('{');
    json_.Text("id", rule.id);
    json_.Text("name", rule.name);
    WriteMessage("shortDescription", rule.name);
    const std::string_view lead = Lead(rule.help);
    if (!lead.empty()) WriteMessage("fullDescription", lead);
    json_.Open("defaultConfiguration", '{');
    json_.Text("level", rule.error ? "error" : "warning");
    json_.Close('}');
    if (!rule.help.empty()) {
      json_.Open("help", '{');
      json_.Text("text", rule.help);
      json_.Text("markdown", rule.help);
      json_.Close('}');
    }
    json_.Close('}');
  }

  // Not successful means that the results are not all there are.
  void WriteInvocation() {
    json_.Open("invocations", '[');
    json_.Open('{');
    const bool complete = tests_.size() == run_.tests.size();
    json_.Bool("executionSuccessful", complete);
    if (!complete) {
      json_.Open("toolExecutionNotifications", '[');
      json_.Open('{');
      json_.Text("level", "error");
      WriteMessage("message", tests_.back().message);
      json_.Close('}');
      json_.Close(']');
    }
    if (!run_.properties.empty()) {
      json_.Open("properties", '{');
      for (const auto& [name, value] : run_.properties) json_.Text(name, value);
      json_.Close('}');
    }
    json_.Close('}');
    json_.Close(']');
  }

  void WriteRegion(std::string_view key, const Location& at) {
    json_.Open(key, '{');
    json_.Number("startLine", at.line);
    if (at.column != 0) {
      json_.Number("startColumn", at.column);
      json_.Number("endLine", at.end_line);
      json_.Number("endColumn", at.end_column);
    }
    json_.Close('}');
  }

  void WriteArtifact(std::string_view file) {
    json_.Open("artifactLocation", '{');
    json_.Text("uri", UriOf(file));
    json_.Close('}');
  }

  // An open location; the caller closes it.
  void OpenLocation(const Location& at) {
    json_.Open('{');
    json_.Open("physicalLocation", '{');
    WriteArtifact(at.file);
    if (at.line != 0) WriteRegion("region", at);
    json_.Close('}');
  }

  void WriteLocation(const Location& at) {
    if (at.file.empty()) return;
    json_.Open("locations", '[');
    OpenLocation(at);
    json_.Close('}');
    json_.Close(']');
  }

  void WriteFingerprint(std::string_view rule, std::string_view file, std::string_view what) {
    std::string key = fmt::format("{}\n{}\n{}", rule, file, what);
    const std::size_t twin = seen_[key]++;
    json_.Open("partialFingerprints", '{');
    json_.Text("wardFinding/v1", fmt::format("{:016x}:{}", Hash(key), twin + 1));
    json_.Close('}');
  }

  void OpenResult(const Rule& rule, std::string_view message) {
    json_.Open('{');
    json_.Text("ruleId", rule.id);
    json_.Number("ruleIndex", static_cast<std::int64_t>(index_of_rule_.at(rule.id)));
    json_.Text("level", rule.error ? "error" : "warning");
    WriteMessage("message", message);
  }

  void WriteResult(const Diagnostic& diagnostic) {
    OpenResult(RuleOf(diagnostic), FullMessage(diagnostic));
    WriteLocation(diagnostic.location);
    WriteFingerprint(diagnostic.code, diagnostic.location.file, Trimmed(diagnostic.location.source_line));
    WriteLabels(diagnostic.labels);
    WriteFixes(diagnostic.fixes);
    json_.Close('}');
  }

  void WriteLabels(const std::vector<Diagnostic::Label>& labels) {
    if (labels.empty()) return;
    json_.Open("relatedLocations", '[');
    for (const Diagnostic::Label& label : labels) {
      if (label.location.file.empty()) continue;
      OpenLocation(label.location);
      WriteMessage("message", label.text);
      json_.Close('}');
    }
    json_.Close(']');
  }

  void WriteFixes(const std::vector<Diagnostic::Fix>& fixes) {
    if (fixes.empty()) return;
    json_.Open("fixes", '[');
    for (const Diagnostic::Fix& fix : fixes) {
      std::map<std::string_view, std::vector<const Diagnostic::Edit*>> edits_of;
      for (const Diagnostic::Edit& edit : fix.edits) edits_of[edit.location.file].push_back(&edit);
      if (edits_of.empty()) continue;
      json_.Open('{');
      WriteMessage("description", fix.description);
      json_.Open("artifactChanges", '[');
      for (const auto& [file, edits] : edits_of) WriteChange(file, edits);
      json_.Close(']');
      json_.Close('}');
    }
    json_.Close(']');
  }

  void WriteChange(std::string_view file, const std::vector<const Diagnostic::Edit*>& edits) {
    json_.Open('{');
    WriteArtifact(file);
    json_.Open("replacements", '[');
    for (const Diagnostic::Edit* edit : edits) {
      json_.Open('{');
      WriteRegion("deletedRegion", edit->location);
      WriteMessage("insertedContent", edit->replacement);
      json_.Close('}');
    }
    json_.Close(']');
    json_.Close('}');
  }

  void WriteResult(const TestCase& one) {
    std::string message = fmt::format("{}: {}: {}", one.suite, one.name, one.message);
    if (!one.details.empty()) message += "\n" + one.details;
    const Rule rule = RuleOf(one.status);
    OpenResult(rule, message);
    Location at;
    at.file = one.file;
    at.line = one.line;
    WriteLocation(at);
    WriteFingerprint(rule.id, one.file, one.suite + "\n" + one.name);
    json_.Close('}');
  }

  const Run& run_;
  const std::vector<TestCase> tests_;
  std::string text_;
  JsonWriter json_;
  std::vector<Rule> rules_;  // those of the results, by first use
  std::map<std::string, std::size_t> index_of_rule_;
  std::map<std::string, std::size_t> seen_;
};

}  // namespace

std::string RenderSarif(const Run& run) { return SarifWriter(run).Write(); }

}  // namespace ward::report
