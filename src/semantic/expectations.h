// semantic: what a test sends and what it expects of that: names and types.
#ifndef WARD_SRC_SEMANTIC_EXPECTATIONS_H_
#define WARD_SRC_SEMANTIC_EXPECTATIONS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "semantic/expressions.h"
#include "semantic/model.h"
#include "semantic/rule_names.h"
#include "semantic/suite.h"

namespace ward::semantic {

// Of one `send`: a test ends.
inline constexpr std::int64_t kSendTimesMax = 1'000'000;

class ExpectationChecker {
 public:
  // `context` is that of a test: it sees the names of all policies.
  ExpectationChecker(Model& model, const RuleNames& rules, const ExprContext& context)
      : model_(model), rules_(rules), context_(context) {}

  // Nothing: reported, at most once.
  std::optional<Send> CheckSend(const syntax::Send& send);
  // What could be understood; the rest was reported.
  Expect CheckExpect(syntax::List<syntax::Outcome> outcomes);

  // The operation or group of that name; null: reported.
  const NamedThing* FindOperation(std::span<const syntax::Name> path);
  // A constant duration that is not negative; 0 if it was reported.
  std::int64_t Time(const syntax::Expr& node);
  bool CheckAudit(const syntax::Name& level);

 private:
  using What = decltype(Expectation::what);

  bool Fail(diag::Kind kind, base::Span span, std::string message) {
    model_.Report(diag::Diagnostic(kind, span, std::move(message)));
    return false;
  }
  bool IsPossible(const syntax::Send& send);
  bool NameWhat(const syntax::Send& send, Send& typed);
  bool NameFile(const syntax::RecordedRequest& recorded, Send& typed);
  bool NameOperation(const syntax::NamedOperation& named, Send& typed);

  std::optional<What> Check(const syntax::ExpectVerdict& verdict);
  std::optional<What> Check(const syntax::ExpectRetryAfter& outcome);
  std::optional<What> Check(const syntax::ExpectSlowedBy& outcome);
  std::optional<What> Check(const syntax::ExpectHeader& outcome);
  std::optional<What> Check(const syntax::ExpectZone& outcome);
  std::optional<What> Check(const syntax::Reply& reply);
  std::optional<What> Check(const syntax::Because& because);
  std::optional<What> Check(const syntax::Audit& audit);
  std::optional<What> Check(const syntax::Tag& tag);
  const RuleName* FindRule(const syntax::DottedName& by);
  bool CheckBy(const syntax::ExpectVerdict& verdict, const RuleName& rule);

  Model& model_;
  const RuleNames& rules_;
  const ExprContext& context_;
};

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_EXPECTATIONS_H_
