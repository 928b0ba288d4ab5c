// The engine against the oracle: random programs through codegen and the loader, random requests through the public
// API, and every part of every decision compared.
//   WARD_SEED=7 WARD_DECISIONS=10000000 build/.../bin/differential_decide_test
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codegen/codegen.h"
#include "differential/dice.h"
#include "differential/random_program.h"
#include "differential/random_request.h"
#include "differential/seeds.h"
#include "ir/oracle.h"
#include "unit/ir_text.h"
#include "ward/engine.h"

namespace ward::differential {
namespace {

constexpr std::uint64_t kDecisionsDefault = 1'000'000;
constexpr int kWorldsPerProgram = 3;
constexpr int kRequestsPerWorld = 150;
constexpr std::size_t kExplainEvery = 64;

constexpr std::int64_t kSecond = 1'000'000'000;

std::vector<std::byte> Compile(const ir::Program& program) {
  const base::SourceMap sources;
  diag::Sink sink;
  const auto bytes = codegen::Generate(program, sources, {}, sink);
  for (const diag::Diagnostic& found : sink.reported()) ADD_FAILURE() << found.message;
  if (!bytes.has_value()) return {};
  const std::span<const std::byte> view = std::as_bytes(std::span(*bytes));
  return {view.begin(), view.end()};
}

// ---- cells of live tables, as text

std::string SetText(const std::vector<std::string>& members) {
  std::string text;
  for (const std::string& member : members) text += (text.empty() ? "" : " ") + member;
  return text;
}

std::vector<std::string> MembersOf(const ir::Program& program, const ir::Datum& datum, ir::EnumId enumeration) {
  if (datum.type == ValueType::kStringSet) return {datum.texts.begin(), datum.texts.end()};
  std::vector<std::string> members;
  for (const std::int64_t m : datum.members) {
    members.push_back(program.enums[enumeration.index()].values[static_cast<std::size_t>(m)]);
  }
  return members;
}

std::string ClockText(std::int64_t seconds) {
  const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return two(seconds / 3600) + ":" + two(seconds / 60 % 60) + ":" + two(seconds % 60);
}

std::string CellText(const ir::Program& program, const ir::MaybeDatum& cell, const ir::Column& column) {
  if (!cell) return "";
  switch (column.type) {
    case ValueType::kBool:
      return cell->number != 0 ? "true" : "false";
    case ValueType::kInt:
    case ValueType::kSize:
      return std::to_string(cell->number);
    case ValueType::kDuration:
    case ValueType::kTimestamp:
      return std::to_string(cell->number / kSecond);
    case ValueType::kString:
      return cell->text;
    case ValueType::kEnum:
      return program.enums[column.enumeration.index()].values[static_cast<std::size_t>(cell->number)];
    case ValueType::kCidr:
      return cell->cidr.ToString();
    case ValueType::kIp:
      return cell->cidr.network.ToString();
    case ValueType::kEnumSet:
    case ValueType::kStringSet:
      return SetText(MembersOf(program, *cell, column.enumeration));
    case ValueType::kClock:
      return ClockText(cell->number);
  }
  ADD_FAILURE() << "a type that does not exist";
  return "";
}

std::vector<Engine::TableContent> LiveTables(const ir::Program& program, const ir::OracleWorld& world) {
  std::vector<Engine::TableContent> tables;
  for (std::size_t i = 0; i < program.tables.size(); ++i) {
    if (!program.tables[i].live || !world.tables[i].loaded) continue;
    Engine::TableContent content;
    content.table = program.tables[i].name;
    for (const std::vector<ir::MaybeDatum>& row : world.tables[i].rows) {
      TableRow& cells = content.rows.emplace_back();
      for (std::size_t c = 0; c < row.size(); ++c) {
        cells.cells.push_back(CellText(program, row[c], program.tables[i].columns[c]));
      }
    }
    tables.push_back(std::move(content));
  }
  return tables;
}

// What a table cannot hold as text: an empty string is an empty cell, a set without members too.
void AsTextHolds(const ir::Program& program, ir::OracleWorld& world) {
  for (std::size_t i = 0; i < program.tables.size(); ++i) {
    if (!program.tables[i].live) continue;
    std::vector<std::vector<ir::MaybeDatum>> kept;
    for (std::vector<ir::MaybeDatum>& row : world.tables[i].rows) {
      bool has_key = true;
      for (std::size_t c = 0; c < row.size(); ++c) {
        const ir::Column& column = program.tables[i].columns[c];
        if (row[c] && CellText(program, row[c], column).empty()) row[c].reset();
        has_key = has_key && (!column.key || row[c].has_value());
      }
      if (has_key) kept.push_back(std::move(row));
    }
    world.tables[i].rows = std::move(kept);
  }
}

// ---- requests

// Texts that a request borrows until its decision was read.
struct Texts {
  std::vector<std::vector<std::string>> members;
  std::vector<std::vector<std::string_view>> views;
};

class Asker {
 public:
  Asker(const ir::Program& program, Engine& engine) : program_(program) {
    for (const ir::Input& input : program.inputs) ids_.push_back(engine.Attribute(input.name));
  }

  void Fill(Request& request, const RandomRequest& random, Texts& texts) const {
    const ir::OracleRequest& asked = random.asked;
    if (random.by_route) {
      request.SetHttp({random.method, random.host, random.path, {}, {}, true, -1});
    } else {
      request.SetOperation(program_.operations[asked.operation.index()].name);
    }
    std::string& client = texts.members.emplace_back(2)[0];
    std::string& peer = texts.members.back()[1];
    if (asked.source_ip) client = asked.source_ip->ToString();
    for (std::size_t i = 0; i < program_.inputs.size(); ++i) {
      if (!asked.inputs[i]) {
        if (random.ill_typed[i]) SetIllTyped(request, program_.inputs[i], ids_[i]);
        continue;
      }
      if (program_.inputs[i].source == AttributeSource::kSourcePeer) {
        peer = asked.inputs[i]->cidr.network.ToString();
      } else {
        Set(request, program_.inputs[i], ids_[i], *asked.inputs[i], texts);
      }
    }
    request.SetSource(client, peer);
  }

 private:
  void Set(Request& request, const ir::Input& input, AttributeId id, const ir::Datum& datum, Texts& texts) const {
    const AttributeSource source = input.source;
    if (source == AttributeSource::kSourceIp || source == AttributeSource::kPath) return;
    if (source == AttributeSource::kNow) return request.SetNow(datum.number);
    if (source == AttributeSource::kCredential) {
      return request.SetCredential(datum.number == 0 ? Credential::kAbsent : Credential::kValid);
    }
    switch (input.type) {
      case ValueType::kBool:
        return request.SetBool(id, datum.number != 0);
      case ValueType::kInt:
      case ValueType::kSize:
        return request.Set(id, datum.number);
      case ValueType::kDuration:
      case ValueType::kTimestamp:
        return request.Set(id, datum.number / kSecond);
      case ValueType::kString:
        return request.Set(id, std::string_view(datum.text));
      case ValueType::kEnumSet:
      case ValueType::kStringSet:
        return SetMembers(request, id, input, datum, texts);
      case ValueType::kClock:
      case ValueType::kIp:
      case ValueType::kCidr:
      case ValueType::kEnum:
        break;
    }
    std::string text = input.type == ValueType::kClock  ? ClockText(datum.number)
                       : input.type == ValueType::kIp   ? datum.cidr.network.ToString()
                       : input.type == ValueType::kCidr ? datum.cidr.ToString()
                                                        : EnumText(input, datum);
    texts.members.push_back({std::move(text)});
    request.Set(id, std::string_view(texts.members.back()[0]));
  }

  // What no value of the type is: the attribute stays missing.
  static void SetIllTyped(Request& request, const ir::Input& input, AttributeId id) {
    static const std::string kTooLong(257, 'x');
    static const std::vector<std::string_view> kLongMember = {"n1", kTooLong};
    const auto is = [&input](AttributeSource source) { return input.source == source; };
    // These have setters of their own.
    if (is(AttributeSource::kSourceIp) || is(AttributeSource::kSourcePeer) || is(AttributeSource::kPath) ||
        is(AttributeSource::kPathParameter)) {
      return;
    }
    switch (input.type) {
      case ValueType::kBool:
        return request.Set(id, std::int64_t{1});
      case ValueType::kInt:
        return request.SetBool(id, true);
      case ValueType::kString:
        return request.Set(id, kTooLong);
      case ValueType::kStringSet:
        return request.SetList(id, kLongMember);
      case ValueType::kDuration:
      case ValueType::kTimestamp:
        return request.Set(id, INT64_MAX / kSecond + 1);
      case ValueType::kClock:
        return request.Set(id, std::string_view("24:00"));
      case ValueType::kSize:
        return request.Set(id, std::int64_t{-1});
      case ValueType::kIp:
        return request.Set(id, std::string_view("10.0.0.256"));
      case ValueType::kCidr:
        return request.Set(id, std::string_view("10.0.0.1/8"));
      case ValueType::kEnum:
      case ValueType::kEnumSet:
        return request.Set(id, std::string_view("of another service"));
    }
  }

  std::string EnumText(const ir::Input& input, const ir::Datum& datum) const {
    return program_.enums[input.enumeration.index()].values[static_cast<std::size_t>(datum.number)];
  }

  void SetMembers(Request& request, AttributeId id, const ir::Input& input, const ir::Datum& datum,
                  Texts& texts) const {
    texts.members.push_back(MembersOf(program_, datum, input.enumeration));
    if (datum.dropped) texts.members.back().push_back("of-another-service");
    const std::vector<std::string>& members = texts.members.back();
    texts.views.emplace_back(members.begin(), members.end());
    request.SetList(id, texts.views.back());
  }

  const ir::Program& program_;
  std::vector<AttributeId> ids_;
};

// ---- what both say, in one form

std::string RuleText(std::string_view rule, Outcome outcome, int status, bool in_doubt) {
  return std::to_string(static_cast<int>(outcome)) + " " + std::to_string(status) + " by " + std::string(rule) +
         (in_doubt ? " in doubt" : "");
}

std::string ShadowText(std::optional<Outcome> outcome) {
  return outcome ? std::string(OutcomeName(*outcome)) : "nothing";
}

std::string HeaderText(const ir::Program& program, const ir::Datum& value) {
  return CellText(program, value, {"", value.type, ir::EnumId::kNone, 0, false});
}

std::string Said(const ir::Program& program, const RandomRequest& request, const ir::OracleDecision& d) {
  const std::string rule = d.rule.has_value()                    ? program.rules[d.rule.index()].name
                           : request.asked.operation.has_value() ? "default"
                                                                 : "no-operation";
  std::string text = RuleText(rule, d.outcome, d.status, d.in_doubt);
  if (!request.asked.operation.has_value()) return text;
  text += "\noperation " + program.operations[request.asked.operation.index()].name;
  text += "\nzone " + (d.zone.has_value() ? program.zones[d.zone.index()].name : "") + " of";
  for (const ir::ZoneId zone : d.candidates) text += " " + program.zones[zone.index()].name;
  for (const auto& [name, value] : d.set)
    text += "\nset " + name + (value ? "=" + HeaderText(program, *value) : " to nothing");
  for (const std::string& name : d.strip) text += "\nstrip " + name;
  for (const std::string& tag : d.tags) text += "\ntag " + tag;
  text += "\naudit " + std::to_string(static_cast<int>(d.audit));
  for (const ir::OracleShadow& s : d.shadows) {
    text += "\nshadow " + program.rules[s.rule.index()].name + " " + ShadowText(s.outcome) + " " +
            std::to_string(static_cast<int>(s.truth));
  }
  return text;
}

template <typename T>
std::vector<std::string> Sorted(std::span<const T> all) {
  std::vector<std::string> sorted(all.begin(), all.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

std::string Said(const Decision& d) {
  std::string text = RuleText(d.rule(), d.outcome(), d.status(), d.in_doubt());
  if (d.operation().empty()) return text;
  text += "\noperation " + std::string(d.operation());
  text += "\nzone " + std::string(d.zone()) + " of";
  for (const std::string_view zone : d.zone_candidates()) text += " " + std::string(zone);
  std::map<std::string, std::string> set;
  for (const HeaderToSet& header : d.set_headers()) {
    set[std::string(header.name)] = header.present ? "=" + std::string(header.value) : " to nothing";
  }
  for (const auto& [name, value] : set) text += "\nset " + name + value;
  for (const std::string& name : Sorted(d.strip_headers())) text += "\nstrip " + name;
  for (const std::string& tag : Sorted(d.tags())) text += "\ntag " + tag;
  text += "\naudit " + std::to_string(static_cast<int>(d.audit()));
  for (const ShadowOutcome& s : d.shadows()) {
    text += "\nshadow " + std::string(s.rule) + " " + ShadowText(s.outcome) + " " +
            std::to_string(static_cast<int>(s.truth));
  }
  return text;
}

// Each rule's truth in the long explanation is the oracle's.
void CompareExplanation(const ir::Program& program, const ir::OracleDecision& expected, const Explanation& given) {
  std::map<std::string, Truth> truths;
  for (const RuleExplanation& rule : given.rules) truths[rule.rule] = rule.truth;
  for (const ir::OracleRule& rule : expected.rules) {
    const std::string& name = program.rules[rule.rule.index()].name;
    const auto found = truths.find(name);
    ASSERT_NE(found, truths.end()) << name << " is not explained";
    EXPECT_EQ(static_cast<int>(found->second), static_cast<int>(rule.truth)) << name;
  }
}

// For whoever has to find out why they differ: the rules that matter, as formulas with both truths.
std::string Details(const ir::Program& program, const ir::OracleDecision& expected, const Explanation& given) {
  std::string text;
  for (const ir::OracleRule& result : expected.rules) {
    if (result.truth == Truth::kFalse) continue;
    const ir::Rule& rule = program.rules[result.rule.index()];
    text += "\n" + rule.name + " kind " + std::to_string(static_cast<int>(rule.kind)) + " oracle " +
            std::to_string(static_cast<int>(result.truth));
    for (const RuleExplanation& explained : given.rules) {
      if (explained.rule != rule.name) continue;
      text += " explained " + std::to_string(static_cast<int>(explained.truth)) + " by";
      for (const TestExplanation& test : explained.tests) text += " " + std::to_string(static_cast<int>(test.truth));
    }
    text += ": " + ir::FormulaText(program).Of(rule.formula);
    if (rule.anonymous_formula != rule.formula) {
      text += "\n  anonymous: " + ir::FormulaText(program).Of(rule.anonymous_formula);
    }
    for (const ir::OracleTest& test : result.tests) {
      text += "\n  " + ir::FormulaText(program).OfTest(test.test) + " atom " +
              std::to_string(static_cast<int>(test.truth)) + (test.waived ? " waived" : "");
    }
  }
  return text;
}

struct Tally {
  std::uint64_t decisions = 0;
  std::uint64_t allowed = 0;
};

void RunWorld(const RandomProgram& random, Dice& dice, std::span<const std::byte> wardc, Tally& run) {
  // A new one for each world: rows of live tables outlive a Load.
  Result<Engine> created = Engine::Create({});
  ASSERT_TRUE(created.has_value());
  Engine& engine = created.value();
  const ir::Program& program = random.program();
  ir::OracleWorld world = random.RandomWorld(dice);
  world.utc_offset = OffsetOf;
  AsTextHolds(program, world);
  const Result<std::uint64_t> loaded = engine.Load(wardc, LiveTables(program, world));
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  Result<Reader> reader = engine.NewReader();
  ASSERT_TRUE(reader.has_value()) << reader.error().message;
  const ir::Oracle oracle(program, world);
  const Asker asker(program, engine);
  for (int i = 0; i < kRequestsPerWorld; ++i) {
    const RandomRequest request = MakeRandomRequest(dice, program, oracle);
    Texts texts;
    // The request borrows texts, so the vectors that hold them may not move.
    texts.members.reserve(program.inputs.size() + 1);
    texts.views.reserve(program.inputs.size());
    asker.Fill(reader->Begin(), request, texts);
    const Decision& decision = reader->Decide();
    const ir::OracleDecision expected = oracle.Decide(request.asked);
    ++run.decisions;
    run.allowed += decision.allowed() ? 1U : 0U;
    ASSERT_EQ(Said(decision), Said(program, request, expected))
        << "request " << i << (request.by_route ? ": " + request.method + " " + request.host + request.path : "")
        << " ip " << (request.asked.source_ip ? request.asked.source_ip->ToString() : "none")
        << (request.asked.operation.has_value() ? Details(program, expected, reader->Explain()) : "");
    if (run.decisions % kExplainEvery == 0 && request.asked.operation.has_value()) {
      CompareExplanation(program, expected, reader->Explain());
    }
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(Differential, EngineEqualsOracle) {
  const std::uint64_t first = FirstSeed();
  const std::uint64_t wanted = FromEnvironment("WARD_DECISIONS", kDecisionsDefault);
  Tally run;
  std::uint64_t seed = first;
  for (; run.decisions < wanted && !HasFailure(); ++seed) {
    SCOPED_TRACE("WARD_SEED=" + std::to_string(seed));
    ProgramShape shape;
    shape.keyed = seed % 4 == 0;
    if (seed % 16 == 0) shape.rules_max = 400;
    const RandomProgram random(seed, shape);
    const std::vector<std::byte> wardc = Compile(random.program());
    ASSERT_FALSE(wardc.empty());
    Dice dice(seed * 104'729);
    for (int w = 0; w < kWorldsPerProgram && !HasFailure(); ++w) {
      RunWorld(random, dice, wardc, run);
    }
  }
  std::printf("%llu decisions on %llu programs from seed %llu, %llu allowed\n",
              static_cast<unsigned long long>(run.decisions), static_cast<unsigned long long>(seed - first),
              static_cast<unsigned long long>(first), static_cast<unsigned long long>(run.allowed));
}

}  // namespace
}  // namespace ward::differential
