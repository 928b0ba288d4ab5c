// Tests and proofs as S-expressions.
#include <fmt/format.h>

#include <array>

#include "syntax/dump_text.h"

namespace ward::syntax {
namespace {

std::string ValueText(const std::variant<Presence, const Expr*>& value) {
  if (const auto* presence = std::get_if<Presence>(&value)) {
    return *presence == Presence::kPresent ? "(present)" : "(missing)";
  }
  return Dump(*std::get<const Expr*>(value));
}

std::string VerdictText(const ExpectVerdict& verdict) {
  constexpr std::array<std::string_view, 4> kWords = {"allow", "deny", "challenge", "throttle"};
  std::string text = fmt::format("({}", kWords[static_cast<std::size_t>(verdict.kind)]);
  if (verdict.count) text += fmt::format(" {}", *verdict.count);
  if (verdict.shadow) text += " shadow";
  if (verdict.by) text += fmt::format(" (by {})", TextOf(*verdict.by));
  return text + ")";
}

struct OutcomeText {
  std::string operator()(const ExpectVerdict& node) const { return VerdictText(node); }
  std::string operator()(const ExpectRetryAfter& node) const {
    return fmt::format("(retry-after {})", Dump(*node.time));
  }
  std::string operator()(const ExpectSlowedBy& node) const { return fmt::format("(slowed-by {})", Dump(*node.time)); }
  std::string operator()(const ExpectHeader& node) const {
    return fmt::format("(header {} {})", Quoted(node.header.text), ValueText(node.value));
  }
  std::string operator()(const ExpectZone& node) const { return fmt::format("(zone {})", TextOf(node.zone)); }
  std::string operator()(const Reply& node) const { return TextOf(node); }
  std::string operator()(const Because& node) const { return TextOf(node); }
  std::string operator()(const Audit& node) const { return fmt::format("(audit {})", TextOf(node.level)); }
  std::string operator()(const Tag& node) const { return fmt::format("(tag {})", TextOf(node.word)); }
};

std::string OutcomesText(List<Outcome> outcomes) {
  std::string text;
  for (const Outcome& outcome : outcomes) text += fmt::format("{}{}", text.empty() ? "" : " ", TextOf(outcome));
  return text;
}

struct SendText {
  std::string operator()(const RecordedRequest& node) const {
    return fmt::format("(request {})", Quoted(node.file.text));
  }
  std::string operator()(const MethodAndPath& node) const {
    return fmt::format("({} {})", node.method.text, Quoted(node.path.text));
  }
  std::string operator()(const NamedOperation& node) const { return TextOf(node.name); }
};

struct StepText {
  std::string operator()(const GivenStep& node) const {
    std::string text = "(given";
    for (const Name& name : node.names) text += " " + TextOf(name);
    return text + ")";
  }
  std::string operator()(const WithStep& node) const { return fmt::format("(with {})", TextOf(node.binding)); }
  std::string operator()(const AtStep& node) const { return fmt::format("(at {})", Dump(*node.time)); }
  std::string operator()(const WaitStep& node) const { return fmt::format("(wait {})", Dump(*node.time)); }
  std::string operator()(const OnlyStep& node) const { return fmt::format("(only {})", TextOf(node.policy)); }
  std::string operator()(const SendStep& node) const { return TextOf(node.send); }
  std::string operator()(const ExpectStep& node) const {
    return fmt::format("(expect {})", OutcomesText(node.outcomes));
  }
};

struct CellText {
  std::string operator()(const EmptyCell& /*node*/) const { return "()"; }
  std::string operator()(Presence node) const { return ValueText(node); }
  std::string operator()(const Expr* node) const { return Dump(*node); }
  std::string operator()(const Send& node) const { return TextOf(node); }
  std::string operator()(const List<Outcome>& node) const { return fmt::format("(expect {})", OutcomesText(node)); }
};

struct ClaimText {
  std::string operator()(const HidingNeverHelps& /*node*/) const { return "(hiding-never-helps)"; }
  std::string operator()(const EveryOperationCanBeAllowed& /*node*/) const {
    return "(every-operation-can-be-allowed)";
  }
  std::string operator()(const Compared& node) const {
    constexpr std::array<std::string_view, 3> kWords = {"no-wider-than", "no-narrower-than", "same-as"};
    return fmt::format("({} {})", kWords[static_cast<std::size_t>(node.how)], Quoted(node.with.text));
  }
  std::string operator()(const NeverOrAlways& node) const {
    return fmt::format("({} {}{})", node.always ? "always" : "never", TextOf(node.what),
                       node.argument ? " " + TextOf(*node.argument) : "");
  }
};

}  // namespace

std::string TextOf(const Reply& reply) {
  std::string text = fmt::format("(reply {}", reply.status);
  for (const Ask& ask : reply.asks) {
    if (ask.kind == Ask::Kind::kAcr) text += fmt::format(" (acr {})", TextOf(ask.word));
    if (ask.kind == Ask::Kind::kScope) text += fmt::format(" (scope {})", TextOf(ask.word));
    if (ask.kind == Ask::Kind::kMaxAge) text += fmt::format(" (max-age {})", Dump(*ask.max_age));
  }
  return text + ")";
}

std::string TextOf(const Because& because) {
  std::string text = "(because";
  for (const TextPart& part : because.parts) {
    text += fmt::format(" {}", part.value ? Dump(*part.value) : Quoted(part.text));
  }
  return text + ")";
}

std::string TextOf(const Binding& binding) {
  return fmt::format("({} {})", Dump(*binding.target), ValueText(binding.value));
}

std::string TextOf(const Send& send) {
  std::string text = fmt::format("(send {}", std::visit(SendText{}, send.what));
  if (send.times) text += fmt::format(" (times {})", *send.times);
  if (send.every) text += fmt::format(" (every {})", Dump(*send.every));
  if (send.lasting) text += fmt::format(" (lasting {})", Dump(*send.lasting));
  if (send.answered) text += fmt::format(" (answered {})", *send.answered);
  if (send.costing) text += fmt::format(" (costing {})", *send.costing);
  return text + ")";
}

std::string TextOf(const Outcome& outcome) { return std::visit(OutcomeText{}, outcome.what); }
std::string TextOf(const TestStep& step) { return std::visit(StepText{}, step.step); }
std::string TextOf(const TestCell& cell) { return std::visit(CellText{}, cell.value); }
std::string TextOf(const ClaimLine& claim) { return std::visit(ClaimText{}, claim.claim); }

}  // namespace ward::syntax
