// semantic: one clause's expression, from syntax to types.
//
// Types flow both ways: what stands left of an operator says which enum the name to its right is a value of; a key's
// column says of what type the claim is that nobody declared. One clause gets one error: after the first the checker
// stays silent and its results are null.
#ifndef WARD_SRC_SEMANTIC_EXPRESSIONS_H_
#define WARD_SRC_SEMANTIC_EXPRESSIONS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "semantic/model.h"

namespace ward::semantic {

// Where an expression stands.
struct ExprContext {
  const Scope* scope = nullptr;                         // whose names it sees
  const std::vector<ConditionParam>* params = nullptr;  // inside a condition: its parameters
  std::string_view claims_of;                           // inside `from`: the object whose claims may be read undeclared
  std::optional<OperationSetId> operations;             // which operations' path parameters; none: any operation's
  bool sees_all_policies = false;                       // tests and proofs name everything, as policy.name if need be
  bool names_rows = false;                              // a test names rows by their keys, of which some are prefixes
};

// What type is wanted, and the text that wants it.
struct Expected {
  Type type;
  base::Span of;
  bool is_left_side = false;  // `of` is the left side of the test in which the value stands right
};

class ExprChecker {
 public:
  ExprChecker(Model& model, ExprContext context) : model_(model), context_(context) {}

  // Something that is true, false or in doubt.
  const Expr* Test(const syntax::Expr& node);
  // A value; of the wanted type if one is wanted.
  const Expr* Operand(const syntax::Expr& node, const Expected* expected = nullptr);
  // A value known now: a literal or a value of an enum.
  const Constant* ConstantOf(const syntax::Expr& node, const Expected& expected);
  // `t[k]` without a column: the table and its typed keys. Null if it is no table. After `within` k may be a set: any
  // of its members.
  enum class KeyUse : std::uint8_t { kRow, kNodes };
  const Expr* RowOf(const syntax::Expr& node, const syntax::Lookup& lookup, KeyUse use = KeyUse::kRow);
  // What a name of a policy stands for, as `policy.name` too in tests. Null: nothing of that name, or several policies
  // have it; nothing is reported.
  [[nodiscard]] const NamedThing* FindName(std::span<const syntax::Name> path) const;
  // True if a name that stands for nothing is a difference without spaces, of which both parts or only one must be
  // known; then it is reported.
  enum class Parts : std::uint8_t { kBoth, kOne };
  bool ReportMinus(const syntax::Expr& node, std::span<const syntax::Name> path, Parts known);
  // Reported already, by a `use` that found nothing.
  [[nodiscard]] bool IsPoisoned(std::string_view name) const;

  [[nodiscard]] bool failed() const { return failed_; }

 private:
  using Path = std::span<const syntax::Name>;
  // The two sides of a test, for the functions that check one family of operators.
  struct Relation {
    const syntax::Expr& node;
    const syntax::Test& test;
    const Expr* left;
  };

  // expr_names.cc: what a name stands for
  const Expr* Name(const syntax::Expr& node, Path path, const Expected* expected);
  const Expr* SingleName(const syntax::Expr& node, const syntax::Name& name, const Expected* expected);
  const Expr* BuiltInWord(const syntax::Expr& node, const syntax::Name& name);
  const Expr* NamedValue(const syntax::Expr& node, const NamedThing& thing);
  const Expr* AttributeRef(const syntax::Expr& node, Path path);
  const Expr* AttributeNode(base::Span span, AttributeId id);
  std::vector<const PathParamUse*> PathParamUses(std::string_view name);
  const Expr* PathParamRef(const syntax::Expr& node, const syntax::Name& name);
  const Expr* Claim(const syntax::Expr& node, Path path, const Expected* expected);

  // expr_unknown.cc: names that stand for nothing
  const Expr* UnknownName(const syntax::Expr& node, Path path, const Expected* expected);
  const Expr* UnknownDotted(const syntax::Expr& node, Path path);
  const Expr* UnknownAttribute(const syntax::Expr& node, Path path);
  const Expr* UnknownValue(const syntax::Expr& node, std::string_view text, const Expected& expected);
  struct Term {
    std::string text;    // as it is written where it is read
    bool alone = false;  // nobody would begin or end a longer name with it
  };
  std::optional<Term> FindTerm(std::string_view text) const;
  std::vector<std::string> AttributesCalled(std::string_view name) const;
  std::optional<std::string_view> PolicyWith(std::string_view name) const;
  bool ReportUnnamedRole(const Expr& value);
  bool ReportDerivedRole(const Relation& relation, const Expr& test);

  // expr_operands.cc: literals, look-ups, sums
  const Expr* Untyped(const syntax::Expr& node, const Expected* expected);
  const Expr* Literal(const syntax::Expr& node, const Expected* expected);
  const Constant* LiteralConstant(const syntax::Expr& node, const Expected* expected);
  const Constant* TextConstant(const syntax::Expr& node, std::string_view text, const Expected* expected);
  const Constant* AddressConstant(const syntax::Expr& node, const syntax::AddressLiteral& literal);
  const Constant* AtomConstant(const syntax::Expr& node, std::string_view text, const Expected* expected);
  const Expr* ConstantNode(base::Span span, const Constant* constant);
  const Expr* Lookup(const syntax::Expr& node, const syntax::Lookup& lookup, const Expected* expected);
  const Expr* HeaderLookup(const syntax::Expr& node, const syntax::Lookup& lookup, const Expected* expected);
  const Expr* Keys(const syntax::Expr& node, const syntax::Lookup& lookup, TableId table, Expr* row, KeyUse use);
  const Expr* PrefixAsked(const syntax::Expr& node, const Table& table);
  const Expr* OrElse(const syntax::Expr& node, const syntax::OrElse& or_else, const Expected* expected);
  const Expr* Sum(const syntax::Sum& sum, const Expected* expected);
  const Expr* Mismatch(const syntax::Expr& node, const Type& found, const Expected& expected);
  bool IsUndeclaredClaim(const syntax::Expr& node) const;

  // expr_tests.cc: operators
  const Expr* Call(const syntax::Expr& node, Path path, std::span<const syntax::Expr* const> arguments);
  const Expr* KeyOf(const syntax::Expr& node, const syntax::Lookup& lookup);
  const Expr* Presence(const syntax::Expr& node, const syntax::PresenceTest& test);
  const Expr* RelationTest(const syntax::Expr& node, const syntax::Test& test);
  const Expr* ByOperator(const Relation& relation);
  const Expr* Equality(const Relation& relation);
  const Expr* Membership(const Relation& relation);
  const Expr* InOperations(const Relation& relation);
  const Expr* InPrefixes(const Relation& relation, const syntax::ListLiteral& list);
  const Expr* Has(const Relation& relation);
  const Expr* Order(const Relation& relation);
  const Expr* Within(const Relation& relation);
  const Expr* WithinTree(const Relation& relation, const syntax::Lookup& lookup);
  const Expr* TextMatch(const Relation& relation);
  const Expr* PathMatch(const Relation& relation);
  const Expr* List(const syntax::Expr& node, const syntax::ListLiteral& list, const Expected& element);
  const Expr* OperationConstant(const syntax::Expr& node);
  Expr* TestNode(const Relation& relation, TestOp op, const Expr* right);
  const Expr* WrongOperator(const Relation& relation, std::string_view message, std::string_view better);

  // Reports unless this clause has its error already; always null, so that callers can return it.
  const Expr* Fail(diag::Diagnostic diagnostic);
  [[nodiscard]] std::string Text(const syntax::Expr& node) const { return std::string(model_.Source(node.span)); }
  [[nodiscard]] Expected Of(const Relation& relation) const {
    return {relation.left->type, relation.test.left->span, true};
  }

  Model& model_;
  ExprContext context_;
  bool failed_ = false;
};

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_EXPRESSIONS_H_
