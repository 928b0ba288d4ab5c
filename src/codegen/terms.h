// codegen: a rule's formula as terms, its disjunctive normal form.
//
// Only distribution, absorption and idempotence are used, never `a and not a` or `a or not a`: so each term, decided
// by masks, gives what strong Kleene logic gives for the formula (LANGUAGE (i)). What would need too many terms stays
// one literal whose truth is computed by code. Tests on the zone and the operation are decided here: in one Context
// they are true, false, or in doubt.
#ifndef WARD_SRC_CODEGEN_TERMS_H_
#define WARD_SRC_CODEGEN_TERMS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "bytecode/image.h"
#include "codegen/code.h"
#include "codegen/domains.h"
#include "ir/ir.h"

namespace ward::codegen {

// A question about one class of one slot.
struct Literal {
  enum class Kind : std::uint8_t { kOrdinal, kInterval, kMember } kind = Kind::kOrdinal;
  std::uint32_t slot = 0;
  std::uint32_t member = 0;                                   // kMember: ordinal of the member
  std::vector<std::uint32_t> ordinals;                        // kOrdinal: true for these; ascending
  std::vector<std::pair<std::int64_t, std::int64_t>> ranges;  // kInterval: true inside; ascending, disjoint

  friend bool operator<(const Literal& a, const Literal& b) {
    return std::tie(a.kind, a.slot, a.member, a.ordinals, a.ranges) <
           std::tie(b.kind, b.slot, b.member, b.ordinals, b.ranges);
  }
};

// 2 * literal + negated. Literal 0 stands for a constant doubt; its code is never negated.
using LiteralCode = std::uint32_t;
inline constexpr LiteralCode kDoubtLiteral = 0;
[[nodiscard]] constexpr bool IsNegated(LiteralCode code) { return (code & 1U) != 0; }

// A conjunction: ascending, without doubles. Empty: true.
using Term = std::vector<LiteralCode>;
// A disjunction. Empty: false.
using Terms = std::vector<Term>;

// What is known when a group is built.
struct Context {
  ir::ZoneId zone;            // none: the zone is missing
  ir::OperationId operation;  // any operation of the group
};

class TermBuilder {
 public:
  // Products of more than budget::kTermsPerProductMax terms become code; unions may grow to `terms_max` (at least as
  // many).
  TermBuilder(const ir::Program& program, const Domains& domains, Code& code, std::size_t terms_max);

  // Before Freeze of the code.
  [[nodiscard]] Terms Of(ir::NodeId formula, const Context& context);
  // The whole formula as code, without a context; for zones' conditions.
  [[nodiscard]] SignedTruth CodeOf(ir::NodeId formula) { return CodeOf(formula, Context{}); }

  [[nodiscard]] bool MentionsZone(ir::NodeId formula) const { return (mentions_[formula.index()] & kZone) != 0; }
  [[nodiscard]] bool MentionsOperation(ir::NodeId formula) const {
    return (mentions_[formula.index()] & kOperation) != 0;
  }
  // The atoms of one kind below a node, each once, ascending.
  [[nodiscard]] std::vector<ir::AtomId> AtomsOf(ir::NodeId formula, ir::AtomOp op) const;
  // The truth of a kZoneIn or kOperationIn atom.
  [[nodiscard]] bytecode::Truth Decide(const ir::Atom& atom, const Context& context) const;

  [[nodiscard]] const std::vector<Literal>& literals() const { return literals_; }

 private:
  static constexpr std::uint8_t kZone = 1;
  static constexpr std::uint8_t kOperation = 2;

  [[nodiscard]] Terms Build(ir::NodeId id, const Context& context);
  [[nodiscard]] Terms BuildTest(const ir::Test& test, const Context& context);
  [[nodiscard]] Terms BuildAnd(const ir::Node& node, const Context& context);
  [[nodiscard]] Terms BuildOr(ir::NodeId id, const Context& context);
  [[nodiscard]] SignedTruth CodeOf(ir::NodeId id, const Context& context);
  [[nodiscard]] LiteralCode LiteralOfCode(ir::NodeId id, const Context& context);
  [[nodiscard]] std::uint32_t LiteralOf(ir::AtomId id);
  [[nodiscard]] Literal MakeLiteral(ir::AtomId id);
  [[nodiscard]] std::uint32_t Intern(Literal literal);
  [[nodiscard]] ir::NodeId Child(const ir::Node& node, std::uint32_t i) const {
    return program_.children[node.first_child + i];
  }

  const ir::Program& program_;
  const Domains& domains_;
  Code& code_;
  std::size_t terms_max_;
  std::vector<std::uint8_t> mentions_;            // by node
  std::vector<std::unique_ptr<Terms>> known_;     // by node, where nothing depends on the context
  std::map<ir::NodeId, SignedTruth> known_code_;  // the same, as code
  std::vector<std::uint32_t> atom_literals_;      // by atom
  std::vector<Literal> literals_;
  std::map<Literal, std::uint32_t> literal_numbers_;
};

// Drops every term that another one implies; order of first appearance is kept, shorter terms first.
[[nodiscard]] Terms Absorb(Terms terms);

}  // namespace ward::codegen

#endif  // WARD_SRC_CODEGEN_TERMS_H_
