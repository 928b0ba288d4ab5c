#include "codegen/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/check.h"
#include "base/one_line.h"

namespace ward::codegen {
namespace {

using bytecode::FormulaOp;

// The text of `span`, arguments in place of parameters.
std::string WordsOf(const base::SourceMap& sources, base::Span span, std::span<const ir::Replacement> replacements) {
  const std::string_view text = sources.Text(span);
  std::string words;
  std::uint32_t begin = 0;
  for (const ir::Replacement& replacement : replacements) {
    const std::uint32_t at = replacement.span.begin - span.begin;
    words += text.substr(begin, at - begin);
    const std::string argument = WordsOf(sources, replacement.by, replacement.within);
    words += replacement.bracketed ? "(" + argument + ")" : argument;
    begin = at + replacement.span.size();
  }
  words += text.substr(begin);
  return words;
}

// What a person reads: the words; the condition whose text they are, as it was called; and where roles are asked for,
// which part of the answer they are.
std::string WordsOf(const base::SourceMap& sources, const ir::Test& test) {
  std::string words = base::OnOneLine(WordsOf(sources, test.span, test.replacements));
  if (!test.call.by.empty()) {
    words += fmt::format(" (condition {})", base::OnOneLine(WordsOf(sources, test.call.by, test.call.within)));
  }
  if (test.claimed_part) words += " (claimed)";
  if (!test.derived_role.empty()) words += fmt::format(" (role {})", sources.Text(test.derived_role));
  return words;
}

bytecode::RuleKind KindOf(ir::RuleKind kind) {
  switch (kind) {
    case ir::RuleKind::kAllow:
      return bytecode::RuleKind::kAllow;
    case ir::RuleKind::kDeny:
      return bytecode::RuleKind::kDeny;
    case ir::RuleKind::kOn:
      return bytecode::RuleKind::kOn;
  }
  return bytecode::RuleKind::kDeny;
}

bytecode::RuleOrigin OriginOf(ir::RuleOrigin origin) {
  switch (origin) {
    case ir::RuleOrigin::kRule:
      return bytecode::RuleOrigin::kRule;
    case ir::RuleOrigin::kRequire:
      return bytecode::RuleOrigin::kRequire;
    case ir::RuleOrigin::kZoneRequirement:
      return bytecode::RuleOrigin::kZoneRequirement;
  }
  return bytecode::RuleOrigin::kRule;
}

bytecode::Severity SeverityOf(ir::Severity severity) {
  switch (severity) {
    case ir::Severity::kLow:
      return bytecode::Severity::kLow;
    case ir::Severity::kMedium:
      return bytecode::Severity::kMedium;
    case ir::Severity::kHigh:
      return bytecode::Severity::kHigh;
    case ir::Severity::kCritical:
      return bytecode::Severity::kCritical;
  }
  return bytecode::Severity::kMedium;
}

bytecode::Audit AuditOf(ir::Audit audit) {
  switch (audit) {
    case ir::Audit::kNone:
      return bytecode::Audit::kNothing;
    case ir::Audit::kBrief:
      return bytecode::Audit::kBrief;
    case ir::Audit::kFull:
      return bytecode::Audit::kFull;
  }
  return bytecode::Audit::kNothing;
}

bytecode::Clause ClauseOf(ir::Clause clause) {
  switch (clause) {
    case ir::Clause::kWhen:
      return bytecode::Clause::kWhen;
    case ir::Clause::kUnless:
      return bytecode::Clause::kUnless;
    case ir::Clause::kRequire:
      return bytecode::Clause::kRequire;
  }
  return bytecode::Clause::kWhen;
}

class RulePlanner {
 public:
  RulePlanner(const ir::Program& program, const base::SourceMap& sources, Code& code, Pools& pools)
      : program_(program), sources_(sources), code_(code), pools_(pools), test_numbers_(program.tests.size(), kNone) {}

  RulePlan Plan() {
    for (const ir::Rule& rule : program_.rules) {
      const bytecode::Range formula = Formula(rule.formula);
      const bytecode::Range anonymous = Formula(rule.anonymous_formula);
      // One after the other: the order of arguments is the compiler's choice, and the bytes must not depend on it.
      const bytecode::Text name = pools_.Text(rule.name);
      const std::uint32_t reply = Reply(rule);
      const bytecode::Place place = pools_.Place(rule.span);
      plan_.rules.emplace_back(name, formula, anonymous, rule.operations.value(), rule.zone.value(), reply, rule.status,
                               KindOf(rule.kind), OriginOf(rule.origin), SeverityOf(rule.severity),
                               static_cast<std::uint8_t>(rule.shadow ? 1 : 0), std::uint16_t{0}, place);
    }
    plan_.formula_steps = steps_.items();
    return std::move(plan_);
  }

 private:
  bytecode::Range Formula(ir::NodeId id) {
    const auto [found, fresh] = formulas_.try_emplace(id, 0U, 0U);
    if (!fresh) return found->second;
    std::vector<std::uint32_t> steps;
    plan_.formula_stack = std::max(plan_.formula_stack, AppendSteps(id, steps));
    return found->second = steps_.Add(steps);
  }

  static std::uint32_t Pack(FormulaOp op, std::uint32_t number) {
    return number << bytecode::kFormulaOpBits | static_cast<std::uint32_t>(op);
  }

  // How deep the stack of truths gets.
  std::uint32_t AppendSteps(ir::NodeId id, std::vector<std::uint32_t>& steps) {
    const ir::Node& node = program_.nodes[id.index()];
    const bool waived = node.test.has_value();
    switch (node.kind) {
      case ir::NodeKind::kTrue:
        steps.push_back(waived ? Pack(FormulaOp::kWaivedTrue, Test(node.test)) : Pack(FormulaOp::kTrue, 0));
        return 1;
      case ir::NodeKind::kFalse:
        steps.push_back(waived ? Pack(FormulaOp::kWaivedFalse, Test(node.test)) : Pack(FormulaOp::kFalse, 0));
        return 1;
      case ir::NodeKind::kTest:
        steps.push_back(Pack(FormulaOp::kTest, Test(node.test)));
        return 1;
      case ir::NodeKind::kAnd:
      case ir::NodeKind::kOr:
        break;
    }
    std::uint32_t depth = 1;
    for (std::uint32_t i = 0; i < node.child_count; ++i) {
      depth = std::max(depth, i + AppendSteps(program_.children[node.first_child + i], steps));
    }
    steps.push_back(Pack(node.kind == ir::NodeKind::kAnd ? FormulaOp::kAnd : FormulaOp::kOr, node.child_count));
    return depth;
  }

  std::uint32_t Test(ir::TestId id) {
    std::uint32_t& number = test_numbers_[id.index()];
    if (number != kNone) return number;
    const ir::Test& test = program_.tests[id.index()];
    const bool known = test.span.file.has_value() && test.span.file.index() < sources_.count();
    number = Size32(plan_.tests.size());
    const std::uint32_t instruction = code_.Instruction(test.atom);
    const bytecode::Text words = known ? pools_.Text(WordsOf(sources_, test)) : bytecode::Text(0, 0);
    const bytecode::Place place = pools_.Place(test.span);
    plan_.tests.emplace_back(instruction, words, place, ClauseOf(test.clause),
                             static_cast<std::uint8_t>(test.negated ? 1 : 0),
                             static_cast<std::uint8_t>(test.written_negated ? 1 : 0), std::uint8_t{0});
    return number;
  }

  bytecode::Range Pieces(const ir::Template& text) {
    const std::uint32_t first = Size32(plan_.pieces.size());
    for (const ir::TemplatePiece& piece : text) {
      plan_.pieces.emplace_back(pools_.Text(piece.text), piece.value.has_value() ? code_.SlotOf(piece.value) : kNone);
    }
    return {text.empty() ? 0 : first, Size32(text.size())};
  }

  bytecode::Range Headers(const std::vector<ir::SetHeader>& headers) {
    const std::uint32_t first = Size32(plan_.header_sets.size());
    for (const ir::SetHeader& header : headers) {
      plan_.header_sets.emplace_back(pools_.Text(header.name), code_.SlotOf(header.value));
    }
    return {headers.empty() ? 0 : first, Size32(headers.size())};
  }

  // Everything of a reply that can be compared.
  static std::string KeyOf(const ir::Rule& rule) {
    std::string key;
    const auto add = [&](std::string_view text) { key += std::to_string(text.size()) + ":" + std::string(text); };
    const auto add_all = [&](const std::vector<std::string>& list) {
      for (const std::string& item : list) add(item);
      key += ';';
    };
    for (const ir::TemplatePiece& piece : rule.because) {
      add(piece.text);
      key += std::to_string(piece.value.value()) + ",";
    }
    key += ';';
    for (const ir::SetHeader& header : rule.obligations.set) {
      add(header.name);
      key += std::to_string(header.value.value()) + ",";
    }
    key += ';';
    add_all(rule.challenge.acr);
    add_all(rule.challenge.scopes);
    add_all(rule.obligations.strip);
    add_all(rule.obligations.tags);
    key +=
        std::to_string(rule.challenge.max_age_seconds) + ";" + std::to_string(static_cast<int>(rule.obligations.audit));
    return key;
  }

  std::uint32_t Reply(const ir::Rule& rule) {
    const auto [found, fresh] = replies_.try_emplace(KeyOf(rule), Size32(plan_.replies.size()));
    if (!fresh) return found->second;
    const bytecode::Range because = Pieces(rule.because);
    const bytecode::Range set = Headers(rule.obligations.set);
    const bytecode::Range acr = pools_.Texts(rule.challenge.acr);
    const bytecode::Range scopes = pools_.Texts(rule.challenge.scopes);
    const bytecode::Range strip = pools_.Texts(rule.obligations.strip);
    const bytecode::Range tags = pools_.Texts(rule.obligations.tags);
    plan_.replies.emplace_back(because, acr, scopes, rule.challenge.max_age_seconds, set, strip, tags,
                               AuditOf(rule.obligations.audit),
                               static_cast<std::uint8_t>(rule.obligations.empty() ? 0 : 1), std::uint16_t{0}, 0U);
    return found->second;
  }

  const ir::Program& program_;
  const base::SourceMap& sources_;
  Code& code_;
  Pools& pools_;
  RulePlan plan_;
  std::vector<std::uint32_t> test_numbers_;
  std::map<ir::NodeId, bytecode::Range> formulas_;
  ListPool<std::uint32_t> steps_;
  std::map<std::string, std::uint32_t> replies_;
};

}  // namespace

void PrepareRules(const ir::Program& program, Code& code) {
  for (const ir::Test& test : program.tests) code.Prepare(test.atom);
  for (const ir::Rule& rule : program.rules) {
    for (const ir::TemplatePiece& piece : rule.because) {
      if (piece.value.has_value()) static_cast<void>(code.SlotOf(piece.value));
    }
    for (const ir::SetHeader& header : rule.obligations.set) static_cast<void>(code.SlotOf(header.value));
  }
}

RulePlan PlanRules(const ir::Program& program, const base::SourceMap& sources, Code& code, Pools& pools) {
  return RulePlanner(program, sources, code, pools).Plan();
}

}  // namespace ward::codegen
