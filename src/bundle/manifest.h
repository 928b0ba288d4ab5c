// bundle: what `ward.toml` says, typed.
//
//   name = "gateway"                 edition = 1
//   policies = ["ward.hygiene"]      # of those that come with Ward
//   [parameters]                     "platform.zones.max-token-age" = "10 minutes"
//   [tables]                         "platform.schema.clients" = "data/clients.csv"    # rows of live tables
//   [budget]                         rules = 50_000
//   [lint]                           skip = ["no-owner"]
//   [server]                         trusted-hops = 1
//   [test]                           threshold = 90
// The full list of keys is in this room's README. An unknown key, a wrong type or a value out of range is reported as
// kBadManifest at its place. Values own their text. Defaults stand beside the fields.
#ifndef WARD_SRC_BUNDLE_MANIFEST_H_
#define WARD_SRC_BUNDLE_MANIFEST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/budgets.h"
#include "base/source.h"
#include "bundle/shipped.h"
#include "diag/sink.h"
#include "ward/error.h"

namespace ward::bundle {

// A parameter's value by its qualified name. A text is what an author would write in a policy ("15 minutes", "gold"); for
// a parameter of type string it is the string itself. TOML's own dates and clocks arrive as text.
struct Setting {
  std::string name;
  base::Span name_span;
  std::variant<bool, std::int64_t, std::string> value;
  base::Span value_span;
};

// Where the rows of a live table are read from.
struct LiveTableFile {
  std::string table;  // qualified
  base::Span table_span;
  std::string file;  // below the bundle's folder
  base::Span file_span;
};

struct BudgetSettings {
  std::size_t rules = base::budget::kRuleCountMax;
  std::size_t operations = base::budget::kOperationCountMax;
  std::size_t constants = base::budget::kConstantCountMax;
  std::size_t terms_per_rule = base::budget::kTermsPerRuleMax;
  std::size_t steps_per_operation = base::budget::kStepsPerOperationMax;
  std::size_t table_rows = base::budget::kTableRowCountMax;
};

struct LintSettings {
  std::vector<diag::Kind> skip;  // what `ward lint` does not look for here, unless it is told to
};

// How protocols are mapped to attributes. Nothing here changes what a policy means.
struct ServerSettings {
  // Envoy's dynamic metadata that carries verified claims: filter_metadata[claims_namespace][claims_key].
  std::string claims_namespace = "envoy.filters.http.jwt_authn";
  std::string claims_key = "payload";
  // Context extensions whose name begins with this are claims, without it: `claim.sub` is `sub`. Empty: none are.
  std::string claims_extension_prefix;
  // Proxies of ours in front of the one that asks; 0: X-Forwarded-For is not read.
  std::uint8_t trusted_hops = 0;
  // The asking proxy has added its own peer to X-Forwarded-For (Envoy: use_remote_address: true).
  bool proxy_appends_peer = true;
  // The asking proxy lets in no client certificate that it did not verify. Envoy tells the same of a certificate, verified
  // or not, so unless this is said connection.client-cert is missing.
  bool proxy_verifies_certificates = false;
  // `realm` of WWW-Authenticate; empty: the bundle's name.
  std::string realm;
  // What `type` of a problem+json body begins with; empty: "about:blank".
  std::string problem_base;

  friend bool operator==(const ServerSettings&, const ServerSettings&) = default;
};

// What `ward test` asks of the bundle's own tests.
struct TestSettings {
  // Coverage below this fails the run; 0: none is asked for. testing/coverage.h says what the percentage counts.
  std::uint8_t threshold_percent = 0;
};

struct Manifest {
  std::string name;
  std::int64_t edition = 1;
  std::vector<const ShippedPolicy*> shipped;  // `policies`, as listed
  std::vector<Setting> parameters;            // in order of name
  std::vector<LiveTableFile> tables;          // in order of name
  BudgetSettings budget;
  LintSettings lint;
  ServerSettings server;
  TestSettings test;
};

[[nodiscard]] Manifest ReadManifest(const base::SourceMap& sources, base::FileId file, diag::Sink& sink);

// `[server]` as a text that compiled bytecode carries, so that it is served as its folder would be; empty for the defaults.
[[nodiscard]] std::string ServerText(const ServerSettings& settings);
// kCorrupt: no text that ServerText makes.
[[nodiscard]] Result<ServerSettings> ReadServerText(std::string_view text);

}  // namespace ward::bundle

#endif  // WARD_SRC_BUNDLE_MANIFEST_H_
