#include "semantic/zones.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/budgets.h"
#include "bundle/data_table.h"
#include "semantic/addresses.h"
#include "semantic/replies.h"

namespace ward::semantic {
namespace {

using diag::Diagnostic;
using diag::Kind;

class ZoneChecker {
 public:
  explicit ZoneChecker(Model& model) : model_(model) {}

  void Check(std::size_t index) {
    decl_ = model_.zone_decls[index];
    zone_ = &model_.program.zones[index];
    id_ = ZoneId::FromIndex(index);
    const Scope& scope = model_.scope(zone_->policy);
    CheckAnnotations(model_, decl_->head, Annotated::kJudged);
    for (const syntax::NetworksLine& line : decl_->networks) ReadNetworks(line);
    zone_->everything_else = decl_->everything_else != nullptr;
    if (zone_->everything_else) CheckEverythingElse();
    if (decl_->networks.empty() && !zone_->everything_else && !decl_->head.broken) {
      model_.Report(
          Diagnostic(Kind::kBadZone, decl_->name.span, fmt::format("no request comes from zone `{}`", zone_->name))
              .WithHint("add a line `networks 10.0.0.0/8` or `everything else`"));
    }
    const ExprContext context{&scope, nullptr, {}, {}, false};
    if (decl_->when != nullptr) {
      const Expr* when = ExprChecker(model_, context).Test(*decl_->when->condition);
      model_.program.zones[index].when = when;
    }
    for (const syntax::RequiresLine& line : decl_->requirements) ReadRequirement(context, line);
  }

 private:
  void ReadNetworks(const syntax::NetworksLine& line) {
    for (const syntax::NetworksLine::Network& network : line.networks) {
      if (const auto cidr = AddressValue(network.address)) {
        AddPrefix(*cidr, network.span, false);
      } else {
        model_.Report(HostBits(network.span, network.address));
      }
    }
    if (line.from.has_value()) ReadFile(*line.from);
  }

  void ReadFile(const syntax::Text& from) {
    const auto it = model_.input.data.find(from.text);
    if (it == model_.input.data.end() || !it->second.file.has_value()) {
      model_.Report(Diagnostic(Kind::kBadDataFile, from.span,
                               it == model_.input.data.end() ? "this file was not read" : it->second.reason)
                        .WithHint("the path is that below the bundle's folder"));
      return;
    }
    const bundle::PrefixList list = bundle::ReadPrefixList(model_.input.sources, it->second.file, model_.sink);
    for (const bundle::PrefixText& prefix : list.prefixes) {
      const auto parsed = base::ParseCidr(prefix.text);
      const auto address = base::IpAddress::Parse(prefix.text);
      if (!parsed.has_value() && !address.has_value()) {
        model_.Report(Diagnostic(Kind::kBadDataFile, prefix.span, fmt::format("`{}` is no network", prefix.text))
                          .WithHint("a network is written as 10.0.0.0/8 or 2001:db8::/32"));
        return;
      }
      if (parsed.has_value() && parsed->has_host_bits) {
        model_.Report(Diagnostic(Kind::kBadDataFile, prefix.span,
                                 fmt::format("`{}` has bits beyond /{}", prefix.text, parsed->cidr.length))
                          .WithHint(fmt::format("write {}", parsed->cidr.ToString())));
        return;
      }
      AddPrefix(parsed.has_value() ? parsed->cidr : base::MakeCidr(*address, address->width_bits()), prefix.span, true);
    }
  }

  void AddPrefix(const base::Cidr& cidr, base::Span span, bool of_file) {
    const std::string key = cidr.ToString();
    const auto [it, fresh] = owners_.try_emplace(key, Owner{id_, span});
    if (fresh) {
      zone_->prefixes.push_back(ZonePrefix{cidr, span});
      if (owners_.size() == base::budget::kZonePrefixCountMax + 1) {
        model_.Report(Diagnostic(Kind::kBudgetExceeded, span,
                                 fmt::format("more than {} prefixes", base::budget::kZonePrefixCountMax)));
      }
      return;
    }
    if (it->second.zone == id_) {
      if (of_file) return;  // lists that others publish repeat themselves
      model_.Report(Diagnostic(Kind::kDuplicateName, span, fmt::format("`{}` is listed twice", key))
                        .WithLabel(it->second.span, "here too"));
      return;
    }
    model_.Report(Diagnostic(Kind::kZoneOverlap, span,
                             fmt::format("`{}` is in zones `{}` and `{}`; a request has one zone", key,
                                         model_.program.zones[it->second.zone.index()].name, zone_->name))
                      .WithLabel(it->second.span, "here too")
                      .WithHint("a longer prefix may nest in a shorter one"));
  }

  void CheckEverythingElse() {
    const base::Span span = decl_->everything_else->line.span;
    if (!everything_else_.has_value()) {
      everything_else_ = Owner{id_, span};
      return;
    }
    model_.Report(Diagnostic(Kind::kZoneOverlap, span,
                             fmt::format("everything else is in zones `{}` and `{}`; a request has one zone",
                                         model_.program.zones[everything_else_->zone.index()].name, zone_->name))
                      .WithLabel(everything_else_->span, "here too"));
  }

  void ReadRequirement(const ExprContext& context, const syntax::RequiresLine& line) {
    const Policy& policy = model_.program.policies[zone_->policy.index()];
    if (!policy.governed.has_value() && !context.scope->governs_unknown) {
      model_.Report(Diagnostic(Kind::kUngovernedOperation, line.line.span,
                               "what a zone requires holds for what its policy governs, and this one governs nothing")
                        .WithLabel(policy.span, "add `governs everything`, or apis"));
      return;
    }
    ZoneRequirement requirement;
    requirement.span = line.condition->span;
    requirement.condition = ExprChecker(model_, context).Test(*line.condition);
    requirement.reply_index =
        CheckReply(model_, context, line.reply ? &*line.reply : nullptr, line.because ? &*line.because : nullptr);
    const auto* name = line.condition->As<syntax::NameRef>();
    const auto* call = line.condition->As<syntax::Call>();
    if (name == nullptr && call == nullptr) return;
    requirement.name = model_.Keep(name != nullptr ? name->path.segments.back().text : call->path.segments.back().text);
    for (const ZoneRequirement& other : zone_->requirements) {
      if (other.name != requirement.name) continue;
      model_.Report(Diagnostic(Kind::kDuplicateName, requirement.span,
                               fmt::format("zone `{}` requires `{}` twice; logs and tests could not tell them apart",
                                           zone_->name, requirement.name))
                        .WithLabel(other.span, "the first is here"));
    }
    zone_->requirements.push_back(requirement);
  }

  struct Owner {
    ZoneId zone;
    base::Span span;
  };

  Model& model_;
  const syntax::ZoneDecl* decl_ = nullptr;
  Zone* zone_ = nullptr;
  ZoneId id_;
  std::unordered_map<std::string, Owner> owners_;
  std::optional<Owner> everything_else_;
};

// ---- what `when` reads

bool IsOfConnection(AttributeSource source) {
  return source == AttributeSource::kTlsVersion || source == AttributeSource::kClientCert ||
         source == AttributeSource::kSourceIp || source == AttributeSource::kSourcePeer;
}

// The first thing below `expr`, in the order of the text, that is neither of the connection nor of the source; null: there
// is none. A stack of our own: a chain of conditions can be long, and each is looked at once.
const Expr* FindOtherRead(const Program& program, const Expr& expr) {
  std::unordered_set<const Expr*> seen;
  std::vector<const Expr*> stack{&expr};
  while (!stack.empty()) {
    const Expr& at = *stack.back();
    stack.pop_back();
    if (!seen.insert(&at).second) continue;
    if (at.kind == ExprKind::kNow || at.kind == ExprKind::kZone || at.kind == ExprKind::kOperation ||
        at.kind == ExprKind::kPathParam) {
      return &at;
    }
    for (std::size_t i = at.args.size(); i > 0; --i) stack.push_back(at.args[i - 1]);
    const Expr* body = nullptr;
    if (at.kind == ExprKind::kCondition) body = program.conditions[at.condition().index()].body;
    if (at.kind == ExprKind::kAttribute) {
      const Attribute& attribute = program.attributes[at.attribute().index()];
      body = attribute.computed;
      if (body == nullptr && !IsOfConnection(attribute.source)) return &at;
    }
    if (body != nullptr) stack.push_back(body);
  }
  return nullptr;
}

}  // namespace

void CheckZones(Model& model) {
  ZoneChecker checker(model);
  for (std::size_t i = 0; i < model.program.zones.size(); ++i) checker.Check(i);
}

void CheckZoneReads(Model& model) {
  for (const Zone& zone : model.program.zones) {
    if (zone.when == nullptr) continue;
    const Expr* found = FindOtherRead(model.program, *zone.when);
    if (found == nullptr) continue;
    const bool direct = found->span.file == zone.when->span.file && found->span.begin >= zone.when->span.begin &&
                        found->span.end <= zone.when->span.end;
    Diagnostic diagnostic(
        Kind::kZoneReadsIdentity, direct ? found->span : zone.when->span,
        fmt::format("a zone reads the connection and the source only, not `{}`", model.Source(found->span)));
    if (!direct) diagnostic.labels.push_back({found->span, "read here"});
    model.Report(
        std::move(diagnostic).WithHint("where a request comes from must not depend on who sends it; use a rule"));
  }
}

}  // namespace ward::semantic
