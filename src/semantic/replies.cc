#include "semantic/replies.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/header_names.h"
#include "semantic/types.h"

namespace ward::semantic {
namespace {

using diag::Diagnostic;
using diag::Kind;

constexpr std::int64_t kUnauthorized = 401;
constexpr std::int64_t kForbidden = 403;

// ---- replies

// Values of the enums that tokens carry as `acr`, or as a set (scopes): what may be asked for.
std::vector<EnumId> AskableEnums(const Model& model, syntax::Ask::Kind kind) {
  std::vector<EnumId> enums;
  const auto token = model.objects.find("token");
  if (token == model.objects.end()) return enums;
  for (const auto& [name, id] : token->second.attributes) {
    if (model.bad_attributes[id.index()]) continue;
    const Type& type = model.program.attributes[id.index()].type;
    const bool fits = kind == syntax::Ask::Kind::kAcr
                          ? name == "acr" && type.kind == TypeKind::kEnum
                          : type.kind == TypeKind::kSetOfEnum && type.enumeration != model.program.role_enum;
    if (fits) enums.push_back(type.enumeration);
  }
  std::sort(enums.begin(), enums.end());
  enums.erase(std::unique(enums.begin(), enums.end()), enums.end());
  return enums;
}

bool CheckAskedWord(Model& model, const syntax::Ask& ask) {
  const std::vector<EnumId> enums = AskableEnums(model, ask.kind);
  std::vector<std::string_view> candidates;
  for (const EnumId id : enums) {
    if (model.ValueOf(id, ask.word.text).has_value()) return true;
    const auto& values = model.program.enums[id.index()].values;
    candidates.insert(candidates.end(), values.begin(), values.end());
  }
  if (enums.empty() || model.names_lost) return true;  // not listed anywhere: any word is as good as another
  Diagnostic diagnostic(Kind::kUnknownValue, ask.word.span,
                        fmt::format("`{}` is no {} that a token carries", ask.word.text,
                                    ask.kind == syntax::Ask::Kind::kAcr ? "acr" : "scope"));
  const auto nearest = Nearest(model, ask.word.text, candidates);
  model.Report(
      nearest ? std::move(diagnostic).WithFix(fmt::format("write `{}`", *nearest), ask.word.span, std::string(*nearest))
              : std::move(diagnostic));
  return false;
}

bool CheckAsk(Model& model, const ExprContext& context, const syntax::Reply& reply, const syntax::Ask& ask,
              Reply& typed) {
  const bool scope = ask.kind == syntax::Ask::Kind::kScope;
  if (reply.status != kUnauthorized && !(scope && reply.status == kForbidden)) {
    model.Report(Diagnostic(Kind::kBadReply, ask.span,
                            scope ? "who is asked for a scope is answered 401 or 403"
                                  : "who is asked to authenticate again is answered 401")
                     .WithFix("write `401`", reply.status_span, "401"));
    return false;
  }
  if (ask.kind != syntax::Ask::Kind::kMaxAge) {
    if (!CheckAskedWord(model, ask)) return false;
    (scope ? typed.scopes : typed.acr).push_back(model.Keep(ask.word.text));
    return true;
  }
  const Expected expected{Type{TypeKind::kDuration, {}, 0}, ask.span};
  const Constant* age = ExprChecker(model, context).ConstantOf(*ask.max_age, expected);
  if (age == nullptr) return false;
  if (age->number < 0) {
    model.Report(Diagnostic(Kind::kBadReply, ask.max_age->span, "an age is never negative"));
    return false;
  }
  typed.max_age_ns = age->number;
  return true;
}

void CheckStatus(Model& model, const ExprContext& context, const syntax::Reply& reply, Reply& typed) {
  if (reply.status < 300 || reply.status > 599) {
    model.Report(Diagnostic(Kind::kBadReply, reply.status_span,
                            fmt::format("a refusal is answered with a status from 300 to 599, not {}", reply.status)));
    return;
  }
  typed.status = static_cast<std::uint16_t>(reply.status);
  for (const syntax::Ask& ask : reply.asks) {
    if (!CheckAsk(model, context, reply, ask, typed)) return;
  }
}

// Whether its value shows those of its arguments. A look-up does not: a row found by a secret is none.
bool IsMadeOfItsArgs(ExprKind kind) {
  return kind == ExprKind::kOrElse || kind == ExprKind::kAdd || kind == ExprKind::kSubtract;
}

// Notes for each attribute that `operand` shows that `shower` does.
void AddShown(const Expr& operand, std::size_t shower, std::vector<std::vector<std::size_t>>& shown_by) {
  if (operand.kind == ExprKind::kAttribute) shown_by[operand.attribute().index()].push_back(shower);
  if (!IsMadeOfItsArgs(operand.kind)) return;
  for (const Expr* arg : operand.args) AddShown(*arg, shower, shown_by);
}

bool IsPrintable(const Type& type) { return !IsSet(type) && type.kind != TypeKind::kPresence; }

// A value that leaves: in a header or in a reason.
const Expr* CheckShown(Model& model, const ExprContext& context, const syntax::Expr& node, std::string_view where) {
  const Expr* value = ExprChecker(model, context).Operand(node);
  if (value == nullptr) return nullptr;
  if (const AttributeId secret = SecretShown(model, *value); secret.has_value()) {
    const Attribute& attribute = model.program.attributes[secret.index()];
    Diagnostic diagnostic(Kind::kSecretLeaks, node.span,
                          fmt::format("`{}` is secret and may not leave in {}", attribute.name, where));
    if (attribute.span.file.has_value()) diagnostic.labels.push_back({attribute.span, "declared here"});
    model.Report(std::move(diagnostic));
    return nullptr;
  }
  if (!IsPrintable(value->type)) {
    model.Report(Diagnostic(
        Kind::kTypeMismatch, node.span,
        fmt::format("`{}` is {}, which has no one spelling", model.Source(node.span), model.TypeName(value->type))));
    return nullptr;
  }
  return value;
}

void CheckReason(Model& model, const ExprContext& context, const syntax::Because& because, Reply& typed) {
  for (const syntax::TextPart& part : because.parts) {
    ReasonPiece piece;
    if (part.value == nullptr) {
      piece.text = model.Keep(part.text);
    } else {
      piece.value = CheckShown(model, context, *part.value, "a reason");
      if (piece.value == nullptr) return;
    }
    typed.because.push_back(piece);
  }
}

// ---- obligations

std::optional<std::string> CheckHeaderName(Model& model, const syntax::Text& header, bool set) {
  std::string name = base::AsciiFolded(header.text);
  if (!base::IsHeaderName(name) && !name.starts_with(':')) {
    model.Report(Diagnostic(Kind::kBadHeader, header.span, fmt::format("`{}` is no name of a header", header.text))
                     .WithHint("a name has letters, digits and hyphens"));
    return std::nullopt;
  }
  if (set ? !base::MaySetHeader(name) : !base::MayStripHeader(name)) {
    model.Report(Diagnostic(Kind::kBadHeader, header.span,
                            fmt::format("`{}` steers the proxy or frames the message; no policy may {} it", header.text,
                                        set ? "set" : "strip")));
    return std::nullopt;
  }
  return name;
}

class ObligationChecker {
 public:
  ObligationChecker(Model& model, const ObligationPlace& place) : model_(model), place_(place) {}

  void Add(const syntax::WithClause& clause) {
    std::visit([&](const auto& obligation) { Check(clause, obligation); }, clause.obligation);
  }
  Obligations Take() { return std::move(typed_); }

 private:
  bool GoesOn(const syntax::WithClause& clause) {
    if (place_.goes_on) return true;
    model_.Report(
        Diagnostic(Kind::kOutOfPlace, clause.line.span, "a request that is refused goes nowhere, so its headers stay")
            .WithHint("with a refusal go `with audit` and `with tag`; an `on` rule sets headers"));
    return false;
  }

  void Check(const syntax::WithClause& clause, const syntax::SetHeader& set) {
    if (!GoesOn(clause)) return;
    const auto name = CheckHeaderName(model_, set.header, true);
    if (!name.has_value()) return;
    for (const SetHeader& other : typed_.set) {
      if (other.name != *name) continue;
      model_.Report(
          Diagnostic(Kind::kHeaderConflict, set.header.span, fmt::format("`{}` is set twice", set.header.text))
              .WithLabel(other.span, "here too"));
      return;
    }
    const Expr* value = CheckShown(model_, place_.context, *set.value, "a header");
    if (value == nullptr) return;
    if (value->kind == ExprKind::kConstant && !base::IsHeaderValue(value->constant->text)) {
      model_.Report(Diagnostic(Kind::kBadHeader, set.value->span, "a control character would end or split the header"));
      return;
    }
    typed_.set.push_back(SetHeader{model_.Keep(*name), value, set.header.span});
  }

  void Check(const syntax::WithClause& clause, const syntax::StripHeader& strip) {
    if (!GoesOn(clause)) return;
    if (const auto name = CheckHeaderName(model_, strip.header, false)) typed_.strip.push_back(model_.Keep(*name));
  }

  void Check(const syntax::WithClause& clause, const syntax::Audit& audit) {
    if (typed_.audit != Audit::kNone) {
      model_.Report(Diagnostic(Kind::kDuplicateClause, clause.line.span, "a rule says `audit` once"));
    } else if (audit.level.text == "full") {
      typed_.audit = Audit::kFull;
    } else if (audit.level.text == "brief") {
      typed_.audit = Audit::kBrief;
    } else {
      const bool full = audit.level.text.starts_with('f');
      model_.Report(Diagnostic(Kind::kUnknownValue, audit.level.span,
                               fmt::format("`{}` is no way to audit; there are brief and full", audit.level.text))
                        .WithFix(full ? "write `full`" : "write `brief`", audit.level.span, full ? "full" : "brief"));
    }
  }

  void Check(const syntax::WithClause&, const syntax::Tag& tag) { typed_.tags.push_back(model_.Keep(tag.word.text)); }

  Model& model_;
  const ObligationPlace& place_;
  Obligations typed_;
};

}  // namespace

std::uint32_t CheckReply(Model& model, const ExprContext& context, const syntax::Reply* reply,
                         const syntax::Because* because) {
  if (reply == nullptr && because == nullptr) return 0;
  Reply typed;
  if (reply != nullptr) CheckStatus(model, context, *reply, typed);
  if (because != nullptr) CheckReason(model, context, *because, typed);
  model.program.replies.push_back(std::move(typed));
  return static_cast<std::uint32_t>(model.program.replies.size() - 1);
}

std::uint32_t CheckObligations(Model& model, const ObligationPlace& place, syntax::List<syntax::WithClause> with) {
  if (with.empty()) return 0;
  ObligationChecker checker(model, place);
  for (const syntax::WithClause& clause : with) checker.Add(clause);
  model.program.obligations.push_back(checker.Take());
  return static_cast<std::uint32_t>(model.program.obligations.size() - 1);
}

AttributeId SecretShown(const Model& model, const Expr& operand) {
  if (operand.kind == ExprKind::kAttribute) {
    return model.program.attributes[operand.attribute().index()].secret ? operand.attribute() : AttributeId();
  }
  if (!IsMadeOfItsArgs(operand.kind)) return {};
  for (const Expr* arg : operand.args) {
    if (const AttributeId secret = SecretShown(model, *arg); secret.has_value()) return secret;
  }
  return {};
}

void SpreadSecrets(Model& model) {
  auto& attributes = model.program.attributes;
  std::vector<std::vector<std::size_t>> shown_by(attributes.size());
  std::vector<std::size_t> secrets;
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    if (attributes[i].secret) secrets.push_back(i);
    if (attributes[i].computed != nullptr) AddShown(*attributes[i].computed, i, shown_by);
  }
  while (!secrets.empty()) {
    const std::size_t secret = secrets.back();
    secrets.pop_back();
    for (const std::size_t shower : shown_by[secret]) {
      if (attributes[shower].secret) continue;
      attributes[shower].secret = true;
      secrets.push_back(shower);
    }
  }
}

}  // namespace ward::semantic
