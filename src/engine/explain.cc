// The decision in words: which test decided, and for `ward why` every rule that could have mattered. Runs over the cold
// formulas of the bytecode with the slots the decision was made of, so it cannot tell another story than the index.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/edit_distance.h"
#include "engine/missing.h"
#include "engine/reader_state.h"
#include "eval/formula.h"
#include "zone/zone_state.h"

namespace ward {
namespace {

using bytecode::FormulaOp;

Truth Public(eval::Truth truth) {
  switch (truth) {
    case eval::Truth::kDoubt:
      return Truth::kDoubt;
    case eval::Truth::kFalse:
      return Truth::kFalse;
    case eval::Truth::kTrue:
      return Truth::kTrue;
  }
  return Truth::kDoubt;
}

std::string_view ClauseText(bytecode::Clause clause) {
  switch (clause) {
    case bytecode::Clause::kWhen:
      return "when";
    case bytecode::Clause::kUnless:
      return "unless";
    case bytecode::Clause::kRequire:
      return "require";
  }
  return "when";
}

std::string_view KindText(const bytecode::Rule& rule) {
  if (rule.kind() == bytecode::RuleKind::kAllow) return "allow";
  if (rule.kind() == bytecode::RuleKind::kOn) return "on";
  switch (rule.origin()) {
    case bytecode::RuleOrigin::kRule:
      return "deny";
    case bytecode::RuleOrigin::kRequire:
      return "require";
    case bytecode::RuleOrigin::kZoneRequirement:
      return "zone requirement";
  }
  return "deny";
}

std::string_view FileOf(const bytecode::Image& image, const bytecode::Place& place) {
  return place.file() == bytecode::kNone ? std::string_view() : image.TextOf(image.files[place.file()]);
}

// Strong Kleene.
Truth Combine(Truth a, Truth b, bool either) {
  const Truth decides = either ? Truth::kTrue : Truth::kFalse;
  if (a == decides || b == decides) return decides;
  return a == Truth::kDoubt || b == Truth::kDoubt ? Truth::kDoubt : a;
}

std::string UnknownName(const bytecode::Image& image, std::string_view asked) {
  std::vector<std::string_view> names;
  names.reserve(image.operations.size());
  for (const bytecode::Operation& operation : image.operations) names.push_back(image.TextOf(operation.name()));
  const std::optional<std::string_view> nearest = base::NearestName(asked, names);
  return fmt::format("no operation is called `{}`{}", asked,
                     nearest ? fmt::format("; did you mean `{}`?", *nearest) : std::string());
}

std::string Join(std::span<const std::string_view> names) {
  std::string text;
  for (const std::string_view name : names) text += fmt::format("{}`{}`", text.empty() ? "" : ", ", name);
  return text;
}

}  // namespace

// ---- of the decision

const bytecode::Range& ReaderState::FormulaOf(const bytecode::Rule& rule) const {
  const bool anonymous = (image().operations[operation_].flags() & bytecode::kOperationAnonymous) != 0;
  return anonymous ? rule.anonymous_formula() : rule.formula();
}

TestOutcome ReaderState::DecidingTest() {
  TestOutcome outcome;
  if (decision_.rule_id_ == bytecode::kNone) return outcome;
  const bytecode::Rule& rule = image().rules[decision_.rule_id_];
  const std::uint32_t number = eval::EvaluateFormula(image(), FormulaOf(rule), work_->vm, work_->formula_stack).test;
  if (number == bytecode::kNone) return outcome;
  const bytecode::Test& test = image().tests[number];
  outcome.text = image().TextOf(test.text());
  outcome.file = FileOf(image(), test.place());
  outcome.line = test.place().line();
  outcome.clause = ClauseText(test.clause());
  outcome.truth = Public(eval::WrittenTruth(test, work_->vm));
  return outcome;
}

std::string ReaderState::OperatorReason() {
  std::string text = fmt::format("{} by {}", OutcomeName(decision_.outcome_), decision_.rule_);
  if (fault_) return text + fmt::format(": {}", fault_->operator_reason);
  if (path_fault_ != route::PathFault::kNone) return text + fmt::format(": {}", route::PathFaultText(path_fault_));
  if (work_ != nullptr && operation_ == bytecode::kNone) return text + fmt::format(": {}", NoOperationWhy());
  if (decision_.in_doubt_) text += ", in doubt";
  const TestOutcome test = DecidingTest();
  if (test.text.empty()) return text;
  text += fmt::format(": {} `{}` is {}", test.clause, test.text, TruthName(test.truth));
  if (test.line != 0) text += fmt::format(" ({}:{})", test.file, test.line);
  return text;
}

// ---- of all rules

bool ReaderState::Covers(const bytecode::Rule& rule) const {
  const std::span<const std::uint32_t> operations =
      Slice(image().set_operations, image().operation_sets[rule.operations()]);
  if (!std::binary_search(operations.begin(), operations.end(), operation_)) return false;
  if (rule.zone() == bytecode::kNone) return true;
  const std::span<const std::uint32_t> candidates =
      Slice(image().state_zones, image().zone_states[zone_state_].candidates());
  return std::binary_search(candidates.begin(), candidates.end(), rule.zone());
}

RuleExplanation ReaderState::ExplainRule(std::uint32_t number) {
  const bytecode::Rule& rule = image().rules[number];
  RuleExplanation explanation;
  explanation.rule = image().TextOf(rule.name());
  explanation.kind = KindText(rule);
  explanation.shadow = rule.shadow() != 0;
  explanation.decided = number == decision_.rule_id_;
  explanation.file = FileOf(image(), rule.place());
  explanation.line = rule.place().line();
  explanation.truth = Public(eval::EvaluateFormula(image(), FormulaOf(rule), work_->vm, work_->formula_stack).truth);
  explanation.tests = ExplainTests(rule);
  return explanation;
}

// One entry a test as it was written. `has any of [a, b]` is one test to its author and a disjunction of two to the
// formula, so neighbours under one connective that come from the same words are told as one.
std::vector<TestExplanation> ReaderState::ExplainTests(const bytecode::Rule& rule) {
  std::vector<std::vector<ToldTest>> stack;
  for (const std::uint32_t word : Slice(image().formula_steps, FormulaOf(rule))) {
    const bytecode::FormulaStep step = bytecode::UnpackFormulaStep(word);
    switch (step.op) {
      case FormulaOp::kTrue:
      case FormulaOp::kFalse:
        stack.emplace_back();
        break;
      case FormulaOp::kTest:
        stack.push_back({{step.number, ExplainTest(step.number)}});
        break;
      case FormulaOp::kWaivedTrue:
      case FormulaOp::kWaivedFalse:
        stack.push_back({{step.number, ExplainFixed(rule, step)}});
        break;
      case FormulaOp::kAnd:
      case FormulaOp::kOr:
        JoinTold(stack, step.number, step.op);
        break;
    }
  }
  std::vector<TestExplanation> tests;
  if (stack.empty()) return tests;
  for (ToldTest& told : stack.back()) tests.push_back(std::move(told.explanation));
  return tests;
}

void ReaderState::JoinTold(std::vector<std::vector<ToldTest>>& stack, std::uint32_t count, FormulaOp op) const {
  std::vector<ToldTest> joined;
  bool whole = false;  // the last entry of `joined` is all of an operand
  for (std::size_t i = stack.size() - count; i < stack.size(); ++i) {
    const bool single = stack[i].size() == 1;
    for (ToldTest& told : stack[i]) {
      if (single && whole && SameWords(joined.back().number, told.number)) {
        const bytecode::Test& test = image().tests[told.number];
        const bool turned = (test.negated() != 0) != (test.written_negated() != 0);
        TestExplanation& into = joined.back().explanation;
        into.truth = Combine(into.truth, told.explanation.truth, (op == FormulaOp::kOr) != turned);
        for (std::string& name : told.explanation.missing) {
          if (std::find(into.missing.begin(), into.missing.end(), name) == into.missing.end()) {
            into.missing.push_back(std::move(name));
          }
        }
      } else {
        joined.push_back(std::move(told));
      }
    }
    whole = single;
  }
  stack.resize(stack.size() - count);
  stack.push_back(std::move(joined));
}

bool ReaderState::SameWords(std::uint32_t a, std::uint32_t b) const {
  const bytecode::Test& left = image().tests[a];
  const bytecode::Test& right = image().tests[b];
  return left.place().file() == right.place().file() && left.place().line() == right.place().line() &&
         left.place().column() == right.place().column() &&
         image().TextOf(left.text()) == image().TextOf(right.text()) && left.clause() == right.clause();
}

TestExplanation ReaderState::WordsOf(std::uint32_t number) const {
  const bytecode::Test& test = image().tests[number];
  TestExplanation explanation;
  explanation.text = image().TextOf(test.text());
  explanation.file = FileOf(image(), test.place());
  explanation.line = test.place().line();
  explanation.clause = ClauseText(test.clause());
  return explanation;
}

// A test that was waived for anonymous operations, or that two constants decided when the policy was compiled. The
// formula has the constant where the test, negated as it stood there, would be.
TestExplanation ReaderState::ExplainFixed(const bytecode::Rule& rule, const bytecode::FormulaStep& step) const {
  TestExplanation explanation = WordsOf(step.number);
  const bytecode::Test& test = image().tests[step.number];
  const bool turned = (test.negated() != 0) != (test.written_negated() != 0);
  explanation.truth = (step.op == FormulaOp::kWaivedTrue) != turned ? Truth::kTrue : Truth::kFalse;
  const std::span<const std::uint32_t> unwaived = Slice(image().formula_steps, rule.formula());
  explanation.waived = std::none_of(unwaived.begin(), unwaived.end(), [&step](std::uint32_t word) {
    const bytecode::FormulaStep other = bytecode::UnpackFormulaStep(word);
    return (other.op == FormulaOp::kWaivedTrue || other.op == FormulaOp::kWaivedFalse) && other.number == step.number;
  });
  return explanation;
}

TestExplanation ReaderState::ExplainTest(std::uint32_t number) {
  const bytecode::Test& test = image().tests[number];
  TestExplanation explanation = WordsOf(number);
  explanation.truth = Public(eval::WrittenTruth(test, work_->vm));
  if (explanation.truth == Truth::kDoubt)
    explanation.missing = engine::MissingOf(*view_, work_->vm, test.instruction());
  return explanation;
}

// Which part of the request the policy does not know. In words of the policy only: a path may hold what no log should.
std::string_view ReaderState::NoOperationWhy() const {
  if (!asked_operation_.empty()) return "no operation has the name that the caller gave";
  if (!action_.empty()) return "no operation has this action on this type of resource";
  if (path_.empty()) return "the request names no operation";
  const std::uint32_t start = host_has_form_ ? image().routes.FindHost(host_) : 0;
  if (start == 0) return "no api has this host";
  if (image().routes.HasPath(start, path_)) return "the path has a route, but not with this method";
  return host_.empty() ? "no route has this path" : "no route of this host has this path";
}

std::string ReaderState::OperationWhy() const {
  if (fault_) return std::string(fault_->operator_reason);
  if (path_fault_ != route::PathFault::kNone) {
    return fmt::format("the path has no normal form: {}", route::PathFaultText(path_fault_));
  }
  const std::string asked = fmt::format("{} {}{}{}", method_, path_, host_.empty() ? "" : " on ", host_);
  if (operation_ == bytecode::kNone) {
    const std::string on = resource_type_.empty() ? std::string() : fmt::format(" on `{}`", resource_type_);
    if (!asked_operation_.empty()) return UnknownName(image(), asked_operation_);
    if (!action_.empty()) return fmt::format("no operation has the action `{}`{}", action_, on);
    return path_.empty() ? std::string(NoOperationWhy()) : fmt::format("{}: {}", asked, NoOperationWhy());
  }
  const bytecode::Operation& operation = image().operations[operation_];
  switch (found_by_) {
    case FoundBy::kRoute:
      return fmt::format("{} matches {} {}", asked, image().TextOf(operation.method()),
                         image().TextOf(operation.route()));
    case FoundBy::kAction:
      return fmt::format("action `{}`{}{}{}", action_, resource_type_.empty() ? "" : " on `", resource_type_,
                         resource_type_.empty() ? "" : "`");
    case FoundBy::kName:
      return "the caller named the operation";
    case FoundBy::kNothing:
      break;
  }
  return {};
}

std::string ReaderState::ZoneWhy() {
  const bytecode::ZoneState& state = image().zone_states[zone_state_];
  const std::string candidates = Join(decision_.candidates_);
  if (image().zones.empty()) return "the policy has no zones";
  if (!client_) return fmt::format("the client's address is missing, so every zone is a candidate: {}", candidates);
  const std::string address = client_->ToString();
  const bytecode::Chain& chain = image().chains[zone::ChainOf(image(), image().zone_prefixes, *client_)];
  std::string text;
  for (const std::uint32_t number : Slice(image().chain_zones, chain.zones())) {
    const bytecode::Zone& zone = image().zones[number];
    const std::string_view name = image().TextOf(zone.name());
    const bool elsewhere = (zone.flags() & bytecode::kZoneEverythingElse) != 0;
    if (text.empty()) text = address + (elsewhere ? " is in no network" : "");
    text += elsewhere ? fmt::format("; `{}` is everything else", name)
                      : fmt::format("{} is in a network of `{}`", text == address ? "" : ", then", name);
    if (zone.when() == bytecode::kNone) continue;
    text += fmt::format(" (its `when` is {})", TruthName(Public(work_->vm.TruthOf(zone.when()))));
  }
  if (text.empty()) return fmt::format("{} is in no network, and no zone is everything else", address);
  if (state.zone() == bytecode::kNone) {
    text +=
        candidates.empty() ? "; no zone is left" : fmt::format("; so the zone is in doubt, candidates: {}", candidates);
  }
  return text;
}

Explanation ReaderState::Explain() {
  Explanation explanation;
  explanation.outcome = decision_.outcome_;
  explanation.status = decision_.status_;
  explanation.rule = decision_.rule_;
  explanation.reason = decision_.reason_;
  explanation.operation = decision_.operation_;
  explanation.zone = decision_.zone_;
  explanation.generation = decision_.generation_;
  for (const std::string_view name : IllTyped()) explanation.ill_typed.emplace_back(name);
  if (work_ == nullptr || step_ == Step::kBegun) return explanation;
  explanation.operation_why = OperationWhy();
  explanation.zone_why = ZoneWhy();
  if (refused_ || operation_ == bytecode::kNone) return explanation;
  for (std::uint32_t i = 0; i < image().rules.size(); ++i) {
    if (Covers(image().rules[i])) explanation.rules.push_back(ExplainRule(i));
  }
  std::stable_partition(explanation.rules.begin(), explanation.rules.end(),
                        [](const RuleExplanation& rule) { return rule.decided; });
  return explanation;
}

}  // namespace ward
