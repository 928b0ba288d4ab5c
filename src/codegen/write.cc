// FlatBuffers grow from the end: what is made first lies last. So cold vectors are made before hot ones, and the hot
// part of a file is one run of pages at its begin.
#include "codegen/write.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "base/check.h"

namespace ward::codegen {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

template <typename T>
auto Structs(FlatBufferBuilder& to, const std::vector<T>& list) {
  return to.CreateVectorOfStructs(list.data(), list.size());
}
template <typename T>
auto Scalars(FlatBufferBuilder& to, const std::vector<T>& list) {
  return to.CreateVector(list.data(), list.size());
}
// The structs of `lookup` are those of the schema, field by field.
template <typename To, typename From>
auto Mirrors(FlatBufferBuilder& to, const std::vector<From>& list) {
  static_assert(sizeof(To) == sizeof(From) && alignof(To) == alignof(From));
  return to.CreateVectorOfStructs(reinterpret_cast<const To*>(list.data()), list.size());
}

Offset<bytecode::PrefixTable> Prefixes(FlatBufferBuilder& to, const lookup::PrefixTableData& table) {
  const auto v4_roots = Scalars(to, table.v4_roots);
  const auto v4_intervals = Mirrors<bytecode::PrefixInterval>(to, table.v4_intervals);
  const auto v6_firsts = Scalars(to, table.v6_firsts);
  const auto v6_values = Scalars(to, table.v6_values);
  const auto v6_ranges = Mirrors<bytecode::PrefixLowRange>(to, table.v6_ranges);
  const auto v6_lows = Mirrors<bytecode::PrefixIntervalLow>(to, table.v6_lows);
  return bytecode::CreatePrefixTable(to, v4_roots, v4_intervals, v6_firsts, v6_values, v6_ranges, v6_lows);
}

Offset<bytecode::RouteTrie> Routes(FlatBufferBuilder& to, const RoutePlan& plan) {
  const lookup::SegmentTrieData& trie = plan.trie;
  const auto nodes = Mirrors<bytecode::RouteNode>(to, trie.nodes);
  const auto edges = Mirrors<bytecode::RouteEdge>(to, trie.edges);
  const auto pilots = Scalars(to, trie.pilots);
  const auto tails = Scalars(to, trie.tails);
  const auto answers = Scalars(to, trie.answers);
  const auto routes = Mirrors<bytecode::Route>(to, trie.routes);
  const auto parameters = Scalars(to, trie.parameters);
  return bytecode::CreateRouteTrie(to, trie.seed, trie.suffix_label_counts, trie.any_host_start, plan.exact_hosts,
                                   plan.suffix_hosts, plan.methods, nodes, edges, pilots, tails, answers, routes,
                                   parameters);
}

// Every vector's offset, made in the order of this struct's initialisation: the last ones lie first.
struct Made {
  // cold
  Offset<flatbuffers::String> name, tz_version, server;
  Offset<flatbuffers::Vector<std::uint8_t>> digest, text;
  Offset<flatbuffers::Vector<const bytecode::Text*>> texts, files;
  Offset<flatbuffers::Vector<const bytecode::Test*>> tests;
  Offset<flatbuffers::Vector<std::uint32_t>> formula_steps;
  Offset<flatbuffers::Vector<const bytecode::Limit*>> limits;
  Offset<flatbuffers::Vector<const bytecode::Piece*>> pieces;
  Offset<flatbuffers::Vector<const bytecode::HeaderSet*>> header_sets;
  Offset<flatbuffers::Vector<const bytecode::Reply*>> replies;
  Offset<flatbuffers::Vector<const bytecode::Rule*>> rules;
  // tables and time
  Offset<flatbuffers::Vector<const bytecode::Table*>> tables;
  Offset<flatbuffers::Vector<const bytecode::Column*>> columns;
  Offset<flatbuffers::Vector<std::uint32_t>> cells;
  Offset<flatbuffers::Vector<const bytecode::Schedule*>> schedules;
  Offset<flatbuffers::Vector<const bytecode::ScheduleSpan*>> schedule_spans;
  Offset<flatbuffers::Vector<const bytecode::TimeZone*>> timezones;
  Offset<flatbuffers::Vector<const bytecode::Transition*>> transitions;
  Offset<flatbuffers::Vector<const bytecode::Input*>> inputs;
  Offset<flatbuffers::Vector<const bytecode::Parameter*>> parameters;
  // zones and routes
  Offset<flatbuffers::Vector<const bytecode::Zone*>> zones;
  Offset<flatbuffers::Vector<const bytecode::Range*>> operation_sets;
  Offset<flatbuffers::Vector<std::uint32_t>> set_operations, action_operations;
  Offset<flatbuffers::Vector<const bytecode::Operation*>> operations;
  Offset<flatbuffers::Vector<const bytecode::RouteParameter*>> route_parameters;
  Offset<bytecode::RouteTrie> routes;
  Offset<flatbuffers::Vector<Offset<bytecode::PrefixTable>>> prefix_sets;
  Offset<bytecode::PrefixTable> zone_prefixes;
  Offset<flatbuffers::Vector<const bytecode::Chain*>> chains;
  Offset<flatbuffers::Vector<std::uint32_t>> chain_zones, chain_states, state_zones;
  Offset<flatbuffers::Vector<const bytecode::ZoneState*>> zone_states;
  // strings
  Offset<flatbuffers::Vector<const bytecode::Enum*>> enums;
  Offset<flatbuffers::Vector<std::uint8_t>> domain_tails;
  Offset<flatbuffers::Vector<std::uint16_t>> domain_pilots;
  Offset<flatbuffers::Vector<const bytecode::DomainEntry*>> domain_entries;
  Offset<flatbuffers::Vector<const bytecode::Domain*>> domains;
  // code
  Offset<flatbuffers::Vector<const bytecode::Prefix*>> prefixes;
  Offset<flatbuffers::Vector<const bytecode::Constant*>> constants;
  Offset<flatbuffers::Vector<std::uint32_t>> operands, steps;
  Offset<flatbuffers::Vector<const bytecode::Instruction*>> code;
  Offset<flatbuffers::Vector<const bytecode::Slot*>> slots;
  // index
  Offset<flatbuffers::Vector<std::uint32_t>> rule_refs, keys, program_groups, operation_rows;
  Offset<flatbuffers::Vector<std::int64_t>> cuts;
  Offset<flatbuffers::Vector<const bytecode::Child*>> children;
  Offset<flatbuffers::Vector<const bytecode::Branch*>> branches;
  Offset<flatbuffers::Vector<const bytecode::Leaf*>> leaves;
  Offset<flatbuffers::Vector<const bytecode::Row*>> rows;
  Offset<flatbuffers::Vector<std::uint64_t>> words;
  Offset<flatbuffers::Vector<const bytecode::Group*>> groups;
  Offset<flatbuffers::Vector<const bytecode::Program*>> programs;
};

void MakeCold(FlatBufferBuilder& to, const Parts& parts, Made& made) {
  made.name = to.CreateString(parts.program.name);
  made.tz_version = to.CreateString(parts.time.version);
  made.server = to.CreateString(parts.server);
  made.digest = Scalars(to, parts.digest);
  const std::string& text = parts.pools.text();
  made.text = to.CreateVector(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  made.texts = Structs(to, parts.pools.texts());
  made.files = Structs(to, parts.pools.files());
  made.tests = Structs(to, parts.rules.tests);
  made.formula_steps = Scalars(to, parts.rules.formula_steps);
  made.limits = Structs(to, parts.schema.limits);
  made.pieces = Structs(to, parts.rules.pieces);
  made.header_sets = Structs(to, parts.rules.header_sets);
  made.replies = Structs(to, parts.rules.replies);
  made.rules = Structs(to, parts.rules.rules);
  made.tables = Structs(to, parts.schema.tables);
  made.columns = Structs(to, parts.schema.columns);
  made.cells = Scalars(to, parts.schema.cells);
  made.schedules = Structs(to, parts.time.schedules);
  made.schedule_spans = Structs(to, parts.time.spans);
  made.timezones = Structs(to, parts.time.timezones);
  made.transitions = Structs(to, parts.time.transitions);
  made.inputs = Structs(to, parts.schema.inputs);
  made.parameters = Structs(to, parts.schema.parameters);
}

std::vector<bytecode::ZoneState> States(const Parts& parts, std::vector<std::uint32_t>& zones) {
  std::vector<bytecode::ZoneState> states;
  for (std::size_t i = 0; i < parts.zones.states.size(); ++i) {
    const ZoneState& state = parts.zones.states[i];
    states.emplace_back(state.zone.value(), bytecode::Range(Size32(zones.size()), Size32(state.candidates.size())),
                        parts.groups.state_column[i]);
    for (const ir::ZoneId zone : state.candidates) zones.push_back(zone.value());
  }
  return states;
}

void MakeWhereabouts(FlatBufferBuilder& to, const Parts& parts, Made& made) {
  made.zones = Structs(to, parts.zone_records);
  made.operation_sets = Structs(to, parts.schema.operation_sets);
  made.set_operations = Scalars(to, parts.schema.set_operations);
  made.action_operations = Scalars(to, parts.routes.action_operations);
  made.operations = Structs(to, parts.routes.operations);
  made.route_parameters = Structs(to, parts.routes.parameters);
  made.routes = Routes(to, parts.routes);
  std::vector<Offset<bytecode::PrefixTable>> sets;
  for (const lookup::PrefixTableData& set : parts.pools.prefix_sets()) sets.push_back(Prefixes(to, set));
  made.prefix_sets = to.CreateVector(sets);
  made.zone_prefixes = Prefixes(to, parts.zones.prefixes);
  made.chains = Structs(to, parts.zones.chains);
  made.chain_zones = Scalars(to, parts.zones.chain_zones);
  made.chain_states = Scalars(to, parts.zones.chain_states);
  std::vector<std::uint32_t> state_zones;
  const std::vector<bytecode::ZoneState> states = States(parts, state_zones);
  made.state_zones = Scalars(to, state_zones);
  made.zone_states = Structs(to, states);
}

void MakeHot(FlatBufferBuilder& to, const Parts& parts, Made& made) {
  made.enums = Structs(to, parts.schema.enums);
  made.domain_tails = Scalars(to, parts.domains.tails());
  made.domain_pilots = Scalars(to, parts.domains.pilots());
  made.domain_entries = Structs(to, parts.domains.entries());
  made.domains = Structs(to, parts.domains.domains());
  made.prefixes = Structs(to, parts.pools.prefixes());
  made.constants = Structs(to, parts.pools.constants());
  made.operands = Scalars(to, parts.pools.operands());
  made.steps = Scalars(to, parts.code.steps());
  made.code = Structs(to, parts.code.code());
  made.slots = Structs(to, parts.code.slots());
  const LeafBuilder& leaves = parts.index.leaves();
  made.rule_refs = Scalars(to, parts.index.rule_refs());
  made.keys = Scalars(to, leaves.keys());
  made.program_groups = Scalars(to, parts.groups.program_groups);
  made.operation_rows = Scalars(to, parts.groups.operation_rows);
  made.cuts = Scalars(to, leaves.cuts());
  made.children = Structs(to, parts.index.children());
  made.branches = Structs(to, parts.index.branches());
  made.leaves = Structs(to, leaves.leaves());
  made.rows = Structs(to, leaves.rows());
  made.words = Scalars(to, leaves.words());
  made.groups = Structs(to, parts.built_groups);
  made.programs = Structs(to, parts.programs);
}

void AddHeader(bytecode::BundleBuilder& bundle, const Parts& parts, const Made& made) {
  bundle.add_format_version(bytecode::kFormatVersion);
  bundle.add_name(made.name);
  bundle.add_digest(made.digest);
  bundle.add_tz_version(made.tz_version);
  bundle.add_server(made.server);
  bundle.add_inputs(made.inputs);
  bundle.add_computed(parts.code.computed());
  bundle.add_presence_words(parts.code.presence_words());
  bundle.add_formula_stack(parts.rules.formula_stack);
  bundle.add_bound(&parts.bound);
  bundle.add_state_columns(parts.groups.columns);
  bundle.add_nothing_matches(parts.zones.nothing_matches);
  bundle.add_no_address(parts.zones.no_address);
  bundle.add_no_prefix(0);
  bundle.add_action_domain(parts.routes.actions);
  bundle.add_name_domain(parts.routes.names);
}

void AddHot(bytecode::BundleBuilder& bundle, const Made& made) {
  bundle.add_slots(made.slots);
  bundle.add_code(made.code);
  bundle.add_steps(made.steps);
  bundle.add_operands(made.operands);
  bundle.add_constants(made.constants);
  bundle.add_prefixes(made.prefixes);
  bundle.add_parameters(made.parameters);
  bundle.add_words(made.words);
  bundle.add_rows(made.rows);
  bundle.add_leaves(made.leaves);
  bundle.add_branches(made.branches);
  bundle.add_children(made.children);
  bundle.add_keys(made.keys);
  bundle.add_cuts(made.cuts);
  bundle.add_rule_refs(made.rule_refs);
  bundle.add_groups(made.groups);
  bundle.add_program_groups(made.program_groups);
  bundle.add_programs(made.programs);
  bundle.add_operation_rows(made.operation_rows);
  bundle.add_domains(made.domains);
  bundle.add_domain_entries(made.domain_entries);
  bundle.add_domain_pilots(made.domain_pilots);
  bundle.add_domain_tails(made.domain_tails);
  bundle.add_enums(made.enums);
}

void AddWhereabouts(bytecode::BundleBuilder& bundle, const Made& made) {
  bundle.add_zones(made.zones);
  bundle.add_chains(made.chains);
  bundle.add_chain_zones(made.chain_zones);
  bundle.add_chain_states(made.chain_states);
  bundle.add_zone_states(made.zone_states);
  bundle.add_state_zones(made.state_zones);
  bundle.add_zone_prefixes(made.zone_prefixes);
  bundle.add_prefix_sets(made.prefix_sets);
  bundle.add_routes(made.routes);
  bundle.add_operations(made.operations);
  bundle.add_route_parameters(made.route_parameters);
  bundle.add_operation_sets(made.operation_sets);
  bundle.add_set_operations(made.set_operations);
  bundle.add_action_operations(made.action_operations);
}

void AddCold(bytecode::BundleBuilder& bundle, const Made& made) {
  bundle.add_tables(made.tables);
  bundle.add_columns(made.columns);
  bundle.add_cells(made.cells);
  bundle.add_schedules(made.schedules);
  bundle.add_schedule_spans(made.schedule_spans);
  bundle.add_timezones(made.timezones);
  bundle.add_transitions(made.transitions);
  bundle.add_rules(made.rules);
  bundle.add_replies(made.replies);
  bundle.add_pieces(made.pieces);
  bundle.add_header_sets(made.header_sets);
  bundle.add_limits(made.limits);
  bundle.add_tests(made.tests);
  bundle.add_formula_steps(made.formula_steps);
  bundle.add_texts(made.texts);
  bundle.add_files(made.files);
  bundle.add_text(made.text);
}

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

std::vector<std::uint8_t> WriteBundle(const Parts& parts) {
  FlatBufferBuilder to(std::size_t{1} << 20);
  Made made;
  MakeCold(to, parts, made);
  MakeWhereabouts(to, parts, made);
  MakeHot(to, parts, made);
  bytecode::BundleBuilder bundle(to);
  AddHeader(bundle, parts, made);
  AddHot(bundle, made);
  AddWhereabouts(bundle, made);
  AddCold(bundle, made);
  bytecode::FinishBundleBuffer(to, bundle.Finish());
  const std::span<const std::uint8_t> bytes(to.GetBufferPointer(), to.GetSize());
  return {bytes.begin(), bytes.end()};
}

std::vector<std::uint8_t> DigestOf(const base::SourceMap& sources) {
  std::vector<const base::SourceFile*> files;
  for (std::size_t i = 0; i < sources.count(); ++i) files.push_back(&sources.file(base::FileId::FromIndex(i)));
  std::sort(files.begin(), files.end(), [](const auto* a, const auto* b) { return a->name() < b->name(); });
  const std::unique_ptr<EVP_MD_CTX, FreeDigest> context(EVP_MD_CTX_new());
  WARD_CHECK(context != nullptr && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
  for (const base::SourceFile* file : files) {
    // Lengths first, so that no two lists of files have the same bytes.
    const std::array<std::uint64_t, 2> sizes{file->name().size(), file->text().size()};
    WARD_CHECK(EVP_DigestUpdate(context.get(), sizes.data(), sizeof sizes) == 1);
    WARD_CHECK(EVP_DigestUpdate(context.get(), file->name().data(), file->name().size()) == 1);
    WARD_CHECK(EVP_DigestUpdate(context.get(), file->text().data(), file->text().size()) == 1);
  }
  std::vector<std::uint8_t> digest(bytecode::kDigestBytes);
  WARD_CHECK(EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1);
  return digest;
}

}  // namespace ward::codegen
