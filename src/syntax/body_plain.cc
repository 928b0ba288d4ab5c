// Declarations of one line: policy, use, parameter, type, role, condition, schedule.
#include <fmt/format.h>

#include <array>
#include <string>
#include <variant>

#include "base/edit_distance.h"
#include "syntax/body.h"

namespace ward::syntax {
namespace {

using diag::Diagnostic;
using diag::Kind;

constexpr std::array<std::string_view, 7> kWeekdays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                       "Friday", "Saturday", "Sunday"};

class PlainBody : public Body {
 public:
  using Body::Body;
  [[nodiscard]] std::string_view kind() const override { return "this declaration"; }

  void Open(LineForm form, Children parts) override;
  void Add(LineForm /*form*/, Children /*parts*/, const LogicalLine& /*at*/, const Line& /*line*/) override {}
  Decl Close(DeclHead head) override;

 private:
  PolicyDecl ReadPolicy(Children parts);
  UseDecl ReadUse(Children parts);
  ParameterDecl ReadParameter(Children parts);
  TypeDecl ReadType(Children parts);
  RoleDecl ReadRole(Children parts);
  ConditionDecl ReadCondition(Children parts);
  ScheduleDecl ReadSchedule(Children parts);
  ScheduleSpan ReadSpan(const LineNode& node, Children parts);
  Weekday ReadDay(Children& parts);

  std::variant<PolicyDecl, UseDecl, ParameterDecl, TypeDecl, RoleDecl, ConditionDecl, ScheduleDecl> decl_;
};

void PlainBody::Open(LineForm form, Children parts) {
  if (form == LineForm::kPolicyLine) decl_ = ReadPolicy(parts);
  if (form == LineForm::kUseLine) decl_ = ReadUse(parts);
  if (form == LineForm::kParameterLine) decl_ = ReadParameter(parts);
  if (form == LineForm::kTypeLine) decl_ = ReadType(parts);
  if (form == LineForm::kRoleLine) decl_ = ReadRole(parts);
  if (form == LineForm::kConditionLine) decl_ = ReadCondition(parts);
  if (form == LineForm::kScheduleLine) decl_ = ReadSchedule(parts);
}

Decl PlainBody::Close(DeclHead head) {
  return std::visit(
      [&](auto& decl) -> Decl {
        decl.head = head;
        return actions().New(decl);
      },
      decl_);
}

PolicyDecl PlainBody::ReadPolicy(Children parts) {
  PolicyDecl policy;
  policy.name = actions().TakeDotted(parts);
  if (!parts.empty()) policy.governs = actions().TakeOperations(parts);
  return policy;
}

UseDecl PlainBody::ReadUse(Children parts) {
  UseDecl use;
  use.names = actions().TakeNames(parts);
  use.policy = actions().TakeDotted(parts);
  return use;
}

ParameterDecl PlainBody::ReadParameter(Children parts) {
  ParameterDecl parameter;
  parameter.name = actions().TakeName(parts);
  parameter.type = actions().TakeType(parts);
  parameter.value = actions().TakeTerm(parts);
  if (!parts.empty()) {
    Children between = parts.Inside();
    parameter.least = actions().TakeTerm(between);
    parameter.most = actions().TakeTerm(between);
  }
  return parameter;
}

TypeDecl PlainBody::ReadType(Children parts) {
  TypeDecl type;
  type.name = actions().TakeName(parts);
  if (parts.At(NodeKind::kTypeRef)) {
    type.alias = actions().TakeType(parts);
    return type;
  }
  std::vector<Name> values;
  for (Children inside = parts.Inside(); !inside.empty();) {
    if (inside.Accept(NodeKind::kLess)) {
      type.ordered = true;
    } else {
      values.push_back(actions().TakeName(inside));
    }
  }
  type.values = actions().Copy(values);
  return type;
}

RoleDecl PlainBody::ReadRole(Children parts) {
  RoleDecl role;
  role.name = actions().TakeName(parts);
  if (parts.At(NodeKind::kIncludes)) {
    Children inside = parts.Inside();
    role.includes = actions().TakeNames(inside);
    parts.Skip();
  }
  if (parts.At(NodeKind::kRoleWhen)) {
    Children inside = parts.Inside();
    role.when = actions().TakeExpr(inside);
  }
  return role;
}

ConditionDecl PlainBody::ReadCondition(Children parts) {
  ConditionDecl condition;
  condition.name = actions().TakeName(parts);
  std::vector<ParameterOfCondition> parameters;
  while (parts.At(NodeKind::kConditionParameter)) {
    Children inside = parts.Inside();
    const Name name = actions().TakeName(inside);
    parameters.push_back(ParameterOfCondition{name, actions().TakeType(inside)});
    parts.Skip();
  }
  condition.parameters = actions().Copy(parameters);
  condition.condition = actions().TakeExpr(parts);
  return condition;
}

Weekday PlainBody::ReadDay(Children& parts) {
  const Name name = actions().TakeName(parts);
  for (std::size_t i = 0; i < kWeekdays.size(); ++i) {
    if (name.text == kWeekdays[i]) return static_cast<Weekday>(i);
  }
  Diagnostic diagnostic(Kind::kBadLiteral, name.span, fmt::format("`{}` is no day of the week", name.text));
  std::string capital(name.text);
  if (capital[0] >= 'a' && capital[0] <= 'z') capital[0] = static_cast<char>(capital[0] - 'a' + 'A');
  std::string_view nearest = base::NearestName(capital, kWeekdays).value_or("");
  for (const std::string_view day : kWeekdays) {
    if (capital == day || (capital.size() >= 2 && day.starts_with(capital))) nearest = day;
  }
  if (nearest.empty()) {
    diagnostic.hints.emplace_back("days are Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday");
    actions().Fail(std::move(diagnostic));
  } else {
    actions().Fail(std::move(diagnostic).WithFix(fmt::format("write `{}`", nearest), name.span, std::string(nearest)));
  }
  return Weekday::kMonday;
}

ScheduleSpan PlainBody::ReadSpan(const LineNode& node, Children parts) {
  ScheduleSpan span;
  span.span = actions().SpanOf(node);
  Children days = parts.Inside();
  parts.Skip();
  span.first_day = ReadDay(days);
  span.last_day = days.empty() ? span.first_day : ReadDay(days);
  const Span from = actions().SpanOf(parts.front());
  span.from_seconds = actions().TakeClock(parts).seconds;
  if (span.from_seconds == 86'400) {
    actions().Fail(Diagnostic(Kind::kBadLiteral, from, "24:00 ends a day, it begins none")
                       .WithFix("write `00:00`", from, "00:00"));
  }
  span.to_seconds = actions().TakeClock(parts).seconds;
  return span;
}

ScheduleDecl PlainBody::ReadSchedule(Children parts) {
  ScheduleDecl schedule;
  schedule.name = actions().TakeName(parts);
  std::vector<ScheduleSpan> spans;
  while (parts.At(NodeKind::kScheduleSpan)) {
    spans.push_back(ReadSpan(parts.front(), parts.Inside()));
    parts.Skip();
  }
  schedule.spans = actions().Copy(spans);
  schedule.time_zone = actions().TakeText(parts);
  return schedule;
}

}  // namespace

std::unique_ptr<Body> NewPlainBody(Actions& actions) { return std::make_unique<PlainBody>(actions); }

}  // namespace ward::syntax
