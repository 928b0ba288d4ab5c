// syntax: what may stand below an opening line, one Body for each kind of declaration.
//
// The parser keeps one of each and uses it again for every declaration of its kind, so scratch
// space is reused.
#ifndef WARD_SRC_SYNTAX_BODY_H_
#define WARD_SRC_SYNTAX_BODY_H_

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "syntax/actions.h"
#include "syntax/ast.h"
#include "syntax/lines.h"

namespace ward::syntax {

// The first word of a line, and the form it commits the line to.
struct Lead {
  std::string_view word;
  LineForm form;
};

class Body {
 public:
  explicit Body(Actions& actions) : actions_(&actions) {}
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;
  virtual ~Body() = default;

  // "a rule": for messages.
  [[nodiscard]] virtual std::string_view kind() const = 0;
  // The words that lines of the body begin with; empty if there is no body.
  [[nodiscard]] virtual std::span<const Lead> leads() const { return {}; }
  // The form of a line by its first word; nothing if no line of this body begins so.
  [[nodiscard]] virtual std::optional<LineForm> FormOf(const LogicalLine& line, std::string_view word) const;
  // Lines begin with names of the author's own, so FormOf accepts any.
  [[nodiscard]] virtual bool begins_with_names() const { return false; }

  // A new declaration; forgets the last one.
  virtual void Open(LineForm form, Children parts) = 0;
  // One line that has matched. Leaves it out if actions().failed() afterwards.
  virtual void Add(LineForm form, Children parts, const LogicalLine& at, const Line& line) = 0;
  // A line that has not matched and has been reported.
  virtual void AddBroken(LineForm /*form*/, const LogicalLine& /*at*/, const Line& /*line*/) {}
  // The end of the body: reports what is missing, unless head.broken.
  virtual Decl Close(DeclHead head) = 0;

 protected:
  [[nodiscard]] Actions& actions() const { return *actions_; }
  // Links a clause that may stand only once.
  template <typename Clause>
  void SetOnce(const Clause*& slot, const Clause& clause, std::string_view word);
  void ReportTwice(Span first, Span second, std::string_view word) const;
  void ReportMissing(const DeclHead& head, std::string message, std::string hint) const;

 private:
  Actions* actions_;
};

template <typename Clause>
void Body::SetOnce(const Clause*& slot, const Clause& clause, std::string_view word) {
  if (slot) {
    ReportTwice(slot->line.span, clause.line.span, word);
  } else if (!actions_->failed()) {
    slot = actions_->New(clause);
  }
}

// For, when, unless: clauses that rules, limits, zones and proofs share.
ForClause ReadFor(Actions& actions, Children parts, const Line& line);
WhenClause ReadWhen(Actions& actions, Children parts, const Line& line);
UnlessClause ReadUnless(Actions& actions, Children parts, const Line& line);

std::unique_ptr<Body> NewPlainBody(Actions& actions);  // policy, use, parameter, type, role, condition, schedule
std::unique_ptr<Body> NewAttributesBody(Actions& actions);
std::unique_ptr<Body> NewApiBody(Actions& actions);
std::unique_ptr<Body> NewZoneBody(Actions& actions);
std::unique_ptr<Body> NewTableBody(Actions& actions);
std::unique_ptr<Body> NewRuleBody(Actions& actions);
std::unique_ptr<Body> NewLimitBody(Actions& actions);
std::unique_ptr<Body> NewGivenBody(Actions& actions);
std::unique_ptr<Body> NewTestBody(Actions& actions);
std::unique_ptr<Body> NewProveBody(Actions& actions);

}  // namespace ward::syntax

#endif  // WARD_SRC_SYNTAX_BODY_H_
