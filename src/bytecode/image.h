// bytecode: a verified bundle in memory, as spans.
//
// An Image owns one aligned private copy of the file and points into it; what the spans hold was checked once by
// Load() (load.h) and is executed as it is. Immutable, so any thread may read it. The struct types come from ward.fbs,
// which documents every field; names of spans are those of the schema.
#ifndef WARD_SRC_BYTECODE_IMAGE_H_
#define WARD_SRC_BYTECODE_IMAGE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "bytecode/opcode.h"
#include "bytecode/ward_generated.h"
#include "lookup/prefix_table.h"
#include "lookup/segment_trie.h"
#include "lookup/string_domain.h"

namespace ward::bytecode {

// Raised whenever a field changes its meaning; a file of another version is refused.
inline constexpr std::uint32_t kFormatVersion = 1;
inline constexpr std::uint32_t kNone = UINT32_MAX;

// Slot::type of a three-valued result; every other type is a ward::ValueType.
inline constexpr std::uint8_t kTruthType = 255;

// A three-valued result; the number is the class of such a slot, and of a bool.
enum class Truth : std::uint8_t { kDoubt = 0, kFalse = 1, kTrue = 2 };

// Flags of Slot, Input, Table, Zone, Operation.
inline constexpr std::uint8_t kSlotSecret = 1;
inline constexpr std::uint8_t kInputLowerCase = 1;
inline constexpr std::uint8_t kInputSecret = 2;
inline constexpr std::uint8_t kInputOptional = 4;
inline constexpr std::uint8_t kInputPathForm = 8;  // kString: brought into normal form, or missing
inline constexpr std::uint8_t kInputHostForm = 16;
// Column::flags: what rows of a live table hold is brought into normal form, or refused.
inline constexpr std::uint16_t kColumnPathForm = 1;
inline constexpr std::uint16_t kColumnHostForm = 2;
inline constexpr std::uint32_t kTableLive = 1;
inline constexpr std::uint32_t kTableTree = 2;
inline constexpr std::uint32_t kZoneEverythingElse = 1;
inline constexpr std::uint32_t kOperationAnonymous = 1;

// A step of formula_steps: op in the low 3 bits, `number` above. Postfix over a stack of truths.
enum class FormulaOp : std::uint8_t {
  kTrue,         // pushes true
  kFalse,        // pushes false
  kTest,         // pushes tests[number], negated if it says so
  kAnd,          // pops `number`, pushes their conjunction
  kOr,           // pops `number`, pushes their disjunction
  kWaivedTrue,   // pushes true: tests[number] was waived or folded
  kWaivedFalse,  // pushes false
};
inline constexpr std::uint32_t kFormulaOpBits = 3;
struct FormulaStep {
  FormulaOp op = FormulaOp::kTrue;
  std::uint32_t number = 0;
};
[[nodiscard]] constexpr FormulaStep UnpackFormulaStep(std::uint32_t word) {
  return {static_cast<FormulaOp>(word & ((1U << kFormulaOpBits) - 1)), word >> kFormulaOpBits};
}

// Child::node.
inline constexpr std::uint32_t kNoNode = 0;
[[nodiscard]] constexpr bool IsLeaf(std::uint32_t node) { return (node & 1U) != 0; }
[[nodiscard]] constexpr std::uint32_t NodeNumber(std::uint32_t node) { return (node - 1) / 2; }
[[nodiscard]] constexpr std::uint32_t LeafNode(std::uint32_t number) { return 1 + 2 * number; }
[[nodiscard]] constexpr std::uint32_t BranchNode(std::uint32_t number) { return 2 + 2 * number; }

// An element of rule_refs.
inline constexpr std::uint32_t kAnswers401 = 0x8000'0000U;

// Where a search for `ordinal` starts in open-addressed pairs of `keys`, before masking.
[[nodiscard]] constexpr std::uint32_t SparseStart(std::uint32_t ordinal) { return (ordinal * 0x9E3779B1U) >> 7; }

// Operands of kAnd and kOr.
inline constexpr std::uint32_t kNegatedBit = 1;

// The digest's size: SHA-256.
inline constexpr std::size_t kDigestBytes = 32;

template <typename T>
[[nodiscard]] std::span<const T> Slice(std::span<const T> all, const Range& range) {
  return all.subspan(range.first(), range.count());
}

// Whether a kind counts rules that are possible but not certain.
[[nodiscard]] constexpr bool CountsDoubt(GroupKind kind) {
  return kind != GroupKind::kAllow && kind != GroupKind::kShadowAllow;
}

struct Image {
  // The file; everything below points into it (or into `texts_of`).
  std::unique_ptr<std::uint64_t[]> memory;
  std::size_t size_bytes = 0;

  std::string_view name;
  std::span<const std::uint8_t> digest;
  std::string_view tz_version;
  std::string_view server;
  std::uint32_t computed = 0;
  std::uint32_t presence_words = 0;
  std::uint32_t formula_stack = 0;
  std::uint32_t state_columns = 0;
  std::uint32_t nothing_matches = kNone;
  std::uint32_t no_address = kNone;
  std::uint32_t no_prefix = kNone;
  std::uint32_t action_domain = kNone;
  std::uint32_t name_domain = kNone;
  Bound bound;

  std::span<const Input> inputs;
  std::span<const Slot> slots;
  std::span<const Instruction> code;
  std::span<const std::uint32_t> steps;
  std::span<const std::uint32_t> operands;
  std::span<const Constant> constants;
  std::span<const Prefix> prefixes;
  std::span<const Parameter> parameters;

  std::span<const std::uint64_t> words;
  std::span<const Row> rows;
  std::span<const Leaf> leaves;
  std::span<const Branch> branches;
  std::span<const Child> children;
  std::span<const std::uint32_t> keys;
  std::span<const std::int64_t> cuts;
  std::span<const std::uint32_t> rule_refs;
  std::span<const Group> groups;
  std::span<const std::uint32_t> program_groups;
  std::span<const Program> programs;
  std::span<const std::uint32_t> operation_rows;

  std::span<const Domain> domains;
  std::span<const DomainEntry> domain_entries;
  std::span<const std::uint16_t> domain_pilots;
  std::span<const std::uint8_t> domain_tails;
  std::span<const Enum> enums;

  std::span<const Zone> zones;
  std::span<const Chain> chains;
  std::span<const std::uint32_t> chain_zones;
  std::span<const std::uint32_t> chain_states;
  std::span<const ZoneState> zone_states;
  std::span<const std::uint32_t> state_zones;
  std::span<const Operation> operations;
  std::span<const RouteParameter> route_parameters;
  std::span<const Range> operation_sets;
  std::span<const std::uint32_t> set_operations;
  std::span<const std::uint32_t> action_operations;

  std::span<const Table> tables;
  std::span<const Column> columns;
  std::span<const std::uint32_t> cells;
  std::span<const Schedule> schedules;
  std::span<const ScheduleSpan> schedule_spans;
  std::span<const TimeZone> timezones;
  std::span<const Transition> transitions;

  std::span<const Rule> rules;
  std::span<const Reply> replies;
  std::span<const Piece> pieces;
  std::span<const HeaderSet> header_sets;
  std::span<const Limit> limits;
  std::span<const Test> tests;
  std::span<const std::uint32_t> formula_steps;
  std::span<const Text> texts;
  std::span<const Text> files;
  std::string_view text;

  // Views over the spans, made once at load.
  std::vector<lookup::StringDomain> domain_views;  // index: domain
  std::vector<lookup::PrefixTable> prefix_sets;
  lookup::PrefixTable zone_prefixes;  // address -> chain; 0: no prefix
  lookup::SegmentTrie routes;         // -> 1 + operation

  [[nodiscard]] std::string_view TextOf(const Text& at) const { return text.substr(at.offset(), at.size()); }
  [[nodiscard]] std::uint32_t slot_count() const { return static_cast<std::uint32_t>(slots.size()); }
  [[nodiscard]] std::uint32_t input_count() const { return static_cast<std::uint32_t>(inputs.size()); }
  // The instruction that writes a computed slot. Requires: slot >= input_count().
  [[nodiscard]] const Instruction& InstructionOf(std::uint32_t slot) const { return code[slot - inputs.size()]; }
  // What is evaluated for `operation` in zone state `state`.
  [[nodiscard]] const Program& ProgramOf(std::uint32_t operation, std::uint32_t state) const {
    return programs[operation_rows[std::size_t{operations[operation].row()} * state_columns +
                                   zone_states[state].column()]];
  }
};

}  // namespace ward::bytecode

#endif  // WARD_SRC_BYTECODE_IMAGE_H_
