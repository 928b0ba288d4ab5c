// Random rules: verdicts, clauses, replies, obligations, requirements of zones.
#include <algorithm>
#include <utility>

#include "differential/random_program.h"
#include "ir/rank.h"

namespace ward::differential {
namespace {

using ir::Clause;
using ir::NodeId;
using ir::Rule;
using ir::RuleKind;
using ir::RuleOrigin;

}  // namespace

ir::OperationSetId RandomProgram::RandomOperations() {
  const std::size_t count = builder_.program().operations.size();
  std::vector<ir::OperationId> set;
  const std::size_t chance = dice_.Percent(40) ? 100 : dice_.Between(10, 60);
  for (std::size_t i = 0; i < count; ++i) {
    if (dice_.Percent(chance)) set.push_back(ir::OperationId::FromIndex(i));
  }
  return builder_.Add(std::move(set));
}

ir::Obligations RandomProgram::RandomObligations() {
  ir::Obligations duties;
  if (!dice_.Percent(25)) return duties;
  const std::vector<std::string> names = {"x-plan", "x-owner", "x-level", "x-amount"};
  const std::vector<std::string> tags = {"money", "review", "night"};
  if (dice_.Percent(60)) {
    const std::string name = dice_.Pick(names);
    auto [at, fresh] = header_values_.try_emplace(name);
    const std::vector<ValueType> types = {ValueType::kString, ValueType::kString, ValueType::kInt, ValueType::kBool,
                                          ValueType::kIp};
    if (fresh) at->second = RandomValue(dice_.Pick(types), ir::EnumId::kNone, 1);
    duties.set.push_back({name, at->second});
  }
  if (dice_.Percent(40)) duties.strip.push_back("x-internal-" + std::to_string(dice_.Below(2)));
  if (dice_.Percent(40)) duties.tags.push_back(dice_.Pick(tags));
  if (dice_.Percent(40)) duties.audit = dice_.Percent(50) ? ir::Audit::kBrief : ir::Audit::kFull;
  return duties;
}

// `x is c and y is d and ...`: many rules of one pattern, which differ in constants only.
std::vector<NodeId> RandomProgram::KeyedParts(const Rule& rule) {
  std::vector<NodeId> parts;
  const auto is = [&](std::size_t input, std::size_t constants) {
    ir::Atom atom;
    atom.op = ir::AtomOp::kIn;
    const ir::Input& read = builder_.program().inputs[input];
    atom.args = {builder_.AddInput(ir::InputId::FromIndex(input))};
    for (std::size_t i = 0; i < constants; ++i) {
      ir::ConstantId constant = RandomConstant(read.type, read.enumeration);
      if (read.type == ValueType::kString && dice_.Percent(80)) {
        constant = builder_.AddText("key-" + std::to_string(dice_.Below(60)));
      }
      atom.constants.push_back(constant);
    }
    ir::Test test;
    test.identity = ReadsIdentity(atom.args[0]);
    test.atom = builder_.Add(std::move(atom));
    test.clause = Clause::kWhen;
    return builder_.AddTest(builder_.Add(test));
  };
  // token.tenant, then context.owner, then a formula that many rules share.
  parts.push_back(is(2, dice_.Between(1, 3)));
  if (dice_.Percent(70)) parts.push_back(is(13, 1));
  if (keyed_pattern_.size() < 6) keyed_pattern_.push_back(RandomFormula(Clause::kWhen, 1));
  if (dice_.Percent(60)) parts.push_back(dice_.Pick(keyed_pattern_));
  static_cast<void>(rule);
  return parts;
}

Rule RandomProgram::RandomRule(std::size_t number) {
  const std::vector<std::uint16_t> statuses = {403, 403, 401, 401, 404, 451};
  Rule rule;
  rule.name = "rules.rule-" + std::to_string(number);
  const std::size_t choice = dice_.Below(100);
  rule.kind = choice < 50 ? RuleKind::kAllow : choice < 85 ? RuleKind::kDeny : RuleKind::kOn;
  const bool require = rule.kind == RuleKind::kDeny && dice_.Percent(50);
  if (require) rule.origin = RuleOrigin::kRequire;
  rule.shadow = dice_.Percent(12);
  rule.severity = dice_.Percent(70) ? ir::Severity::kMedium : static_cast<ir::Severity>(dice_.Below(4));
  rule.status = rule.kind == RuleKind::kDeny ? dice_.Pick(statuses) : std::uint16_t{403};
  rule.operations = RandomOperations();
  rule.obligations = RandomObligations();
  std::vector<NodeId> parts;
  if (require) parts.push_back(RandomFormula(Clause::kRequire, 2));
  if (shape_.keyed && dice_.Percent(90)) {
    for (const NodeId part : KeyedParts(rule)) parts.push_back(part);
  } else if (dice_.Percent(3)) {
    parts.push_back(WideFormula(Clause::kWhen));
  } else if (dice_.Percent(75)) {
    parts.push_back(RandomFormula(Clause::kWhen, 3));
  }
  if (dice_.Percent(25)) parts.push_back(RandomFormula(Clause::kUnless, 2));
  // A policy in which a bare deny refuses all there is tells little.
  if (rule.kind == RuleKind::kDeny && !rule.shadow) {
    parts.push_back(RandomTest(Clause::kWhen));
    parts.push_back(RandomTest(Clause::kWhen));
  }
  rule.formula = builder_.AddAnd(parts);
  return rule;
}

Rule RandomProgram::ZoneRequirement(std::size_t number) {
  Rule rule;
  rule.zone = PickId<ir::ZoneId>(builder_.program().zones);
  rule.name = "zones." + builder_.program().zones[rule.zone.index()].name + ".condition-" + std::to_string(number);
  rule.kind = RuleKind::kDeny;
  rule.origin = RuleOrigin::kZoneRequirement;
  rule.status = dice_.Percent(50) ? 401 : 403;
  rule.operations = RandomOperations();
  std::vector<NodeId> parts = {RandomTest(Clause::kRequire), RandomTest(Clause::kRequire)};
  rule.formula = builder_.AddAnd(parts);
  return rule;
}

void RandomProgram::AddRules() {
  ir::Waiver waiver(builder_);
  std::vector<Rule> rules;
  const std::size_t count = dice_.Between(1, shape_.rules_max);
  for (std::size_t i = 0; i < count; ++i) rules.push_back(RandomRule(i));
  if (!builder_.program().zones.empty()) {
    for (std::size_t i = dice_.Below(4); i > 0; --i) rules.push_back(ZoneRequirement(i));
  }
  for (Rule& rule : rules) rule.anonymous_formula = waiver.Waive(rule.formula, rule.kind);
  ir::SortByRank(rules);
  builder_.program().rules = std::move(rules);
}

}  // namespace ward::differential
