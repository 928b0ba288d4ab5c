#include "bundle/manifest.h"

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_UNRELEASED_FEATURES 0
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "base/edit_distance.h"
#include "base/utf8.h"

namespace ward::bundle {
namespace {

using diag::Diagnostic;
using diag::Kind;

class ManifestReader {
 public:
  ManifestReader(const base::SourceMap& sources, base::FileId file, diag::Sink& sink)
      : source_(sources.file(file)), file_(file), sink_(sink) {}

  Manifest Read() {
    const toml::parse_result parsed = toml::parse(source_.text(), source_.name());
    if (!parsed) {
      sink_.Report(Diagnostic(Kind::kBadManifest, SpanOf(parsed.error().source()),
                              fmt::format("this is not TOML: {}", parsed.error().description())));
      return std::move(manifest_);
    }
    ReadTop(parsed.table());
    return std::move(manifest_);
  }

 private:
  using Keys = std::initializer_list<std::string_view>;

  // ---- places

  std::uint32_t Offset(toml::source_position position) const {
    if (position.line == 0 || position.line > source_.line_count()) return 0;
    const std::string_view line = source_.LineText(position.line);
    const auto start = static_cast<std::uint32_t>(line.data() - source_.text().data());
    std::size_t at = 0;
    for (std::uint32_t column = 1; column < position.column && at < line.size(); ++column) {
      at += std::max<std::size_t>(1, base::Utf8SequenceLength(line.substr(at)));
    }
    return start + static_cast<std::uint32_t>(at);
  }

  base::Span SpanOf(const toml::source_region& region) const {
    const std::uint32_t begin = Offset(region.begin);
    return {file_, begin, std::max(begin, Offset(region.end))};
  }

  void Fail(base::Span span, std::string message) {
    sink_.Report(Diagnostic(Kind::kBadManifest, span, std::move(message)));
  }

  void UnknownKey(const toml::key& key, std::string_view where, Keys known) {
    Diagnostic diagnostic(Kind::kBadManifest, SpanOf(key.source()),
                          fmt::format("{} has no key `{}`", where, key.str()));
    const std::vector<std::string_view> candidates(known);
    if (const auto nearest = base::NearestName(key.str(), candidates)) {
      misspelt_.emplace_back(*nearest);
      sink_.Report(std::move(diagnostic)
                       .WithFix(fmt::format("write `{}`", *nearest), SpanOf(key.source()), std::string(*nearest)));
      return;
    }
    std::string list;
    for (const std::string_view name : candidates) list += (list.empty() ? "`" : ", `") + std::string(name) + "`";
    sink_.Report(std::move(diagnostic).WithHint("it may have " + list));
  }

  // ---- values

  const toml::table* Table(const toml::node& node, std::string_view name) {
    if (node.is_table()) return node.as_table();
    Fail(SpanOf(node.source()), fmt::format("`{}` is a table: write `[{}]` on a line of its own", name, name));
    return nullptr;
  }

  void ReadText(const toml::node& node, std::string_view name, std::string& target) {
    if (const auto* text = node.as_string()) {
      target = text->get();
    } else {
      Fail(SpanOf(node.source()), fmt::format("`{}` is a text, in quotes", name));
    }
  }

  void ReadBool(const toml::node& node, std::string_view name, bool& target) {
    if (const auto* value = node.as_boolean()) {
      target = value->get();
    } else {
      Fail(SpanOf(node.source()), fmt::format("`{}` is true or false", name));
    }
  }

  template <typename T>
  void ReadNumber(const toml::node& node, std::string_view name, T& target, T most) {
    const auto* value = node.as_integer();
    const bool fits = value != nullptr && value->get() >= 0 && static_cast<std::uint64_t>(value->get()) <= most;
    if (fits) {
      target = static_cast<T>(value->get());
    } else {
      Fail(SpanOf(node.source()), fmt::format("`{}` is a whole number from 0 to {}", name, most));
    }
  }

  // ---- the file, from the top

  void ReadTop(const toml::table& top) {
    for (auto&& [key, node] : top) {
      const std::string_view name = key.str();
      if (name == "name") {
        ReadText(node, name, manifest_.name);
        if (node.is_string() && manifest_.name.empty()) Fail(SpanOf(node.source()), "a bundle's name is not empty");
      } else if (name == "edition") {
        ReadEdition(node);
      } else if (name == "parameters") {
        if (const auto* table = Table(node, name)) ReadParameters(*table, {});
      } else if (name == "policies") {
        ReadShipped(node);
      } else if (name == "tables") {
        if (const auto* table = Table(node, name)) ReadTables(*table, {});
      } else if (name == "budget") {
        if (const auto* table = Table(node, name)) ReadBudget(*table);
      } else if (name == "lint") {
        if (const auto* table = Table(node, name)) ReadLint(*table);
      } else if (name == "server") {
        if (const auto* table = Table(node, name)) ReadServer(*table);
      } else if (name == "test") {
        if (const auto* table = Table(node, name)) ReadTest(*table);
      } else {
        UnknownKey(key, "ward.toml",
                   {"name", "edition", "policies", "parameters", "tables", "budget", "lint", "server", "test"});
      }
    }
    RequireTop(top);
    const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
    std::sort(manifest_.parameters.begin(), manifest_.parameters.end(), by_name);
    const auto by_table = [](const auto& a, const auto& b) { return a.table < b.table; };
    std::sort(manifest_.tables.begin(), manifest_.tables.end(), by_table);
  }

  bool IsMisspelt(std::string_view name) const {
    return std::find(misspelt_.begin(), misspelt_.end(), name) != misspelt_.end();
  }

  void RequireTop(const toml::table& top) {
    if (!top.contains("name") && !IsMisspelt("name")) {
      sink_.Report(Diagnostic(Kind::kBadManifest, base::Span{file_, 0, 0}, "a bundle has a name")
                       .WithFix("write `name = \"my-bundle\"`", base::Span{file_, 0, 0}, "name = \"my-bundle\"\n"));
    }
    if (!top.contains("edition") && !IsMisspelt("edition")) {
      sink_.Report(Diagnostic(Kind::kBadManifest, base::Span{file_, 0, 0}, "a bundle says its edition")
                       .WithFix("write `edition = 1`", base::Span{file_, 0, 0}, "edition = 1\n"));
    }
  }

  void ReadEdition(const toml::node& node) {
    if (const auto* value = node.as_integer()) manifest_.edition = value->get();
    if (!node.is_integer() || manifest_.edition != 1) {
      sink_.Report(Diagnostic(Kind::kBadManifest, SpanOf(node.source()), "this version of ward knows edition 1 only")
                       .WithFix("write `1`", SpanOf(node.source()), "1"));
    }
  }

  void ReadShipped(const toml::node& node) {
    const auto* list = node.as_array();
    if (list == nullptr) return Fail(SpanOf(node.source()), "`policies` is a list of names, [\"ward.hygiene\"]");
    for (const toml::node& item : *list) {
      std::string name;
      ReadText(item, "policies", name);
      if (name.empty()) continue;
      if (const ShippedPolicy* policy = FindShippedPolicy(name)) {
        manifest_.shipped.push_back(policy);
      } else {
        FailUnshipped(SpanOf(item.source()), name);
      }
    }
  }

  void FailUnshipped(base::Span span, const std::string& name) {
    std::vector<std::string_view> known;
    for (const ShippedPolicy& policy : ShippedPolicies()) known.push_back(policy.policy);
    Diagnostic diagnostic(Kind::kBadManifest, span, fmt::format("no policy `{}` comes with ward", name));
    if (const auto nearest = base::NearestName(name, known)) {
      sink_.Report(
          std::move(diagnostic).WithFix(fmt::format("write `{}`", *nearest), span, fmt::format("\"{}\"", *nearest)));
    } else {
      sink_.Report(std::move(diagnostic).WithHint(fmt::format("there are {}", fmt::join(known, ", "))));
    }
  }

  // `a.b.c = 1` without quotes is a table in a table to TOML, and one qualified name to us.
  void ReadParameters(const toml::table& table, const std::string& prefix) {
    for (auto&& [key, node] : table) {
      const std::string name = prefix + std::string(key.str());
      if (node.is_table()) {
        ReadParameters(*node.as_table(), name + ".");
        continue;
      }
      Setting setting{name, SpanOf(key.source()), false, SpanOf(node.source())};
      if (const auto* flag = node.as_boolean()) {
        setting.value = flag->get();
      } else if (const auto* number = node.as_integer()) {
        setting.value = number->get();
      } else if (const auto* text = node.as_string()) {
        setting.value = text->get();
      } else if (node.is_date() || node.is_time() || node.is_date_time()) {
        setting.value = DateText(node);
      } else {
        Fail(SpanOf(node.source()), fmt::format("`{}` is a number, true, false, or a text in quotes", name));
        continue;
      }
      manifest_.parameters.push_back(std::move(setting));
    }
  }

  static std::string DateText(const toml::node& node) {
    std::ostringstream text;
    if (const auto* date = node.as_date()) text << date->get();
    if (const auto* clock = node.as_time()) text << clock->get();
    if (const auto* both = node.as_date_time()) text << both->get();
    return text.str();
  }

  void ReadTables(const toml::table& table, const std::string& prefix) {
    for (auto&& [key, node] : table) {
      const std::string name = prefix + std::string(key.str());
      if (node.is_table()) {
        ReadTables(*node.as_table(), name + ".");
        continue;
      }
      LiveTableFile file{name, SpanOf(key.source()), {}, SpanOf(node.source())};
      ReadText(node, name, file.file);
      if (!file.file.empty()) manifest_.tables.push_back(std::move(file));
    }
  }

  void ReadBudget(const toml::table& table) {
    BudgetSettings& budget = manifest_.budget;
    for (auto&& [key, node] : table) {
      const std::string_view name = key.str();
      if (name == "rules") {
        ReadNumber(node, name, budget.rules, base::budget::kRuleCountMax);
      } else if (name == "operations") {
        ReadNumber(node, name, budget.operations, base::budget::kOperationCountMax);
      } else if (name == "constants") {
        ReadNumber(node, name, budget.constants, base::budget::kConstantCountMax);
      } else if (name == "terms-per-rule") {
        ReadNumber(node, name, budget.terms_per_rule, base::budget::kTermsPerRuleMax);
      } else if (name == "steps-per-operation") {
        ReadNumber(node, name, budget.steps_per_operation, base::budget::kStepsPerOperationMax);
      } else if (name == "table-rows") {
        ReadNumber(node, name, budget.table_rows, base::budget::kTableRowCountMax);
      } else {
        UnknownKey(key, "`[budget]`",
                   {"rules", "operations", "constants", "terms-per-rule", "steps-per-operation", "table-rows"});
      }
    }
  }

  void ReadLint(const toml::table& table) {
    for (auto&& [key, node] : table) {
      if (key.str() != "skip") {
        UnknownKey(key, "`[lint]`", {"skip"});
        continue;
      }
      const auto* list = node.as_array();
      if (list == nullptr) return Fail(SpanOf(node.source()), "`skip` is a list of lints, [\"no-owner\"]");
      for (const toml::node& item : *list) {
        std::string name;
        ReadText(item, "skip", name);
        if (!name.empty()) ReadSkipped(SpanOf(item.source()), name);
      }
    }
  }

  void ReadSkipped(base::Span span, const std::string& name) {
    std::vector<std::string_view> known;
    for (const diag::KindInfo& info : diag::AllKinds()) {
      if (!info.code.starts_with('L')) continue;
      if (info.name == name) return manifest_.lint.skip.push_back(info.kind);
      known.push_back(info.name);
    }
    Diagnostic diagnostic(Kind::kBadManifest, span, fmt::format("there is no lint `{}`", name));
    const auto nearest = base::NearestName(name, known);
    sink_.Report(
        nearest
            ? std::move(diagnostic).WithFix(fmt::format("write `{}`", *nearest), span, fmt::format("\"{}\"", *nearest))
            : std::move(diagnostic).WithHint("`ward lint --list` shows all"));
  }

  void ReadServer(const toml::table& table) {
    ServerSettings& server = manifest_.server;
    for (auto&& [key, node] : table) {
      const std::string_view name = key.str();
      if (name == "claims") {
        if (const auto* claims = Table(node, "server.claims")) ReadClaims(*claims);
      } else if (name == "trusted-hops") {
        ReadNumber(node, name, server.trusted_hops, std::uint8_t{base::budget::kRequestForwardedHopCountMax});
      } else if (name == "proxy-appends-peer") {
        ReadBool(node, name, server.proxy_appends_peer);
      } else if (name == "proxy-verifies-certificates") {
        ReadBool(node, name, server.proxy_verifies_certificates);
      } else if (name == "realm") {
        ReadText(node, name, server.realm);
      } else if (name == "problem-base") {
        ReadText(node, name, server.problem_base);
      } else {
        UnknownKey(
            key, "`[server]`",
            {"claims", "trusted-hops", "proxy-appends-peer", "proxy-verifies-certificates", "realm", "problem-base"});
      }
    }
  }

  void ReadTest(const toml::table& table) {
    for (auto&& [key, node] : table) {
      const std::string_view name = key.str();
      if (name == "threshold") {
        ReadNumber(node, name, manifest_.test.threshold_percent, std::uint8_t{100});
      } else {
        UnknownKey(key, "`[test]`", {"threshold"});
      }
    }
  }

  void ReadClaims(const toml::table& table) {
    ServerSettings& server = manifest_.server;
    for (auto&& [key, node] : table) {
      const std::string_view name = key.str();
      if (name == "namespace") {
        ReadText(node, name, server.claims_namespace);
      } else if (name == "key") {
        ReadText(node, name, server.claims_key);
      } else if (name == "extension-prefix") {
        ReadText(node, name, server.claims_extension_prefix);
      } else {
        UnknownKey(key, "`[server.claims]`", {"namespace", "key", "extension-prefix"});
      }
    }
  }

  const base::SourceFile& source_;
  base::FileId file_;
  diag::Sink& sink_;
  std::vector<std::string> misspelt_;  // keys that were meant
  Manifest manifest_;
};

}  // namespace

Manifest ReadManifest(const base::SourceMap& sources, base::FileId file, diag::Sink& sink) {
  return ManifestReader(sources, file, sink).Read();
}

std::string ServerText(const ServerSettings& settings) {
  if (settings == ServerSettings()) return {};
  toml::table claims;
  claims.insert("namespace", settings.claims_namespace);
  claims.insert("key", settings.claims_key);
  claims.insert("extension-prefix", settings.claims_extension_prefix);
  toml::table server;
  server.insert("trusted-hops", std::int64_t{settings.trusted_hops});
  server.insert("proxy-appends-peer", settings.proxy_appends_peer);
  server.insert("proxy-verifies-certificates", settings.proxy_verifies_certificates);
  server.insert("realm", settings.realm);
  server.insert("problem-base", settings.problem_base);
  server.insert("claims", std::move(claims));
  toml::table top;
  top.insert("server", std::move(server));
  std::ostringstream text;
  text << top;
  return std::move(text).str();
}

Result<ServerSettings> ReadServerText(std::string_view text) {
  if (text.size() > base::budget::kManifestSizeBytesMax || base::FirstInvalidUtf8(text)) {
    return Error{ErrorCode::kCorrupt, "the server's settings in the bytecode are no text of ours"};
  }
  base::SourceMap sources;
  const base::FileId file = sources.Add("[server]", fmt::format("name = \"-\"\nedition = 1\n{}", text));
  diag::Sink sink;
  Manifest manifest = ReadManifest(sources, file, sink);
  if (!sink.has_errors()) return std::move(manifest.server);
  return Error{ErrorCode::kCorrupt,
               fmt::format("the server's settings in the bytecode: {}", sink.Finish(sources).front().message)};
}

}  // namespace ward::bundle
