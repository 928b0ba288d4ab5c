// A prefix that is a digit short covers sixteen or a hundred times what was meant.
#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "lint/expressions.h"
#include "lint/lints.h"

namespace ward::lint {
namespace {

// The largest blocks that registries ever gave to one organisation. Special-purpose ranges are as wide as they are.
constexpr int kV4BitsMin = 8;
constexpr int kV6BitsMin = 16;

bool IsSpecialPurpose(const base::Cidr& cidr) {
  if (cidr.network.is_v4()) return cidr.network.v4() >> 28U == 0xE && cidr.length >= 4;  // multicast, RFC 5771
  const std::uint64_t high = cidr.network.high();
  return (high >> 57U == 0x7E && cidr.length >= 7)       // fc00::/7, RFC 4193
         || (high >> 54U == 0x3FA && cidr.length >= 10)  // fe80::/10, RFC 4291
         || (high >> 56U == 0xFF && cidr.length >= 8);   // multicast, RFC 4291
}

bool IsWide(const base::Cidr& cidr) {
  return cidr.length < (cidr.network.is_v4() ? kV4BitsMin : kV6BitsMin) && !IsSpecialPurpose(cidr);
}

diag::Diagnostic Finding(const base::Cidr& cidr, base::Span span) {
  const std::string_view family = cidr.network.is_v4() ? "IPv4" : "IPv6";
  const std::string share = cidr.length == 0 ? fmt::format("all {} addresses", family)
                                             : fmt::format("one in {} of all {} addresses", 1U << cidr.length, family);
  return diag::Diagnostic(diag::Kind::kWideNetwork, span, fmt::format("`{}` covers {}", cidr.ToString(), share));
}

// Where the zone names the file that the prefix stands in, so that an `@accept` above the zone covers it.
base::Span NamedAt(const View& view, const semantic::Zone& zone, base::FileId data) {
  const auto* decl = view.DeclAt<syntax::ZoneDecl>(zone.span);
  if (decl == nullptr) return zone.span;
  for (const syntax::NetworksLine& line : decl->networks) {
    if (line.from.has_value() && line.from->text == view.checked.sources.file(data).name()) return line.from->span;
  }
  return zone.span;
}

void LookInto(const View& view, const semantic::Zone& zone, diag::Sink& sink) {
  for (const semantic::ZonePrefix& prefix : zone.prefixes) {
    if (!IsWide(prefix.prefix)) continue;
    const bool of_file = prefix.span.file != zone.span.file;
    diag::Diagnostic finding = Finding(prefix.prefix, of_file ? NamedAt(view, zone, prefix.span.file) : prefix.span);
    if (of_file) finding.labels.push_back({prefix.span, "in this file"});
    if (prefix.prefix.length == 0) {
      finding.hints.emplace_back("a zone for what no other zone has says `everything else`");
    }
    sink.Report(std::move(finding));
  }
}

}  // namespace

void WideNetwork(const View& view, diag::Sink& sink) {
  for (const semantic::Zone& zone : view.program.zones) LookInto(view, zone, sink);
  ForEachTest(view.program, [&sink](const semantic::Expr& test) {
    const bool prefixes = test.op == semantic::TestOp::kInPrefixes || test.op == semantic::TestOp::kNotInPrefixes;
    if (!prefixes) return;
    for (const semantic::Expr* item : test.args[1]->args) {
      if (item->type.kind == semantic::TypeKind::kCidr && IsWide(item->constant->cidr)) {
        sink.Report(Finding(item->constant->cidr, item->span));
      }
    }
  });
}

}  // namespace ward::lint
