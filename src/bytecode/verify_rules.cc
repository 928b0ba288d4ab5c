// Zones, operations, rules and their formulas.
#include <algorithm>
#include <cstddef>

#include "base/budgets.h"
#include "bytecode/verify.h"

namespace ward::bytecode {
namespace {

Result<void> VerifyZoneRecords(const Image& image) {
  for (std::size_t i = 0; i < image.zones.size(); ++i) {
    const Zone& zone = image.zones[i];
    if (!Inside(zone.name(), image) || !Inside(zone.place(), image)) return Corrupt("zone {} lies outside the text", i);
    if (zone.when() != kNone && (zone.when() >= image.slots.size() || image.slots[zone.when()].type() != kTruthType)) {
      return Corrupt("zone {} has condition {}", i, zone.when());
    }
  }
  const auto is_zone = [&](std::uint32_t zone) { return zone < image.zones.size(); };
  if (!std::all_of(image.chain_zones.begin(), image.chain_zones.end(), is_zone) ||
      !std::all_of(image.state_zones.begin(), image.state_zones.end(), is_zone)) {
    return Corrupt("a chain or a state names no zone");
  }
  return {};
}

Result<void> VerifyChains(const Image& image, Work& work) {
  for (std::size_t i = 0; i < image.chains.size(); ++i) {
    const Chain& chain = image.chains[i];
    if (!Inside(chain.zones(), image.chain_zones.size()) || chain.conditional() > chain.zones().count() ||
        chain.conditional() > base::budget::kZoneConditionsPerAddressMax) {
      return Corrupt("chain {} lies outside its vectors", i);
    }
    std::uint32_t states = 1;
    for (std::uint32_t k = 0; k < chain.conditional(); ++k) {
      states *= 3;
      if (image.zones[image.chain_zones[chain.zones().first() + k]].when() == kNone) {
        return Corrupt("chain {}: zone {} has no condition", i, k);
      }
    }
    if (!Inside(Range(chain.states(), states), image.chain_states.size())) {
      return Corrupt("chain {} has states beyond their vector", i);
    }
    if (!work.Spend(chain.conditional())) return TooEntangled();
  }
  const auto is_state = [&](std::uint32_t state) { return state < image.zone_states.size(); };
  if (!std::all_of(image.chain_states.begin(), image.chain_states.end(), is_state) ||
      !is_state(image.nothing_matches) || !is_state(image.no_address) || image.no_prefix >= image.chains.size()) {
    return Corrupt("a chain leads to no zone state");
  }
  return {};
}

Result<void> VerifyStates(const Image& image) {
  for (std::size_t i = 0; i < image.zone_states.size(); ++i) {
    const ZoneState& state = image.zone_states[i];
    if (!IsNoneOrBelow(state.zone(), image.zones.size()) || !Inside(state.candidates(), image.state_zones.size()) ||
        state.column() >= image.state_columns) {
      return Corrupt("zone state {} lies outside its vectors", i);
    }
  }
  return {};
}

Result<void> VerifyOperations(const Image& image) {
  const std::size_t columns = image.state_columns;
  if (columns == 0 || image.operation_rows.size() % columns != 0) return Corrupt("no table of programs");
  for (const std::uint32_t program : image.operation_rows) {
    if (program >= image.programs.size()) return Corrupt("an operation has program {}", program);
  }
  for (std::size_t i = 0; i < image.operations.size(); ++i) {
    const Operation& operation = image.operations[i];
    for (const Text* text : {&operation.name(), &operation.api(), &operation.method(), &operation.route(),
                             &operation.action(), &operation.resource_type()}) {
      if (!Inside(*text, image)) return Corrupt("operation {} lies outside the text", i);
    }
    if (!Inside(operation.parameters(), image.route_parameters.size()) || !Inside(operation.place(), image) ||
        operation.row() >= image.operation_rows.size() / columns) {
      return Corrupt("operation {} lies outside its vectors", i);
    }
  }
  for (std::size_t i = 0; i < image.route_parameters.size(); ++i) {
    const RouteParameter& parameter = image.route_parameters[i];
    if (parameter.input() >= image.inputs.size() || parameter.segment() >= base::budget::kRouteSegmentCountMax) {
      return Corrupt("route parameter {} fills no input", i);
    }
  }
  return {};
}

Result<void> VerifyOperationNames(const Image& image, Work& work) {
  for (std::size_t i = 0; i < image.operation_sets.size(); ++i) {
    if (!Inside(image.operation_sets[i], image.set_operations.size())) return Corrupt("operation set {}", i);
    const std::span<const std::uint32_t> set = Slice(image.set_operations, image.operation_sets[i]);
    if (!work.Spend(set.size())) return TooEntangled();
    if (std::adjacent_find(set.begin(), set.end(), std::greater_equal<>()) != set.end() ||
        (!set.empty() && set.back() >= image.operations.size())) {
      return Corrupt("operation set {} is out of order", i);
    }
  }
  for (const std::uint32_t operation : image.action_operations) {
    if (operation >= image.operations.size()) return Corrupt("an action means operation {}", operation);
  }
  if (image.name_domain >= image.domains.size() || image.action_domain >= image.domains.size() ||
      image.domains[image.name_domain].ordinal_limit() > lookup::kOrdinalFirst + image.operations.size() ||
      image.domains[image.action_domain].ordinal_limit() > lookup::kOrdinalFirst + image.action_operations.size()) {
    return Corrupt("names or actions mean operations that are not there");
  }
  return {};
}

Result<void> VerifyReplies(const Image& image) {
  for (std::size_t i = 0; i < image.replies.size(); ++i) {
    const Reply& reply = image.replies[i];
    bool good = Inside(reply.because(), image.pieces.size()) && Inside(reply.set(), image.header_sets.size());
    for (const Range* texts : {&reply.acr(), &reply.scopes(), &reply.strip(), &reply.tags()}) {
      good = good && Inside(*texts, image.texts.size());
    }
    if (!good || reply.audit() > Audit::kFull) return Corrupt("reply {} lies outside its vectors", i);
  }
  for (std::size_t i = 0; i < image.pieces.size(); ++i) {
    const Piece& piece = image.pieces[i];
    const bool is_value =
        piece.slot() == kNone || (piece.slot() < image.slots.size() && image.slots[piece.slot()].type() != kTruthType);
    if (!Inside(piece.text(), image) || !is_value) return Corrupt("piece {} of a reason", i);
  }
  for (std::size_t i = 0; i < image.header_sets.size(); ++i) {
    const HeaderSet& header = image.header_sets[i];
    if (!Inside(header.name(), image) || header.slot() >= image.slots.size() ||
        image.slots[header.slot()].type() == kTruthType) {
      return Corrupt("header {} has no value", i);
    }
  }
  return {};
}

Result<void> VerifyTests(const Image& image) {
  for (std::size_t i = 0; i < image.tests.size(); ++i) {
    const Test& test = image.tests[i];
    if (!Inside(test.text(), image) || !Inside(test.place(), image) || test.clause() > Clause::kRequire) {
      return Corrupt("test {} lies outside its vectors", i);
    }
    if (test.instruction() >= image.code.size() ||
        AllOps()[image.code[test.instruction()].op()].result != OpResult::kTruth) {
      return Corrupt("test {} has instruction {}", i, test.instruction());
    }
  }
  return {};
}

// Runs the formula's stack without its truths.
Result<void> VerifyFormula(const Image& image, const Range& formula, Work& work) {
  if (!Inside(formula, image.formula_steps.size())) return Corrupt("a formula lies outside its vector");
  if (!work.Spend(formula.count())) return TooEntangled();
  std::uint64_t depth = 0;
  for (const std::uint32_t word : Slice(image.formula_steps, formula)) {
    const FormulaStep step = UnpackFormulaStep(word);
    switch (step.op) {
      case FormulaOp::kTest:
      case FormulaOp::kWaivedTrue:
      case FormulaOp::kWaivedFalse:
        if (step.number >= image.tests.size()) return Corrupt("a formula asks test {}", step.number);
        ++depth;
        break;
      case FormulaOp::kTrue:
      case FormulaOp::kFalse:
        ++depth;
        break;
      case FormulaOp::kAnd:
      case FormulaOp::kOr:
        if (step.number > depth) return Corrupt("a formula takes {} of {} truths", step.number, depth);
        depth = depth - step.number + 1;
        break;
      default:
        return Corrupt("a formula has step {}", static_cast<unsigned>(step.op));
    }
    if (depth > image.formula_stack) return Corrupt("a formula is deeper than {}", image.formula_stack);
  }
  if (depth != 1) return Corrupt("a formula ends with {} truths", depth);
  return {};
}

Result<void> VerifyRule(const Image& image, std::size_t number, Work& work) {
  const Rule& rule = image.rules[number];
  const bool good = Inside(rule.name(), image) && Inside(rule.place(), image) &&
                    rule.operations() < image.operation_sets.size() && IsNoneOrBelow(rule.zone(), image.zones.size()) &&
                    rule.reply() < image.replies.size();
  if (!good) return Corrupt("rule {} lies outside its vectors", number);
  if (rule.kind() > RuleKind::kOn || rule.origin() > RuleOrigin::kZoneRequirement ||
      rule.severity() > Severity::kCritical || rule.shadow() > 1 || rule.status() < 100 || rule.status() > 599) {
    return Corrupt("rule {} is of no known kind", number);
  }
  WARD_RETURN_IF_ERROR(VerifyFormula(image, rule.formula(), work));
  return VerifyFormula(image, rule.anonymous_formula(), work);
}

}  // namespace

Result<void> VerifyZones(const Image& image, Work& work) {
  WARD_RETURN_IF_ERROR(VerifyZoneRecords(image));
  WARD_RETURN_IF_ERROR(VerifyChains(image, work));
  WARD_RETURN_IF_ERROR(VerifyStates(image));
  WARD_RETURN_IF_ERROR(VerifyOperations(image));
  return VerifyOperationNames(image, work);
}

Result<void> VerifyRules(const Image& image, Work& work) {
  WARD_RETURN_IF_ERROR(VerifyReplies(image));
  WARD_RETURN_IF_ERROR(VerifyTests(image));
  for (std::size_t i = 0; i < image.rules.size(); ++i) WARD_RETURN_IF_ERROR(VerifyRule(image, i, work));
  for (std::size_t i = 0; i < image.limits.size(); ++i) {
    const Limit& limit = image.limits[i];
    if (!Inside(limit.name(), image) || limit.operations() >= image.operation_sets.size() ||
        !Inside(limit.place(), image)) {
      return Corrupt("limit {} lies outside its vectors", i);
    }
  }
  return {};
}

}  // namespace ward::bytecode
