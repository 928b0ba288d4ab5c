#include "bytecode/load.h"

#include <fmt/format.h>

#include <cstring>
#include <string>
#include <utility>

#include "base/budgets.h"
#include "bytecode/verify.h"

namespace ward::bytecode {
namespace {

// Vectors as spans; one that a file leaves out is empty. FlatBuffers' verifier does not look where the elements of a
// vector begin, so this one does: a misaligned vector counts as damage.
class SpanReader {
 public:
  template <typename T>
  std::span<const T> operator()(const flatbuffers::Vector<const T*>* vector) {
    return vector == nullptr ? std::span<const T>{} : Make<T>(vector->Data(), vector->size());
  }
  template <typename T>
  std::span<const T> operator()(const flatbuffers::Vector<T>* vector) {
    return vector == nullptr ? std::span<const T>{} : Make<T>(vector->Data(), vector->size());
  }
  // The structs of `lookup` are those of the schema, field by field.
  template <typename To, typename From>
  std::span<const To> As(const flatbuffers::Vector<const From*>* vector) {
    static_assert(sizeof(To) == sizeof(From) && alignof(To) == alignof(From));
    return vector == nullptr ? std::span<const To>{} : Make<To>(vector->Data(), vector->size());
  }
  [[nodiscard]] bool aligned() const { return aligned_; }

 private:
  template <typename T>
  std::span<const T> Make(const std::uint8_t* data, std::size_t count) {
    if (count == 0) return {};  // FlatBuffers 2 aligns no empty vector
    if (reinterpret_cast<std::uintptr_t>(data) % alignof(T) != 0) {
      aligned_ = false;
      return {};
    }
    return {reinterpret_cast<const T*>(data), count};
  }
  bool aligned_ = true;
};

std::string_view TextOf(const flatbuffers::String* text) {
  return text == nullptr ? std::string_view{} : std::string_view{text->c_str(), text->size()};
}

Error Misaligned() { return Corrupt("a vector is not aligned"); }

lookup::PrefixTable PrefixesOf(const PrefixTable& table, SpanReader& spans_of) {
  return {lookup::PrefixTableV4(spans_of(table.v4_roots()), spans_of.As<lookup::PrefixInterval>(table.v4_intervals())),
          lookup::PrefixTableV6(spans_of(table.v6_firsts()), spans_of(table.v6_values()),
                                spans_of.As<lookup::PrefixLowRange>(table.v6_ranges()),
                                spans_of.As<lookup::PrefixIntervalLow>(table.v6_lows()))};
}

void ReadHeader(const Bundle& bundle, SpanReader& spans_of, Image& image) {
  image.name = TextOf(bundle.name());
  image.digest = spans_of(bundle.digest());
  image.tz_version = TextOf(bundle.tz_version());
  image.server = TextOf(bundle.server());
  image.computed = bundle.computed();
  image.presence_words = bundle.presence_words();
  image.formula_stack = bundle.formula_stack();
  image.state_columns = bundle.state_columns();
  image.nothing_matches = bundle.nothing_matches();
  image.no_address = bundle.no_address();
  image.no_prefix = bundle.no_prefix();
  image.action_domain = bundle.action_domain();
  image.name_domain = bundle.name_domain();
  if (bundle.bound() != nullptr) image.bound = *bundle.bound();
}

void ReadHot(const Bundle& bundle, SpanReader& spans_of, Image& image) {
  image.inputs = spans_of(bundle.inputs());
  image.slots = spans_of(bundle.slots());
  image.code = spans_of(bundle.code());
  image.steps = spans_of(bundle.steps());
  image.operands = spans_of(bundle.operands());
  image.constants = spans_of(bundle.constants());
  image.prefixes = spans_of(bundle.prefixes());
  image.parameters = spans_of(bundle.parameters());
  image.words = spans_of(bundle.words());
  image.rows = spans_of(bundle.rows());
  image.leaves = spans_of(bundle.leaves());
  image.branches = spans_of(bundle.branches());
  image.children = spans_of(bundle.children());
  image.keys = spans_of(bundle.keys());
  image.cuts = spans_of(bundle.cuts());
  image.rule_refs = spans_of(bundle.rule_refs());
  image.groups = spans_of(bundle.groups());
  image.program_groups = spans_of(bundle.program_groups());
  image.programs = spans_of(bundle.programs());
  image.operation_rows = spans_of(bundle.operation_rows());
  image.domains = spans_of(bundle.domains());
  image.domain_entries = spans_of(bundle.domain_entries());
  image.domain_pilots = spans_of(bundle.domain_pilots());
  image.domain_tails = spans_of(bundle.domain_tails());
  image.enums = spans_of(bundle.enums());
}

void ReadRest(const Bundle& bundle, SpanReader& spans_of, Image& image) {
  image.zones = spans_of(bundle.zones());
  image.chains = spans_of(bundle.chains());
  image.chain_zones = spans_of(bundle.chain_zones());
  image.chain_states = spans_of(bundle.chain_states());
  image.zone_states = spans_of(bundle.zone_states());
  image.state_zones = spans_of(bundle.state_zones());
  image.operations = spans_of(bundle.operations());
  image.route_parameters = spans_of(bundle.route_parameters());
  image.operation_sets = spans_of(bundle.operation_sets());
  image.set_operations = spans_of(bundle.set_operations());
  image.action_operations = spans_of(bundle.action_operations());
  image.tables = spans_of(bundle.tables());
  image.columns = spans_of(bundle.columns());
  image.cells = spans_of(bundle.cells());
  image.schedules = spans_of(bundle.schedules());
  image.schedule_spans = spans_of(bundle.schedule_spans());
  image.timezones = spans_of(bundle.timezones());
  image.transitions = spans_of(bundle.transitions());
  image.rules = spans_of(bundle.rules());
  image.replies = spans_of(bundle.replies());
  image.pieces = spans_of(bundle.pieces());
  image.header_sets = spans_of(bundle.header_sets());
  image.limits = spans_of(bundle.limits());
  image.tests = spans_of(bundle.tests());
  image.formula_steps = spans_of(bundle.formula_steps());
  image.texts = spans_of(bundle.texts());
  image.files = spans_of(bundle.files());
  const std::span<const std::uint8_t> text = spans_of(bundle.text());
  image.text = {reinterpret_cast<const char*>(text.data()), text.size()};
}

// After VerifyStrings: the domains that a trie names must be there. The views check themselves.
Result<void> ReadViews(const Bundle& bundle, Image& image, Work& work) {
  if (bundle.routes() == nullptr || bundle.zone_prefixes() == nullptr) return Corrupt("no routes or no zone prefixes");
  SpanReader spans_of;
  const RouteTrie& trie = *bundle.routes();
  lookup::SegmentTrieSpans spans;
  for (const std::uint32_t domain : {trie.exact_hosts(), trie.suffix_hosts(), trie.methods()}) {
    if (domain >= image.domains.size()) return Corrupt("routes use domain {} of {}", domain, image.domains.size());
  }
  spans.seed = trie.seed();
  spans.suffix_label_counts = trie.suffix_label_counts();
  spans.any_host_start = trie.any_host_start();
  spans.exact_hosts = image.domain_views[trie.exact_hosts()];
  spans.suffix_hosts = image.domain_views[trie.suffix_hosts()];
  spans.methods = image.domain_views[trie.methods()];
  spans.nodes = spans_of.As<lookup::SegmentTrieNode>(trie.nodes());
  spans.edges = spans_of.As<lookup::SegmentTrieEdge>(trie.edges());
  spans.pilots = spans_of(trie.pilots());
  spans.tails = spans_of(trie.tails());
  spans.answers = spans_of(trie.answers());
  spans.routes = spans_of.As<lookup::SegmentTrieRoute>(trie.routes());
  spans.parameters = spans_of(trie.parameters());
  if (!spans_of.aligned()) return Misaligned();
  image.routes = lookup::SegmentTrie(spans);
  WARD_RETURN_IF_ERROR(image.routes.Verify(static_cast<std::uint32_t>(image.operations.size()) + 1));
  image.zone_prefixes = PrefixesOf(*bundle.zone_prefixes(), spans_of);
  if (!spans_of.aligned()) return Misaligned();
  WARD_RETURN_IF_ERROR(image.zone_prefixes.Verify(static_cast<std::uint32_t>(image.chains.size())));
  if (bundle.prefix_sets() == nullptr) return {};
  for (const PrefixTable* set : *bundle.prefix_sets()) {
    image.prefix_sets.push_back(PrefixesOf(*set, spans_of));
    if (!spans_of.aligned()) return Misaligned();
    // Many may be one and the same table of the file.
    if (!work.Spend(1 + image.prefix_sets.back().size_bytes())) return TooEntangled();
    WARD_RETURN_IF_ERROR(image.prefix_sets.back().Verify(2));
  }
  return {};
}

std::span<const lookup::StringDomainEntry> Entries(const Image& image, const Domain& domain) {
  static_assert(sizeof(lookup::StringDomainEntry) == sizeof(DomainEntry));
  const std::span<const DomainEntry> entries = Slice(image.domain_entries, domain.entries());
  return {reinterpret_cast<const lookup::StringDomainEntry*>(entries.data()), entries.size()};
}

void MakeDomainViews(Image& image) {
  for (const Domain& domain : image.domains) {
    image.domain_views.emplace_back(domain.seed(), Entries(image, domain), Slice(image.domain_pilots, domain.pilots()),
                                    Slice(image.domain_tails, domain.tails()));
  }
}

Result<void> Verify(const Bundle& bundle, Image& image) {
  Work work(image.size_bytes);
  WARD_RETURN_IF_ERROR(VerifyHeader(image));
  for (std::size_t i = 0; i < image.domains.size(); ++i) {
    const Domain& domain = image.domains[i];
    if (!Inside(domain.entries(), image.domain_entries.size()) ||
        !Inside(domain.pilots(), image.domain_pilots.size()) || !Inside(domain.tails(), image.domain_tails.size())) {
      return Corrupt("domain {} lies outside its vectors", i);
    }
  }
  MakeDomainViews(image);
  WARD_RETURN_IF_ERROR(VerifyStrings(image, work));
  WARD_RETURN_IF_ERROR(ReadViews(bundle, image, work));
  WARD_RETURN_IF_ERROR(VerifySchema(image, work));
  WARD_RETURN_IF_ERROR(VerifySlots(image, work));
  WARD_RETURN_IF_ERROR(VerifyCode(image, work));
  WARD_RETURN_IF_ERROR(VerifyIndex(image, work));
  WARD_RETURN_IF_ERROR(VerifyZones(image, work));
  return VerifyRules(image, work);
}

}  // namespace

Result<Image> Load(std::span<const std::uint8_t> bytes) {
  if (bytes.size() > base::budget::kBytecodeSizeBytesMax) {
    return Error{ErrorCode::kTooLarge, fmt::format("bytecode of {} bytes, kBytecodeSizeBytesMax is {}", bytes.size(),
                                                   base::budget::kBytecodeSizeBytesMax)};
  }
  // Smaller than the smallest file, and too small to look for the identifier. What is no bundle at all is not copied.
  constexpr std::size_t kSmallestBytes = 16;
  if (bytes.size() < kSmallestBytes || !BundleBufferHasIdentifier(bytes.data())) {
    return Corrupt("this is no .wardc file");
  }
  Image image;
  image.size_bytes = bytes.size();
  image.memory = std::make_unique<std::uint64_t[]>(bytes.size() / sizeof(std::uint64_t) + 1);
  std::memcpy(image.memory.get(), bytes.data(), bytes.size());
  const auto* copy = reinterpret_cast<const std::uint8_t*>(image.memory.get());
  flatbuffers::Verifier verifier(copy, bytes.size());
  if (!VerifyBundleBuffer(verifier)) return Corrupt("the FlatBuffer is damaged");
  const Bundle& bundle = *GetBundle(copy);
  if (bundle.format_version() != kFormatVersion) {
    return Error{ErrorCode::kUnsupported,
                 fmt::format("bytecode: format version {}, this build reads {}; compile the bundle again",
                             bundle.format_version(), kFormatVersion)};
  }
  SpanReader spans_of;
  ReadHeader(bundle, spans_of, image);
  ReadHot(bundle, spans_of, image);
  ReadRest(bundle, spans_of, image);
  if (!spans_of.aligned()) return Misaligned();
  WARD_RETURN_IF_ERROR(Verify(bundle, image));
  return image;
}

}  // namespace ward::bytecode
