// base: every cap on our own work, by name.
//
// A budget protects the compiler, the loader and the server from inputs that are too big to be
// meant. Beyond it the input is refused with a message that names the budget; nothing is cut
// silently. (A *limit* is what a policy sets for its callers; that is another thing.) Those marked
// [toml] are defaults that `[budget]` in ward.toml may change up to the stated ceiling. Each has a
// test at its edge and one beyond, in tests/budgets or beside the code that keeps it (tools/tidy
// looks for each name there).
#ifndef WARD_SRC_BASE_BUDGETS_H_
#define WARD_SRC_BASE_BUDGETS_H_

#include <cstddef>
#include <cstdint>

namespace ward::base::budget {

inline constexpr std::size_t kKiB = 1024;
inline constexpr std::size_t kMiB = 1024 * kKiB;

// Source text.
inline constexpr std::size_t kFileSizeBytesMax = 32 * kMiB;       // one .ward file: 100,000 rules fit
inline constexpr std::size_t kBundleFileCountMax = 10'000;        // .ward files of one bundle
inline constexpr std::size_t kBundleSizeBytesMax = 512 * kMiB;    // all .ward files of one bundle
inline constexpr std::size_t kManifestSizeBytesMax = 1 * kMiB;    // ward.toml
inline constexpr std::size_t kNestingMax = 64;                    // parentheses, brackets, `not` in one clause
inline constexpr std::size_t kNameBytesMax = 128;                 // one name of a declaration
inline constexpr std::size_t kStringLiteralBytesMax = 16 * kKiB;  // one quoted string, after unescaping
inline constexpr std::size_t kDiagnosticsMax = 10'000;            // findings kept of one compilation

// The program.
inline constexpr std::size_t kRuleCountMax = 1'000'000;       // [toml] rules of one bundle
inline constexpr std::size_t kOperationCountMax = 1'000'000;  // [toml] operations of one bundle
inline constexpr std::size_t kConstantCountMax = 4'000'000;   // [toml] distinct constants of one bundle
inline constexpr std::size_t kSlotCountMax = 4'096;           // attributes that rules read
inline constexpr std::size_t kTermsPerRuleMax = 4'096;        // [toml] terms of one rule; more stays opaque bytecode
inline constexpr std::size_t kStepsPerOperationMax =
    1'000'000;  // [toml] bound of one decision: words, tests, instructions
inline constexpr std::size_t kInstructionsPerAtomMax = 4'096;  // bytecode of one opaque atom
inline constexpr std::size_t kInliningDepthMax =
    64;  // conditions, roles and attributes that use one another; so that walkers may recurse
inline constexpr std::size_t kInlinedConditionsMax = 10'000;   // calls of conditions that one clause becomes
inline constexpr std::size_t kLookupDepthMax = 3;              // t[u[v[x].a].b].c
inline constexpr std::size_t kRoleCountMax = 4'096;            // roles of one bundle; their inclusion is closed
inline constexpr std::size_t kZoneCountMax = 1'024;            // zones of one bundle
inline constexpr std::size_t kZonePrefixCountMax = 1'000'000;  // address prefixes of all zones
inline constexpr std::size_t kZoneStateCountMax = 4'096;       // single zones plus sets of candidates
inline constexpr std::uint32_t kZoneConditionsPerAddressMax =
    8;  // conditional zones around one address; 3^8 outcomes are one table
inline constexpr std::size_t kFormulaTestsMax =
    100'000;  // tests of one formula, conditions written out where they are used
inline constexpr std::size_t kTermsPerProductMax =
    64;  // terms that an `and` of alternatives may multiply to; more becomes bytecode
inline constexpr std::size_t kActionBytesMax = 1'023;          // name of an action and type of its resource together
inline constexpr std::size_t kRouteSegmentCountMax = 64;       // segments of one route pattern
inline constexpr std::size_t kRouteEntryCountMax = 4'000'000;  // nodes and edges of the trie that all routes make
inline constexpr std::size_t kRouteEntryCountMin = 250'000;  // always allowed; above it in proportion to the patterns:
inline constexpr std::size_t kRouteEntriesPerSegmentMax = 32;  // times the segments of all route patterns
inline constexpr std::size_t kRouteProbesPerSegmentMax = 256;  // of one segment of a request's path
inline constexpr std::size_t kRouteMergeWorkMax =
    100'000'000;  // patterns looked at while overlapping routes are merged
inline constexpr std::size_t kBytecodeSizeBytesMax = 1'024 * kMiB;  // one .wardc

// Data of tables.
inline constexpr std::size_t kDataFileSizeBytesMax = 256 * kMiB;  // one CSV or JSON file
inline constexpr std::size_t kTableRowCountMax = 4'000'000;       // [toml] rows of one table
inline constexpr std::size_t kTableColumnCountMax = 256;          // columns of one table
inline constexpr std::size_t kTableKeyColumnCountMax = 16;        // of them, columns of its key
inline constexpr std::size_t kSetMemberCountMax = 1'024;          // members of one set value; more is ill-typed

// A request. What exceeds these has no valid value for the part concerned: the part is missing, or
// the request 400.
inline constexpr std::size_t kRequestPathBytesMax = 8 * kKiB;
inline constexpr std::size_t kRequestHostBytesMax = 255;
inline constexpr std::size_t kRequestHeaderCountMax = 128;
inline constexpr std::size_t kRequestHeaderBytesMax = 64 * kKiB;  // all header names and values together
inline constexpr std::size_t kRequestQueryParameterCountMax = 256;
inline constexpr std::size_t kRequestBodyBytesMax = 64 * kKiB;
inline constexpr std::size_t kRequestForwardedHopCountMax = 32;
inline constexpr std::size_t kRequestContextExtensionCountMax = 64;   // context_extensions of one ext_authz message
inline constexpr std::size_t kClientCertificateBytesMax = 32 * kKiB;  // one certificate, as the proxy writes it
inline constexpr std::size_t kRequestClaimCountMax = 256;             // claims at the top of one token
inline constexpr std::size_t kRequestClaimDepthMax = 16;              // nesting of objects in claims
inline constexpr std::size_t kCheckRequestBytesMax = 1 * kMiB;        // one ext_authz message
// One message of any gRPC method. Up to here a message that is too large is answered (a denial), beyond it the transport
// ends the call with an error, which some proxies let pass: so it lies far above what they send.
inline constexpr std::size_t kGrpcMessageBytesMax = 16 * kMiB;
inline constexpr std::uint32_t kStringValueBytesDefault = 256;  // `string` without `up to`
inline constexpr std::size_t kStringValueBytesMax = 64 * kKiB;  // `string up to N`: N at most

// Running.
inline constexpr std::size_t kReaderCountMax = 1'024;   // readers of one engine
inline constexpr std::size_t kUnfreedViewCountMax = 8;  // old views still held; one more reload is refused

static_assert(kBundleSizeBytesMax >= kFileSizeBytesMax);
static_assert(kFileSizeBytesMax < UINT32_MAX, "spans are 32-bit offsets");
static_assert(kBytecodeSizeBytesMax < INT32_MAX, "FlatBuffers offsets are 31 bits");
static_assert(kRuleCountMax * 300 <= kBytecodeSizeBytesMax, "300 bytes a rule is the promise of bench/");
static_assert(kZoneStateCountMax >= kZoneCountMax, "every zone is a state of its own");
static_assert(kStringLiteralBytesMax <= kFileSizeBytesMax);
static_assert(kStringLiteralBytesMax <= kStringValueBytesMax, "a constant must be comparable with a value");
static_assert(kStringValueBytesDefault <= kStringValueBytesMax);
static_assert(kRequestPathBytesMax <= kRequestHeaderBytesMax);
static_assert(kRequestHeaderBytesMax + kRequestBodyBytesMax <= kCheckRequestBytesMax, "a full request fits a message");
static_assert(kCheckRequestBytesMax * 8 <= kGrpcMessageBytesMax);
static_assert(kRouteSegmentCountMax * 2 <= kRequestPathBytesMax);
static_assert(kRouteSegmentCountMax < UINT8_MAX, "the trie stores a parameter's segment in one byte");
static_assert(kRouteProbesPerSegmentMax < UINT16_MAX);
static_assert(kRouteEntryCountMin <= kRouteEntryCountMax);
static_assert(kRouteEntryCountMax * 32 <= kBytecodeSizeBytesMax, "32 bytes a node or edge");
static_assert(kInstructionsPerAtomMax <= kStepsPerOperationMax);
static_assert(kTermsPerProductMax <= kTermsPerRuleMax);
static_assert(kTableKeyColumnCountMax <= kTableColumnCountMax);

}  // namespace ward::base::budget

#endif  // WARD_SRC_BASE_BUDGETS_H_
