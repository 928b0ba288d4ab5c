#include "base/json_writer.h"
#include "testing/coverage_report.h"
#include "testing/possible.h"

namespace ward::testing {
namespace {

using base::JsonWriter;

void WriteNumber(JsonWriter& json, std::string_view key, std::uint64_t number) {
  json.Number(key, static_cast<std::int64_t>(number));
}

void WriteShare(JsonWriter& json, const Share& share) {
  WriteNumber(json, "percent", share.percent());
  WriteNumber(json, "seen", share.seen);
  WriteNumber(json, "possible", share.possible);
}

void WriteShares(JsonWriter& json, std::string_view key, const std::map<std::string, Share>& shares) {
  json.Open(key, '{');
  for (const auto& [name, share] : shares) {
    json.Open(name, '{');
    WriteShare(json, share);
    json.Close('}');
  }
  json.Close('}');
}

void WriteCounts(JsonWriter& json, const TruthCounts& counts) {
  WriteNumber(json, "true", counts.is_true);
  WriteNumber(json, "false", counts.is_false);
  WriteNumber(json, "in_doubt", counts.in_doubt);
}

void WritePossible(JsonWriter& json, const PossibleTruths& truths) {
  json.Open("possible", '[');
  if (truths.is_true) json.String("true");
  if (truths.is_false) json.String("false");
  if (truths.in_doubt) json.String("in_doubt");
  json.Close(']');
}

void WriteRule(JsonWriter& json, const CoveredRule& rule) {
  json.Open('{');
  json.Text("name", rule.name);
  json.Text("policy", rule.policy);
  json.Text("kind", rule.kind);
  json.Bool("shadow", rule.shadow);
  json.Text("file", rule.file);
  json.Number("line", rule.line);
  WriteCounts(json, rule.counts);
  WritePossible(json, {rule.can_be_true, rule.can_be_false, rule.can_be_in_doubt});
  json.Open("tests", '[');
  for (const std::size_t test : rule.tests) json.Integer(static_cast<std::int64_t>(test));
  json.Close(']');
  json.Close('}');
}

void WriteTest(JsonWriter& json, const CoveredTest& test) {
  json.Open('{');
  json.Text("file", test.file);
  json.Number("line", test.line);
  json.Text("text", test.text);
  json.Text("clause", test.clause);
  WriteCounts(json, test.counts);
  WritePossible(json, {test.can_be_true, test.can_be_false, false});
  json.Close('}');
}

void WriteMatrix(JsonWriter& json, const Coverage& coverage) {
  json.Open("operations", '{');
  for (std::size_t i = 0; i < coverage.operations().size(); ++i) {
    json.Open(coverage.operations()[i], '{');
    for (std::size_t zone = 0; zone < coverage.zones().size(); ++zone) {
      const ZoneCell& cell = coverage.cell(i, zone);
      if (cell.allowed + cell.refused == 0) continue;
      json.Open(coverage.zones()[zone], '{');
      WriteNumber(json, "allowed", cell.allowed);
      WriteNumber(json, "refused", cell.refused);
      json.Close('}');
    }
    json.Close('}');
  }
  json.Close('}');
}

}  // namespace

std::string CoverageJson(const Coverage& coverage) {
  std::string text;
  JsonWriter json(text);
  json.Open('{');
  WriteShare(json, coverage.total());
  WriteNumber(json, "decisions", coverage.decision_count());
  WriteShares(json, "policies", coverage.by_policy());
  WriteShares(json, "files", coverage.by_file());
  json.Open("rules", '[');
  for (const CoveredRule& rule : coverage.rules()) WriteRule(json, rule);
  json.Close(']');
  json.Open("tests", '[');
  for (const CoveredTest& test : coverage.tests()) WriteTest(json, test);
  json.Close(']');
  WriteMatrix(json, coverage);
  json.Open("unseen", '[');
  for (const std::string& sentence : Unseen(coverage)) json.String(sentence);
  json.Close(']');
  json.Close('}');
  text.push_back('\n');
  return text;
}

}  // namespace ward::testing
